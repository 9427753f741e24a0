-- webhook.settle
-- Records events while, and only while, a subscription is active; see migration 0011. Takes the lock on subscriptions, then on tasks.
select webhook_settle()
