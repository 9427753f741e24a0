-- api_key.prune
-- Of the thousand keys there may be, each is looked at.
delete from api_keys where revoked_at < $1 or expires_at < $1
