-- operation.fail
update operations
set state = 'failed', finished_at = $2, error = $3
where id = $1 and state in ('pending', 'running')
