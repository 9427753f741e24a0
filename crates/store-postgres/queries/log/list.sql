-- log.list
select seq, attempt, at, level, message from task_logs where task_id = $1 and seq > $2 order by seq limit $3
