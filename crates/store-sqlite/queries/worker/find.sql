-- worker.find
SELECT started_at, draining FROM workers WHERE name = ?1
