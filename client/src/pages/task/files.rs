//! Files that the task made.

use crate::prelude::*;
use ruche_api::{Artifact, ArtifactPage};
use uuid::Uuid;

use crate::{
    api::{self, use_query},
    i18n::number,
    messages::{task as m, words},
    ui::{
        layout::card,
        notice::empty,
        remote::remote,
        table::{Column, fixed_table},
        time::ago,
    },
};

/// Shows them.
pub fn files(id: Uuid) -> View {
    let files = use_query(move || Some(api::artifacts::of_task(id))).follow(move |pulse| pulse.concerns(id));
    card(m::tab_files(), View::default(), remote(files, |page| table(&page)))
}

fn table(page: &ArtifactPage) -> View {
    if page.data.is_empty() {
        return empty(m::no_files(), View::default());
    }
    let columns = vec![
        Column::new(m::file(), |file: &Artifact| {
            let (name, address) = (file.name.clone(), api::artifacts::content_address(file.id));
            html! { a(href=address, download=name.clone()) { (name) } }
        })
        .class("wide"),
        Column::new(m::kind(), |file: &Artifact| file.content_type.clone().into()),
        Column::number(m::size(), |file: &Artifact| number::bytes(file.size).into()),
        Column::number(words::attempt(), |file: &Artifact| {
            file.attempt.map(|attempt| attempt.to_string()).unwrap_or_default().into()
        }),
        Column::new(words::created(), |file: &Artifact| ago(file.created_at)),
    ];
    fixed_table(m::tab_files(), columns, page.data.clone())
}
