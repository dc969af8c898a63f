//! The letter's text beside its preview, and the proof before printing.

use allervers::config::{Config, Overrides};
use allervers::domain::user::Role;
use allervers::service::add_user::add_user;
use allervers::store::Store;
use allervers::web::App;
use anyhow::ensure;
use chrono::Utc;
use libtest_mimic::Trial;

use super::value_of;
use crate::support::campaign::PASSWORD;
use crate::support::databases::TestDatabase;
use crate::support::pack::{TestPack, said};
use crate::support::visitor::Visitor;
use crate::support::{KEY, block_on, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("a_coordinator_writes_the_letter_beside_its_preview", &[], writes),
        trial("check_says_what_is_wrong_before_anything_is_printed", &[], checks),
        trial("a_flyer_that_cannot_be_printed_is_named_and_stops_the_run", &[], flyers_are_checked),
    ]
}

const TEXT: &str = "# {{sujet}}, {{lieu}}\n\n{{salutation}}\n\nVenez le {{date}}, de {{heures}}, {{adresse}} : {{prix}}. \
                    Voir [notre site](https://numerique.exemple.fr/aide).\n\n{{ateliers}}\n\n{{coupon}}\n\n---\n\n{{origine}} {{droits}}";

fn writes() -> anyhow::Result<()> {
    let database = TestDatabase::sqlite()?;
    let pack = TestPack::new()?;
    let run = pack.run(&database.url, &[])?;
    ensure!(run.status.success(), "{}", said(&run));
    block_on(async {
        let store = Store::open(&database.url, KEY.into()).await?;
        add_user(&store, "ici@exemple.fr", Role::Coordinator, None, PASSWORD, Utc::now()).await?;
        let app =
            App::new(store.clone(), Config::load(None, Overrides { var: Some(pack.var()), ..Overrides::default() })?)?;
        let visitor = Visitor::new(app).logged_in("ici@exemple.fr").await?;
        let page = "/bureau/essai-2027/lettre";
        let shown =
            visitor.get(page).await?.shows(200, &["Le texte de la lettre", "data:image/png;base64,", "{{droits}}"])?;
        ensure!(shown.header("content-security-policy")?.contains("img-src 'self' data:"));
        let mark = value_of(&shown, "etat");
        // What is looked at is not stored.
        let looked = [("etat", mark.as_str()), ("letter", TEXT), ("action", "apercu")];
        visitor
            .post(page, &looked)
            .await?
            .shows(200, &["data:image/png", "{{coupon}}"])?
            .hides(&["class=\"error\""])?;
        let part = visitor.post(&format!("{page}/apercu"), &[("letter", TEXT)]).await?;
        part.shows(200, &["data:image/png"])?.hides(&["<html"])?;
        let wrong = TEXT.replace("{{droits}}", "{{drois}}");
        let part = visitor.post(&format!("{page}/apercu"), &[("letter", wrong.as_str())]).await?;
        part.shows(200, &["Ligne 13", "drois"])?.hides(&["data:image/png"])?;
        let open = TEXT.replace("{{salutation}}", "{{#if gratuit}}");
        let part = visitor.post(&format!("{page}/apercu"), &[("letter", open.as_str())]).await?;
        part.shows(200, &["class=\"error\""])?.hides(&["data:image/png"])?;
        visitor.get(page).await?.hides(&["Venez le {{date}}"])?;

        visitor.post(page, &[("etat", mark.as_str()), ("letter", TEXT)]).await?.leads_to()?;
        visitor.get(page).await?.shows(200, &["Venez le {{date}}"])?;
        // Somebody else's form was shown before that.
        let late = [("etat", mark.as_str()), ("letter", "Autre {{origine}} {{droits}}")];
        visitor.post(page, &late).await?.shows(409, &["Quelqu’un d’autre", "Autre {{origine}}"])?;
        let proof = visitor.get("/bureau/essai-2027/verification").await?;
        proof.shows(200, &["Les lettres les plus difficiles", "data:image/png", "lettres vérifiées"])?;
        Ok(())
    })
}

fn flyers_are_checked() -> anyhow::Result<()> {
    let database = TestDatabase::sqlite()?;
    let endless = format!("topic = \"{}\"", "Apprendre tranquillement à écrire à sa famille ".repeat(5));
    for (topic, expected) in [("topic = \"Bravo 👍\"", "U+1F44D"), (endless.as_str(), "Raccourcissez")] {
        let pack = TestPack::new()?;
        pack.change("topic = \"Débuter avec une tablette\"", topic)?;
        let check = pack.command(&database.url, "check", &[])?;
        ensure!(check.status.code() == Some(1), "{}", said(&check));
        for told in ["Le flyer de l’atelier « ", expected] {
            ensure!(said(&check).contains(told), "{told}: {}", said(&check));
        }
        let run = pack.run(&database.url, &[])?;
        ensure!(run.status.code() == Some(1) && said(&run).contains(expected), "{}", said(&run));
        ensure!(!pack.out().join("flyers").exists(), "something was made");
    }
    // What is only to be looked at is said, and stops nothing.
    let pack = TestPack::new()?;
    let toml = std::fs::read_to_string(pack.path().join("campaign.toml"))?;
    std::fs::write(
        pack.path().join("campaign.toml"),
        format!("{toml}\n[[funder]]\nslug = \"carsat\"\nname = \"la Carsat\"\n"),
    )?;
    for command in ["check", "run"] {
        let told = pack.command(&database.url, command, &[])?;
        ensure!(told.status.success() && said(&told).contains("Le logo de la Carsat"), "{}", said(&told));
    }
    Ok(())
}

fn checks() -> anyhow::Result<()> {
    let database = TestDatabase::sqlite()?;
    let pack = TestPack::new()?;
    let check = pack.command(&database.url, "check", &[])?;
    ensure!(check.status.success(), "{}", said(&check));
    ensure!(said(&check).contains("une lettre d’exemple l’a été"), "{}", said(&check));
    for (what, instead, expected) in [
        ("Au plaisir de vous accueillir", "Rendez-vous le lundi 31 novembre, au plaisir", "« lundi 31 novembre »"),
        ("Vous débutez ?", "Appelez le 04 65 71 00.", "n’a pas dix chiffres"),
    ] {
        let letter = pack.path().join("texts/lettre.md");
        let before = std::fs::read_to_string(&letter)?;
        ensure!(before.contains(what), "{before}");
        std::fs::write(&letter, before.replace(what, instead))?;
        for command in ["check", "run"] {
            let refused = pack.command(&database.url, command, &[])?;
            ensure!(refused.status.code() == Some(1) && said(&refused).contains(expected), "{}", said(&refused));
        }
        ensure!(!pack.out().join("letters/lot-001.pdf").exists(), "something was printed");
        std::fs::write(&letter, before)?;
    }
    ensure!(pack.run(&database.url, &[])?.status.success());
    let check = pack.command(&database.url, "check", &[])?;
    ensure!(check.status.success() && said(&check).contains("lettres vérifiées"), "{}", said(&check));
    Ok(())
}
