//! What nobody may do: other sites, guessers, strangers; and what is not there.

use std::time::Duration;

use allervers::domain::number::InvitationNumber;
use anyhow::{Context, ensure};
use axum::http::{Method, Request};
use libtest_mimic::Trial;
use sea_orm::TransactionTrait;
use serde_json::json;
use tokio::time::timeout;
use url::form_urlencoded;

use super::{FORM, with};
use crate::support::campaign::{PASSWORD, PHONE};
use crate::support::databases::{TestDatabase, on_both};
use crate::support::visitor::Visitor;

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("what_is_not_there_says_what_to_do", nothing_there),
        on_both("who_asks_for_the_head_gets_the_page_without_its_body", the_head),
        on_both("every_answer_is_protected", every_answer_is_protected),
        on_both("who_guesses_numbers_must_wait_and_nobody_else", guessing_must_wait),
        on_both("who_guesses_passwords_must_wait_and_nobody_else", guessing_passwords_must_wait),
        on_both("the_public_address_of_a_pack_is_ours", the_public_address_of_a_pack_is_ours),
        on_both("with_several_structures_pages_say_whom_to_call", whom_to_call_among_several),
        on_both("a_hundred_and_twenty_at_once_from_one_address_register", a_crowd_registers),
        on_both("the_desk_is_closed_without_login", closed_without_login),
        on_both("another_structures_desk_sees_nothing", another_structure_sees_nothing),
        on_both("health_is_told", health),
        on_both("health_is_told_even_where_the_database_is_busy", health_of_a_busy_database),
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

fn the_head(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        for path in ["/", "/ateliers/tablette-langogne?i=48271536", "/connexion", "/accueil", "/rien"] {
            let page = visitor.get(path).await?;
            let head = Request::builder().method(Method::HEAD).uri(path).body("".into())?;
            let head = visitor.send(head).await?;
            ensure!(head.status == page.status && head.text.is_empty(), "{path}: {head:?}");
            ensure!(head.headers.get("content-type") == page.headers.get("content-type"), "{path}: {head:?}");
        }
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
        let wrong = |random| InvitationNumber::draw(random, 0).digits();
        for random in 1..=5 {
            visitor.get(&format!("/i/{}", wrong(random))).await?.shows(404, &[])?;
        }
        let blocked = visitor.get(&format!("/i/{}", wrong(6))).await?;
        let blocked = blocked.shows(429, &["numéro inconnu", "Attendez", "minutes", PHONE])?;
        ensure!(blocked.header("retry-after")?.parse::<u64>()? > 500);
        visitor.post("/", &[("q", "48271537")]).await?.shows(429, &["Attendez"])?;
        let person = |number: &str| json!({"workshop": "tablette-langogne", "seats": 1, "first_name": "A", "last_name": "B", "invitation": number});
        let call = visitor.call(&person(&wrong(7))).await?;
        ensure!(call.status == 429 && call.header("content-type")? == "application/problem+json");
        call.header("retry-after")?;
        let guess = [("first_name", "A"), ("last_name", "B"), ("invitation", "48271537")];
        visitor.post(FORM, &guess).await?.shows(429, &["Attendez"])?;
        // Behind the same address a right number is never refused, and the desk logs in.
        let number = campaign.invitation.digits();
        visitor.get(&format!("/i/{number}")).await?.shows(200, &["est reconnu"])?;
        visitor.call(&person(&number)).await?.shows(201, &[])?;
        let honest = [("first_name", "Odette"), ("last_name", "Combes"), ("invitation", &number)];
        visitor.post(FORM, &honest).await?.leads_to()?;
        visitor.logged_in("accueil@exemple.fr").await?;
        visitor.at("192.0.2.2").get(&format!("/i/{}", wrong(8))).await?.shows(404, &[])?;
        Ok(())
    })
}

