//! Every address as a visitor, a desk, an office or another program meets it, on both databases.

use allervers::domain::number::InvitationNumber;
use anyhow::{Context, ensure};
use axum::http::{Method, Request};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::support::block_on;
use crate::support::campaign::{PHONE, TestCampaign};
use crate::support::databases::{TestDatabase, on_both};
use crate::support::visitor::{Answer, Visitor};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("a_senior_finds_a_workshop_near_a_commune", finds_a_workshop),
        on_both("an_invitation_is_recognised_and_tells_nothing", an_invitation_tells_nothing),
        on_both("a_couple_registers_from_a_letter", a_couple_registers),
        on_both("a_form_comes_back_with_its_mistakes", mistakes_come_back),
        on_both("a_full_workshop_offers_its_waiting_list", a_full_workshop),
        on_both("two_wanted_and_one_seat_left_gives_three_ways_on", two_wanted_one_left),
        on_both("a_workshop_that_has_begun_shows_the_others", a_workshop_that_has_begun),
        on_both("what_is_not_there_says_what_to_do", nothing_there),
        on_both("every_answer_is_protected", every_answer_is_protected),
        on_both("who_guesses_numbers_or_passwords_must_wait", guessing_must_wait),
        on_both("a_hundred_and_twenty_at_once_from_one_address_register", a_crowd_registers),
        on_both("the_desk_is_closed_without_login", closed_without_login),
        on_both("the_desk_registers_who_calls", the_desk_registers),
        on_both("the_desk_notes_what_a_caller_reports", the_desk_reports),
        on_both("the_desk_registers_who_is_on_no_list", the_desk_registers_a_newcomer),
        on_both("another_structures_desk_sees_nothing", another_structure_sees_nothing),
        on_both("attendance_is_marked_session_by_session", attendance),
        on_both("the_office_compares_channels", the_office),
        on_both("the_api_registers_and_explains_refusals", the_api),
        on_both("health_is_told", health),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const FORM: &str = "/ateliers/tablette-langogne/inscription";

fn with(
    database: &TestDatabase,
    body: impl AsyncFnOnce(&TestCampaign, &Visitor) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    block_on(async {
        let campaign = TestCampaign::in_database(database).await?;
        let visitor = Visitor::new(campaign.app()?);
        body(&campaign, &visitor).await
    })
}

fn finds_a_workshop(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let all = visitor.get("/").await?.shows(200, &["Votre commune ou votre numéro d’invitation", PHONE])?;
        let all = all.hides(&["Éviter les arnaques"])?;
        ensure!(before(&all, "Mes démarches", "Débuter avec"), "by date");
        let near = visitor.get("/?q=langogne").await?.shows(200, &["près de Langogne"])?;
        ensure!(before(&near, "Débuter avec", "Mes démarches"), "the nearest first");
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
        let texts = ["deux places vous attendent", "Médiathèque de Langogne", "Gratuit", "Rien", PHONE];
        visitor.get(&confirmation).await?.shows(200, &texts)?.hides(&["Pagès", "Yvette", "04 65 71 92 48"])?;
        // The same person again changes nothing.
        let again = visitor.post(FORM, &fields).await?;
        ensure!(again.leads_to()? == format!("{confirmation}?deja=oui"));
        visitor.get(again.leads_to()?).await?.shows(200, &["déjà inscrit"])?;
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

fn nothing_there(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        visitor.get("/rien").await?.shows(404, &["Cette page n’existe pas", "Voir les ateliers", PHONE])?;
        for path in ["/ateliers/rien", "/ateliers/rien/inscription"] {
            visitor.get(path).await?.shows(404, &["Cet atelier n’existe pas", PHONE])?;
        }
        visitor.get("/r/1234").await?.shows(404, &["référence", PHONE])?;
        visitor.get("/r/abcd").await?.shows(404, &["4 chiffres", PHONE])?;
        visitor.get("/inscriptions/rien").await?.shows(404, &[PHONE])?;
        let nobody = "/inscriptions/01930000-0000-7000-8000-000000000000";
        visitor.get(nobody).await?.shows(404, &[PHONE])?;
        visitor.get("/static/0/rien.css").await?.shows(404, &[])?;
        let deleted =
            Request::builder().method(Method::DELETE).uri("/").header("sec-fetch-site", "none").body("".into())?;
        visitor.send(deleted).await?.shows(405, &["ne s’ouvre pas ainsi"])?;
        Ok(())
    })
}

