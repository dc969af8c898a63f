//! Who may do what in the office.

use anyhow::ensure;
use libtest_mimic::Trial;

use super::{day, with};
use crate::support::block_on;
use crate::support::campaign::{PASSWORD, TestCampaign};
use crate::support::databases::{TestDatabase, on_both};
use crate::support::visitor::Visitor;
use allervers::domain::user::Role;
use allervers::service::add_user::{add_structure, add_user};
use chrono::Utc;

pub fn trials() -> Vec<Trial> {
    [
        on_both("only_a_coordinator_edits_campaigns", only_coordinators),
        on_both("another_structures_campaign_is_not_there", another_structure),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every page that changes something.
const PAGES: [&str; 11] = [
    "/bureau/structure",
    "/bureau/campagnes/nouvelle",
    "/bureau/campagnes/importer",
    "/bureau/lozere/campagne",
    "/bureau/lozere/lettre",
    "/bureau/lozere/ateliers/nouveau",
    "/bureau/lozere/ateliers/tablette-langogne",
    "/bureau/lozere/lieux/nouveau",
    "/bureau/lozere/financeurs/nouveau",
    "/bureau/lozere/relais/nouveau",
    "/bureau/lozere/relais/radio",
];

fn only_coordinators(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let campaign = TestCampaign::in_database(database).await?;
        let nobody = Visitor::new(campaign.app()?);
        let hub = nobody.logged_in("hub@exemple.fr").await?;
        let desk = nobody.logged_in("accueil@exemple.fr").await?;
        let coordinator = nobody.logged_in("coordination@exemple.fr").await?;
        let lists = [
            "/bureau/lozere/ateliers",
            "/bureau/lozere/lieux",
            "/bureau/lozere/financeurs",
            "/bureau/lozere/dossier",
            "/bureau/lozere/papiers",
            "/bureau/lozere/verification",
            "/bureau/lozere/papiers/programme.pdf",
        ];
        for page in PAGES {
            for visitor in [&hub, &desk] {
                visitor.get(page).await?.shows(403, &["n’est pas ouverte à votre compte"])?;
                visitor.post(page, &[("name", "x")]).await?.shows(403, &[])?;
            }
            ensure!(nobody.get(page).await?.leads_to()?.starts_with("/connexion"), "{page}");
            ensure!(nobody.post(page, &[]).await?.leads_to()?.starts_with("/connexion"), "{page}");
            coordinator.get(page).await?.shows(200, &["<form"])?;
            coordinator.post(page, &[]).await.map(|a| ensure_refused(page, a.status.as_u16()))??;
        }
        for page in lists {
            hub.get(page).await?.shows(403, &[])?;
            desk.get(page).await?.shows(403, &[])?;
            coordinator.get(page).await?.shows(200, &[])?;
        }
        for gone in ["ateliers/tablette-langogne", "lieux/langogne", "relais/radio"] {
            hub.post(&format!("/bureau/lozere/{gone}/supprimer"), &[]).await?.shows(403, &[])?;
        }
        // The hub sees the figures, and no task of others.
        hub.get("/bureau/lozere").await?.shows(200, &["3\u{a0}ateliers"])?.hides(&["À faire", "/campagne\""])?;
        desk.get("/bureau/lozere").await?.shows(403, &[])?;
        Ok(())
    })
}

/// An empty form is refused, or overtaken for want of a mark.
fn ensure_refused(page: &str, status: u16) -> anyhow::Result<()> {
    ensure!([409, 422].contains(&status), "{page}: {status}");
    Ok(())
}

fn another_structure(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        office.begin().await?;
        office.add_places().await?;
        office.add_workshop().await?;
        add_structure(&office.store, "Numérique du Gard").await?;
        let named = Some("Numérique du Gard");
        add_user(&office.store, "gard@exemple.fr", Role::Coordinator, named, PASSWORD, Utc::now()).await?;
        let stranger = office.coordinator.logged_in("gard@exemple.fr").await?;
        for page in [
            "",
            "/campagne",
            "/lettre",
            "/verification",
            "/ateliers",
            "/ateliers/nouveau",
            "/ateliers/tablette-langogne",
            "/lieux",
            "/lieux/bus-grandrieu",
            "/financeurs",
            "/relais",
            "/dossier",
            "/canaux",
        ] {
            stranger.get(&format!("/bureau/lozere-hiver{page}")).await?.shows(404, &[])?.hides(&["Grandrieu"])?;
        }
        let (first, second) = (day(60).to_string(), day(63).to_string());
        let posted = super::workshop(&first, &second);
        stranger.post("/bureau/lozere-hiver/ateliers/nouveau", &posted).await?.shows(404, &[])?;
        stranger.post("/bureau/lozere-hiver/lieux/bus-grandrieu/supprimer", &[]).await?.shows(404, &[])?;
        let resume =
            [("name", "N"), ("seed", "1"), ("posting_day", "J+1"), ("reply_by", "J+2"), ("reprendre", "lozere-hiver")];
        stranger
            .post("/bureau/structure", &with_name("Numérique en Lozère"))
            .await?
            .shows(422, &["porte déjà ce nom"])?;
        stranger.post("/bureau/structure", &with_name("Numérique du Gard")).await?.leads_to()?;
        stranger.post("/bureau/campagnes/nouvelle", &resume).await?.shows(404, &["à reprendre"])?;
        // The short name of a campaign is shared by all: it is taken for her too.
        let same =
            [("name", "N"), ("seed", "1"), ("posting_day", "J+1"), ("reply_by", "J+2"), ("slug", "lozere-hiver")];
        stranger.post("/bureau/campagnes/nouvelle", &same).await?.shows(422, &["déjà pris"])?;
        Ok(())
    })
}

fn with_name(name: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut fields = super::STRUCTURE.to_vec();
    fields[0] = ("name", name);
    fields
}
