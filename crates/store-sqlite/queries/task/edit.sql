-- task.edit
-- Run after task.retry, in its transaction: puts what is not null (?2 to ?6) in place of what was. ?1: id.
UPDATE tasks
SET args = coalesce(?2, args),
    kwargs = coalesce(?3, kwargs),
    queue = coalesce(?4, queue),
    priority = coalesce(?5, priority),
    max_attempts = max(coalesce(?6, max_attempts), attempts_used + 1)
WHERE id = ?1
RETURNING id, name, queue, priority, state, max_attempts, created_at, queued_at, eta, expires_at, options, args, kwargs,
          attempt
