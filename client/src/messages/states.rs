//! Words for states.

use crate::i18n::messages;

messages! {
    blocked = "Blocked", "Bloquée";
    scheduled = "Scheduled", "Planifiée";
    queued = "Queued", "En file";
    running = "Running", "En cours";
    retrying = "Retrying", "À réessayer";
    succeeded = "Succeeded", "Réussie";
    failed = "Failed", "Échouée";
    cancelled = "Cancelled", "Annulée";
    expired = "Expired", "Expirée";
    stopping = "Stopping", "En arrêt";
    operation_pending = "Pending", "En attente";
    operation_running = "Running", "En cours";
    operation_succeeded = "Done", "Terminée";
    operation_cancelled = "Stopped", "Arrêtée";
    operation_failed = "Failed", "Échouée";
    workflow_running = "Running", "En cours";
    workflow_succeeded = "Succeeded", "Réussi";
    workflow_failed = "Failed", "Échoué";
    workflow_cancelled = "Cancelled", "Annulé";
    worker_online = "Online", "En ligne";
    worker_draining = "Draining", "En vidange";
    worker_lost = "Lost", "Perdu";
}

/// A task's state.
pub fn of_task(state: ruche_api::TaskState) -> std::borrow::Cow<'static, str> {
    use ruche_api::TaskState as S;
    match state {
        S::Blocked => blocked(),
        S::Scheduled => scheduled(),
        S::Queued => queued(),
        S::Running => running(),
        S::Retrying => retrying(),
        S::Succeeded => succeeded(),
        S::Failed => failed(),
        S::Cancelled => cancelled(),
        S::Expired => expired(),
    }
}

/// An operation's state.
pub fn of_operation(state: ruche_api::OperationState) -> std::borrow::Cow<'static, str> {
    use ruche_api::OperationState as S;
    match state {
        S::Pending => operation_pending(),
        S::Running => operation_running(),
        S::Succeeded => operation_succeeded(),
        S::Cancelled => operation_cancelled(),
        S::Failed => operation_failed(),
    }
}

/// A workflow's state.
pub fn of_workflow(state: ruche_api::WorkflowState) -> std::borrow::Cow<'static, str> {
    use ruche_api::WorkflowState as S;
    match state {
        S::Running => workflow_running(),
        S::Succeeded => workflow_succeeded(),
        S::Failed => workflow_failed(),
        S::Cancelled => workflow_cancelled(),
    }
}

/// A worker's state.
pub fn of_worker(status: ruche_api::WorkerStatus) -> std::borrow::Cow<'static, str> {
    use ruche_api::WorkerStatus as S;
    match status {
        S::Online => worker_online(),
        S::Draining => worker_draining(),
        S::Lost => worker_lost(),
    }
}
