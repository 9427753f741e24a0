//! The audit log.

use crate::i18n::messages;

messages! {
    title = "Audit", "Audit";
    lead = "Every change, and every one that was refused for want of a role.", "Chaque changement, et ceux refusés faute de rôle.";
    none = "Nothing matches.", "Rien ne correspond.";
    admins_only = "Only the role admin may read the audit log.", "Seul le rôle admin peut lire l’audit.";
    at = "When", "Quand";
    actor = "Who", "Qui";
    action = "What", "Quoi";
    target = "To what", "Sur quoi";
    from = "From where", "D’où";
    outcome = "Answer", "Réponse";
    request = "Request", "Requête";
    request_of(id: &str) = format!("Copy the request id {id}"), format!("Copier l’identifiant de requête {id}");
    role_of(role: &str) = format!("as {role}"), format!("rôle {role}");
    went_away = "went away", "parti";
    since = "Since", "Depuis";
    until = "Until", "Jusqu’à";
    clear = "Clear the filters", "Effacer les filtres";
    filters = "Filters", "Filtres";
}