fn every_answer_is_protected(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        for path in ["/", "/rien", "/connexion", "/sante", "/api/v1/workshops"] {
            let answer = visitor.get(path).await?;
            let policy = answer.header("content-security-policy")?;
            for rule in [
                "default-src 'none'",
                "style-src 'self'",
                "form-action 'self'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
            ] {
                ensure!(policy.contains(rule), "{path}: {policy}");
            }
            ensure!(!policy.contains("script") && !policy.contains("unsafe"));
            ensure!(answer.header("x-content-type-options")? == "nosniff");
            answer.header("referrer-policy")?;
        }
        let page = visitor.get("/").await?.hides(&["<script", " style=", " onclick="])?;
        let css = page.text.split("href=\"").find_map(|p| p.split('"').next().filter(|p| p.ends_with("app.css")));
        let css = visitor.get(css.context("a stylesheet")?).await?.shows(200, &["--deep"])?;
        ensure!(css.header("cache-control")?.contains("immutable"));
        let from = |site: &'static str, origin: &'static str| {
            let request = Request::post(FORM).header("sec-fetch-site", site).header("origin", origin);
            request.header("content-type", "application/x-www-form-urlencoded").body("first_name=A".into())
        };
        let refused = visitor.send(from("cross-site", "https://ailleurs.exemple")?).await?;
        refused.shows(403, &["ne vient pas de notre site", PHONE])?;
        visitor.send(from("same-origin", "https://numerique.exemple.fr")?).await?.shows(422, &[])?;
        // A proxy may rewrite Host: the public address is trusted.
        visitor.send(from("cross-site", "https://numerique.exemple.fr")?).await?.shows(422, &[])?;
        Ok(())
    })
}

fn guessing_must_wait(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        for random in 1..=5 {
            visitor.get(&format!("/i/{}", InvitationNumber::draw(random, 0).digits())).await?.shows(404, &[])?;
        }
        let blocked = visitor.get(&format!("/i/{}", campaign.invitation.digits())).await?;
        let blocked = blocked.shows(429, &["Attendez", "minutes", PHONE])?;
        ensure!(blocked.header("retry-after")?.parse::<u64>()? > 500);
        let call = visitor.call(&json!({"workshop": "tablette-langogne", "seats": 1, "first_name": "A", "last_name": "B", "invitation": "48271536"})).await?;
        ensure!(call.status == 429 && call.header("content-type")? == "application/problem+json");
        call.header("retry-after")?;
        // Who gives no number is not a guesser.
        let honest = [("first_name", "Odette"), ("last_name", "Combes"), ("phone", "0465710001")];
        visitor.post(FORM, &honest).await?.leads_to()?;
        visitor.at("192.0.2.2").get(&format!("/i/{}", campaign.invitation.digits())).await?.shows(200, &[])?;
        let burglar = visitor.at("192.0.2.3");
        let guess = [("email", "accueil@exemple.fr"), ("password", "mot de passe faux")];
        for _ in 0..5 {
            burglar.post("/connexion", &guess).await?.shows(422, &["ne convient pas"])?;
        }
        burglar.post("/connexion", &guess).await?.shows(429, &["Attendez"])?;
        // The header of a caller that is no proxy is not believed.
        let lie = Request::get("/i/48271536").header("x-forwarded-for", "192.0.2.99").body("".into())?;
        burglar.send(lie).await?.shows(429, &[])?;
        visitor.at("192.0.2.4").logged_in("accueil@exemple.fr").await?;
        Ok(())
    })
}

fn a_crowd_registers(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let people = (0..120).map(|person| {
            let visitor = visitor.clone();
            tokio::spawn(async move {
                let (name, phone) =
                    (format!("Exemple {person}"), format!("04 65 72 0{} {:02}", person / 100, person % 100));
                let fields = [("first_name", "Camille"), ("last_name", &name), ("phone", &phone), ("attente", "oui")];
                visitor.post(FORM, &fields).await?.leads_to().map(str::to_owned)
            })
        });
        for person in people.collect::<Vec<_>>() {
            ensure!(person.await??.starts_with("/inscriptions/"));
        }
        visitor.get("/ateliers/tablette-langogne").await?.shows(200, &["112\u{a0}inscriptions en attente"])?;
        Ok(())
    })
}

