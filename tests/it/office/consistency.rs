//! The office, packs and runs work on the same campaign: none of them takes what another says away without a word.

use allervers::domain::campaign::{Audience, Campaign, List, NamedAudience};
use allervers::domain::user::Role;
use allervers::service::add_user::add_user;
use allervers::service::sweep_leftovers::sweep_leftovers;
use allervers::service::{export_campaign, run_lock};
use allervers::store::Store;
use allervers::store::campaign::by_slug;
use allervers::web::App;
use anyhow::{Context, ensure};
use chrono::Utc;
use libtest_mimic::Trial;
use sea_orm::ConnectionTrait;

use super::{upload, value_of, with};
use crate::support::campaign::{PASSWORD, TestCampaign, config};
use crate::support::databases::{TestDatabase, on_both};
use crate::support::pack::{TestPack, said};
use crate::support::visitor::Visitor;
use crate::support::{KEY, block_on, trial};

pub fn trials() -> Vec<Trial> {
    let mut trials: Vec<_> = [
        on_both("communes_stay_with_their_venue_when_it_is_renamed_and_two_venues_may_share_a_name", venues),
        on_both("every_audience_of_a_campaign_is_in_its_pack", all_audiences),
        on_both("communes_assigned_by_name_are_assigned_by_short_name_after_the_upgrade", upgrade),
        on_both("what_an_interrupted_reading_left_is_taken_out_unless_it_goes_on", sweep),
        on_both("nobody_draws_while_documents_are_made", draw_waits),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.push(trial("a_pack_does_not_overwrite_what_the_office_changed", &[], pack_and_office));
    trials.push(trial("the_seed_stays_once_lists_are_read", &[], seed));
    trials
}

const PUBLIC: [(&str, &str); 5] =
    [("age_min", "60"), ("km", "25"), ("plus_tard", "15"), ("nom", "Margeride"), ("courrier", "any")];

async fn stored(store: &Store, slug: &str) -> anyhow::Result<Campaign> {
    Ok(by_slug(store.read(), slug).await?.context("the campaign")?.campaign)
}

async fn two_halls(office: &super::Office) -> anyhow::Result<()> {
    office.begin().await?;
    office.add_places().await?;
    for (postcode, town, slug) in
        [("48000", "Mende", "salle-mende"), ("48400", "Florac Trois Rivières", "salle-florac")]
    {
        let fields = [
            ("name", "Salle des fêtes"),
            ("street", "1 rue Neuve"),
            ("postcode", postcode),
            ("town", town),
            ("slug", slug),
        ];
        office.saved("lieux/nouveau", &fields).await?;
    }
    office.add_workshop().await
}

fn venues(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |office| {
        two_halls(office).await?;
        let save = |lines: &'static str| {
            let fields: Vec<_> = PUBLIC.into_iter().chain([("rattachements", lines)]).collect();
            async move { office.coordinator.post("/bureau/lozere-hiver/public/enregistrer", &fields).await }
        };
        save("Salle des fêtes : Auroux").await?.shows(
            422,
            &["Plusieurs lieux répondent", "Salle des fêtes (salle-florac)", "Salle des fêtes (salle-mende)"],
        )?;
        save("Salle des fêtes (salle-mende) : Auroux\nMédiathèque de Langogne : Grandrieu").await?.leads_to()?;
        // The other hall is free to go; this one is not, and says why.
        let remove = async |slug: &str| {
            let page = format!("/bureau/lozere-hiver/lieux/{slug}");
            let mark = value_of(&office.coordinator.get(&page).await?, "etat");
            office.coordinator.post(&format!("{page}/supprimer"), &[("etat", &mark)]).await
        };
        remove("salle-florac").await?.leads_to()?;
        remove("salle-mende").await?.shows(422, &["« Margeride » rattache des communes à ce lieu"])?;
        // A new name and a new short name, and the communes are still there.
        let form = office.get("/lieux/salle-mende").await?;
        let renamed = [
            ("name", "Espace Jean-Exemple : grande salle"),
            ("street", "1 rue Neuve"),
            ("postcode", "48000"),
            ("town", "Mende"),
            ("slug", "espace"),
            ("etat", &value_of(&form, "etat")),
        ];
        office.saved("lieux/salle-mende", &renamed).await?;
        let campaign = stored(&office.store, "lozere-hiver").await?;
        let named = campaign.other_audiences.iter().find(|other| other.name == "Margeride").context("the audience")?;
        let venues: Vec<_> = named.audience.assigned.keys().map(String::as_str).collect();
        ensure!(venues == ["espace", "mediatheque-de-langogne"], "{venues:?}");
        // What the form shows, it reads back, though the name has a colon.
        let page = office.get("/public").await?.shows(200, &["Margeride"])?;
        let link = page.text.split("public?public=").nth(1).and_then(|t| t.split('"').next()).context("a link")?;
        office.get(&format!("/public?public={link}")).await?.shows(200, &["grande salle", "Auroux (48010)"])?;
        save("Espace Jean-Exemple : grande salle : Auroux\nlangogne : Grandrieu").await?.leads_to()?;
        ensure!(stored(&office.store, "lozere-hiver").await?.other_audiences == campaign.other_audiences);
        Ok(())
    })
}