fn guessing_passwords_must_wait(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |_, visitor| {
        fn guess(email: &str) -> [(&str, &str); 2] {
            [("email", email), ("password", "mot de passe faux")]
        }
        // A login that succeeds gives back its own count and no other.
        for _ in 0..4 {
            visitor.post("/connexion", &guess("accueil@exemple.fr")).await?.shows(422, &["ne convient pas"])?;
        }
        visitor.logged_in("accueil@exemple.fr").await?;
        visitor.logged_in("coordination@exemple.fr").await?;
        visitor.post("/connexion", &guess("Accueil@exemple.fr ")).await?.shows(422, &[])?;
        let blocked = visitor.post("/connexion", &guess("accueil@exemple.fr")).await?;
        blocked.shows(429, &["mot de passe faux", "Attendez"])?;
        // Others of the same office, and the same account elsewhere, are not kept out.
        visitor.logged_in("coordination@exemple.fr").await?;
        visitor.at("192.0.2.4").logged_in("accueil@exemple.fr").await?;
        visitor.get("/i/48271537").await?.shows(404, &["erreur de frappe"])?;
        // The header of a caller that is no proxy is not believed.
        let lie = Request::post("/connexion").header("x-forwarded-for", "192.0.2.99");
        let lie = lie.header("content-type", "application/x-www-form-urlencoded");
        visitor.send(lie.body("email=accueil@exemple.fr&password=faux".into())?).await?.shows(429, &[])?;
        // One password tried on many accounts.
        let sprayer = visitor.at("192.0.2.5");
        for account in 0..50 {
            sprayer.post("/connexion", &guess(&format!("compte{account}@exemple.fr"))).await?.shows(422, &[])?;
        }
        sprayer.post("/connexion", &guess("accueil@exemple.fr")).await?.shows(429, &["Attendez"])?;
        Ok(())
    })
}

fn the_public_address_of_a_pack_is_ours(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, _| {
        let proxy = "trusted_proxies = [\"192.0.2.1\"]";
        let visitor = Visitor::new(campaign.app_with(proxy)?);
        let from = |origin: &'static str| {
            let request = Request::post(FORM).header("origin", origin).header("host", "127.0.0.1:8080");
            request.header("content-type", "application/x-www-form-urlencoded").body("first_name=A".into())
        };
        visitor.send(from("https://numerique.exemple.fr")?).await?.shows(422, &[])?;
        visitor.send(from("https://ailleurs.exemple")?).await?.shows(403, &[])?;
        let cookie = async |visitor: &Visitor, host: &str, protocol: &str| -> anyhow::Result<bool> {
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs([("email", "accueil@exemple.fr"), ("password", PASSWORD)])
                .finish();
            let request = Request::post("/connexion").header("host", host).header("x-forwarded-proto", protocol);
            let request = request.header("content-type", "application/x-www-form-urlencoded").body(body.into())?;
            Ok(visitor.send(request).await?.header("set-cookie")?.contains("Secure"))
        };
        ensure!(cookie(&visitor, "numerique.exemple.fr", "").await?, "the pack's address is https");
        ensure!(!cookie(&visitor, "127.0.0.1:8080", "").await?, "a try on one's own computer");
        ensure!(cookie(&visitor, "127.0.0.1:8080", "https").await?, "the proxy was reached by https");
        ensure!(!cookie(&visitor.at("192.0.2.2"), "localhost:8080", "https").await?, "no proxy of ours says so");
        Ok(())
    })
}

fn whom_to_call_among_several(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        campaign.and_another_structure().await?;
        for (path, status) in [("/", 200), ("/rien", 404), ("/i/48271537", 404)] {
            let page = visitor.get(path).await?.shows(status, &["Vous préférez téléphoner", "Numérique en Lozère"])?;
            page.shows(status, &["Numérique du Gard", PHONE])?;
        }
        visitor.get("/ateliers/photos-nimes").await?.hides(&["Numérique en Lozère"])?;
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
            "/bureau/lozere/canaux",
        ] {
            ensure!(visitor.get(path).await?.leads_to()? == format!("/connexion?suite={path}"));
        }
        ensure!(
            visitor.get("/accueil?q=Pag%C3%A8s").await?.leads_to()? == "/connexion?suite=/accueil",
            "no name in the way back"
        );
        for path in ["/accueil", "/accueil/inscriptions", "/accueil/signaler", "/accueil/presences/tablette-langogne"] {
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
        hub.get("/bureau/lozere").await?.shows(200, &["Lozère, hiver"])?;
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
        for typed in [number.as_str(), "pages", "0465719248"] {
            stranger
                .post("/accueil", &[("q", typed)])
                .await?
                .shows(200, &["Personne n’a été trouvé"])?
                .hides(&["PAGÈS", "Yvette"])?;
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
        stranger.get(done.leads_to()?).await?.shows(200, &["Qui appelle"])?.hides(&["Place confirmée"])?;
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

/// No connection takes so long to be opened, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(4);

fn health_of_a_busy_database(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        // Every connection of the pool is in use.
        let mut held = Vec::new();
        while let Ok(taken) = timeout(PATIENCE, campaign.store.read().begin()).await {
            held.push(taken?);
        }
        let answer = timeout(Duration::from_secs(5), visitor.get("/sante")).await.context("it hangs")??;
        ensure!(answer.shows(503, &[])?.json()?["database"] == "slow");
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
