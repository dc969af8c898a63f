//! The pages as a real browser shows them: with the keyboard alone, without script, on a phone and on a desk's screen.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use allervers::domain::registration::EntryMode;
use allervers::intake::FileContent;
use allervers::service::mark_attendance;
use allervers::service::register::{self, Request};
use allervers::web::serve;
use anyhow::{Context, ensure};
use chrono::Utc;
use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use libtest_mimic::Trial;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::support::browser::{Browser, DESK, PHONE, in_browser};
use crate::support::campaign::{PASSWORD, TestCampaign, empty_campaign};
use crate::support::databases::TestDatabase;
use crate::support::{Tool, block_on, trial};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    vec![
        trial("a_couple_registers_with_the_keyboard_alone_and_no_script", &[Tool::Browser], keyboard_alone),
        trial("no_page_scrolls_sideways_and_each_is_light", &[Tool::Browser], every_page_fits),
    ]
}

/// A running server over a campaign of its own.
struct Server {
    address: SocketAddr,
    campaign: TestCampaign,
    stop: Option<oneshot::Sender<()>>,
    _database: TestDatabase,
}

impl Server {
    async fn start() -> anyhow::Result<Self> {
        let database = TestDatabase::sqlite()?;
        let campaign = TestCampaign::in_database(&database).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let app = campaign.app()?;
        tokio::spawn(serve(app, listener, async { drop(stopped.await) }));
        Ok(Self { address, campaign, stop: Some(stop), _database: database })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _already_gone = stop.send(());
        }
    }
}

fn keyboard_alone() -> anyhow::Result<()> {
    let server = block_on(Server::start())?;
    in_browser(async |browser| {
        browser.devtools("Emulation.setScriptExecutionDisabled", serde_json::json!({ "value": true })).await?;
        let number = server.campaign.invitation.digits();
        browser.goto(&server.url(&format!("/ateliers/tablette-langogne?i={number}"))).await?;
        // Past the link over the frame and the brand, to the choice of one or two.
        press(browser, &[Key::Tab, Key::Tab, Key::Tab, Key::Down, Key::Enter]).await?;
        browser.wait().for_element(Locator::Css("#companion_last_name")).await?;
        ensure!(
            browser.current_url().await?.query().is_some_and(|q| q.contains("personnes=2")),
            "{}",
            browser.current_url().await?
        );
        press(browser, &[Key::Tab, Key::Tab, Key::Tab]).await?;
        for text in ["Yvette", "Pagès", "Jean", "Pagès", "04 65 71 92 48"] {
            write(browser, text).await?;
            press(browser, &[Key::Tab]).await?;
        }
        // The e-mail stays empty; then the first answer, and the button.
        press(browser, &[Key::Tab]).await?;
        write(browser, " ").await?;
        press(browser, &[Key::Enter]).await?;
        browser.wait().for_element(Locator::Css("dl.after")).await?;
        ensure!(browser.current_url().await?.path().starts_with("/inscriptions/"), "{}", browser.current_url().await?);
        let heading = browser.find(Locator::Css("h1")).await?.text().await?;
        ensure!(heading.contains("deux places vous attendent"), "{heading}");
        Ok(())
    })
}

