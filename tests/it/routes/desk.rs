//! The pages of the desk and of the office.

use anyhow::{Context, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use super::{FORM, before, couple, fill, values_of, with};
use crate::support::campaign::PHONE;
use crate::support::databases::{TestDatabase, on_both};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("one_of_a_couple_opposes_and_their_letter_is_named", one_of_a_couple_opposes),
        on_both("the_desk_registers_who_calls", the_desk_registers),
        on_both("the_desk_notes_what_a_caller_reports", the_desk_reports),
        on_both("the_desk_registers_who_is_on_no_list", the_desk_registers_a_newcomer),
        on_both("a_reference_is_told_by_phone", a_reference_is_told_by_phone),
        on_both("who_registered_without_a_number_is_found_and_can_cancel", found_and_cancelled),
        on_both("attendance_is_marked_session_by_session", attendance),
        on_both("the_office_compares_channels", the_office),
        on_both("no_name_stands_in_an_address_of_the_desk", no_name_in_an_address),
        on_both("the_number_of_a_call_is_kept_until_its_end", the_number_is_kept),
        on_both("who_holds_one_seat_and_wants_two_is_told", one_seat_held_two_wanted),
        on_both("what_is_counted_agrees_with_its_number", counts_agree),
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
        // Only letters, under « Ne plus écrire »; no answer about the source.
        ensure!(card.text.matches(" checked").count() == 1, "{}", card.text);
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
        after.shows(
            200,
            &[
                "Inscription faite pour Yvette PAGÈS et Jean PAGÈS. «\u{a0}Débuter avec une tablette\u{a0}»",
                "Place confirmée",
                "il reste 6\u{a0}places",
                "Inscriptions du foyer",
                PAR_NUMERO,
            ],
        )?;
        let second = desk.post("/accueil/inscriptions", &asked).await?;
        desk.get(second.leads_to()?).await?.shows(200, &["Inscription déjà faite, pour 2\u{a0}personnes"])?;
        // The second workshop of the same call came by the number too.
        let href = format!("/accueil?foyer={household}&amp;par_numero=oui&amp;atelier=demarches-mende");
        desk.get(second.leads_to()?).await?.shows(200, &[&href])?;
        // By name, several words, and somebody else of the family.
        let card = desk
            .post("/accueil", &[("q", "pages yvette")])
            .await?
            .shows(200, &["Yvette et Jean PAGÈS"])?
            .hides(&["par_numero"])?;
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
        desk.get(done.leads_to()?).await?.shows(200, &["Line Roux", "il reste 2\u{a0}places"])?;
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
        desk.get(waits.leads_to()?).await?.shows(200, &["Sur la liste d’attente, à la place 1"])?;
        desk.post("/accueil", &[("q", "Personne")])
            .await?
            .shows(200, &["Personne n’a été trouvé", "dans aucune liste"])?;
        desk.get("/accueil?q=48271537").await?.shows(200, &["erreur de frappe", "le nom suffit"])?;
        desk.post("/accueil", &[("q", "04 65 71 92 48")]).await?.shows(200, &["Yvette PAGÈS"])?;
        Ok(())
    })
}

/// What the pages of a call by number hand on.
const PAR_NUMERO: &str = "name=\"par_numero\" value=\"oui\"";

fn no_name_in_an_address(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        let search = "method=\"post\" action=\"/accueil\" role=\"search\"";
        for path in ["/accueil", "/accueil/nouveau"] {
            desk.get(path).await?.shows(200, &[search])?;
        }
        desk.post("/accueil", &[("q", "pages yvette")]).await?.shows(200, &["12 RUE DES ECOLES", search])?;
        // An address that holds a name or a phone is not answered; the field keeps it, to be sent properly.
        for typed in ["pages+yvette", "0465719248", "04+65+71+92+48"] {
            let page = desk.get(&format!("/accueil?q={typed}")).await?.shows(200, &["Qui appelle"])?;
            page.hides(&["12 RUE DES ECOLES"])?;
        }
        let number = campaign.invitation.digits();
        desk.get(&format!("/accueil?q={number}")).await?.shows(200, &["12 RUE DES ECOLES"])?;
        visitor.get("/").await?.shows(200, &["method=\"post\" action=\"/\""])?;
        ensure!(visitor.post("/", &[("q", &number)]).await?.leads_to()? == format!("/i/{number}"));
        let near = visitor.post("/", &[("q", "Saint-Étienne-du-Vigan")]).await?;
        visitor.get(near.leads_to()?).await?.shows(200, &["près de Saint-Étienne-du-Vigan"])?;
        visitor.post("/", &[("q", "48271537")]).await?.shows(200, &["erreur de frappe", "value=\"48271537\""])?;
        visitor.post("/", &[("q", "Yvette Zzyzx")]).await?.shows(200, &["Nous ne connaissons pas"])?;
        Ok(())
    })
}

