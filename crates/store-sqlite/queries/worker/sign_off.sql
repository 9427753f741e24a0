-- worker.sign_off
DELETE FROM workers WHERE name = ?1