fn closed_without_login(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        for path in [
            "/accueil",
            "/accueil/nouveau",
            "/accueil/presences",
            "/accueil/presences/tablette-langogne",
            "/bureau",
            "/bureau/canaux/lozere",
        ] {
            ensure!(visitor.get(path).await?.leads_to()? == format!("/connexion?suite={path}"));
        }
        ensure!(
            visitor.get("/accueil?q=Pag%C3%A8s").await?.leads_to()? == "/connexion?suite=/accueil",
            "no name in the way back"
        );
        for path in ["/accueil/inscriptions", "/accueil/signaler", "/accueil/presences/tablette-langogne"] {
            ensure!(visitor.post(path, &[("foyer", "1")]).await?.leads_to()? == "/connexion");
        }
        let fields = [
            ("email", "Accueil@exemple.fr "),
            ("password", crate::support::campaign::PASSWORD),
            ("suite", "/accueil/presences"),
        ];
        let entered = visitor.post("/connexion", &fields).await?;
        ensure!(entered.leads_to()? == "/accueil/presences");
        let cookie = entered.header("set-cookie")?;
        ensure!(["HttpOnly", "SameSite=Lax", "Secure", "Path=/"].iter().all(|flag| cookie.contains(flag)), "{cookie}");
        let desk = visitor.logged_in("accueil@exemple.fr").await?;
        desk.get("/accueil").await?.shows(200, &["Qui appelle", "Numérique en Lozère"])?;
        desk.get("/bureau").await?.shows(403, &["pas ouverte à votre compte"])?;
        ensure!(desk.get("/connexion").await?.leads_to()? == "/accueil");
        let hub = visitor.logged_in("hub@exemple.fr").await?;
        hub.get("/accueil").await?.shows(403, &["pas ouverte à votre compte"])?;
        hub.get("/bureau").await?.shows(200, &["Lozère, hiver"])?;
        desk.post("/deconnexion", &[]).await?.leads_to()?;
        ensure!(desk.get("/accueil").await?.leads_to()? == "/connexion?suite=/accueil");
        Ok(())
    })
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

fn another_structure_sees_nothing(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        campaign.and_another_structure().await?;
        let ours = visitor.logged_in("accueil@exemple.fr").await?;
        let stranger = visitor.logged_in("accueil@ailleurs.fr").await?;
        let number = campaign.invitation.digits();
        let household = campaign.household.to_string();
        for path in [format!("/accueil?q={number}"), "/accueil?q=pages".to_owned(), "/accueil?q=0465719248".to_owned()]
        {
            stranger.get(&path).await?.shows(200, &["Personne n’a été trouvé"])?.hides(&["PAGÈS", "Yvette"])?;
        }
        stranger.get(&format!("/accueil?foyer={household}")).await?.shows(404, &[])?.hides(&["PAGÈS"])?;
        let report = [("foyer", household.as_str()), ("quoi", "opposition")];
        stranger.post("/accueil/signaler", &report).await?.shows(404, &[])?.hides(&["PAGÈS"])?;
        ours.get(&format!("/accueil?foyer={household}")).await?.hides(&["Ne veut plus de courrier"])?;
        let foreign = [
            ("atelier", "tablette-langogne"),
            ("first_name", "A"),
            ("last_name", "B"),
            ("phone", "0465710001"),
            ("heard_from", "radio"),
        ];
        stranger.post("/accueil/inscriptions", &foreign).await?.shows(404, &["Cet atelier n’existe pas"])?;
        let done = ours.post("/accueil/inscriptions", &foreign).await?;
        stranger.get(done.leads_to()?).await?.shows(200, &["Qui appelle"])?.hides(&["place confirmée"])?;
        stranger.get("/accueil/presences").await?.shows(200, &["Trier ses photos"])?.hides(&["tablette"])?;
        stranger.get("/accueil/presences/tablette-langogne").await?.shows(404, &[])?;
        stranger.post("/accueil/presences/tablette-langogne", &[("seance", "1")]).await?.shows(404, &[])?;
        // An invitation is worth for its own structure's workshops only.
        visitor
            .get(&format!("/ateliers/photos-nimes?i={number}"))
            .await?
            .shows(200, &["vaut pour d’autres ateliers"])?;
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

fn the_api(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let list = visitor.get("/api/v1/workshops").await?.shows(200, &[])?.json()?;
        let list = list.as_array().context("an array")?;
        ensure!(list.len() == 2, "what has begun is not offered");
        let tablet = &list[1];
        ensure!(
            tablet["slug"] == "tablette-langogne" && tablet["seats_left"] == 8 && tablet["waiting"] == 0,
            "{tablet}"
        );
        ensure!(
            list[0]["price_cents"] == 4000
                && tablet["capacity"] == 8
                && tablet["place"].as_str().is_some_and(|p| p.contains("Langogne"))
        );
        let starts = tablet["starts_at"].as_str().context("starts_at")?;
        ensure!(chrono::DateTime::parse_from_rfc3339(starts)?.offset().local_minus_utc() > 0, "{starts}");
        let with = |changes: Value| {
            let mut body = json!({"workshop": tablet["id"], "seats": 2, "first_name": "Odette", "last_name": "Combes", "phone": "04 65 71 00 01"});
            for (field, value) in changes.as_object().cloned().unwrap_or_default() {
                body[field] = value;
            }
            body
        };
        let made = visitor
            .call(&with(json!({"reference": campaign.reference.to_string(), "heard_from": "poster"})))
            .await?
            .shows(201, &[])?
            .json()?;
        ensure!(made["status"] == "confirmed" && made.get("position").is_none(), "{made}");
        let again = visitor
            .call(&with(json!({"workshop": "tablette-langogne", "last_name": "combes "})))
            .await?
            .shows(200, &[])?
            .json()?;
        ensure!(again["id"] == made["id"]);
        fill(visitor, "demarches-mende", 3).await?;
        let waits =
            visitor.call(&with(json!({"workshop": "demarches-mende", "seats": 1}))).await?.shows(201, &[])?.json()?;
        ensure!(waits["status"] == "waiting" && waits["position"] == 1, "{waits}");
        for (changes, status, field) in [
            (json!({"workshop": "rien"}), 404, None),
            (json!({"workshop": "arnaques-florac"}), 409, None),
            (json!({"workshop": null}), 422, Some("workshop")),
            (json!({"seats": 3}), 422, Some("seats")),
            (json!({"seats": "2"}), 422, Some("seats")),
            (json!({"seats": null}), 422, Some("seats")),
            (json!({"first_name": ""}), 422, Some("first_name")),
            (json!({"last_name": 5}), 422, Some("last_name")),
            (json!({"phone": null}), 422, Some("phone")),
            (json!({"email": "odette"}), 422, Some("email")),
            (json!({"heard_from": "pigeon"}), 422, Some("heard_from")),
            (json!({"reference": "12"}), 422, Some("reference")),
            (json!({"invitation": "48271537"}), 422, Some("invitation")),
            (json!({"invitation": InvitationNumber::draw(99, 0).digits()}), 422, Some("invitation")),
        ] {
            problem(&visitor.call(&with(changes)).await?, status, field)?;
        }
        problem(&visitor.raw_call("{", "application/json").await?, 400, None)?;
        problem(&visitor.raw_call("[]", "application/json").await?, 400, None)?;
        problem(&visitor.raw_call("{}", "text/plain").await?, 415, None)?;
        problem(&visitor.raw_call(&" ".repeat(70_000), "application/json").await?, 413, None)?;
        problem(&visitor.get("/api/v1/rien").await?, 404, None)?;
        problem(&visitor.get("/api/v1/registrations").await?, 405, None)?;
        let invited = with(json!({"invitation": campaign.invitation.digits(), "phone": null, "first_name": "Yvette"}));
        visitor.call(&invited).await?.shows(201, &[])?;
        Ok(())
    })
}

