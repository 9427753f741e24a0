//! Looking at data: JSON, logs, charts.

use crate::i18n::{messages, plural};

messages! {
    copy_json = "Copy JSON", "Copier le JSON";
    entries(count: u64) = format!("{count} {}", plural(count, "entry", "entries")), format!("{count} {}", plural(count, "élément", "éléments"));
    show_more(left: &str) = format!("Show more ({left} left)"), format!("En voir plus ({left} restants)");
    log = "Log", "Journal";
    log_empty = "Nothing was logged.", "Rien n’a été journalisé.";
    log_filter = "Filter lines", "Filtrer les lignes";
    log_level = "Lowest level", "Niveau minimal";
    log_line(number: i64) = format!("Line {number}"), format!("Ligne {number}");
    log_more = "Load more lines", "Charger d’autres lignes";
    log_none_match = "No line matches.", "Aucune ligne ne correspond.";
    level_debug = "Debug", "Debug";
    level_info = "Info", "Info";
    level_warn = "Warning", "Avertissement";
    level_error = "Error", "Erreur";
    from = "From", "De";
    phase = "Phase", "Phase";
    phase_delay = "Waits for its time", "Attend son heure";
    phase_queue = "Waits in the queue", "Attend dans la file";
    phase_run = "Runs", "S’exécute";
    phase_backoff = "Waits to be tried again", "Attend d’être réessayée";
    phase_blocked = "Waits for other tasks", "Attend d’autres tâches";
    nothing_yet = "No data yet: it is gathered while the server runs.", "Pas encore de données : elles s’accumulent tant que le serveur tourne.";
}