fn the_number_is_kept(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        let household = campaign.household.to_string();
        let card = desk.get(&format!("/accueil?q={}", campaign.invitation.digits())).await?;
        let [people, dead] = ["personne-", "deces-"].map(|id| values_of(&card, id));
        let by_number = [("foyer", household.as_str()), ("par_numero", "oui")];
        // Through a report, and then through one registration to the next.
        let report = [&by_number[..], &[("quoi", "deces"), ("personne", &dead[1])]].concat();
        let reported = desk.post("/accueil/signaler", &report).await?;
        desk.get(reported.leads_to()?).await?.shows(200, &[PAR_NUMERO])?;
        for slug in ["tablette-langogne", "demarches-mende"] {
            let form = [("atelier", slug), ("envoi", "oui"), ("personne", &people[0]), ("heard_from", "letter")];
            let done = desk.post("/accueil/inscriptions", &[&by_number[..], &form].concat()).await?;
            desk.get(done.leads_to()?).await?.shows(200, &["Inscription faite", PAR_NUMERO])?;
        }
        Ok(())
    })
}

fn one_seat_held_two_wanted(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let number = campaign.invitation.digits();
        let alone: Vec<_> = couple(&number, "").into_iter().filter(|(name, _)| *name != "personnes").collect();
        visitor.post(FORM, &alone).await?.leads_to()?;
        let again = visitor.post(FORM, &alone).await?;
        let once = visitor.get(again.leads_to()?).await?.shows(200, &["était déjà faite", "1\u{a0}personne"])?;
        once.hides(&["Pour venir à deux", "inscrit à"])?;
        let both = visitor.post(FORM, &couple(&number, "")).await?;
        let texts = ["1\u{a0}personne", "Pour venir à deux, appelez le", PHONE];
        visitor.get(both.leads_to()?).await?.shows(200, &texts)?;
        let call = json!({"workshop": "tablette-langogne", "seats": 2, "first_name": "Yvette", "last_name": "Pagès", "invitation": number});
        ensure!(visitor.call(&call).await?.shows(200, &[])?.json()?["seats"] == 1);
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        let card = desk.get(&format!("/accueil?q={number}")).await?;
        let people = values_of(&card, "personne-");
        let household = campaign.household.to_string();
        let fields = [
            ("foyer", household.as_str()),
            ("par_numero", "oui"),
            ("atelier", "tablette-langogne"),
            ("envoi", "oui"),
            ("personne", &people[0]),
            ("personne", &people[1]),
            ("heard_from", "letter"),
        ];
        let done = desk.post("/accueil/inscriptions", &fields).await?;
        let texts = ["Inscription déjà faite, pour 1\u{a0}personne", "Pour ajouter l’autre personne"];
        desk.get(done.leads_to()?).await?.shows(200, &texts)?;
        Ok(())
    })
}

