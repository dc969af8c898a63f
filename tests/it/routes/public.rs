//! The public pages, as a senior or their daughter meets them.

use allervers::domain::id::RegistrationId;
use allervers::domain::number::InvitationNumber;
use allervers::service::cancel::cancel;
use anyhow::{Context, ensure};
use axum::http::Request;
use libtest_mimic::Trial;

use super::{FORM, before, couple, fill, with};
use crate::support::campaign::PHONE;
use crate::support::databases::{TestDatabase, on_both};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("a_senior_finds_a_workshop_near_a_commune", finds_a_workshop),
        on_both("an_invitation_is_recognised_and_tells_nothing", an_invitation_tells_nothing),
        on_both("a_couple_registers_from_a_letter", a_couple_registers),
        on_both("a_form_comes_back_with_its_mistakes", mistakes_come_back),
        on_both("a_full_workshop_offers_its_waiting_list", a_full_workshop),
        on_both("a_free_seat_that_others_wait_for_is_not_offered", a_promised_seat),
        on_both("a_cancelled_registration_says_so", a_cancelled_registration),
        on_both("two_wanted_and_one_seat_left_gives_three_ways_on", two_wanted_one_left),
        on_both("a_workshop_that_has_begun_shows_the_others", a_workshop_that_has_begun),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn finds_a_workshop(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let all = visitor.get("/").await?.shows(200, &["Votre commune ou votre numéro d’invitation", PHONE])?;
        let all = all.hides(&["Éviter les arnaques"])?;
        ensure!(before(&all, "Mes démarches", "Débuter avec"), "by date");
        let near = visitor.get("/?q=langogne").await?.shows(200, &["près de Langogne"])?;
        ensure!(before(&near, "Débuter avec", "Mes démarches"), "the nearest first");
        // Of all places whose name begins so, the one near the workshops is meant; an exact name wins.
        visitor.get("/?q=saint-etienne-du").await?.shows(200, &["près de Saint-Étienne-du-Vigan"])?;
        visitor.get("/?q=paris").await?.shows(200, &["près de Paris\u{202f}?"])?;
        visitor.get("/?q=48000").await?.shows(200, &["près de Mende"])?;
        visitor
            .get("/?q=Zzyzx")
            .await?
            .shows(200, &["Nous ne connaissons pas de commune", "Zzyzx", "Mes démarches"])?;
        visitor.get("/?q=%3Cscript%3E").await?.shows(200, &["&lt;script&gt;"])?.hides(&["<script"])?;
        let number = campaign.invitation.to_string();
        let typed = visitor.get(&format!("/?q={}", number.replace('\u{a0}', "+"))).await?;
        ensure!(typed.leads_to()? == format!("/i/{}", campaign.invitation.digits()));
        visitor.get("/?q=48271537").await?.shows(200, &["erreur de frappe", "chiffre par chiffre"])?;
        ensure!(
            visitor.get(&format!("/?q={}", campaign.reference)).await?.leads_to()?
                == format!("/r/{}", campaign.reference)
        );
        Ok(())
    })
}

fn an_invitation_tells_nothing(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let number = campaign.invitation;
        let page = visitor.get(&format!("/i/{}", number.digits())).await?;
        let page = page.shows(200, &[&number.to_string(), "est reconnu", "Quel atelier vous convient"])?;
        ensure!(before(&page, "Débuter avec", "Mes démarches"), "the nearest first");
        let page = page.shows(200, &[&format!("/ateliers/tablette-langogne?i={}", number.digits())])?;
        // The town of a workshop is public, the household's is not: only workshops name it here.
        page.hides(&["Yvette", "YVETTE", "Jean", "PAGÈS", "Pagès", "RUE DES ECOLES", "deux", "2 personnes", "1947"])?;
        let path = format!("/ateliers/tablette-langogne?i={}", number.digits());
        visitor.get(&path).await?.shows(200, &["est reconnu"])?.hides(&["Yvette", "PAGÈS"])?;
        let unknown = InvitationNumber::draw(99, 0).digits();
        let texts = ["Ce numéro n’est pas reconnu", "Votre commune ou votre numéro", PHONE];
        visitor.get(&format!("/i/{unknown}")).await?.shows(404, &texts)?;
        visitor.get("/i/48271537").await?.shows(404, &["erreur de frappe", PHONE])?;
        visitor.get("/i/abc").await?.shows(404, &["8 chiffres"])?;
        Ok(())
    })
}

