//! A campaign as a file: exported, imported elsewhere, exported again.

use std::io::Write;

use allervers::domain::user::Role;
use allervers::service::add_user::add_user;
use allervers::service::export_campaign;
use allervers::store::Store;
use allervers::web::App;
use anyhow::{Context, ensure};
use chrono::Utc;
use libtest_mimic::Trial;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{STRUCTURE, day, upload, value_of, with};
use crate::support::campaign::{PASSWORD, config};
use crate::support::databases::{TestDatabase, on_both};
use crate::support::pack::{TestPack, allervers, said};
use crate::support::visitor::Visitor;
use crate::support::{KEY, block_on, trial};

pub fn trials() -> Vec<Trial> {
    let mut trials: Vec<_> = [
        on_both("a_campaign_exported_and_imported_elsewhere_gives_the_same_bytes", same_bytes),
        on_both("a_pack_with_mistakes_is_told_line_by_line_and_nothing_is_stored", mistakes_of_a_pack),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.push(trial("a_pack_is_run_exported_and_run_again_as_the_same", &[], run_and_export));
    trials.push(trial("what_is_no_pack_is_refused", &[], no_pack));
    trials
}

const IMPORT: &str = "/bureau/campagnes/importer";

fn same_bytes(database: &TestDatabase) -> anyhow::Result<()> {
    let elsewhere = TestDatabase::sqlite()?;
    with(database, async |office| {
        office.begin().await?;
        office.add_places().await?;
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"20\"><path d=\"M0 0h9v9z\"/></svg>";
        let funder =
            [("name", "la Carsat"), ("minimum_age", "60"), ("mentions", "« Soutenu » par \"la Carsat\" \\ CNAV")];
        let page = "/bureau/lozere-hiver/financeurs/nouveau";
        upload(&office.coordinator, page, &funder, ("logo", "Logo Carsat.svg", svg)).await?.leads_to()?;
        office.add_workshop().await?;
        let outlet =
            [("name", "Mairie"), ("channel", "townhall"), ("cost", "1,50 €"), ("reach", "1 200"), ("pieces[]", "")];
        office.saved("relais/nouveau", &outlet).await?;
        let partner = [("name", "France services"), ("help", "aide aux démarches"), ("phone", "04 66 69 00 00")];
        office.saved("partenaires/nouveau", &partner).await?;
        let twice = office.coordinator.post("/bureau/lozere-hiver/partenaires/nouveau", &partner).await?;
        twice.shows(422, &["figure déjà dans la liste"])?;
        office.get("/partenaires").await?.shows(200, &["France services", "aide aux démarches"])?;
        let partner = "/partenaires/France%20services";
        office.get(partner).await?.shows(200, &["04 66 69 00 00"])?;
        let mark = value_of(&office.get("/modele").await?, "etat");
        let made =
            [("etat", mark.as_str()), ("design", "cadre"), ("flyer", "A6"), ("poster", "A3"), ("also[]", "noir")];
        office.saved("modele", &made).await?;
        office.coordinator.post("/bureau/lozere-hiver/modele", &made).await?.shows(409, &["Quelqu’un d’autre"])?;
        let answer = office.get("/dossier").await?;
        ensure!(answer.header("content-type")? == "application/zip");
        ensure!(answer.header("content-disposition")?.contains("lozere-hiver.zip"));
        let pack = export_campaign::of_installation(&office.store, "lozere-hiver").await?;
        let toml = String::from_utf8(pack.files["campaign.toml"].clone())?;
        for expected in [
            "[[partner]]",
            "name = \"France services\"",
            "design = \"cadre\"",
            "flyer = \"A6\"",
            "tabs = false",
            "also = [\"noir\"]",
            "[[funder]]",
            "logo = \"logos/la-carsat.svg\"",
            "[[workshop.session]]",
            "venue = \"bus-grandrieu\"",
        ] {
            ensure!(toml.contains(expected), "{expected}: {toml}");
        }
        ensure!(
            pack.files.keys().eq(["campaign.toml", "logos/la-carsat.svg", "texts/lettre.md"]),
            "{:?}",
            pack.files.keys()
        );

        let store = Store::open(&elsewhere.url, KEY.into()).await?;
        add_user(&store, "autre@exemple.fr", Role::Coordinator, Some("Numérique en Lozère"), PASSWORD, Utc::now())
            .await?;
        let visitor = Visitor::new(App::new(store.clone(), config()?)?).logged_in("autre@exemple.fr").await?;
        let zip = pack.to_zip()?;
        let imported = upload(&visitor, IMPORT, &[], ("file", "lozere-hiver.zip", &zip)).await?;
        ensure!(imported.leads_to()?.starts_with("/bureau/lozere-hiver?"), "{imported:?}");
        visitor.get(imported.leads_to()?).await?.shows(200, &["importée", "1\u{a0}atelier"])?;
        let again = export_campaign::of_installation(&store, "lozere-hiver").await?;
        ensure!(again == pack, "the same files");
        ensure!(again.to_zip()? == zip, "the same bytes");
        // Twice is once too many: nothing is stored over.
        let twice = upload(&visitor, IMPORT, &[], ("file", "lozere-hiver.zip", &zip)).await?;
        twice.shows(422, &["Une campagne s’appelle déjà « lozere-hiver »"])?;
        // Under another name it is another campaign, with workshops at addresses of their own.
        let other = upload(&visitor, IMPORT, &[("slug", "lozere-bis")], ("file", "lozere-hiver.zip", &zip)).await?;
        visitor.get(other.leads_to()?).await?.shows(200, &["importée", "en ont reçu d’autres"])?;
        let other = allervers::store::campaign::by_slug(store.read(), "lozere-bis").await?.context("the other one")?;
        ensure!(other.campaign.workshops[0].slug == "tablette-langogne-2", "{:?}", other.campaign.workshops[0].slug);
        Ok(())
    })
}

/// A pack on disk: its lists are announced by the export, and known again.
fn run_and_export() -> anyhow::Result<()> {
    let database = TestDatabase::sqlite()?;
    let pack = TestPack::new()?;
    let run = pack.run(&database.url, &[])?;
    ensure!(run.status.success(), "{}", said(&run));
    let folder = tempfile::tempdir()?;
    let exported = folder.path().join("essai-2027");
    let export = || allervers(&pack.var(), &database.url).arg("export").arg("essai-2027").arg(&exported).output();
    let done = export()?;
    ensure!(done.status.success(), "{}", said(&done));
    let again = export()?;
    ensure!(!again.status.success() && said(&again).contains("existe déjà"), "{}", said(&again));
    let toml = std::fs::read_to_string(exported.join("campaign.toml"))?;
    ensure!(toml.contains("file = \"lists/courte.csv\"") && toml.contains("données personnelles"), "{toml}");
    ensure!(!exported.join("lists").exists());
    // Without the list's file the run says which one is missing.
    let without = crate::support::pack::run(&exported, &pack.var(), &database.url, &[])?;
    ensure!(
        said(&without).contains("lists/courte.csv") && said(&without).contains("n’existe pas"),
        "{}",
        said(&without)
    );
    std::fs::create_dir(exported.join("lists"))?;
    std::fs::copy(pack.path().join("lists/courte.csv"), exported.join("lists/courte.csv"))?;
    let same = crate::support::pack::run(&exported, &pack.var(), &database.url, &[])?;
    ensure!(same.status.success() && said(&same).contains("Tout était déjà fait"), "{}", said(&same));

    // The campaign can be run without its pack, since the office holds all of it; what was issued is there to download.
    let stored = crate::support::pack::run("essai-2027".as_ref(), &pack.var(), &database.url, &[])?;
    ensure!(stored.status.success() && said(&stored).contains("Tout était déjà fait"), "{}", said(&stored));
    let unknown = crate::support::pack::run("personne".as_ref(), &pack.var(), &database.url, &[])?;
    ensure!(!unknown.status.success() && said(&unknown).contains("Aucune campagne"), "{}", said(&unknown));
    block_on(async {
        let store = Store::open(&database.url, KEY.into()).await?;
        add_user(&store, "ici@exemple.fr", Role::Coordinator, None, PASSWORD, Utc::now()).await?;
        let overrides = allervers::config::Overrides { var: Some(pack.var()), ..Default::default() };
        let app = App::new(store, allervers::config::Config::load(None, overrides)?)?;
        let visitor = Visitor::new(app).logged_in("ici@exemple.fr").await?;
        let page = "/bureau/essai-2027/documents";
        visitor.get(page).await?.shows(200, &["lot-001.pdf", "Affiche · ", "allervers run essai-2027"])?;
        let pdf = visitor.get(&format!("{page}/letters/lot-001.pdf")).await?.shows(200, &["%PDF"])?;
        ensure!(pdf.header("content-type")? == "application/pdf");
        for wrong in ["letters/lot-999.pdf", "../../allervers.sqlite", "%2e%2e/%2e%2e/run.lock"] {
            visitor.get(&format!("{page}/{wrong}")).await?.shows(404, &[])?;
        }
        // A change after the printing is said on every page, and stored all the same.
        let form = "/bureau/essai-2027/lieux/mende";
        let mark = super::value_of(&visitor.get(form).await?, "etat");
        let moved = [
            ("name", "Salle des fêtes"),
            ("street", "1 rue Neuve"),
            ("postcode", "48000"),
            ("town", "Mende"),
            ("slug", "mende"),
            ("etat", mark.as_str()),
        ];
        let saved = visitor.post(form, &moved).await?;
        visitor
            .get(saved.leads_to()?)
            .await?
            .shows(200, &["ne disent plus la vérité", "Flyers\u{a0}: Débuter avec une tablette, Mende", "le lieu"])?;
        visitor.get("/bureau/essai-2027").await?.shows(200, &["Des papiers à refaire"])?;
        for (page, why) in
            [("ateliers/tablette-mende", "annoncent cet atelier"), ("relais/mairies", "déjà ses documents")]
        {
            let page = format!("/bureau/essai-2027/{page}");
            let mark = super::value_of(&visitor.get(&page).await?, "etat");
            visitor.post(&format!("{page}/supprimer"), &[("etat", mark.as_str())]).await?.shows(422, &[why])?;
        }
        let mark = super::value_of(&visitor.get(form).await?, "etat");
        let back = [
            ("name", "Maison de quartier de Fontanilles"),
            ("street", "5 rue de l’Exemple"),
            ("directions", "parking devant, plain-pied"),
            ("postcode", "48000"),
            ("town", "Mende"),
            ("slug", "mende"),
            ("etat", mark.as_str()),
        ];
        let saved = visitor.post(form, &back).await?;
        visitor.get(saved.leads_to()?).await?.shows(200, &[])?.hides(&["ne disent plus la vérité"])
    })?;
    // In another office the announced list is the next thing to do, and the export says the same again.
    block_on(async {
        let there = TestDatabase::sqlite()?;
        let store = Store::open(&there.url, KEY.into()).await?;
        add_user(&store, "autre@exemple.fr", Role::Coordinator, Some("Autre"), PASSWORD, Utc::now()).await?;
        let visitor = Visitor::new(App::new(store.clone(), config()?)?).logged_in("autre@exemple.fr").await?;
        let here = Store::open(&database.url, KEY.into()).await?;
        let first = export_campaign::of_installation(&here, "essai-2027").await?;
        let imported = upload(&visitor, IMPORT, &[], ("file", "e.zip", &first.to_zip()?)).await?;
        visitor.get(imported.leads_to()?).await?.shows(200, &["Importer la liste", "courte.csv"])?;
        // And its contract, which no list has come under here, is offered.
        let list = b"Nom;Pr\xc3\xa9nom;Code postal;Ville\nFABRE;Rose;48000;Mende\n";
        let given = visitor
            .upload(
                &format!("{}/listes", imported.leads_to()?.split('?').next().unwrap_or_default()),
                "fichier",
                "l.csv",
                list,
            )
            .await?;
        let contract = format!("{}/contrat", given.leads_to()?);
        visitor.get(&contract).await?.shows(200, &["Reprendre le contrat avec", "comme=0"])?;
        visitor.get(&format!("{contract}?comme=0")).await?.shows(200, &["Repris du dernier contrat avec"])?;
        ensure!(export_campaign::of_installation(&store, "essai-2027").await? == first);
        Ok(())
    })
}

fn mistakes_of_a_pack(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        office.coordinator.post("/bureau/structure", &STRUCTURE).await?.leads_to()?;
        let (posting, reply, first) = (day(28), day(45), day(60));
        let source = std::fs::read_to_string(crate::support::pack::lozere().join("campaign.toml"))?;
        let (head, _) = source.split_once("[[list]]").context("lists")?;
        let bad = head
            .replace("price = \"40 €\"", "price = \"quarante\"")
            .replacen("venue = \"mende\"", "venue = \"ailleurs\"", 1)
            .replacen("minimum_age = 60\nprice", "minimum_age = 60\nfunder = \"carsat\"\nprice", 1);
        let bad = format!(
            "{bad}\n[[funder]]\nslug = \"carsat\"\nname = \"la Carsat\"\nminimum_age = 62\nlogo = \"logos/x.png\"\n"
        );
        let answer = upload(&office.coordinator, IMPORT, &[], ("file", "campaign.toml", bad.as_bytes())).await?;
        let line = |text: &str| bad.lines().position(|l| l.contains(text)).map_or(0, |at| at + 1);
        let expected = [
            format!("campaign.toml, ligne {}", line("quarante")),
            format!("campaign.toml, ligne {}", line("ailleurs")),
            "ne finance qu’à partir de 62 ans".to_owned(),
        ];
        answer.shows(422, &expected.each_ref().map(String::as_str))?;
        let no_logo = bad
            .replace("quarante", "gratuit")
            .replace("ailleurs", "mende")
            .replace("minimum_age = 62", "minimum_age = 55");
        let answer = upload(&office.coordinator, IMPORT, &[], ("file", "campaign.toml", no_logo.as_bytes())).await?;
        answer.shows(422, &["logos/x.png", "n’existe pas"])?;
        office.coordinator.get("/bureau/campagnes").await?.shows(200, &["Votre première campagne"])?;
        // Irregular sessions, each with its place, and no letter: the usual one stands in.
        let moving = format!(
            "[campaign]\nname = \"Bus\"\nseed = 1\npublic_url = \"https://a.fr\"\nposting_day = \"{posting}\"\nreply_by = \"{reply}\"\nletter = \"texts/x.md\"\n\
             [structure]\nname = \"Autre\"\nstreet = \"s\"\npostcode = \"48000\"\ntown = \"Mende\"\nphone = \"0465710010\"\nhours = \"h\"\ndata_email = \"a@b.fr\"\nsignatory = \"C\"\n\
             [audience]\nminimum_age = 60\nwithin_km = 25\nlater_percent = 15\n\
             [venues.a]\nname = \"A\"\nstreet = \"s\"\npostcode = \"48000\"\ntown = \"Mende\"\n\
             [venues.b]\nname = \"B\"\nstreet = \"s\"\npostcode = \"48300\"\ntown = \"Langogne\"\n\
             [[workshop]]\nslug = \"bus\"\ntopic = \"T\"\nshort_topic = \"T\"\nsummary = \"S\"\nminimum_age = 60\nprice = \"gratuit\"\ncapacity = 8\nvenue = \"a\"\n\
             [[workshop.session]]\nday = \"{}\"\nstarts = \"10:00\"\nends = \"11:00\"\n\
             [[workshop.session]]\nday = \"{first}\"\nstarts = \"14 h\"\nends = \"15 h\"\nvenue = \"b\"\n",
            first + chrono::Days::new(3)
        );
        let answer = upload(&office.coordinator, IMPORT, &[], ("file", "campaign.toml", moving.as_bytes())).await?;
        ensure!(answer.leads_to()? == "/bureau/bus?fait=importe&note=structure-lettre", "{answer:?}");
        office
            .coordinator
            .get(answer.leads_to()?)
            .await?
            .shows(200, &["texte habituel", "coordonnées ont été gardées"])?;
        office.coordinator.get("/ateliers/bus").await?.shows(200, &["Langogne", "lieu"])?;
        let wrong = moving.replace("day = \"", "jour = \"");
        let answer =
            upload(&office.coordinator, IMPORT, &[("slug", "autre")], ("file", "c.toml", wrong.as_bytes())).await?;
        answer.shows(422, &["il manque « day » dans [[session]] no 1", "« jour » n’est pas connu"])?;
        Ok(())
    })
}