fn counts_agree(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        office.get("/bureau/lozere").await?.shows(200, &["aucun inscrit"])?;
        fill(visitor, "demarches-mende", 2).await?;
        visitor.get("/").await?.shows(200, &["1\u{a0}place encore libre"])?;
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        desk.get("/accueil/nouveau").await?.shows(200, &["<b>1\u{a0}place</b>", "<b>8\u{a0}places</b>"])?;
        fill(visitor, "demarches-mende", 3).await?;
        office.get("/bureau/lozere").await?.shows(200, &["3\u{a0}inscrits"])?;
        desk.get("/accueil/nouveau").await?.shows(200, &["<b>complet</b> <span>personne en attente</span>"])?;
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
        let after = after.shows(200, &["Les prochains tirages ne lui écriront plus"])?;
        let after = after.hides(&["la caisse", "plus aucun courrier", "définitif"])?;
        ensure!(values_of(&after, "personne-").len() == 1, "only the survivor can come");
        report(&[("quoi", "opposition")])
            .await?
            .shows(200, &["pour cette liste et pour les suivantes", "Ne veut plus de courrier"])?
            .hides(&["Ne veut plus d’appels"])?;
        report(&[("quoi", "opposition"), ("canal", "phone")]).await?.shows(200, &["Ne veut plus d’appels"])?;
        report(&[("quoi", "retrait")])
            .await?
            .shows(200, &["nous pouvons de nouveau écrire"])?
            .hides(&["Ne veut plus de courrier", "Ne veut plus d’appels"])?;
        report(&[("quoi", "adresse")]).await?.shows(200, &["notée comme fausse", "lettre revenue"])?;
        desk.post("/accueil/signaler", &[("foyer", &household), ("quoi", "rien")]).await?.shows(404, &[])?;
        Ok(())
    })
}

fn one_of_a_couple_opposes(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        let household = campaign.household.to_string();
        let card = desk.get(&format!("/accueil?foyer={household}")).await?;
        let card = card.shows(200, &["Qui ne veut plus", "Les deux", "Une lettre est pour tout le foyer"])?;
        let yvette =
            card.text.split("id=\"oppose-").skip(1).find_map(|t| t.contains("Yvette").then(|| t.split('"').next()));
        let yvette = yvette.flatten().context("Yvette")?.to_owned();
        let report = async |fields: &[(&str, &str)]| {
            let done = desk.post("/accueil/signaler", &[&[("foyer", household.as_str())], fields].concat()).await?;
            desk.get(done.leads_to()?).await
        };
        // An opposition to calls keeps no letter from leaving.
        let calls = report(&[("quoi", "opposition"), ("personne", &yvette), ("canal", "phone")]).await?;
        calls.shows(200, &["Yvette PAGÈS ne veut plus d’appels", "Qui ne veut plus"])?.hides(&["retirez-la"])?;
        let noted = report(&[("quoi", "opposition"), ("personne", &yvette), ("canal", "post")]).await?;
        let number = campaign.invitation.to_string();
        let out = format!("lettre n°\u{a0}118 du lot 3 (numéro {number})\u{a0}: retirez-la");
        noted.shows(200, &["C’est noté", &out, "Yvette PAGÈS ne veut plus de courrier"])?;
        let both = report(&[("quoi", "opposition"), ("personne", ""), ("canal", "post")]).await?;
        both.shows(200, &["Ne veut plus de courrier", "Yvette PAGÈS ne veut plus d’appels"])?;
        let strange = [("foyer", household.as_str()), ("quoi", "opposition"), ("personne", &household)];
        desk.post("/accueil/signaler", &strange).await?.shows(404, &["pas de ce foyer"])?;
        // The coordinator finds the same letter among what is to be done.
        let office = visitor.logged_in("coordination@exemple.fr").await?;
        let task = format!("lettre 118 (numéro {number})");
        office.get("/bureau/lozere").await?.shows(200, &["Retirer 1 lettre du lot 3", &task])?;
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
        desk.get(done.leads_to()?)
            .await?
            .shows(200, &["Inscription faite pour Odette Combes", "Place confirmée", "Qui appelle"])?;
        Ok(())
    })
}

fn a_reference_is_told_by_phone(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let reference = campaign.reference.to_string();
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        let found = desk.post("/accueil", &[("q", &format!("réf. {reference}"))]).await?;
        let page = desk.get(found.leads_to()?).await?;
        page.shows(200, &["Réf. du flyer", &format!("name=\"reference\" type=\"text\" value=\"{reference}\"")])?;
        let caller = [
            ("atelier", "tablette-langogne"),
            ("envoi", "oui"),
            ("first_name", "Odette"),
            ("last_name", "Combes"),
            ("phone", "0465710001"),
            ("heard_from", "unknown"),
        ];
        let wrong = [&caller[..], &[("reference", "1234")]].concat();
        desk.post("/accueil/inscriptions", &wrong).await?.shows(422, &["href=\"#reference\""])?;
        let right = [&caller[..], &[("reference", reference.as_str())]].concat();
        desk.post("/accueil/inscriptions", &right).await?.leads_to()?;
        let counted = visitor.logged_in("coordination@exemple.fr").await?.get("/bureau/lozere/canaux.csv").await?;
        counted.shows(200, &["Affiche;1200;1200;1;"])?;
        Ok(())
    })
}

