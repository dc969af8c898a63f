//! Papers on the spot: flyers in other formats, sheets, and who may have those that name people.

use anyhow::{Context, ensure};
use libtest_mimic::Trial;

use super::{STRUCTURE, upload, with};
use crate::support::block_on;
use crate::support::campaign::TestCampaign;
use crate::support::databases::{TestDatabase, on_both};
use crate::support::visitor::Visitor;

pub fn trials() -> Vec<Trial> {
    [
        on_both("papers_are_made_on_the_spot", papers_on_the_spot),
        on_both("sheets_that_name_people_are_for_who_sees_people", sheets_that_name_people),
        on_both("a_structure_has_its_colour_and_logo", colour_and_logo),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn papers_on_the_spot(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let campaign = TestCampaign::in_database(database).await?;
        let coordinator = Visitor::new(campaign.app()?).logged_in("coordination@exemple.fr").await?;
        let page = coordinator.get("/bureau/lozere/papiers").await?;
        let page = page.shows(200, &["Quels papiers", "Grande date"])?;
        // As the campaign has its posters; letters are no place for a flyer, and a stand is a stand.
        let page = page.hides(&["value=\"courriers\""])?;
        ensure!(page.text.contains("name=\"languettes\" value=\"oui\" checked"), "{}", page.text);
        let stands = page.text.split("stand.pdf").nth(1).and_then(|form| form.split("</form>").next());
        let stands = stands.context("the form for a stand")?;
        ensure!(stands.contains("value=\"stand\"") && !stands.contains("value=\"radio\""), "{stands}");
        let at = "/bureau/lozere/papiers";
        let copy =
            format!("{at}/exemplaire?atelier=tablette-langogne&relais=mairie-langogne&modele=date&tirage=noir&format");
        for (path, begins) in [
            (format!("{copy}=A3"), "%PDF"),
            (format!("{copy}=1080x1350"), "\u{fffd}PNG"),
            (format!("{at}/stand.pdf?relais=radio"), "%PDF"),
            (format!("{at}/satisfaction.pdf?atelier=tablette-langogne"), "%PDF"),
            (format!("{at}/programme.pdf"), "%PDF"),
            (format!("{at}/programme.pdf?relais=mairie-langogne"), "%PDF"),
            ("/bureau/enveloppes.pdf".to_owned(), "%PDF"),
        ] {
            let answer = coordinator.get(&path).await?;
            ensure!(answer.status.as_u16() == 200, "{path}: {answer:?}");
            ensure!(answer.header("cache-control")? == "no-store", "{path}");
            ensure!(answer.text.starts_with(begins), "{path}");
        }
        coordinator.get(&format!("{at}/partenaires.pdf")).await?.shows(422, &["partenaire"])?;
        coordinator
            .get(&format!("{at}/exemplaire?atelier=rien&relais=radio&modele=date&tirage=noir&format=A5"))
            .await?
            .shows(404, &[])?;
        // What has no reference yet cannot be told apart later.
        let radio = copy.replace("mairie-langogne", "radio");
        coordinator.get(&format!("{radio}=A5")).await?.shows(422, &["pas encore de référence"])?;
        coordinator.get(&format!("{at}/autre.pdf")).await?.shows(404, &[])?;
        // Whoever hands the programme out has its own, and what is no choice is said beside the choice.
        page.shows(200, &["Distribué par", "une image a le sien"])?;
        let plain = coordinator.get(&format!("{at}/programme.pdf?relais=")).await?;
        let referred = coordinator.get(&format!("{at}/programme.pdf?relais=mairie-langogne")).await?;
        ensure!(plain.status.as_u16() == 200 && plain.text != referred.text, "with its references");
        coordinator.get(&format!("{at}/programme.pdf?relais=personne")).await?.shows(404, &[])?;
        Ok(())
    })
}

fn sheets_that_name_people(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let campaign = TestCampaign::in_database(database).await?;
        let nobody = Visitor::new(campaign.app()?);
        let desk = nobody.logged_in("accueil@exemple.fr").await?;
        let hub = nobody.logged_in("hub@exemple.fr").await?;
        for sheet in ["emargement.pdf", "appel.pdf?seance=1"] {
            let path = format!("/accueil/presences/tablette-langogne/{sheet}");
            ensure!(nobody.get(&path).await?.leads_to()?.starts_with("/connexion"), "{path}");
            hub.get(&path).await?.shows(403, &[])?;
            let answer = desk.get(&path).await?;
            ensure!(answer.status.as_u16() == 200 && answer.text.starts_with("%PDF"), "{path}: {answer:?}");
            ensure!(answer.header("cache-control")? == "no-store", "{path}");
        }
        desk.get("/accueil/presences/tablette-langogne/appel.pdf?seance=99").await?.shows(404, &[])?;
        Ok(())
    })
}

fn colour_and_logo(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        office.begin().await?;
        let page = "/bureau/structure";
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'><path d='M0 0h1v1z'/></svg>";
        let with_colour = |colour: &'static str| [STRUCTURE.to_vec(), vec![("colour", colour)]].concat();
        let removals = ["Retirer le logo", "Retirer la signature"];
        office.coordinator.get(page).await?.shows(200, &["Votre couleur"])?.hides(&removals)?;
        let light = upload(&office.coordinator, page, &with_colour("#ffcc00"), ("logo", "", b"")).await?;
        light.shows(422, &["trop clair"])?;
        let deep = with_colour("#4a1942");
        let torn = upload(&office.coordinator, page, &deep, ("logo", "notre logo.png", b"GIF89a")).await?;
        torn.shows(422, &["notre logo.png", "PNG, JPEG ou SVG"])?;
        upload(&office.coordinator, page, &deep, ("logo", "logo.svg", svg)).await?.leads_to()?;
        office.coordinator.get(page).await?.shows(200, &removals[..1])?.hides(&removals[1..])?;
        // Without a file nothing changes.
        upload(&office.coordinator, page, &deep, ("logo", "", b"")).await?.leads_to()?;
        let pack = allervers::service::export_campaign::of_installation(&office.store, "lozere-hiver").await?;
        let toml = String::from_utf8(pack.files["campaign.toml"].clone())?;
        ensure!(toml.contains("colour = \"#4a1942\"") && toml.contains("logos/structure.svg"), "{toml}");
        ensure!(pack.files.get("logos/structure.svg").context("the logo")? == svg);
        Ok(())
    })
}
