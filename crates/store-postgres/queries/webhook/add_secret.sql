-- webhook.add_secret
insert into webhook_secrets (webhook_id, revision, secret) values ($1, $2, $3)
