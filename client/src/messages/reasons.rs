//! Why something waits.

use crate::i18n::messages;

messages! {
    dependencies = "Waits for the tasks it depends on", "Attend les tâches dont elle dépend";
    eta = "Waits for its time", "Attend son heure";
    retry = "Waits for its next attempt", "Attend sa prochaine tentative";
    paused = "Its queue is paused", "Sa file est en pause";
    queue_limit = "As many tasks of its queue run as may", "Sa file a atteint son nombre maximal de tâches en cours";
    key_limit = "As many tasks of its concurrency key run as may", "Sa clé de concurrence a atteint son maximum";
    rate_limit = "The rate of its queue allows no start just now", "Le débit de sa file n’autorise aucun départ pour l’instant";
    task_rate_limit = "The rate of its task name allows no start just now", "Le débit de ce nom de tâche n’autorise aucun départ pour l’instant";
    turn = "Waits for its turn", "Attend son tour";
    no_worker = "No worker serves its queue", "Aucun worker ne sert sa file";
    free_worker = "Waits for a free place with a worker", "Attend une place libre chez un worker";
    expired = "Its time is over; it is about to expire", "Son délai est passé ; elle va expirer";
}

/// Why a task waits.
pub fn of(reason: ruche_api::WaitingReason) -> std::borrow::Cow<'static, str> {
    use ruche_api::WaitingReason as R;
    match reason {
        R::Dependencies => dependencies(),
        R::Eta => eta(),
        R::Retry => retry(),
        R::Paused => paused(),
        R::QueueLimit => queue_limit(),
        R::KeyLimit => key_limit(),
        R::RateLimit => rate_limit(),
        R::TaskRateLimit => task_rate_limit(),
        R::Turn => turn(),
        R::NoWorker => no_worker(),
        R::FreeWorker => free_worker(),
        R::Expired => expired(),
    }
}