fn a_couple_registers(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let page = visitor.get(&format!("/r/{}", campaign.reference)).await?;
        ensure!(page.leads_to()? == format!("/ateliers/tablette-langogne?r={}", campaign.reference));
        let facts = ["Médiathèque de Langogne", "14\u{a0}h à\u{a0}16\u{a0}h", "Gratuit", "8\u{a0}places encore libres"];
        visitor
            .get(page.leads_to()?)
            .await?
            .shows(200, &facts)?
            .shows(200, &["Combien de personnes viendront\u{202f}?"])?;
        let (number, reference) = (campaign.invitation.digits(), campaign.reference.to_string());
        let form = visitor.get(&format!("{FORM}?personnes=2&i={number}&r={reference}")).await?;
        let form =
            form.shows(200, &["La deuxième personne", "Comment avez-vous connu l’atelier", "Inscrire 2 personnes"])?;
        let form = form.shows(200, &[&format!("value=\"{number}\""), &format!("value=\"{reference}\"")])?;
        form.hides(&["checked", "id=\"invitation\"", "PAGÈS"])?;
        let fields = couple(&number, &reference);
        let done = visitor.post(FORM, &fields).await?;
        let confirmation = done.leads_to()?.to_owned();
        ensure!(confirmation.starts_with("/inscriptions/"));
        let texts = ["deux places vous attendent", "Médiathèque de Langogne", "Gratuit", PHONE];
        visitor.get(&confirmation).await?.shows(200, &texts)?.hides(&["Pagès", "Yvette", "04 65 71 92 48"])?;
        // The same person again changes nothing.
        let again = visitor.post(FORM, &fields).await?;
        ensure!(again.leads_to()? == format!("{confirmation}?deja=oui"));
        visitor.get(again.leads_to()?).await?.shows(200, &["était déjà faite", "2\u{a0}personnes"])?;
        visitor.get("/ateliers/tablette-langogne").await?.shows(200, &["6\u{a0}places encore libres"])?;
        Ok(())
    })
}

fn mistakes_come_back(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let typed = [
            ("personnes", "1"),
            ("first_name", "Odette"),
            ("phone", "12"),
            ("email", "odette@"),
            ("heard_from", "radio"),
        ];
        let page = visitor.post(FORM, &typed).await?;
        let page =
            page.shows(422, &["il reste à corriger", "href=\"#last_name\"", "href=\"#phone\"", "href=\"#email\""])?;
        let page =
            page.shows(422, &["aria-invalid=\"true\"", "aria-describedby=\"phone-erreur\"", "value=\"Odette\""])?;
        page.shows(422, &["value=\"radio\" checked", "<title>Erreur"])?;
        visitor.post(FORM, &[("first_name", "A"), ("last_name", "B")]).await?.shows(422, &["href=\"#phone\""])?;
        let long = "é".repeat(81);
        visitor
            .post(FORM, &[("first_name", &long), ("last_name", "B"), ("phone", "0465710001")])
            .await?
            .shows(422, &["trop long"])?;
        let wrong_number = [("first_name", "A"), ("last_name", "B"), ("invitation", "48271537"), ("portee", "oui")];
        visitor.post(FORM, &wrong_number).await?.shows(422, &["erreur de frappe", "id=\"invitation\""])?;
        let unknown = InvitationNumber::draw(99, 0).digits();
        let unknown = [("first_name", "A"), ("last_name", "B"), ("invitation", unknown.as_str())];
        visitor.post(FORM, &unknown).await?.shows(422, &["Aucune de nos lettres ne porte ce numéro"])?;
        let source = [("first_name", "A"), ("last_name", "B"), ("phone", "0465710001"), ("heard_from", "pigeon")];
        visitor.post(FORM, &source).await?.shows(422, &["href=\"#heard_from\""])?;
        let script = [("first_name", "<script>alert(1)</script>"), ("phone", "12")];
        visitor.post(FORM, &script).await?.shows(422, &["&lt;script&gt;"])?.hides(&["<script"])?;
        let huge = "a".repeat(70_000);
        visitor.post(FORM, &[("first_name", &huge)]).await?.shows(413, &["trop long", PHONE])?;
        let garbage = Request::post(FORM).header("content-type", "text/plain").body("bonjour".into())?;
        visitor.send(garbage).await?.shows(415, &["n’a pas pu être lu", PHONE])?;
        Ok(())
    })
}

