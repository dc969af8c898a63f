//! The pages of the audience and of fragility, and the command, as a coordinator, a hub and a desk meet them.

use std::process::Output;

use allervers::service::find_campaign::find_any_campaign;
use allervers::service::save_audience;
use allervers::store;
use anyhow::{Context, ensure};
use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use libtest_mimic::Trial;

use super::homes::{Home, bring_in};
use crate::support::block_on;
use crate::support::campaign::TestCampaign;
use crate::support::databases::{TestDatabase, on_both};
use crate::support::pack::{TestPack, allervers};
use crate::support::visitor::{Answer, Visitor};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("a_coordinator_defines_saves_chooses_and_draws_an_audience", a_coordinator),
        on_both("each_field_of_the_audience_says_what_is_wrong_with_it", wrong_fields),
        on_both("a_hub_looks_at_an_audience_and_a_desk_does_not", who_may),
        on_both("fragility_comes_by_file_and_bad_rows_are_told", fragility),
        on_both("the_command_counts_and_draws_until_letters_are_printed", the_command),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const PAGE: &str = "/bureau/lozere/public";
const FORM: [(&str, &str); 5] =
    [("age_min", "60"), ("km", "25"), ("plus_tard", "50"), ("tirage", "household"), ("sexe", "")];

fn query(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = FORM.iter().copied().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes.iter().copied()).collect()
}

async fn coordinator(test: &TestCampaign) -> anyhow::Result<Visitor> {
    Visitor::new(test.app()?).logged_in("coordination@exemple.fr").await
}

fn a_coordinator(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let test = TestCampaign::in_database(database).await?;
        let homes: Vec<_> = (0..20).map(|n| Home::in_commune(if n < 12 { "48095" } else { "48061" })).collect();
        bring_in(&test.store, "lozere", "essai.csv", 0, &homes).await?;
        let office = coordinator(&test).await?;
        let page = office.get(PAGE).await?.shows(200, &["À qui écrire", "Public du dossier", "audience.js"])?;
        page.hides(&["EXEMPLE", "Camille", "PAGÈS", " style="])?;
        let typed = with(&[("communes", "Mende, Langogne (48080)")]);
        let page = office.get(&format!("{PAGE}?{}", query(&typed))).await?;
        page.shows(200, &["<dd>7</dd>", "<dd>6</dd>", "d’une autre commune"])?;
        let part = office.get(&format!("{PAGE}/comptage?{}", query(&typed))).await?.shows(200, &["<dd>7</dd>"])?;
        part.hides(&["<html", "<form"])?;
        let mut named = typed.clone();
        named.push(("nom", "Autour de Mende"));
        let saved = office.post(&format!("{PAGE}/enregistrer"), &named).await?;
        let id = saved.leads_to()?.split(['=', '&']).nth(1).context("an id")?.to_owned();
        office.get(saved.leads_to()?).await?.shows(
            200,
            &[
                "Le public est enregistré",
                "Autour de Mende",
                "Les lettres sont encore tirées d’un autre",
                "Choisir ce public",
            ],
        )?;
        // The pack's audience is the chosen one until another is.
        office
            .post(&format!("{PAGE}/supprimer"), &[("id", &chosen(&test).await?)])
            .await?
            .shows(422, &["choisissez-en"])?;
        office.post(&format!("{PAGE}/choisir"), &[("id", &id)]).await?.leads_to()?;
        office
            .post(&format!("{PAGE}/renommer"), &[("id", &id), ("nouveau_nom", "")])
            .await?
            .shows(422, &["Donnez un nom"])?;
        let taken = [("id", id.as_str()), ("nouveau_nom", "Public du dossier")];
        office.post(&format!("{PAGE}/renommer"), &taken).await?.shows(422, &["Un autre public"])?;
        let renamed = [("id", id.as_str()), ("nouveau_nom", "Mende et Langogne")];
        office.post(&format!("{PAGE}/renommer"), &renamed).await?.leads_to()?;
        ensure!(chosen(&test).await? == id);
        office.get(&format!("{PAGE}/tirer")).await?.shows(200, &["Mende et Langogne", "Écrire à 6\u{a0}foyers"])?;
        let drawn = office.post(&format!("{PAGE}/tirer"), &[]).await?;
        office.get(drawn.leads_to()?).await?.shows(200, &["Le public est tiré", "6 foyers maintenant, 7 plus tard"])?;
        let campaign = find_any_campaign(&test.store, "lozere").await?;
        let kept = store::audience::of_campaign(test.store.read(), campaign.id).await?.context("the audience")?;
        ensure!((kept.now.len(), kept.later.len()) == (6, 7));
        let invited = store::audience::invited(test.store.read(), campaign.structure, campaign.id).await?;
        ensure!(invited.len() == 6, "who is written to later has no number yet");
        Ok(())
    })
}