fn all_audiences(database: &TestDatabase) -> anyhow::Result<()> {
    let elsewhere = TestDatabase::sqlite()?;
    with(database, async |office| {
        two_halls(office).await?;
        let assigned =
            [("rattachements", "salle-mende : Auroux\nsalle-florac : Grandrieu"), ("fragilite_index", "6,5")];
        let fields: Vec<_> = PUBLIC.into_iter().chain(assigned).collect();
        office.saved("public/enregistrer", &fields).await?;
        let chosen = [("age_min", "65"), ("km", "30"), ("plus_tard", "10"), ("nom", "65 ans et plus")];
        office.saved("public/enregistrer", &chosen).await?;
        let mut campaign = stored(&office.store, "lozere-hiver").await?;
        ensure!(
            campaign.audience_name == "Public de la campagne" && campaign.other_audiences.len() == 2,
            "{campaign:?}"
        );
        // Another one is chosen.
        let page = office.get("/public").await?;
        let forms = page.text.split("name=\"id\" value=\"").skip(1);
        let ids: Vec<_> = forms.filter_map(|form| form.split('"').next()).collect();
        for id in ids {
            office.coordinator.post("/bureau/lozere-hiver/public/choisir", &[("id", id)]).await?;
            campaign = stored(&office.store, "lozere-hiver").await?;
            if campaign.audience_name == "65 ans et plus" {
                break;
            }
        }
        ensure!(campaign.audience_name == "65 ans et plus" && campaign.audience.minimum_age == 65, "{campaign:?}");
        let pack = export_campaign::of_installation(&office.store, "lozere-hiver").await?;
        let toml = String::from_utf8(pack.files["campaign.toml"].clone())?;
        for expected in ["name = \"65 ans et plus\"", "[[audiences]]", "[audiences.assigned]", "salle-florac"] {
            ensure!(toml.contains(expected), "{expected}: {toml}");
        }
        let store = Store::open(&elsewhere.url, KEY.into()).await?;
        add_user(&store, "autre@exemple.fr", Role::Coordinator, Some("Numérique en Lozère"), PASSWORD, Utc::now())
            .await?;
        let there = Visitor::new(App::new(store.clone(), config()?)?).logged_in("autre@exemple.fr").await?;
        let zip = pack.to_zip()?;
        let import = "/bureau/campagnes/importer";
        upload(&there, import, &[], ("file", "lozere-hiver.zip", &zip)).await?.leads_to()?;
        ensure!(export_campaign::of_installation(&store, "lozere-hiver").await? == pack, "the same files");
        Ok(())
    })
}

