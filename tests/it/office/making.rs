//! The button that makes the documents.

use allervers::config::{Config, Overrides};
use allervers::domain::user::Role;
use allervers::service::add_user::add_user;
use allervers::store::Store;
use allervers::web::App;
use anyhow::{bail, ensure};
use chrono::Utc;
use libtest_mimic::Trial;

use super::value_of;
use crate::support::campaign::PASSWORD;
use crate::support::databases::TestDatabase;
use crate::support::pack::TestPack;
use crate::support::visitor::{Answer, Visitor};
use crate::support::{KEY, block_on, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("a_coordinator_makes_the_documents_in_the_office_and_again_when_something_changed", &[], making),
        trial("the_documents_page_says_what_is_missing_before_anything_can_be_made", &[], missing),
    ]
}

const PAGE: &str = "/bureau/essai-2027/documents";

/// Asks for the page as a browser does, until the work is done.
async fn made(visitor: &Visitor) -> anyhow::Result<Answer> {
    for _ in 0..600 {
        let page = visitor.get(PAGE).await?;
        if page.headers.get("refresh").is_none() {
            return Ok(page);
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    bail!("the documents are still being made after a minute")
}

async fn office(database: &TestDatabase, pack: &TestPack) -> anyhow::Result<Visitor> {
    let store = Store::open(&database.url, KEY.into()).await?;
    let app = App::new(store, Config::load(None, Overrides { var: Some(pack.var()), ..Overrides::default() })?)?;
    Visitor::new(app).logged_in("ici@exemple.fr").await
}

fn making() -> anyhow::Result<()> {
    let database = TestDatabase::sqlite()?;
    let pack = TestPack::new()?;
    let run = pack.run(&database.url, &[])?;
    ensure!(run.status.success(), "{}", crate::support::pack::said(&run));
    // Nobody has pressed the button yet: as after an upload of lists alone.
    std::fs::remove_dir_all(pack.out())?;
    block_on(async {
        let store = Store::open(&database.url, KEY.into()).await?;
        add_user(&store, "ici@exemple.fr", Role::Coordinator, None, PASSWORD, Utc::now()).await?;
        let visitor = office(&database, &pack).await?;
        visitor.get(PAGE).await?.shows(200, &["Fabriquer ce qui manque"])?;
        let started = visitor.post(PAGE, &[]).await?;
        ensure!(started.leads_to()? == PAGE, "{started:?}");
        // A second press while it works begins nothing new.
        visitor.post(PAGE, &[]).await?.leads_to()?;
        made(&visitor).await?.shows(200, &["C’est fait", "Lot 1", "Tout télécharger"])?;
        let pdf = visitor.get(&format!("{PAGE}/letters/lot-001.pdf")).await?.shows(200, &["%PDF"])?;
        ensure!(pdf.header("content-type")? == "application/pdf");
        pictures(&visitor).await?;
        let zip = visitor.get(&format!("{PAGE}.zip")).await?.shows(200, &["essai-2027/letters/lot-001.pdf"])?;
        ensure!(zip.header("content-disposition")?.contains("essai-2027-documents.zip"));
        visitor.post(PAGE, &[]).await?.leads_to()?;
        made(&visitor).await?.shows(200, &["Tout était déjà fait"])?;

        // A changed place: what would be printed again is said first, and nothing is made without a yes.
        visitor.get(&format!("{PAGE}/refaire")).await?.shows(200, &["Rien n’est à refaire"])?;
        let form = "/bureau/essai-2027/lieux/mende";
        let moved = [
            ("name", "Salle des fêtes"),
            ("street", "1 rue Neuve"),
            ("postcode", "48000"),
            ("town", "Mende"),
            ("slug", "mende"),
            ("etat", &value_of(&visitor.get(form).await?, "etat")),
        ];
        visitor.post(form, &moved).await?.leads_to()?;
        visitor.get(PAGE).await?.shows(200, &["Voir ce qui est à refaire"])?;
        let asked = visitor.post(PAGE, &[]).await?;
        ensure!(asked.leads_to()? == format!("{PAGE}/refaire"), "{asked:?}");
        visitor.get(asked.leads_to()?).await?.shows(
            200,
            &[
                "Refaire ces documents",
                "seront imprimées à nouveau",
                "<b>Affiches\u{a0}: Débuter avec une tablette, Mende</b>",
                "le lieu",
            ],
        )?;
        visitor.post(PAGE, &[("refaire", "oui")]).await?.leads_to()?;
        made(&visitor)
            .await?
            .shows(200, &["C’est fait", "Remplacez les papiers"])?
            .hides(&["ne disent plus la vérité"])?;

        // A restart in the middle of the work: the page says so, and the same button goes on.
        std::fs::write(pack.out().join(".en-cours"), "")?;
        let after = office(&database, &pack).await?;
        after.get(PAGE).await?.shows(200, &["a été interrompue", "Reprendre la fabrication"])?;
        after.post(PAGE, &[]).await?.leads_to()?;
        made(&after).await?.shows(200, &["Tout était déjà fait"])?.hides(&["interrompue"])?;

        // Somebody makes them on a terminal meanwhile.
        let held = allervers::service::run_lock::hold(&pack.var())?;
        after.post(PAGE, &[]).await?.leads_to()?;
        made(&after).await?.shows(200, &["en train d’être faits"])?;
        drop(held);
        Ok(())
    })
}

/// First pages are shown as small pictures, of what has one.
async fn pictures(visitor: &Visitor) -> anyhow::Result<()> {
    let page = visitor.get(PAGE).await?;
    let shown: Vec<_> = page.text.split("<img src=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    for kind in ["letters/lot-001.pdf", "flyers/", "posters/", "notices/"] {
        ensure!(shown.iter().any(|path| path.contains(kind)), "{kind}: {shown:?}");
    }
    for path in shown {
        let picture = visitor.get(path).await?.shows(200, &["PNG"])?;
        ensure!(picture.header("content-type")? == "image/png" && picture.header("cache-control")? == "no-store");
    }
    for none in ["letters/manifest.csv", "outcomes/courte.csv", "letters/lot-099.pdf", "../../allervers.sqlite"] {
        visitor.get(&format!("/bureau/essai-2027/apercu/{none}")).await?.shows(404, &[])?;
    }
    Ok(())
}

fn missing() -> anyhow::Result<()> {
    super::with(&TestDatabase::sqlite()?, async |office| {
        office.begin().await?;
        office
            .get("/documents")
            .await?
            .shows(200, &["Ajouter un atelier", "Ajouter un relais"])?
            .hides(&["Fabriquer les documents"])?;
        Ok(())
    })
}
