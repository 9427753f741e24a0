//! The frame around the pages.

use crate::i18n::messages;

messages! {
    skip = "Skip to content", "Aller au contenu";
    main = "Main navigation", "Navigation principale";
    menu = "Menu", "Menu";
    overview = "Overview", "Vue d’ensemble";
    tasks = "Tasks", "Tâches";
    enqueue = "Enqueue", "Nouvelle tâche";
    queues = "Queues", "Files";
    workers = "Workers", "Workers";
    schedules = "Schedules", "Planifications";
    workflows = "Workflows", "Workflows";
    dead_letters = "Dead letters", "Échecs définitifs";
    operations = "Operations", "Opérations";
    audit = "Audit", "Audit";
    settings = "Settings", "Réglages";
    help = "Help", "Aide";
    work = "Work", "Travail";
    flow = "Flow", "Flux";
    control = "Control", "Contrôle";
    language = "Language", "Langue";
    theme = "Theme", "Thème";
    theme_system = "As the system", "Comme le système";
    theme_light = "Light", "Clair";
    theme_dark = "Dark", "Sombre";
    live = "Live", "En direct";
    connecting = "Connecting", "Connexion";
    broken = "Reconnecting", "Reconnexion";
    paused = "Paused", "En pause";
    pause_live = "Pause live updates", "Suspendre le direct";
    resume_live = "Resume live updates", "Reprendre le direct";
    log_out = "Log out", "Se déconnecter";
    signed_in_as(name: &str, role: &str) = format!("{name}, {role}"), format!("{name}, {role}");
    part_failed = "This part of the client could not be loaded", "Cette partie du client n’a pas pu être chargée";
    part_failed_hint = "Either the connection is down, or Ruche has been updated since this page was opened: then reload it.", "Soit la connexion est coupée, soit Ruche a été mis à jour depuis l’ouverture de cette page : dans ce cas, rechargez-la.";
    reload = "Reload the page", "Recharger la page";
}