fn upgrade(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let test = TestCampaign::in_database(database).await?;
        let communes = ["30189".parse().map_err(|e| anyhow::anyhow!("{e}"))?].into();
        let audience = Audience { assigned: [("langogne".to_owned(), communes)].into(), ..Audience::default() };
        let named = NamedAudience { name: "Gard".to_owned(), audience };
        let mut campaign = stored(&test.store, "lozere").await?;
        campaign.other_audiences = vec![named];
        save(&test.store, &campaign).await?;
        // As it was before: by name, and nothing known of packs.
        for statement in [
            "UPDATE saved_audience SET definition = replace(definition, '\"langogne\"', '\"Médiathèque de Langogne\"')",
            "ALTER TABLE campaign DROP COLUMN pack_sha256",
            "ALTER TABLE campaign DROP COLUMN taken_sha256",
            "DELETE FROM seaql_migrations WHERE version = 'm0014_office_consistency'",
        ] {
            test.store
                .write::<_, allervers::store::StoreError, _>(move |tx| {
                    Box::pin(async move {
                        tx.execute_unprepared(statement).await?;
                        Ok(())
                    })
                })
                .await?;
        }
        test.store.close().await?;
        let again = Store::open(&database.url, KEY.into()).await?;
        ensure!(stored(&again, "lozere").await? == campaign, "{:?}", stored(&again, "lozere").await?);
        Ok(())
    })
}

fn sweep(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let test = TestCampaign::in_database(database).await?;
        let found = by_slug(test.store.read(), "lozere").await?.context("the campaign")?;
        let (scope, id, list) = (found.structure, found.id, found.campaign.lists[0].clone());
        test.store
            .write::<_, allervers::store::StoreError, _>(move |tx| {
                let list = List { sha256: "interrompue".to_owned(), ..list.clone() };
                Box::pin(async move {
                    allervers::store::delivery::stage(tx, scope, id, &list, "{}".to_owned(), Utc::now()).await?;
                    Ok(())
                })
            })
            .await?;
        let left = async || allervers::store::delivery::unfinished(test.store.read()).await;
        let var = tempfile::tempdir()?;
        let reading = run_lock::hold_lists(var.path(), id)?;
        sweep_leftovers(&test.store, var.path()).await?;
        ensure!(left().await? == [id], "a list that is being read is left alone");
        drop(reading);
        sweep_leftovers(&test.store, var.path()).await?;
        ensure!(left().await?.is_empty(), "nothing is left");
        ensure!(stored(&test.store, "lozere").await?.lists.len() == 1, "the list that counts stays");
        Ok(())
    })
}

fn draw_waits(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let test = TestCampaign::in_database(database).await?;
        let config = config()?;
        let var = config.var.clone();
        let visitor = Visitor::new(App::new(test.store.clone(), config)?);
        add_user(
            &test.store,
            "claude@exemple.fr",
            Role::Coordinator,
            Some("Numérique en Lozère"),
            PASSWORD,
            Utc::now(),
        )
        .await?;
        let coordinator = visitor.logged_in("claude@exemple.fr").await?;
        let held = run_lock::hold(&var)?;
        coordinator.post("/bureau/lozere/public/tirer", &[]).await?.shows(422, &["en train d’être faits"])?;
        drop(held);
        Ok(())
    })
}

async fn save(store: &Store, campaign: &Campaign) -> anyhow::Result<()> {
    let campaign = campaign.clone();
    store
        .write(move |tx| {
            let campaign = campaign.clone();
            Box::pin(async move { allervers::store::campaign::save(tx, &campaign).await })
        })
        .await?;
    Ok(())
}