async fn chosen(test: &TestCampaign) -> anyhow::Result<String> {
    let campaign = find_any_campaign(&test.store, "lozere").await?;
    let all = save_audience::of_campaign(&test.store, &campaign).await?;
    Ok(all.into_iter().find(|s| s.chosen).context("a chosen audience")?.id.to_string())
}

fn wrong_fields(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let test = TestCampaign::in_database(database).await?;
        let office = coordinator(&test).await?;
        for (field, typed, told) in [
            ("age_min", "douze", "il faut un âge de 0 à 110"),
            ("age_max", "50", "L’âge maximum est sous l’âge minimum"),
            ("km", "0", "il faut une distance"),
            ("km", "", "Ce champ est vide"),
            ("communes", "Atlantide", "Aucune commune ne s’appelle « Atlantide »"),
            ("communes", "Saint-Martin", "Plusieurs communes"),
            ("sauf", "99999", "Aucune commune"),
            ("rattachements", "Auroux", "écrivez le lieu, deux-points"),
            ("rattachements", "Ailleurs : Auroux", "« Ailleurs » n’est pas un lieu de la campagne"),
            ("population_min", "beaucoup", "un nombre d’habitants"),
            ("fragilite_index", "11", "une note de 0 à 10"),
            ("plafond", "0", "un nombre de lettres"),
            ("taux", "200", "un taux de 0,1 à 100"),
            ("plus_tard", "60", "une part de 0 à 50"),
            ("sans_lettre", "x", "un taux de 0,01 à 99"),
        ] {
            let page = office.get(&format!("{PAGE}?{}", query(&with(&[(field, typed)])))).await?;
            let text = page.text.replace("&#39;", "'").replace(['\u{a0}', '\u{202f}'], " ");
            ensure!(page.status.as_u16() == 422, "{field} « {typed} »: {}", page.status);
            ensure!(text.contains(told), "{field} « {typed} » should say « {told} »: {text}");
            ensure!(page.text.contains(&format!("href=\"#{field}\"")), "{field}: the summary leads to the field");
        }
        let share_alone = office.get(&format!("{PAGE}?{}", query(&with(&[("taux", "2")])))).await?;
        share_alone.shows(422, &["Une part sans places", "À corriger"])?;
        let seats_alone = office.get(&format!("{PAGE}?{}", query(&with(&[("places", "24")])))).await?;
        seats_alone.shows(422, &["quelle part des lettres", "href=\"#taux\""])?;
        let form = with(&[("nom", "  ")]);
        office.post(&format!("{PAGE}/enregistrer"), &form).await?.shows(422, &["Donnez un nom"])?;
        let hostile = with(&[("communes", "<script>alert(1)</script>")]);
        office
            .get(&format!("{PAGE}?{}", query(&hostile)))
            .await?
            .shows(422, &["&lt;script&gt;"])?
            .hides(&["<script>a"])?;
        office.post(&format!("{PAGE}/choisir"), &[("id", "rien")]).await?.shows(404, &[])?;
        Ok(())
    })
}

