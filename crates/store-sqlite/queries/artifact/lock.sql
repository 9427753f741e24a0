-- artifact.lock
SELECT state, sha256 FROM artifacts WHERE id = ?1