fn no_pack() -> anyhow::Result<()> {
    with(&TestDatabase::sqlite()?, async |office| {
        office.coordinator.post("/bureau/structure", &STRUCTURE).await?.leads_to()?;
        let zip = |files: &[(&str, &[u8])]| -> anyhow::Result<Vec<u8>> {
            let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
            for (name, bytes) in files {
                zip.start_file(*name, SimpleFileOptions::default())?;
                zip.write_all(bytes)?;
            }
            Ok(zip.finish()?.into_inner())
        };
        let bomb = zip(&[("campaign.toml", &vec![b' '; 50_000_000])])?;
        ensure!(bomb.len() < 1_000_000);
        let many: Vec<_> = (0..300).map(|n| format!("{n}.md")).collect();
        let many = zip(&many.iter().map(|n| (n.as_str(), b"".as_slice())).collect::<Vec<_>>())?;
        for (bytes, expected) in [
            (vec![], "ni un dossier"),
            (b"\x89PNG\0\0".to_vec(), "ni un dossier"),
            (b"PK\x03\x04 tronqu\xc3\xa9".to_vec(), "abîmée"),
            (zip(&[("lisez-moi.txt", b"rien")])?, "ne contient pas de fichier campaign.toml"),
            (bomb, "trop gros"),
            (many, "trop de fichiers"),
            (b"[campaign\nname = 1".to_vec(), "ligne 1"),
            (zip(&[("a/campaign.toml", b"\xff\xfe")])?, "UTF-8"),
            (b"name = \"x\"".to_vec(), "il manque la section"),
        ] {
            let said = upload(&office.coordinator, IMPORT, &[], ("file", "dossier.zip", &bytes)).await?;
            said.shows(422, &[expected])?;
        }
        office.coordinator.post(IMPORT, &[("slug", "x")]).await?.shows(422, &["Choisissez un fichier"])?;
        let heavy = upload(&office.coordinator, IMPORT, &[], ("file", "gros.zip", &vec![0; 21_000_000])).await?;
        heavy.shows(413, &["trop gros"])?;
        Ok(())
    })
}
