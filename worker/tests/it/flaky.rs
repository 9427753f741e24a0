//! A store that is away when told to be.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use ruche_domain::{
    ArtifactId, AttemptOutcome, ConcurrencyKey, Fingerprint, KeyId, NewTask, OperationAction, OperationId, QueueName, Schedule,
    ScheduleName, SessionId, TaskDefinition, TaskId, TaskName, TaskState, Tick, Timestamp, WebhookName, WorkerName, WorkflowId,
    limit::{QueueLimits, Rate},
    webhook::{Attempted, Delivery, DeliveryId, DeliveryState, Webhook, WebhookId, WebhookSecret},
};
use ruche_store::*;
use ruche_store_sqlite::SqliteStore;

pub struct FlakyStore {
    pub real: SqliteStore,
    away: AtomicBool,
    /// Successful outcomes of this task are refused.
    pub refused: Mutex<Option<TaskId>>,
}

impl FlakyStore {
    pub fn new(real: SqliteStore) -> Self {
        Self { real, away: AtomicBool::new(false), refused: Mutex::new(None) }
    }

    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    fn check(&self) -> Result<(), StoreError> {
        if self.away.load(Ordering::SeqCst) { Err(StoreError::Unavailable("told to be".into())) } else { Ok(()) }
    }

    fn check_outcomes(&self, finished: &[FinishedAttempt]) -> Result<(), StoreError> {
        let refused = *self.refused.lock().unwrap();
        let hit =
            finished.iter().any(|one| Some(one.attempt.id) == refused && matches!(one.outcome, AttemptOutcome::Succeeded { .. }));
        if hit { Err(StoreError::Refused("told to".into())) } else { Ok(()) }
    }
}

#[async_trait]
impl Store for FlakyStore {
    fn feed(&self) -> &ChangeFeed {
        self.real.feed()
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.real.ping().await
    }

    async fn close(&self) {
        self.real.close().await;
    }
}

#[async_trait]
impl Lease for FlakyStore {
    async fn claim(
        &self,
        worker: &WorkerName,
        requests: Vec<ClaimRequest>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError> {
        self.check()?;
        self.real.claim(worker, requests, now, until).await
    }

    async fn renew(&self, worker: &WorkerName, attempts: &[AttemptRef], until: Timestamp) -> Result<Vec<Renewal>, StoreError> {
        self.check()?;
        self.real.renew(worker, attempts, until).await
    }

    async fn finish(&self, finished: &[FinishedAttempt]) -> Result<Vec<bool>, StoreError> {
        self.check()?;
        self.check_outcomes(finished)?;
        self.real.finish(finished).await
    }

    async fn record_progress(&self, progress: &[AttemptProgress], now: Timestamp) -> Result<(), StoreError> {
        self.check()?;
        self.real.record_progress(progress, now).await
    }

    async fn append_logs(&self, logs: &[AttemptLog]) -> Result<(), StoreError> {
        self.check()?;
        self.real.append_logs(logs).await
    }
}

#[async_trait]
impl Workers for FlakyStore {
    async fn heartbeat(&self, heartbeat: &WorkerHeartbeat, now: Timestamp) -> Result<(), StoreError> {
        self.check()?;
        self.real.heartbeat(heartbeat, now).await
    }

    async fn sign_off(&self, worker: &WorkerName) -> Result<(), StoreError> {
        self.check()?;
        self.real.sign_off(worker).await
    }

    async fn workers(&self, since: Timestamp) -> Result<Vec<WorkerView>, StoreError> {
        self.real.workers(since).await
    }
}

#[async_trait]
impl Definitions for FlakyStore {
    async fn register(&self, definitions: &[TaskDefinition], now: Timestamp) -> Result<(), StoreError> {
        self.check()?;
        self.real.register(definitions, now).await
    }

    async fn definitions(&self) -> Result<Vec<TaskDefinition>, StoreError> {
        self.real.definitions().await
    }
}

// What only servers and tests call is never away.

#[async_trait]
impl Enqueue for FlakyStore {
    async fn enqueue(&self, requests: &[EnqueueRequest], now: Timestamp) -> Result<InsertedBatch, StoreError> {
        self.real.enqueue(requests, now).await
    }

    async fn confirm_published(&self, outbox: &[OutboxId]) -> Result<(), StoreError> {
        self.real.confirm_published(outbox).await
    }
}

#[async_trait]
impl Control for FlakyStore {
    async fn cancel(&self, id: TaskId, now: Timestamp) -> Result<CancelAnswer, StoreError> {
        self.real.cancel(id, now).await
    }

