-- artifact.running
-- Locks the task: of several artifacts that one task completes at once, each sees those before it; and the attempt does not end
-- meanwhile.
select 1 from tasks where id = $1 and state = 'running' and attempt = $2
for no key update