fn every_page_fits() -> anyhow::Result<()> {
    let server = block_on(Server::start())?;
    let pictures = Pictures::folder()?;
    in_browser(async |browser| {
        let number = server.campaign.invitation.digits();
        register(browser, &server, pictures.path()).await?;
        hold_a_session(&server).await?;
        let public = [
            ("home", "/".to_owned()),
            ("home-near", "/?q=Langogne".to_owned()),
            ("home-unknown", "/?q=48271537".to_owned()),
            ("invitation", format!("/i/{number}")),
            ("invitation-unknown", "/i/48271537".to_owned()),
            ("workshop", format!("/ateliers/tablette-langogne?i={number}")),
            ("workshop-full", "/ateliers/demarches-mende".to_owned()),
            ("workshop-begun", "/ateliers/arnaques-florac".to_owned()),
            ("registration", format!("/ateliers/tablette-langogne/inscription?personnes=2&i={number}")),
            ("registration-waiting", "/ateliers/demarches-mende/inscription".to_owned()),
            ("not-found", "/rien".to_owned()),
            ("login", "/connexion".to_owned()),
        ];
        let staff = [
            ("desk", "/accueil".to_owned()),
            ("desk-card", format!("/accueil?q={number}")),
            ("desk-newcomer", "/accueil/nouveau?commune=Langogne".to_owned()),
            ("desk-workshops", "/accueil/presences".to_owned()),
            ("desk-sheet", "/accueil/presences/demarches-mende?seance=2".to_owned()),
            ("office", "/bureau/lozere".to_owned()),
            ("office-campaigns", "/bureau/campagnes".to_owned()),
            ("office-new", "/bureau/campagnes/nouvelle".to_owned()),
            ("office-papers", "/bureau/lozere/papiers".to_owned()),
            ("office-documents", "/bureau/lozere/documents".to_owned()),
            ("office-documents-again", "/bureau/lozere/documents/refaire".to_owned()),
            ("office-import", "/bureau/campagnes/importer".to_owned()),
            ("office-structure", "/bureau/structure".to_owned()),
            ("office-facts", "/bureau/lozere/campagne".to_owned()),
            ("office-letter", "/bureau/lozere/lettre".to_owned()),
            ("office-check", "/bureau/lozere/verification".to_owned()),
            ("office-print-run", "/bureau/lozere/tirage".to_owned()),
            ("office-workshops", "/bureau/lozere/ateliers".to_owned()),
            ("office-workshop", "/bureau/lozere/ateliers/tablette-langogne".to_owned()),
            ("office-venues", "/bureau/lozere/lieux".to_owned()),
            ("office-venue", "/bureau/lozere/lieux/langogne".to_owned()),
            ("office-funders", "/bureau/lozere/financeurs".to_owned()),
            ("office-funder", "/bureau/lozere/financeurs/nouveau".to_owned()),
            ("office-outlets", "/bureau/lozere/relais".to_owned()),
            ("office-outlet", "/bureau/lozere/relais/mairie-langogne".to_owned()),
            ("office-blind", "/bureau/lozere/sans-noms".to_owned()),
            ("office-channels", "/bureau/lozere/canaux".to_owned()),
            ("office-oppositions", "/bureau/oppositions".to_owned()),
            ("office-returns", "/bureau/lozere/retours".to_owned()),
            ("office-audience", "/bureau/lozere/public".to_owned()),
            ("office-audience-typed", AUDIENCE_TYPED.to_owned()),
            ("office-audience-draw", "/bureau/lozere/public/tirer".to_owned()),
            ("office-fragility", "/bureau/fragilite".to_owned()),
        ];
        for (name, path) in public {
            fits(browser, &server, name, &path, pictures.path()).await?;
        }
        mistakes(browser, &server, pictures.path()).await?;
        overtaken(browser, &server, pictures.path()).await?;
        log_in(browser, &server).await?;
        for (name, path) in staff {
            fits(browser, &server, name, &path, pictures.path()).await?;
        }
        searches(browser, &server, pictures.path()).await?;
        lists(browser, &server, pictures.path()).await?;
        doubts_and_returns(browser, &server, pictures.path()).await?;
        empty_office(browser, &server, pictures.path()).await?;
        making(browser, &server, pictures.path()).await?;
        Ok(())
    })
}

/// The pages of a campaign that has nothing yet: each says what to do next.
async fn empty_office(browser: &Browser, server: &Server, pictures: &Path) -> anyhow::Result<()> {
    empty_campaign(&server.campaign.store, "vide", "Numérique en Lozère").await?;
    for page in
        ["", "ateliers", "lieux", "financeurs", "relais", "listes", "public", "sans-noms", "documents", "retours"]
    {
        let name = format!("office-empty-{}", if page.is_empty() { "home" } else { page });
        fits(browser, server, &name, format!("/bureau/vide/{page}").trim_end_matches('/'), pictures).await?;
    }
    Ok(())
}

/// The documents are made, then there to download.
async fn making(browser: &Browser, server: &Server, pictures: &Path) -> anyhow::Result<()> {
    browser.goto(&server.url("/bureau/lozere/documents")).await?;
    press_button(browser, "form[action$='/documents'] button").await?;
    looked_at(browser, "office-documents-running", pictures).await?;
    browser.wait().for_element(Locator::Css(".done, .mistakes")).await?;
    looked_at(browser, "office-documents-made", pictures).await
}

