//! What nobody may do: other sites, guessers, strangers; and what is not there.

use allervers::domain::number::InvitationNumber;
use anyhow::{Context, ensure};
use axum::http::{Method, Request};
use libtest_mimic::Trial;
use serde_json::json;

use super::{FORM, with};
use crate::support::campaign::{PASSWORD, PHONE};
use crate::support::databases::{TestDatabase, on_both};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("what_is_not_there_says_what_to_do", nothing_there),
        on_both("every_answer_is_protected", every_answer_is_protected),
        on_both("who_guesses_numbers_or_passwords_must_wait", guessing_must_wait),
        on_both("a_hundred_and_twenty_at_once_from_one_address_register", a_crowd_registers),
        on_both("the_desk_is_closed_without_login", closed_without_login),
        on_both("another_structures_desk_sees_nothing", another_structure_sees_nothing),
        on_both("health_is_told", health),
    ]
    .into_iter()
    .flatten()
    .collect()
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
        let fields = [("email", "Accueil@exemple.fr "), ("password", PASSWORD), ("suite", "/accueil/presences")];
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

fn health(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        let answer = visitor.get("/sante").await?.shows(200, &[])?.json()?;
        ensure!(answer == json!({"status": "ok", "database": "ok"}), "{answer}");
        Ok(())
    })
}