    async fn retry(&self, id: TaskId, now: Timestamp) -> Result<RetryAnswer, StoreError> {
        self.real.retry(id, now).await
    }
}

#[async_trait]
impl Maintain for FlakyStore {
    async fn take_unpublished(&self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Handover, StoreError> {
        self.real.take_unpublished(before, now, limit).await
    }

    async fn queued_since(&self, queue: &QueueName, before: Timestamp, limit: u32) -> Result<Vec<NewTask>, StoreError> {
        self.real.queued_since(queue, before, limit).await
    }

    async fn waiting_queues(&self) -> Result<Vec<(QueueName, Timestamp)>, StoreError> {
        self.real.waiting_queues().await
    }

    async fn release_due(&self, now: Timestamp, limit: u32) -> Result<Handover, StoreError> {
        self.real.release_due(now, limit).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.real.next_due().await
    }

    async fn expire_overdue(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.real.expire_overdue(now, limit).await
    }

    async fn rescue_lost(&self, now: Timestamp, limit: u32) -> Result<ruche_store::Rescued, StoreError> {
        self.real.rescue_lost(now, limit).await
    }

    async fn prune(&self, retention: &Retention, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.real.prune(retention, now, limit).await
    }
}

#[async_trait]
impl Queues for FlakyStore {
    async fn gates(&self) -> Result<Vec<Gate>, StoreError> {
        self.real.gates().await
    }

    async fn pause(&self, queue: &QueueName, now: Timestamp) -> Result<Timestamp, StoreError> {
        self.real.pause(queue, now).await
    }

    async fn resume(&self, queue: &QueueName, now: Timestamp) -> Result<bool, StoreError> {
        self.real.resume(queue, now).await
    }

    async fn limit(&self, queue: &QueueName, limits: Option<&QueueLimits>, now: Timestamp) -> Result<(), StoreError> {
        self.real.limit(queue, limits, now).await
    }

    async fn admit(
        &self,
        queue: &QueueName,
        now: Timestamp,
        told_before: Timestamp,
        most: u32,
    ) -> Result<Admissions, StoreError> {
        self.real.admit(queue, now, told_before, most).await
    }

    async fn claim_next(
        &self,
        queue: &QueueName,
        worker: &WorkerName,
        now: Timestamp,
        lease_until: Timestamp,
        most: u32,
    ) -> Result<Vec<Claimed>, StoreError> {
        self.check()?;
        self.real.claim_next(queue, worker, now, lease_until, most).await
    }

    async fn sweep(
        &self,
        queue: &QueueName,
        now: Timestamp,
        again_after: std::time::Duration,
        limit: u32,
    ) -> Result<Option<Vec<NewTask>>, StoreError> {
        self.real.sweep(queue, now, again_after, limit).await
    }

    async fn slots(&self, queue: &QueueName) -> Result<u32, StoreError> {
        self.real.slots(queue).await
    }

    async fn standing(
        &self,
        queue: &QueueName,
        key: Option<&ConcurrencyKey>,
        id: TaskId,
        attempt: u32,
    ) -> Result<Standing, StoreError> {
        self.real.standing(queue, key, id, attempt).await
    }
}

#[async_trait]
impl NameLimits for FlakyStore {
    async fn name_limits(&self) -> Result<Vec<NameLimit>, StoreError> {
        self.real.name_limits().await
    }

    async fn limit_name(&self, name: &TaskName, rate: Option<&Rate>, now: Timestamp) -> Result<bool, StoreError> {
        self.real.limit_name(name, rate, now).await
    }

    async fn admit_name(
        &self,
        name: &TaskName,
        now: Timestamp,
        told_before: Timestamp,
        most: u32,
    ) -> Result<Admissions, StoreError> {
        self.real.admit_name(name, now, told_before, most).await
    }

    async fn sweep_name(
        &self,
        name: &TaskName,
        now: Timestamp,
        again_after: std::time::Duration,
        limit: u32,
    ) -> Result<Option<Vec<NewTask>>, StoreError> {
        self.real.sweep_name(name, now, again_after, limit).await
    }
}

#[async_trait]
impl Lines for FlakyStore {
    async fn before(&self, queue: &QueueName, key: Option<&ConcurrencyKey>, task: InLine, most: u32) -> Result<u32, StoreError> {
        self.real.before(queue, key, task, most).await
    }

