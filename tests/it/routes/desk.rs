//! The pages of the desk and of the office.

use anyhow::{Context, ensure};
use libtest_mimic::Trial;

use super::{FORM, before, couple, fill, values_of, with};
use crate::support::databases::{TestDatabase, on_both};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("the_desk_registers_who_calls", the_desk_registers),
        on_both("the_desk_notes_what_a_caller_reports", the_desk_reports),
        on_both("the_desk_registers_who_is_on_no_list", the_desk_registers_a_newcomer),
        on_both("attendance_is_marked_session_by_session", attendance),
        on_both("the_office_compares_channels", the_office),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn the_desk_registers(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        let number = campaign.invitation.digits();
        let card = desk.get(&format!("/accueil?q={number}")).await?;
        let texts = ["Yvette et Jean PAGÈS", "12 RUE DES ECOLES", "lot 3, lettre 118", "l’Agirc-Arrco", "à effacer le"];
        let card = card.shows(200, &texts)?.shows(200, &["Signaler un décès", "Ne plus écrire", "Adresse fausse"])?;
        let card = card.shows(
            200,
            &["Inscrire à «\u{a0}Débuter avec une tablette\u{a0}»", "04\u{a0}65\u{a0}71\u{a0}92\u{a0}48", "sa commune"],
        )?;
        let card = card.hides(&[" checked"])?;
        let people = values_of(&card, "personne-");
        ensure!(people.len() == 2, "{people:?}");
        let household = campaign.household.to_string();
        let base =
            [("foyer", household.as_str()), ("par_numero", "oui"), ("atelier", "tablette-langogne"), ("envoi", "oui")];
        let both = [&base[..], &[("personne", &people[0]), ("personne", &people[1]), ("phone", "0465719248")]].concat();
        let unasked = desk.post("/accueil/inscriptions", &both).await?;
        unasked.shows(422, &["Demandez", "Ne sait plus", "PAGÈS"])?;
        let nobody = [&base[..], &[("heard_from", "letter")]].concat();
        desk.post("/accueil/inscriptions", &nobody).await?.shows(422, &["Cochez qui vient"])?;
        let asked = [&both[..], &[("heard_from", "letter")]].concat();
        let done = desk.post("/accueil/inscriptions", &asked).await?;
        let after = desk.get(done.leads_to()?).await?;
        after.shows(200, &["Yvette PAGÈS et Jean PAGÈS", "place confirmée", "il reste 6 places", "Déjà inscrits"])?;
        let second = desk.post("/accueil/inscriptions", &asked).await?;
        desk.get(second.leads_to()?).await?.shows(200, &["déjà inscrit"])?;
        // By name, several words, and somebody else of the family.
        let card =
            desk.get("/accueil?q=pages+yvette").await?.shows(200, &["Yvette et Jean PAGÈS"])?.hides(&["par_numero"])?;
        ensure!(values_of(&card, "personne-").len() == 2);
        let cousin = [
            ("foyer", household.as_str()),
            ("atelier", "demarches-mende"),
            ("envoi", "oui"),
            ("autre", "oui"),
            ("first_name", "Line"),
            ("last_name", "Roux"),
            ("heard_from", "unknown"),
        ];
        let done = desk.post("/accueil/inscriptions", &cousin).await?;
        desk.get(done.leads_to()?).await?.shows(200, &["Line Roux", "il reste 2 places"])?;
        let couple = [
            ("foyer", household.as_str()),
            ("atelier", "demarches-mende"),
            ("envoi", "oui"),
            ("personne", &people[0]),
            ("personne", &people[1]),
            ("autre", "oui"),
            ("first_name", "Ana"),
            ("last_name", "Roux"),
            ("heard_from", "unknown"),
        ];
        desk.post("/accueil/inscriptions", &couple).await?.shows(422, &["une ou deux personnes"])?;
        fill(visitor, "demarches-mende", 1).await?;
        let too_many = [
            ("foyer", household.as_str()),
            ("atelier", "demarches-mende"),
            ("envoi", "oui"),
            ("personne", &people[0]),
            ("personne", &people[1]),
            ("heard_from", "poster"),
        ];
        desk.post("/accueil/inscriptions", &too_many)
            .await?
            .shows(409, &["Il ne reste qu’une place", "Mettre sur la liste d’attente", " checked"])?;
        let agreed = [&too_many[..], &[("attente", "oui")]].concat();
        let waits = desk.post("/accueil/inscriptions", &agreed).await?;
        desk.get(waits.leads_to()?).await?.shows(200, &["sur la liste d’attente, à la place 1"])?;
        desk.get("/accueil?q=Personne").await?.shows(200, &["Personne n’a été trouvé", "dans aucune liste"])?;
        desk.get("/accueil?q=48271537").await?.shows(200, &["erreur de frappe", "le nom suffit"])?;
        desk.get("/accueil?q=0465719248").await?.shows(200, &["Yvette PAGÈS"])?;
        Ok(())
    })
}

