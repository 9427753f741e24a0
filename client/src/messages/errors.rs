//! What went wrong.

use crate::i18n::messages;

messages! {
    offline = "The server cannot be reached", "Le serveur est injoignable";
    unexpected(status: u16) = format!("Something between here and the server answered with {status}"), format!("Un intermédiaire a répondu par une erreur {status}");
    unreadable = "The answer could not be read: reload the page, the server may be newer", "Réponse illisible : rechargez la page, le serveur est peut-être plus récent";
    stale = "Shown as it was before; asking again failed", "Affiché tel qu’avant ; l’actualisation a échoué";
    not_found = "There is no such thing, or there is no more", "Introuvable, ou disparu depuis";
    request(id: &str) = format!("Request {id}"), format!("Requête {id}");
    forbidden = "Your key may not do this", "Votre clé ne le permet pas";
    unauthorized = "This key is not accepted", "Cette clé n’est pas acceptée";
    too_many = "Too many requests: wait a moment", "Trop de requêtes : patientez un instant";
    unavailable = "The server cannot reach its database just now", "Le serveur n’atteint pas sa base de données pour l’instant";
    conflict = "Something else has changed it meanwhile", "Modifié entre-temps";
    invalid = "Some of it is not right", "Certains champs sont à corriger";
    page_not_found = "There is no such page", "Cette page n’existe pas";
    page_not_found_hint = "The address may be mistyped, or what it led to is gone.", "L’adresse est peut-être mal saisie, ou ce qu’elle désignait a disparu.";
}

/// The title of a kind of problem that the server names.
pub fn of_code(code: &str) -> Option<std::borrow::Cow<'static, str>> {
    Some(match code {
        "forbidden" => forbidden(),
        "unauthorized" => unauthorized(),
        "not_found" => not_found(),
        "too_many_requests" | "rate_limited" | "throttled" => too_many(),
        "unavailable" | "service_unavailable" => unavailable(),
        "precondition_failed" => conflict(),
        "validation" | "invalid" => invalid(),
        _ => return None,
    })
}