    async fn full_keys(&self, queue: &QueueName, full: u32, keys: u32, most: u32) -> Result<Vec<FullKey>, StoreError> {
        self.real.full_keys(queue, full, keys, most).await
    }
}

#[async_trait]
impl Browse for FlakyStore {
    async fn tasks(
        &self,
        filter: &TaskFilter,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<TaskSummary, Cursor>, StoreError> {
        self.real.tasks(filter, after, limit).await
    }

    async fn task(&self, id: TaskId) -> Result<Option<TaskView>, StoreError> {
        self.real.task(id).await
    }

    async fn states(&self, ids: &[TaskId]) -> Result<Vec<(TaskId, TaskState)>, StoreError> {
        self.real.states(ids).await
    }

    async fn attempts(&self, id: TaskId) -> Result<Vec<AttemptView>, StoreError> {
        self.real.attempts(id).await
    }

    async fn logs(&self, id: TaskId, after_seq: i64, limit: u32) -> Result<Vec<LogView>, StoreError> {
        self.real.logs(id, after_seq, limit).await
    }

    async fn queues(&self) -> Result<Vec<QueueView>, StoreError> {
        self.real.queues().await
    }

    async fn counts(&self, limit: u32) -> Result<Vec<CountedState>, StoreError> {
        self.real.counts(limit).await
    }

    async fn outbox_backlog(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        self.real.outbox_backlog().await
    }
}

#[async_trait]
impl Schedules for FlakyStore {
    async fn create_schedule(&self, schedule: &Schedule) -> Result<bool, StoreError> {
        self.real.create_schedule(schedule).await
    }

    async fn schedule(&self, name: &ScheduleName) -> Result<Option<Schedule>, StoreError> {
        self.real.schedule(name).await
    }

    async fn schedules(&self, after: Option<&ScheduleName>, limit: u32) -> Result<Page<Schedule, ScheduleName>, StoreError> {
        self.real.schedules(after, limit).await
    }

    async fn change_schedule(
        &self,
        name: &ScheduleName,
        expected: Option<u64>,
        change: &ScheduleChange,
        now: Timestamp,
    ) -> Result<ScheduleAnswer, StoreError> {
        self.real.change_schedule(name, expected, change, now).await
    }

    async fn delete_schedule(&self, name: &ScheduleName, expected: Option<u64>) -> Result<DeleteAnswer, StoreError> {
        self.real.delete_schedule(name, expected).await
    }

    async fn next_tick_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.real.next_tick_due().await
    }

    async fn fire_due(&self, now: Timestamp, limit: u32, maker: &dyn TaskMaker) -> Result<Fired, StoreError> {
        self.real.fire_due(now, limit, maker).await
    }

    async fn run_schedule(&self, name: &ScheduleName, now: Timestamp, maker: &dyn TaskMaker) -> Result<RunAnswer, StoreError> {
        self.real.run_schedule(name, now, maker).await
    }

    async fn backfill_schedule(
        &self,
        name: &ScheduleName,
        ticks: &[Timestamp],
        now: Timestamp,
        maker: &dyn TaskMaker,
    ) -> Result<BackfillAnswer, StoreError> {
        self.real.backfill_schedule(name, ticks, now, maker).await
    }

    async fn ticks(
        &self,
        name: &ScheduleName,
        after: Option<TickCursor>,
        limit: u32,
    ) -> Result<Page<Tick, TickCursor>, StoreError> {
        self.real.ticks(name, after, limit).await
    }
}

#[async_trait]
impl Workflows for FlakyStore {
    async fn create_workflow(
        &self,
        workflow: &NewWorkflow,
        key: Option<&IdempotencyKey>,
    ) -> Result<WorkflowCreation, StoreError> {
        self.real.create_workflow(workflow, key).await
    }

    async fn workflows(&self, after: Option<WorkflowId>, limit: u32) -> Result<Page<WorkflowSummary, WorkflowId>, StoreError> {
        self.real.workflows(after, limit).await
    }

    async fn workflow(&self, id: WorkflowId) -> Result<Option<WorkflowView>, StoreError> {
        self.real.workflow(id).await
    }

    async fn cancel_workflow(&self, id: WorkflowId, now: Timestamp) -> Result<WorkflowAnswer, StoreError> {
        self.real.cancel_workflow(id, now).await
    }

