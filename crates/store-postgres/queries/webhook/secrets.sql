-- webhook.secrets
-- The newest first.
select secret from webhook_secrets
where webhook_id = $1 and (valid_until is null or valid_until > $2)
order by revision desc
