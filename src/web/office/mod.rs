//! Pages for who runs campaigns.

mod audience;
mod blind;
mod campaigns;
mod channels;
mod check;
mod communes;
mod document_views;
mod documents;
mod edit_page;
mod editions;
mod exchange;
mod form;
mod fragility;
mod home;
mod letter;
mod lists;
mod opposition_file;
mod oppositions;
mod papers;
mod print_run;
mod returns;
mod structure;
mod things;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post};

use super::App;
use crate::domain::logo::LOGO_BYTES;
use crate::service::import_campaign::PACK_BYTES;
use things::{Funders, Outlets, Partners, Thing, Venues, Workshops};

/// Bytes of a form beside its file.
const FORM_BYTES: usize = 64 * 1024;

/// `/bureau`.
pub fn routes() -> Router<App> {
    let import = get(exchange::form).post(exchange::import).layer(DefaultBodyLimit::max(PACK_BYTES + FORM_BYTES));
    Router::new()
        .merge(lists::routes())
        .merge(audience::routes())
        .merge(fragility::routes())
        .route("/bureau", get(home::home))
        .route("/bureau/enveloppes.pdf", get(papers::envelopes))
        .route("/bureau/{campaign}/papiers", get(papers::papers))
        .route("/bureau/{campaign}/papiers/{name}", get(papers::paper))
        .route("/bureau/structure", with_logo(get(structure::form).post(structure::save)))
        .route("/bureau/campagnes", get(home::campaigns))
        .route("/bureau/campagnes/nouvelle", get(campaigns::new).post(campaigns::create))
        .route("/bureau/campagnes/importer", import)
        .route("/bureau/{campaign}", get(home::campaign))
        .route("/bureau/{campaign}/campagne", get(campaigns::form).post(campaigns::save))
        .route("/bureau/{campaign}/modele", get(editions::form).post(editions::save))
        .route("/bureau/{campaign}/verification", get(check::check))
        .route("/bureau/{campaign}/lettre", get(letter::form).post(letter::save))
        .route("/bureau/{campaign}/lettre/apercu", post(letter::preview))
        .route("/bureau/{campaign}/documents", get(documents::list).post(documents::make))
        .route("/bureau/{campaign}/documents.zip", get(documents::archive))
        .route("/bureau/{campaign}/documents/refaire", get(documents::remake))
        .route("/bureau/{campaign}/apercu/{*path}", get(documents::picture))
        .route("/bureau/{campaign}/documents/{*path}", get(documents::download))
        .route("/bureau/{campaign}/tirage", get(print_run::print_run))
        .route("/bureau/{campaign}/tirage/accord", post(print_run::approve))
        .route("/bureau/{campaign}/tirage/poste", post(print_run::post))
        .route("/bureau/{campaign}/tirage/vague", post(print_run::next_wave))
        .route("/bureau/{campaign}/epreuve.pdf", get(print_run::proof_file))
        .route("/bureau/{campaign}/dossier", get(exchange::export))
        .route("/bureau/{campaign}/financeurs/{slug}/logo", get(things::logo))
        .route("/bureau/oppositions", get(oppositions::oppositions))
        .route("/bureau/oppositions/numero", post(oppositions::by_number))
        .route("/bureau/oppositions/personne", post(oppositions::of_person))
        .route("/bureau/oppositions/doutes", post(oppositions::answer))
        .route(
            "/bureau/oppositions/fichier",
            post(opposition_file::upload).layer(DefaultBodyLimit::max(opposition_file::MOST_BYTES)),
        )
        .route("/bureau/oppositions/fichier/{file}", get(opposition_file::preview).post(opposition_file::decide))
        .route("/bureau/{campaign}/retours", get(returns::returns).post(returns::note))
        .route("/bureau/{campaign}/retours/annuler", post(returns::undo))
        .route("/bureau/{campaign}/retours/{file}", get(returns::for_the_fund))
        .route("/bureau/{campaign}/canaux", get(channels::channels))
        .route("/bureau/{campaign}/canaux.csv", get(channels::as_csv))
        .merge(blind::routes())
        .merge(routes_of::<Workshops>())
        .merge(routes_of::<Venues>())
        .merge(routes_of::<Funders>())
        .merge(routes_of::<Outlets>())
        .merge(routes_of::<Partners>())
}

/// A form with a logo. One that is too heavy still comes in, so that the page can say so with everything else that was typed.
fn with_logo(pages: MethodRouter<App>) -> MethodRouter<App> {
    pages.layer(DefaultBodyLimit::max(2 * LOGO_BYTES + FORM_BYTES))
}

/// The pages of one kind of thing.
fn routes_of<T: Thing + 'static>() -> Router<App> {
    let base = format!("/bureau/{{campaign}}/{}", T::PATH);
    let form = |pages: MethodRouter<App>| {
        if T::FILES { with_logo(pages) } else { pages.layer(DefaultBodyLimit::max(FORM_BYTES)) }
    };
    Router::new()
        .route(&base, get(things::list::<T>))
        .route(&format!("{base}/nouveau"), form(get(things::new::<T>).post(things::create::<T>)))
        .route(&format!("{base}/{{slug}}"), form(get(things::edit::<T>).post(things::change::<T>)))
        .route(&format!("{base}/{{slug}}/supprimer"), post(things::delete::<T>))
}