fn pack_and_office() -> anyhow::Result<()> {
    let database = TestDatabase::sqlite()?;
    let pack = TestPack::new()?;
    let run = |options: &[&str]| pack.run(&database.url, options);
    let first = run(&[])?;
    ensure!(first.status.success(), "{}", said(&first));
    let office = |change: fn(&mut Campaign)| {
        block_on(async {
            let store = Store::open(&database.url, KEY.into()).await?;
            let mut campaign = stored(&store, "essai-2027").await?;
            change(&mut campaign);
            save(&store, &campaign).await?;
            store.close().await?;
            anyhow::Ok(())
        })
    };
    let now = || {
        block_on(async {
            let store = Store::open(&database.url, KEY.into()).await?;
            let campaign = stored(&store, "essai-2027").await?;
            store.close().await?;
            anyhow::Ok(campaign)
        })
    };
    office(|campaign| campaign.name = "Lozère, tout l’hiver".to_owned())?;
    // The pack has nothing new to say: what the office says is kept, and told.
    let kept = run(&[])?;
    ensure!(kept.status.success(), "{}", said(&kept));
    for told in ["Le bureau a changé ceci", "nom", "« Lozère, tout l’hiver » au bureau", "allervers export essai-2027"]
    {
        ensure!(said(&kept).contains(told), "{told}: {}", said(&kept));
    }
    ensure!(now()?.name == "Lozère, tout l’hiver");
    // Both have changed: somebody has to decide, and nothing is done before.
    pack.change("signatory = \"Claude Exemple", "signatory = \"Dominique Exemple")?;
    let both = run(&[])?;
    ensure!(both.status.code() == Some(1), "{}", said(&both));
    for told in
        ["structure, signature", "« Lozère, tout l’hiver » au bureau", "allervers export essai-2027", "--replace"]
    {
        ensure!(said(&both).contains(told), "{told}: {}", said(&both));
    }
    ensure!(now()?.structure.signatory.starts_with("Claude"), "nothing was taken");
    // The pack's word, since somebody chose it; then both say the same.
    let replaced = run(&["--replace", "--reissue"])?;
    ensure!(replaced.status.success(), "{}", said(&replaced));
    ensure!(now()?.name == "Lozère, hiver" && now()?.structure.signatory.starts_with("Dominique"));
    let same = run(&[])?;
    ensure!(said(&same).contains("Tout était déjà fait") && !said(&same).contains("au bureau"), "{}", said(&same));
    // The office has changed nothing: a changed pack is simply taken.
    pack.change("name = \"Lozère, hiver\"", "name = \"Lozère, printemps\"")?;
    let taken = run(&[])?;
    ensure!(taken.status.success() && now()?.name == "Lozère, printemps", "{}", said(&taken));
    Ok(())
}

fn seed() -> anyhow::Result<()> {
    let database = TestDatabase::sqlite()?;
    let pack = TestPack::new()?;
    ensure!(pack.run(&database.url, &[])?.status.success());
    pack.change("seed = 48", "seed = 49")?;
    for options in [&[][..], &["--reissue"]] {
        let run = pack.run(&database.url, options)?;
        ensure!(run.status.code() == Some(1) && said(&run).contains("Remettez « seed = 48 »"), "{}", said(&run));
    }
    block_on(async {
        let store = Store::open(&database.url, KEY.into()).await?;
        add_user(&store, "ici@exemple.fr", Role::Coordinator, None, PASSWORD, Utc::now()).await?;
        let visitor = Visitor::new(App::new(store, config()?)?).logged_in("ici@exemple.fr").await?;
        let page = "/bureau/essai-2027/campagne";
        let form = visitor.get(page).await?;
        let typed = ["name", "public_url", "posting_day", "reply_by", "etat"].map(|name| (name, value_of(&form, name)));
        let fields: Vec<_> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let fields: Vec<_> = fields.into_iter().chain([("seed", "50")]).collect();
        visitor.post(page, &fields).await?.shows(422, &["elle ne change plus. Remettez 48."])?;
        Ok(())
    })
}
