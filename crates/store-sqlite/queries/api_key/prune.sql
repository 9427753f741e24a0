-- api_key.prune
-- Of the thousand keys there may be, each is looked at.
DELETE FROM api_keys WHERE revoked_at < ?1 OR expires_at < ?1
