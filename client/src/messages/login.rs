//! Logging in.

use crate::i18n::messages;

messages! {
    title = "Log in", "Connexion";
    lead = "Show an API key once; the browser then keeps a session, out of reach of scripts.", "Présentez une clé d’API une seule fois ; le navigateur garde ensuite une session, hors de portée des scripts.";
    key = "API key", "Clé d’API";
    key_hint = "It begins with rk_. Whoever runs this server makes one with ruche keys create.", "Elle commence par rk_. La personne qui exploite ce serveur en crée avec ruche keys create.";
    submit = "Log in", "Se connecter";
    refused = "This key is not accepted", "Cette clé n’est pas acceptée";
    empty = "Enter a key", "Saisissez une clé";
}
