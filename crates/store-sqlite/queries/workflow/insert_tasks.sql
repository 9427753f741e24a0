-- workflow.insert_tasks
-- ?1: JSON array of [row as task.insert has it, whether it waits for others]; ?2: the workflow. Those that wait begin as blocked
-- (Lifecycle::begin_blocked); whether they are scheduled is decided when they are released.
INSERT INTO tasks (id, name, queue, priority, state, max_attempts, created_at, queued_at, due_at, eta, expires_at, options, args,
                   kwargs, workflow_id)
SELECT unhex(value ->> '$[0][0]'), value ->> '$[0][1]', value ->> '$[0][2]', value ->> '$[0][3]',
       iif(value ->> '$[1]', 'blocked', value ->> '$[0][4]'), value ->> '$[0][5]', value ->> '$[0][6]',
       iif(value ->> '$[1]', NULL, value ->> '$[0][7]'), iif(value ->> '$[1]', NULL, value ->> '$[0][8]'),
       value ->> '$[0][9]', value ->> '$[0][10]', value ->> '$[0][11]', value ->> '$[0][12]', value ->> '$[0][13]', ?2
FROM jsonb_each(?1)