fn who_may(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let test = TestCampaign::in_database(database).await?;
        test.and_another_structure().await?;
        let visitor = Visitor::new(test.app()?);
        ensure!(visitor.get(PAGE).await?.leads_to()?.starts_with("/connexion"));
        let hub = visitor.logged_in("hub@exemple.fr").await?;
        hub.get(PAGE).await?.shows(200, &["À qui écrire"])?.hides(&["Enregistrer sous", "Tirer le public"])?;
        let mut form = FORM.to_vec();
        form.push(("nom", "Essai"));
        for (path, fields) in [("enregistrer", form.as_slice()), ("tirer", &[]), ("choisir", &[]), ("supprimer", &[])] {
            hub.post(&format!("{PAGE}/{path}"), fields).await?.shows(403, &["sans le changer"])?;
        }
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        for path in [PAGE, "/bureau/lozere/public/comptage", "/bureau/lozere/public/tirer", "/bureau/fragilite"] {
            desk.get(path).await?.shows(403, &[])?;
        }
        // A campaign of another structure does not exist.
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        office.get("/bureau/gard/public").await?.shows(404, &[])?;
        office.post("/bureau/gard/public/tirer", &[]).await?.shows(404, &[])?;
        let policy = office.get(PAGE).await?;
        ensure!(policy.header("content-security-policy")?.contains("script-src 'self'"));
        ensure!(!policy.header("content-security-policy")?.contains("unsafe"));
        Ok(())
    })
}

async fn give(visitor: &Visitor, file: &str) -> anyhow::Result<Answer> {
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"f.csv\"\r\n\r\n{file}\r\n--x--\r\n"
    );
    let request = Request::post("/bureau/fragilite")
        .header(CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))?;
    visitor.send(request).await
}

fn fragility(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let test = TestCampaign::in_database(database).await?;
        bring_in(&test.store, "lozere", "essai.csv", 0, &[Home::in_commune("48095")]).await?;
        let office = coordinator(&test).await?;
        let asked = format!("{PAGE}/comptage?{}", query(&with(&[("fragilite_index", "7"), ("plus_tard", "0")])));
        // Lozère as a department has 7.1: both households live where it is fragile enough.
        office.get(&asked).await?.shows(200, &["<dd>2</dd>"])?;
        let file = "code_insee;indice;4g\n48095;6,9;2\n48080;12;2\nx;1;1\n";
        let page = give(&office, file).await?;
        page.shows(200, &["1 communes prises", "Ligne 2", "une note de 0 à 10", "Ligne 3"])?;
        office.get(&asked).await?.shows(200, &["<dd>1</dd>", "d’une commune moins fragile"])?;
        give(&office, "nom;indice\nMende;6\n").await?.shows(422, &["code_insee"])?;
        give(&office, "code_insee;indice\n48080;99\n").await?.shows(422, &["Aucune ligne"])?;
        give(&office, "").await?.shows(422, &["Choisissez un fichier"])?;
        // What was right stays until a right file replaces it.
        office.get(&asked).await?.shows(200, &["<dd>1</dd>"])?;
        Ok(())
    })
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        .replace(['\u{a0}', '\u{202f}'], " ")
}

fn the_command(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let audience = |arguments: &[&str]| -> anyhow::Result<Output> {
        Ok(allervers(&pack.var(), &database.url).arg("audience").args(arguments).output()?)
    };
    let unknown = audience(&["rien"])?;
    ensure!(unknown.status.code() == Some(1) && said(&unknown).contains("Aucune campagne"), "{}", said(&unknown));
    let run = pack.run(&database.url, &[])?;
    ensure!(run.status.success(), "{}", said(&run));
    let counted = audience(&["essai-2027", "--count"])?;
    ensure!(counted.status.success() && said(&counted).contains("Rien n’a changé"), "{}", said(&counted));
    ensure!(said(&counted).contains("retenus"), "{}", said(&counted));
    let refused = audience(&["essai-2027"])?;
    ensure!(refused.status.code() == Some(1), "{}", said(&refused));
    ensure!(said(&refused).contains("Des lettres sont déjà imprimées"), "{}", said(&refused));
    Ok(())
}
