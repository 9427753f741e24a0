-- webhook.lock_all
-- Before a subscription becomes active: two such changes, and the one that stops recording, go one after the other. Does not
-- stand in the way of reading, so not of tasks that end.
lock table webhooks in share row exclusive mode