    async fn retry_workflow(&self, id: WorkflowId, now: Timestamp) -> Result<WorkflowAnswer, StoreError> {
        self.real.retry_workflow(id, now).await
    }
}

#[async_trait]
impl Operations for FlakyStore {
    async fn create_operation(
        &self,
        operation: &NewOperation,
        key: Option<&IdempotencyKey>,
    ) -> Result<OperationAnswer, StoreError> {
        self.real.create_operation(operation, key).await
    }

    async fn operation(&self, id: OperationId) -> Result<Option<OperationView>, StoreError> {
        self.real.operation(id).await
    }

    async fn operations(&self, after: Option<Position>, limit: u32) -> Result<Page<OperationView>, StoreError> {
        self.real.operations(after, limit).await
    }

    async fn preview_operation(
        &self,
        action: &OperationAction,
        filter: &TaskFilter,
        limit: u32,
    ) -> Result<Vec<CountedState>, StoreError> {
        self.real.preview_operation(action, filter, limit).await
    }

    async fn cancel_operation(&self, id: OperationId, now: Timestamp) -> Result<OperationStop, StoreError> {
        self.real.cancel_operation(id, now).await
    }

    async fn work_on_operation(&self, now: Timestamp, limit: u32) -> Result<Option<Result<Chunk, ChunkError>>, StoreError> {
        self.real.work_on_operation(now, limit).await
    }

    async fn fail_operation(&self, id: OperationId, error: &str, now: Timestamp) -> Result<(), StoreError> {
        self.real.fail_operation(id, error, now).await
    }

    async fn forget_operations(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.real.forget_operations(before, limit).await
    }
}

#[async_trait]
impl Access for FlakyStore {
    async fn add_key(&self, key: &NewKey, most: u32) -> Result<bool, StoreError> {
        self.real.add_key(key, most).await
    }

    async fn key(&self, id: KeyId) -> Result<Option<(KeyView, [u8; 32])>, StoreError> {
        self.real.key(id).await
    }

    async fn keys(&self, after: Option<Position>, limit: u32) -> Result<Page<KeyView>, StoreError> {
        self.real.keys(after, limit).await
    }

    async fn revoke_key(&self, id: KeyId, now: Timestamp) -> Result<bool, StoreError> {
        self.real.revoke_key(id, now).await
    }

    async fn touch_keys(&self, used: &[(KeyId, Timestamp)]) -> Result<(), StoreError> {
        self.real.touch_keys(used).await
    }

    async fn open_session(&self, session: &NewSession, most: u32) -> Result<(), StoreError> {
        self.real.open_session(session, most).await
    }

    async fn session(&self, id: SessionId, now: Timestamp) -> Result<Option<SessionView>, StoreError> {
        self.real.session(id, now).await
    }

    async fn close_session(&self, id: SessionId) -> Result<(), StoreError> {
        self.real.close_session(id).await
    }

    async fn prune_access(&self, keys_before: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        self.real.prune_access(keys_before, now).await
    }
}

#[async_trait]
impl Audit for FlakyStore {
    async fn record(&self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        self.real.record(entries).await
    }

    async fn audit(&self, filter: &AuditFilter, after: Option<Position>, limit: u32) -> Result<Page<AuditEntry>, StoreError> {
        self.real.audit(filter, after, limit).await
    }

    async fn prune_audit(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.real.prune_audit(before, limit).await
    }
}

#[async_trait]
impl DeadLetters for FlakyStore {
    async fn dead_letters(
        &self,
        after: Option<&Fingerprint>,
        limit: u32,
        count: u32,
    ) -> Result<Page<DeadGroup, Fingerprint>, StoreError> {
        self.real.dead_letters(after, limit, count).await
    }

    async fn dead_letter(&self, fingerprint: &Fingerprint, count: u32) -> Result<Option<DeadGroup>, StoreError> {
        self.real.dead_letter(fingerprint, count).await
    }

    async fn edit_and_retry(&self, id: TaskId, edit: &TaskEdit, now: Timestamp) -> Result<RetryAnswer, StoreError> {
        self.real.edit_and_retry(id, edit, now).await
    }

    async fn fingerprint_failures(&self, limit: u32) -> Result<u64, StoreError> {
        self.real.fingerprint_failures(limit).await
    }
}

#[async_trait]
impl Unique for FlakyStore {
    async fn enqueue_unique(&self, requests: &[UniqueRequest], now: Timestamp) -> Result<UniqueBatch, StoreError> {
        self.real.enqueue_unique(requests, now).await
    }
}

#[async_trait]
impl Artifacts for FlakyStore {
    async fn begin_artifact(&self, new: &NewArtifact) -> Result<bool, StoreError> {
        self.check()?;
        self.real.begin_artifact(new).await
    }