/// A question about an opposition, a file of them, a returned letter and a number that is none.
async fn doubts_and_returns(browser: &Browser, server: &Server, pictures: &Path) -> anyhow::Result<()> {
    use allervers::domain::opposition::{Channels, Source};
    use allervers::service::{import_oppositions, note_opposition, opposition_people};
    let (store, now) = (&server.campaign.store, Utc::now());
    let scope = server.campaign.workshop("tablette-langogne").await?.structure;
    let yvette = opposition_people::PersonSaid {
        last_name: "Pagès".to_owned(),
        first_name: "Yvette".to_owned(),
        birth: "1950".to_owned(),
        street: "12 rue des Écoles".to_owned(),
        postcode: "48300".to_owned(),
        town: "Langogne".to_owned(),
        ..opposition_people::PersonSaid::default()
    };
    let yvette = opposition_people::said(&yvette, now).map_err(|e| anyhow::anyhow!("{e:?}"))?;
    note_opposition::of_person(store, scope, &yvette, Channels::ALL, now).await?;
    fits(browser, server, "office-oppositions-doubt", "/bureau/oppositions", pictures).await?;
    let file = "Nom;Prénom;Naissance;CP;Ville\nRoux;Ana;1944;48000;Mende\n;Luc;1944;48000;Mende\n";
    let bytes = file.as_bytes().to_vec();
    let content = FileContent::new(bytes);
    let read = import_oppositions::preview(store, scope, "refus.csv", &content, Channels::POST, Source::File, now);
    let path = format!("/bureau/oppositions/fichier/{}", read.await?);
    fits(browser, server, "office-oppositions-file", &path, pictures).await?;
    browser.goto(&server.url("/bureau/lozere/retours")).await?;
    browser.find(Locator::Css("summary")).await?.click().await?;
    let number = server.campaign.invitation;
    browser.find(Locator::Css("textarea")).await?.send_keys(&format!("{number}\n48271537")).await?;
    browser.find(Locator::Css(".more button")).await?.click().await?;
    browser.wait().for_element(Locator::Css(".mistakes")).await?;
    looked_at(browser, "office-returns-noted", pictures).await
}
/// An audience that asks for much, some of it wrong.
const AUDIENCE_TYPED: &str = "/bureau/lozere/public?age_min=60&age_max=50&sexe=female&km=25&communes=Langogne,+Inconnue\
    &rattachements=Langogne+:+Auroux&places=24&taux=2&plus_tard=15&tirage=household&fragilite_index=6,5";

/// Where pictures go: a folder that is gone afterwards, or the one that somebody who wants to look at them names.
enum Pictures {
    Passing(TempDir),
    Kept(PathBuf),
}