fn found_and_cancelled(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        fill(visitor, "demarches-mende", 3).await?;
        let form = "/ateliers/demarches-mende/inscription";
        let waiting = [("first_name", "Odette"), ("last_name", "Combes"), ("phone", "0465710099"), ("attente", "oui")];
        visitor.post(form, &waiting).await?.leads_to()?;
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        let found = desk.post("/accueil", &[("q", "combes odette")]).await?;
        found.shows(200, &["Déjà inscrits à un atelier", "Odette Combes", "en attente", "Annuler"])?;
        let by_phone = desk.post("/accueil", &[("q", "04 65 71 00 99")]).await?;
        by_phone.shows(200, &["Odette Combes"])?;
        let seated = desk.post("/accueil", &[("q", "Exemple 0")]).await?.shows(200, &["place confirmée"])?;
        let id = seated.text.split("name=\"inscription\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let cancelled = desk.post("/accueil/annuler", &[("inscription", id.context("a registration")?)]).await?;
        let told = desk.get(cancelled.leads_to()?).await?;
        told.shows(200, &["Inscription annulée", "La place va à Odette Combes", "04\u{a0}65\u{a0}71\u{a0}00\u{a0}99"])?;
        let gone = desk.post("/accueil", &[("q", "Exemple 0")]).await?;
        gone.hides(&["place confirmée"])?;
        Ok(())
    })
}

fn attendance(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
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
        // Before its day, a session can be called for and not be marked.
        let to_come = desk.get(address).await?.shows(200, &["Qui est attendu", "Exemple 0 Camille", "ce jour-là"])?;
        to_come.hides(&["Noter les présences", "name=\"present\""])?;
        desk.post(address, &[("seance", "3")]).await?.shows(422, &["La séance 3 a lieu le", "à partir de ce jour"])?;
        campaign.hold_three_sessions("demarches-mende").await?;
        let sheet = desk.get(&format!("{address}?seance=1")).await?;
        let sheet = sheet.shows(
            200,
            &["séance 1 sur 8", "Rien n’est encore noté", "Exemple 0 Camille", "Liste d’attente", "Combes Odette"],
        )?;
        let people = values_of(&sheet, "p-");
        ensure!(people.len() == 3, "who waits is not on the sheet");
        let came = [("seance", "3"), ("present", people[0].as_str()), ("present", people[2].as_str())];
        let noted = desk.post(address, &came).await?;
        ensure!(noted.leads_to()? == format!("{address}?seance=3&fait=note"));
        desk.get(noted.leads_to()?)
            .await?
            .shows(200, &["C’est noté\u{a0}: 2\u{a0}présents sur 3", "séance 3 sur 8"])?;
        desk.post(address, &[("seance", "3"), ("present", &people[1])]).await?.leads_to()?;
        let sheet = desk.get(&format!("{address}?seance=3")).await?.shows(200, &["1\u{a0}présent sur 3"])?;
        ensure!(sheet.text.matches(" checked").count() == 1);
        let nobody = desk.post(address, &[("seance", "3")]).await?;
        desk.get(nobody.leads_to()?).await?.shows(200, &["C’est noté\u{a0}: aucun présent."])?;
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
            .get("/bureau/lozere")
            .await?
            .shows(200, &["3\u{a0}ateliers", "19\u{a0}places", "3\u{a0}inscrits", "/bureau/lozere/canaux"])?;
        let texts = [
            "Quel canal remplit les ateliers\u{202f}?",
            "Courrier",
            "Affiche",
            "portée inconnue",
            "1\u{202f}200",
            "<svg",
            "scope=\"row\"",
        ];
        office.get("/bureau/lozere/canaux").await?.shows(200, &texts)?;
        let csv = office
            .get("/bureau/lozere/canaux.csv")
            .await?
            .shows(200, &["Canal;Portée, au moins;Portée, au plus;Inscriptions", "Affiche;1200;1200;1;0;0;0,0000"])?;
        ensure!(csv.header("content-type")?.starts_with("text/csv"));
        office.get("/bureau/rien/canaux").await?.shows(404, &["Aucune campagne"])?;
        Ok(())
    })
}