    async fn renew_artifact(&self, id: ArtifactId, upload: Option<&str>, stale_at: Timestamp) -> Result<bool, StoreError> {
        self.check()?;
        self.real.renew_artifact(id, upload, stale_at).await
    }

    async fn complete_artifact(&self, complete: &CompleteArtifact) -> Result<Completed, StoreError> {
        self.check()?;
        self.real.complete_artifact(complete).await
    }

    async fn abandon_artifact(&self, id: ArtifactId) -> Result<(), StoreError> {
        self.check()?;
        self.real.abandon_artifact(id).await
    }

    async fn artifact(&self, id: ArtifactId) -> Result<Option<ArtifactView>, StoreError> {
        self.check()?;
        self.real.artifact(id).await
    }

    async fn artifacts(
        &self,
        task: Option<TaskId>,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Page<ArtifactView>, StoreError> {
        self.real.artifacts(task, after, limit).await
    }

    async fn doom_artifact(&self, id: ArtifactId, now: Timestamp) -> Result<bool, StoreError> {
        self.real.doom_artifact(id, now).await
    }

    async fn take_doomed(&self, now: Timestamp, again_at: Timestamp, limit: u32) -> Result<Vec<DoomedArtifact>, StoreError> {
        self.real.take_doomed(now, again_at, limit).await
    }

    async fn forget_artifacts(&self, ids: &[ArtifactId]) -> Result<u64, StoreError> {
        self.real.forget_artifacts(ids).await
    }
}

#[async_trait]
impl Webhooks for FlakyStore {
    async fn create_webhook(&self, webhook: &Webhook, secret: &WebhookSecret) -> Result<WebhookCreation, StoreError> {
        self.real.create_webhook(webhook, secret).await
    }

    async fn webhook(&self, name: &WebhookName) -> Result<Option<Webhook>, StoreError> {
        self.real.webhook(name).await
    }

    async fn webhooks(&self, after: Option<&WebhookName>, limit: u32) -> Result<Page<Webhook, WebhookName>, StoreError> {
        self.real.webhooks(after, limit).await
    }

    async fn change_webhook(
        &self,
        name: &WebhookName,
        expected: Option<u64>,
        change: &WebhookChange,
        now: Timestamp,
    ) -> Result<WebhookAnswer, StoreError> {
        self.real.change_webhook(name, expected, change, now).await
    }

    async fn delete_webhook(
        &self,
        name: &WebhookName,
        expected: Option<u64>,
        now: Timestamp,
    ) -> Result<WebhookDeletion, StoreError> {
        self.real.delete_webhook(name, expected, now).await
    }

    async fn test_webhook(&self, name: &WebhookName, id: DeliveryId, now: Timestamp) -> Result<WebhookTest, StoreError> {
        self.real.test_webhook(name, id, now).await
    }

    async fn deliveries(
        &self,
        webhook: WebhookId,
        state: Option<DeliveryState>,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Page<Delivery>, StoreError> {
        self.real.deliveries(webhook, state, after, limit).await
    }

    async fn replay_delivery(&self, webhook: WebhookId, id: DeliveryId) -> Result<ReplayAnswer, StoreError> {
        self.real.replay_delivery(webhook, id).await
    }

    async fn replay_failed(&self, webhook: WebhookId, since: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.real.replay_failed(webhook, since, limit).await
    }

    async fn dispatch_webhooks(&self, now: Timestamp, limit: u32, tasks: DeliveryTasks<'_>) -> Result<Handover, StoreError> {
        self.real.dispatch_webhooks(now, limit, tasks).await
    }

    async fn delivery_target(&self, id: DeliveryId, by: TaskId, now: Timestamp) -> Result<DeliveryTarget, StoreError> {
        self.check()?;
        self.real.delivery_target(id, by, now).await
    }

    async fn record_attempt(&self, attempted: &Attempted, now: Timestamp) -> Result<bool, StoreError> {
        self.check()?;
        self.real.record_attempt(attempted, now).await
    }

    async fn tidy_webhooks(&self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Tidied, StoreError> {
        self.real.tidy_webhooks(before, now, limit).await
    }
}