impl Pictures {
    fn folder() -> anyhow::Result<Self> {
        match std::env::var_os("ALLERVERS_TEST_PICTURES") {
            Some(folder) => {
                std::fs::create_dir_all(&folder)?;
                Ok(Self::Kept(folder.into()))
            }
            None => Ok(Self::Passing(tempfile::tempdir()?)),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Passing(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }
}

/// No scrolling sideways at either width, nor when the text is twice as large; every control has a name and a size that
/// a finger hits.
async fn fits(browser: &Browser, server: &Server, name: &str, path: &str, pictures: &Path) -> anyhow::Result<()> {
    browser.goto(&server.url(path)).await?;
    looked_at(browser, name, pictures).await
}

async fn looked_at(browser: &Browser, name: &str, pictures: &Path) -> anyhow::Result<()> {
    for (width, height) in [(DESK, 960), (PHONE, 844), (DESK / 4, 480)] {
        browser.resize(width, height).await?;
        let script = "return document.scrollingElement.scrollWidth - innerWidth";
        let over = browser.execute(script, vec![]).await?.as_f64().context("a width")?;
        ensure!(over <= 0.0, "{name} is {over} pixels wider than {width}");
        if width >= PHONE {
            browser.screenshot(&pictures.join(format!("{name}-{width}.png"))).await?;
        }
    }
    browser.resize(PHONE, 844).await?;
    let small = "return [...document.querySelectorAll('button, .button, .chip label, .choice label, summary, .choices a, .results a, .workshops a')]\
                 .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5 && !e.closest('.band')).map(e => e.innerText)";
    let small = browser.execute(small, vec![]).await?;
    ensure!(small.as_array().is_some_and(Vec::is_empty), "{name}: too small for a finger: {small}");
    let nameless = "return [...document.querySelectorAll('input:not([type=hidden])')].filter(i => !i.labels.length).map(i => i.name)";
    let nameless = browser.execute(nameless, vec![]).await?;
    ensure!(nameless.as_array().is_some_and(Vec::is_empty), "{name}: without label: {nameless}");
    let weight = "return performance.getEntries().reduce((sum, e) => sum + (e.encodedBodySize || 0), 0)";
    let weight = browser.execute(weight, vec![]).await?.as_f64().context("a weight")?;
    // Who works in the office has a network; who reads a letter in a village may not.
    let most = match name {
        // Pages of letters, painted.
        "office-letter" | "office-check" => 1_500_000.0,
        _ if name.starts_with("office") || name.starts_with("lists") => 120_000.0,
        _ => 90_000.0,
    };
    ensure!(weight < most, "{name} weighs {weight} bytes");
    let headings = browser.execute("return document.querySelectorAll('h1').length", vec![]).await?;
    ensure!(headings == 1, "{name} has {headings} first headings");
    browser.resize(DESK, 960).await
}

/// Gives a list, puts it under its contract, and looks at every page on the way.
async fn lists(browser: &Browser, server: &Server, pictures: &Path) -> anyhow::Result<()> {
    const LIST: &str = "NIR;Civilité;Nom;Prénom;Né le;Adresse;CP;Ville;Tél;Matricule\n\
        248014809512385;Mme;FABRE;Rose;22/01/1948;3 rue Basse;48000;Mende;0465710001;A1\n\
        ;M.;FABRE;Louis;12/03/1941;3 rue Basse;48000;Mende;12;A2\n\
        ;M.;FABRE;Louis;25/07/1943;3 rue Basse;48000;Mende;;A2\n\
        ;M.;BRUN;Jean;31/02/1940;7 rue Haute;48100;Marvejols;;A3\n\
        ;Mme;;Yvonne;1940;9 rue Haute;48100;Marvejols;;A4\n\
        ;M.;PIC;Marc;1939;;48300;Langogne;;A5\n";
    let folder = tempfile::tempdir()?;
    let give = async |name: &str, bytes: &[u8]| -> anyhow::Result<()> {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes)?;
        browser.goto(&server.url("/bureau/lozere/listes")).await?;
        let field = browser.find(Locator::Css("#fichier")).await?;
        field.send_keys(file.to_str().context("a path")?).await?;
        press_button(browser, "form.box button").await
    };
    give("protegee.xlsx", include_bytes!("../fixtures/files/protegee.xlsx")).await?;
    looked_at(browser, "lists-password", pictures).await?;
    give("carsat.csv", LIST.as_bytes()).await?;
    looked_at(browser, "lists-look", pictures).await?;
    press_button(browser, "button[value=contrat]").await?;
    looked_at(browser, "lists-contract", pictures).await?;
    press_button(browser, "form.questions button").await?;
    looked_at(browser, "lists-contract-mistakes", pictures).await?;
    for (field, text) in [
        ("fund", "la Carsat de l’Exemple"),
        ("purpose", "vous proposer des ateliers"),
        ("legal_basis", "La Carsat agit dans sa mission."),
        ("convention", "convention du 2 novembre 2026"),
        ("dpo", "dpo@exemple.fr"),
        ("approved_by", "Ana Exemple"),
    ] {
        browser.find(Locator::Id(field)).await?.send_keys(text).await?;
    }
    let days = "document.getElementById('received_on').value = '2026-11-02'; document.getElementById('purge_on').value = '2099-06-30'; document.getElementById('role-controller').checked = true; document.getElementById('matching-oui').checked = true";
    browser.execute(days, vec![]).await?;
    press_button(browser, "form.questions button").await?;
    browser.wait().for_element(Locator::Css("form[action$='/accepter']")).await?;
    looked_at(browser, "lists-review", pictures).await?;
    let list = browser.current_url().await?;
    fits(browser, server, "lists-waiting", "/bureau/lozere/listes", pictures).await?;
    fits(browser, server, "lists-pairs", &format!("{}/doutes", list.path()), pictures).await?;
    browser.goto(list.as_str()).await?;
    press_button(browser, "form[action$='/accepter'] button").await?;
    looked_at(browser, "lists-accepted", pictures).await?;
    fits(browser, server, "lists", "/bureau/lozere/listes", pictures).await
}

async fn press_button(browser: &Browser, css: &str) -> anyhow::Result<()> {
    Ok(browser.find(Locator::Css(css)).await?.click().await?)
}

/// Fills `demarches-mende`; the last of these people waits.
async fn register(browser: &Browser, server: &Server, pictures: &Path) -> anyhow::Result<()> {
    for (name, second) in [("Exemple", Some("Camille")), ("Combes", None), ("Vidal", None), ("Brun", None)] {
        let query = if second.is_some() { "?personnes=2" } else { "" };
        browser.goto(&server.url(&format!("/ateliers/demarches-mende/inscription{query}"))).await?;
        fill(browser, &[("first_name", "Odette"), ("last_name", name), ("phone", "04 65 71 00 01")]).await?;
        submit(browser, ".facts.after").await?;
    }
    looked_at(browser, "confirmation-waiting", pictures).await
}

/// People come to the first session of `tablette-langogne`, by letter, by a poster and by what they heard.
async fn hold_a_session(server: &Server) -> anyhow::Result<()> {
    let (campaign, nothing) = (&server.campaign, String::new);
    let workshop = campaign.workshop("tablette-langogne").await?;
    let mut came = Vec::new();
    for (first_name, invitation, reference, heard_from) in [
        ("Yvette", campaign.invitation.digits(), nothing(), "letter"),
        ("Line", nothing(), campaign.reference.to_string(), "poster"),
        ("Ana", nothing(), nothing(), "stand"),
        ("Rose", nothing(), nothing(), "stand"),
    ] {
        let request = Request { invitation, reference, heard_from: heard_from.to_owned(), ..request(first_name) };
        let done = register::register(&campaign.store, &workshop, &request, Utc::now()).await?;
        came.extend(done.registration.participants.iter().map(|p| p.id));
    }
    let slug = &workshop.workshop.slug;
    Ok(mark_attendance::mark(
        &campaign.store,
        workshop.structure,
        slug,
        0,
        &came[..3],
        workshop.workshop.sessions[0].ends.and_utc(),
    )
    .await?)
}

fn request(first_name: &str) -> Request {
    Request {
        entry: EntryMode::Web,
        people: vec![(first_name.to_owned(), "Exemple".to_owned())],
        phone: "04 65 74 00 00".to_owned(),
        email: String::new(),
        invitation: String::new(),
        reference: String::new(),
        heard_from: String::new(),
        household: None,
        may_wait: false,
        kept_days: 365,
    }
}

/// While a couple fills in the form, others take all seats but one.
async fn overtaken(browser: &Browser, server: &Server, pictures: &Path) -> anyhow::Result<()> {
    browser.goto(&server.url("/ateliers/tablette-langogne/inscription?personnes=2")).await?;
    fill(browser, &[("first_name", "Odette"), ("last_name", "Combes"), ("phone", "04 65 71 00 09")]).await?;
    let workshop = server.campaign.workshop("tablette-langogne").await?;
    for first_name in ["Mado", "Nine", "Paulette"] {
        register::register(&server.campaign.store, &workshop, &request(first_name), Utc::now()).await?;
    }
    submit(browser, ".ways").await?;
    looked_at(browser, "one-seat-left", pictures).await
}

async fn mistakes(browser: &Browser, server: &Server, pictures: &Path) -> anyhow::Result<()> {
    browser.goto(&server.url("/ateliers/tablette-langogne/inscription")).await?;
    fill(browser, &[("first_name", "Odette"), ("phone", "12")]).await?;
    submit(browser, ".mistakes").await?;
    looked_at(browser, "registration-mistakes", pictures).await
}

/// The desk looks for names, which no address holds.
async fn searches(browser: &Browser, server: &Server, pictures: &Path) -> anyhow::Result<()> {
    for (name, typed, then) in [("desk-nothing", "Inconnue", ".lead"), ("desk-found", "Pagès", "#foyer")] {
        browser.goto(&server.url("/accueil")).await?;
        fill(browser, &[("q", typed)]).await?;
        browser.find(Locator::Css("form[role=search] button")).await?.click().await?;
        browser.wait().for_element(Locator::Css(then)).await?;
        ensure!(browser.current_url().await?.query().is_none(), "{}", browser.current_url().await?);
        looked_at(browser, name, pictures).await?;
    }
    Ok(())
}

async fn log_in(browser: &Browser, server: &Server) -> anyhow::Result<()> {
    browser.goto(&server.url("/connexion")).await?;
    fill(browser, &[("email", "coordination@exemple.fr"), ("password", PASSWORD)]).await?;
    submit(browser, ".band nav").await
}

async fn fill(browser: &Browser, fields: &[(&str, &str)]) -> anyhow::Result<()> {
    for (id, text) in fields {
        browser.find(Locator::Id(id)).await?.send_keys(text).await?;
    }
    Ok(())
}

/// Sends the form, and waits for what the next page shows.
async fn submit(browser: &Browser, then: &str) -> anyhow::Result<()> {
    browser.find(Locator::Css("button.main")).await?.click().await?;
    browser.wait().for_element(Locator::Css(then)).await?;
    Ok(())
}

async fn press(browser: &Browser, keys: &[Key]) -> anyhow::Result<()> {
    for key in keys {
        typed(browser, (*key).into()).await?;
    }
    Ok(())
}

async fn write(browser: &Browser, text: &str) -> anyhow::Result<()> {
    for letter in text.chars() {
        typed(browser, letter).await?;
    }
    Ok(())
}

async fn typed(browser: &Browser, value: char) -> anyhow::Result<()> {
    let keys = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
    Ok(browser.perform_actions(keys).await?)
}
