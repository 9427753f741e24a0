//! Shortcuts.

use crate::i18n::messages;

messages! {
    title = "Shortcuts", "Raccourcis";
    filter = "goes to the filter of the page; Esc leaves it", "va au filtre de la page ; Échap en sort";
    next_row = "goes to the next row of the table", "va à la ligne suivante du tableau";
    row_before = "goes to the row before", "va à la ligne précédente";
    open_row = "opens the row", "ouvre la ligne";
    select_row = "selects the row, or no longer", "sélectionne la ligne, ou la désélectionne";
    show = "shows these shortcuts", "montre ces raccourcis";
    go_to(page: &str) = format!("goes to: {page}"), format!("va à : {page}");
    can_be_switched_off = "They work while no field has the focus, and can be switched off in the settings.",
        "Ils agissent quand aucun champ n’a le focus, et se désactivent dans les réglages.";
    setting = "Shortcuts of single keys", "Raccourcis d’une seule touche";
    setting_told = "Such as / and j; press ? to see them.", "Comme / et j ; ? les montre.";
}