fn the_desk_reports(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        let household = campaign.household.to_string();
        let card = desk.get(&format!("/accueil?foyer={household}")).await?;
        let jean = values_of(&card, "deces-").pop().context("Jean")?;
        let report = async |fields: &[(&str, &str)]| {
            let done = desk.post("/accueil/signaler", &[&[("foyer", household.as_str())], fields].concat()).await?;
            desk.get(done.leads_to()?).await
        };
        desk.post("/accueil/signaler", &[("foyer", &household), ("quoi", "deces")])
            .await?
            .shows(422, &["Il manque la personne"])?;
        let after = report(&[("quoi", "deces"), ("personne", &jean)]).await?;
        let after = after.shows(200, &["Le décès est noté", "Décès noté\u{a0}: Jean PAGÈS"])?;
        ensure!(values_of(&after, "personne-").len() == 1, "only the survivor can come");
        report(&[("quoi", "opposition")])
            .await?
            .shows(200, &["ne recevra plus de courrier", "Ne veut plus de courrier"])?;
        report(&[("quoi", "adresse")]).await?.shows(200, &["notée comme fausse", "lettre revenue"])?;
        desk.post("/accueil/signaler", &[("foyer", &household), ("quoi", "rien")]).await?.shows(404, &[])?;
        Ok(())
    })
}

fn the_desk_registers_a_newcomer(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let desk = visitor.logged_in("coordination@exemple.fr").await?;
        let page = desk.get("/accueil/nouveau?commune=Langogne").await?;
        let page = page.shows(200, &["depuis Langogne", "Qui vient"])?;
        ensure!(before(&page, "Débuter avec une tablette", "Mes démarches"));
        let nobody =
            [("atelier", "tablette-langogne"), ("envoi", "oui"), ("commune", "Langogne"), ("heard_from", "radio")];
        desk.post("/accueil/inscriptions", &nobody)
            .await?
            .shows(422, &["href=\"#first_name\"", "value=\"Langogne\""])?;
        let caller =
            [&nobody[..], &[("first_name", "Odette"), ("last_name", "Combes"), ("phone", "0465710001")]].concat();
        let done = desk.post("/accueil/inscriptions", &caller).await?;
        desk.get(done.leads_to()?).await?.shows(200, &["Odette Combes", "place confirmée", "Qui appelle"])?;
        Ok(())
    })
}

fn attendance(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        fill(visitor, "demarches-mende", 3).await?;
        let form = "/ateliers/demarches-mende/inscription";
        visitor
            .post(
                form,
                &[("first_name", "Odette"), ("last_name", "Combes"), ("phone", "0465710099"), ("attente", "oui")],
            )
            .await?
            .leads_to()?;
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        desk.get("/accueil/presences").await?.shows(200, &["Mes démarches en ligne", "Éviter les arnaques"])?;
        let address = "/accueil/presences/demarches-mende";
        let sheet = desk.get(address).await?;
        let sheet = sheet.shows(
            200,
            &["séance 1 sur 8", "Rien n’est encore noté", "Exemple 0 Camille", "Liste d’attente", "Combes Odette"],
        )?;
        let people = values_of(&sheet, "p-");
        ensure!(people.len() == 3, "who waits is not on the sheet");
        let came = [("seance", "3"), ("present", people[0].as_str()), ("present", people[2].as_str())];
        let noted = desk.post(address, &came).await?;
        ensure!(noted.leads_to()? == format!("{address}?seance=3&fait=note"));
        desk.get(noted.leads_to()?).await?.shows(200, &["C’est noté\u{a0}: 2 présents sur 3", "séance 3 sur 8"])?;
        desk.post(address, &[("seance", "3"), ("present", &people[1])]).await?.leads_to()?;
        let sheet = desk.get(&format!("{address}?seance=3")).await?.shows(200, &["1 présent sur 3"])?;
        ensure!(sheet.text.matches(" checked").count() == 1);
        for wrong in ["0", "9", "demain"] {
            desk.get(&format!("{address}?seance={wrong}")).await?.shows(404, &["Cette séance n’existe pas"])?;
            desk.post(address, &[("seance", wrong)]).await?.shows(404, &[])?;
        }
        let stranger = [("seance", "1"), ("present", "01930000-0000-7000-8000-000000000000")];
        desk.post(address, &stranger).await?.shows(422, &["rechargez la page"])?;
        Ok(())
    })
}

fn the_office(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let (number, reference) = (campaign.invitation.digits(), campaign.reference.to_string());
        visitor.post(FORM, &couple(&number, "")).await?.leads_to()?;
        let poster =
            [("first_name", "Odette"), ("last_name", "Combes"), ("phone", "0465710001"), ("reference", &reference)];
        visitor.post(FORM, &poster).await?.leads_to()?;
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        office
            .get("/bureau")
            .await?
            .shows(200, &["3 ateliers", "19 places", "3 places prises", "/bureau/canaux/lozere"])?;
        let texts = [
            "Quel canal remplit les ateliers\u{202f}?",
            "Courrier",
            "Affiche",
            "portée inconnue",
            "1\u{202f}200",
            "<svg",
            "scope=\"row\"",
        ];
        office.get("/bureau/canaux/lozere").await?.shows(200, &texts)?;
        let csv = office
            .get("/bureau/canaux/lozere.csv")
            .await?
            .shows(200, &["channel;reach;registered", "poster;1200;1;0;0;0.000000"])?;
        ensure!(csv.header("content-type")?.starts_with("text/csv"));
        office.get("/bureau/canaux/rien").await?.shows(404, &["Aucune campagne"])?;
        Ok(())
    })
}