fn a_full_workshop(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        fill(visitor, "demarches-mende", 3).await?;
        let address = "/ateliers/demarches-mende";
        visitor.get(address).await?.shows(200, &["Complet, personne en attente", "Aller à la liste d’attente"])?;
        let form = format!("{address}/inscription");
        visitor
            .get(&form)
            .await?
            .shows(200, &["M’inscrire sur la liste d’attente", "name=\"attente\" value=\"oui\""])?;
        let late = [("first_name", "Odette"), ("last_name", "Combes"), ("phone", "0465710099")];
        let full = visitor.post(&form, &late).await?;
        full.shows(409, &["vient d’être complet", "value=\"Combes\"", "liste d’attente", "Voir les autres ateliers"])?;
        let agreed = [&late[..], &[("attente", "oui")]].concat();
        let waiting = visitor.post(&form, &agreed).await?;
        visitor.get(waiting.leads_to()?).await?.shows(200, &["sur la liste d’attente", "1re place"])?;
        visitor.get(address).await?.shows(200, &["Complet, 1\u{a0}inscription en attente"])?;
        Ok(())
    })
}

fn a_promised_seat(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let (address, form) = ("/ateliers/demarches-mende", "/ateliers/demarches-mende/inscription");
        fill(visitor, "demarches-mende", 3).await?;
        let waits = [("first_name", "Odette"), ("last_name", "Combes"), ("phone", "0465710099"), ("attente", "oui")];
        visitor.post(form, &waits).await?.leads_to()?;
        campaign.raise_capacity("demarches-mende", 4).await?;
        let page = visitor.get(address).await?.shows(200, &["Complet", "1\u{a0}inscription en attente"])?;
        page.hides(&["encore libre"])?;
        visitor.get(form).await?.shows(200, &["M’inscrire sur la liste d’attente"])?;
        let late = [("first_name", "Line"), ("last_name", "Roux"), ("phone", "0465710098")];
        visitor.post(form, &late).await?.shows(409, &["vient d’être complet"])?;
        Ok(())
    })
}

fn a_cancelled_registration(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let fields = [("first_name", "Odette"), ("last_name", "Combes"), ("phone", "0465710099")];
        let confirmation = visitor.post(FORM, &fields).await?.leads_to()?.to_owned();
        let id = confirmation.rsplit('/').next().and_then(|id| id.parse().ok()).context("an id")?;
        let scope = campaign.workshop("tablette-langogne").await?.structure;
        cancel(&campaign.store, scope, RegistrationId(id)).await?;
        let page = visitor.get(&confirmation).await?.shows(200, &["Cette inscription est annulée", PHONE])?;
        page.hides(&["une place vous attend", "Nous vous attendons"])?;
        Ok(())
    })
}

fn two_wanted_one_left(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        fill(visitor, "demarches-mende", 2).await?;
        let form = "/ateliers/demarches-mende/inscription";
        visitor.get(&format!("{form}?personnes=2")).await?.shows(200, &["Il ne reste qu’une place pour deux"])?;
        let fields = couple("", "");
        let page = visitor.post(form, &fields).await?;
        let ways = [
            "Il ne reste qu’une place",
            "Inscrire seulement Yvette Pagès",
            "Inscrire 2 personnes sur la liste d’attente",
        ];
        page.shows(409, &ways)?.shows(409, &["Voir les autres ateliers", "value=\"Jean\"", PHONE])?;
        let alone: Vec<_> =
            fields.iter().copied().filter(|(name, _)| *name != "personnes").chain([("personnes", "1")]).collect();
        let done = visitor.post(form, &alone).await?;
        visitor.get(done.leads_to()?).await?.shows(200, &["une place vous attend"])?;
        Ok(())
    })
}

fn a_workshop_that_has_begun(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let texts = ["a déjà commencé", "Débuter avec une tablette", PHONE];
        visitor.get("/ateliers/arnaques-florac").await?.shows(410, &texts)?;
        visitor.get("/ateliers/arnaques-florac/inscription").await?.shows(410, &texts)?;
        let late = [("first_name", "A"), ("last_name", "B"), ("phone", "0465710001")];
        visitor.post("/ateliers/arnaques-florac/inscription", &late).await?.shows(410, &texts)?;
        Ok(())
    })
}
