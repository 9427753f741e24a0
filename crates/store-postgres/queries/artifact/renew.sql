-- artifact.renew
update artifacts set due_at = $2, upload = coalesce($3, upload)
where id = $1 and state = 'writing'
