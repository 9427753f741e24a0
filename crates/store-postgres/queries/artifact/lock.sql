-- artifact.lock
-- Locked, so that the sweeper does not give it up while it is made whole.
select state, sha256 from artifacts where id = $1
for update
