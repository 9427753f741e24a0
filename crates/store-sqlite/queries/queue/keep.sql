-- queue.keep
UPDATE queues SET after_key = ?2, looked = ?3, looked_at = ?4 WHERE name = ?1
