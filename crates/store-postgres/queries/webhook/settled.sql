-- webhook.settled
-- Whether the trigger is there exactly if a subscription is active. Takes no lock that anybody waits for.
select exists (select from pg_trigger where tgrelid = 'tasks'::regclass and tgname = 'webhook_record')
    = exists (select from webhooks where paused_at is null)