fn health(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let answer = visitor.get("/sante").await?.shows(200, &[])?.json()?;
        ensure!(answer == json!({"status": "ok", "database": "ok"}), "{answer}");
        Ok(())
    })
}

/// Takes `seats` seats, one person each.
async fn fill(visitor: &Visitor, slug: &str, seats: usize) -> anyhow::Result<()> {
    for person in 0..seats {
        let (name, phone) = (format!("Exemple {person}"), format!("04 65 73 00 {person:02}"));
        let fields = [("first_name", "Camille"), ("last_name", name.as_str()), ("phone", &phone)];
        visitor.post(&format!("/ateliers/{slug}/inscription"), &fields).await?.leads_to()?;
    }
    Ok(())
}

fn couple<'a>(invitation: &'a str, reference: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("personnes", "2"),
        ("first_name", "Yvette"),
        ("last_name", "Pagès"),
        ("companion_first_name", "Jean"),
        ("companion_last_name", "Pagès"),
        ("phone", "04 65 71 92 48"),
        ("invitation", invitation),
        ("reference", reference),
        ("heard_from", "letter"),
    ]
}

fn problem(answer: &Answer, status: u16, field: Option<&str>) -> anyhow::Result<()> {
    let kind = answer.header("content-type")?;
    ensure!(answer.status == status && kind == "application/problem+json", "{status} {field:?}: {answer:?}");
    let body = answer.json()?;
    ensure!(body["status"] == status && body["title"].is_string() && body["detail"].is_string(), "{body}");
    let named =
        body["errors"].as_array().is_some_and(|errors| errors.iter().any(|e| Some(e["field"].as_str()) == Some(field)));
    ensure!(field.is_none() || named, "{body}");
    Ok(())
}

fn before(page: &Answer, first: &str, second: &str) -> bool {
    page.text.find(first).zip(page.text.find(second)).is_some_and(|(a, b)| a < b)
}

/// The values of inputs whose id begins so, in order.
fn values_of(page: &Answer, id: &str) -> Vec<String> {
    let begins = format!("id=\"{id}");
    page.text
        .split(&begins)
        .skip(1)
        .filter_map(|input| Some(input.split("value=\"").nth(1)?.split('"').next()?.to_owned()))
        .collect()
}
