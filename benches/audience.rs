//! How long counting and drawing an audience take: `cargo bench --bench audience -- --rows 1000000`. Makes a database of so
//! many people in the south of France and counts those of 60 and over within reach of twelve workshops, of whom some are
//! opposed or have a wrong address.

use std::time::{Duration, Instant};

use allervers::domain::address::{NotMailable, PostalAddress};
use allervers::domain::audience::{Audience, Cap};
use allervers::domain::campaign::{Campaign, LetterText, List};
use allervers::domain::commune::{Commune, Gazetteer};
use allervers::domain::contract::{Contract, Role};
use allervers::domain::edition::Editions;
use allervers::domain::id::{DeliveryId, HouseholdId, RetireeId};
use allervers::domain::opposition::Channels;
use allervers::domain::phone::Phone;
use allervers::domain::price::{Cents, Price};
use allervers::domain::retiree::{Birth, Civility, Retiree};
use allervers::domain::structure::Structure;
use allervers::domain::workshop::{Session, Venue, Workshop};
use allervers::identity::Opposed;
use allervers::service::count_audience::count_audience;
use allervers::service::draw_audience::draw_audience;
use allervers::service::profile::catch_up;
use allervers::store::campaign::StoredCampaign;
use allervers::store::delivery::RowCounts;
use allervers::store::listed::{Chunk, PersonColumns, RowPlace};
use allervers::store::{self, Store, StoreError};
use chrono::{Days, NaiveDate, Utc};

const RUNS: usize = 7;
/// Rows a transaction brings in.
const CHUNK: usize = 10_000;
const TOWNS: [&str; 12] =
    ["48095", "48080", "48061", "30189", "34172", "11069", "66136", "12202", "81004", "31555", "07186", "30007"];
const DEPARTMENTS: [&str; 10] = ["48", "30", "34", "11", "66", "12", "81", "31", "07", "43"];

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip_while(|a| a != "--rows").skip(1);
    let rows = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    tokio::runtime::Runtime::new()?.block_on(bench(rows))
}

async fn bench(rows: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let url = std::env::var("ALLERVERS_BENCH_DATABASE")
        .unwrap_or_else(|_| format!("sqlite://{}?mode=rwc", folder.path().join("allervers.sqlite").display()));
    let store = Store::open(&url, [7; 32].into()).await?;
    let campaign = fill(&store, rows).await?;
    let begin = Instant::now();
    catch_up(&store, campaign.structure, campaign.id).await?;
    let took = begin.elapsed();
    println!("profile: {:.0} ms, {:.2} µs a row", ms(took), ms(took) * 1000.0 / rows as f64);
    let audience = &campaign.campaign.audience;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let begin = Instant::now();
        count_audience(&store, &campaign, audience).await?;
        times.push(begin.elapsed());
    }
    let counts = count_audience(&store, &campaign, audience).await?.counts;
    println!("households: {}, selected: {}, opposed: {}", counts.households, counts.selected, counts.opposed);
    println!("count: {:.0} ms", median(times));
    let mut capped = campaign.clone();
    capped.campaign.audience.cap = Some(Cap::Seats { seats: 240, response: 0.02 });
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let begin = Instant::now();
        draw_audience(&store, &capped, Utc::now()).await?;
        times.push(begin.elapsed());
    }
    println!("draw: {:.0} ms", median(times));
    let begin = Instant::now();
    let counts = draw_audience(&store, &campaign, Utc::now()).await?;
    println!("draw of all {} with their numbers: {:.0} ms", counts.selected, ms(begin.elapsed()));
    println!("peak memory: {} MB", peak_memory_mb());
    store.close().await?;
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    ms(times[times.len() / 2])
}

/// What the system says this process held at most; 0 where it does not say.
fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

async fn fill(store: &Store, rows: usize) -> anyhow::Result<StoredCampaign> {
    let today = Utc::now().date_naive();
    let definition = definition(today);
    let list = definition.lists[0].clone();
    let saved = definition.clone();
    let id = store
        .write::<_, StoreError, _>(move |tx| {
            let saved = saved.clone();
            Box::pin(async move { store::campaign::save(tx, &saved).await })
        })
        .await?;
    let found = store::campaign::by_slug(store.read(), "banc").await?.expect("the campaign was saved");
    let (scope, purge_on) = (found.structure, list.contract.purge_on);
    let delivery: DeliveryId = store
        .write::<_, StoreError, _>(move |tx| {
            let list = list.clone();
            let facts = r#"{"header":[],"dropped":[]}"#.to_owned();
            Box::pin(async move { store::delivery::stage(tx, scope, id, &list, facts, Utc::now()).await })
        })
        .await?;
    let gazetteer = Gazetteer::embedded();
    let communes: Vec<&Commune> = DEPARTMENTS.iter().flat_map(|d| gazetteer.of_department(d)).collect();
    let begin = Instant::now();
    let (mut random, mut row, mut opposed, mut chunk) = (Random(48), 0u32, Vec::new(), Chunk::default());
    while (row as usize) < rows {
        while chunk.rows() < CHUNK && (row as usize) < rows {
            household(&mut chunk, &communes, &mut random, &mut row, &mut opposed);
        }
        let rows = chunk.prepare(store.read(), scope, id, delivery, purge_on)?;
        store.bring_in(rows).await?;
        let asked = std::sync::Arc::new(std::mem::take(&mut opposed));
        store
            .write::<_, StoreError, _>(move |tx| {
                let asked = asked.clone();
                Box::pin(async move {
                    let closed = |id: &RetireeId| (*id, Opposed { channels: Channels::POST, ..Opposed::default() });
                    let marked: Vec<_> = asked.iter().map(closed).collect();
                    store::opposition::mark(tx, scope, &marked, Utc::now()).await
                })
            })
            .await?;
    }
    store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                let counts = RowCounts { accepted: row, corrected: 0, refused: 0 };
                store::delivery::finish(tx, delivery, counts, None).await?;
                store::delivery::commit(tx, delivery).await
            })
        })
        .await?;
    println!("rows: {row}, made in {:.1} s", begin.elapsed().as_secs_f64());
    Ok(store::campaign::by_slug(store.read(), "banc").await?.expect("the campaign was saved"))
}

/// One or two people, sometimes named twice, in a commune drawn at random.
fn household(
    chunk: &mut Chunk,
    communes: &[&Commune],
    random: &mut Random,
    row: &mut u32,
    opposed: &mut Vec<RetireeId>,
) {
    let commune = communes[random.below(communes.len() as u64) as usize];
    let household = HouseholdId::new();
    chunk.household(household, &format!("{:016x}", random.next()));
    let adults = if random.below(100) < 34 { 2 } else { 1 };
    for adult in 0..adults {
        let birth = match random.below(100) {
            0 => Birth::Unknown,
            1..=5 => Birth::Year(1930 + random.below(45) as i32),
            _ => Birth::Date(
                NaiveDate::from_yo_opt(1930 + random.below(45) as i32, 1 + random.below(365) as u32).expect("a day"),
            ),
        };
        let retiree = Retiree {
            civility: Some(if adult == 0 { Civility::Madame } else { Civility::Monsieur }),
            usage_name: format!("EXEMPLE {}", random.below(90_000)),
            first_name: "Camille".to_owned(),
            birth,
            deceased: random.below(200) == 0,
            address: PostalAddress {
                line4: format!("{} RUE DE L EXEMPLE", 1 + random.below(90)),
                line6: format!("{} {}", commune.deliveries.first().map_or("48000", |(p, _)| p.as_str()), commune.name),
                postcode: commune.deliveries.first().map(|(p, _)| *p),
                commune: Some(commune.code),
                institution: random.below(50) == 0,
                not_mailable: (random.below(50) == 0).then_some(NotMailable::Unprintable),
                ..PostalAddress::default()
            },
            ..Retiree::default()
        };
        let person = RetireeId::new();
        if random.below(50) == 0 {
            opposed.push(person);
        }
        let times = if random.below(100) < 6 { 2 } else { 1 };
        for time in 0..times {
            *row += 1;
            let id = if time == 0 { person } else { RetireeId::new() };
            let place = RowPlace { id, row: *row, same_as: (time > 0).then_some(person), household };
            chunk.person(place, &PersonColumns::of(&retiree), "");
        }
    }
}

/// SplitMix64: the same people every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

fn definition(today: NaiveDate) -> Campaign {
    let gazetteer = Gazetteer::embedded();
    let workshops = TOWNS.into_iter().zip(0u64..).map(|(code, n)| {
        let commune = gazetteer.get(code.parse().expect("a code")).expect("a commune");
        let starts = (today + Days::new(40 + n)).and_hms_opt(14, 0, 0).expect("an hour");
        Workshop {
            slug: format!("atelier-{code}"),
            topic: "Débuter avec une tablette".to_owned(),
            short_topic: "Tablette".to_owned(),
            summary: "Écrire à ses proches.".to_owned(),
            minimum_age: 60,
            price: Price(Cents(0)),
            capacity: 10,
            venue: Venue {
                slug: format!("salle-{code}"),
                name: format!("Salle de {}", commune.name),
                street: "1 place de l’Exemple".to_owned(),
                directions: String::new(),
                postcode: commune.deliveries[0].0,
                town: commune.name.clone(),
                commune: commune.code,
            },
            sessions: vec![Session { starts, ends: starts + chrono::TimeDelta::hours(2), venue: None }],
            support: String::new(),
            funder: None,
        }
    });
    let contract = Contract {
        fund: "la caisse".to_owned(),
        role: Role::Controller,
        purpose: "proposer des ateliers".to_owned(),
        legal_basis: "Mission d’intérêt public.".to_owned(),
        convention: "convention".to_owned(),
        dpo: "dpo@exemple.fr".to_owned(),
        received_on: today,
        purge_on: today + Days::new(200),
        matching: true,
        mentions: vec![],
        approved_by: "Dominique Exemple".to_owned(),
        approved_on: None,
        approved_content: None,
    };
    Campaign {
        slug: "banc".to_owned(),
        name: "Banc d’essai".to_owned(),
        public_url: "https://numerique.exemple.fr".to_owned(),
        seed: 48,
        anchor: today,
        posting_day: today,
        reply_by: today + Days::new(14),
        seed_address: None,
        structure: Structure {
            name: "Numérique en exemple".to_owned(),
            street: "3 place de l’Exemple".to_owned(),
            postcode: "48000".parse().expect("a postcode"),
            town: "Mende".to_owned(),
            phone: Phone::parse("04 65 71 00 10").expect("a phone"),
            hours: "le matin".to_owned(),
            data_email: "donnees@exemple.fr".to_owned(),
            signatory: "Claude Exemple".to_owned(),
            colour: None,
            logo: None,
            signature: None,
        },
        funders: vec![],
        venues: vec![],
        workshops: workshops.collect(),
        outlets: vec![],
        lists: vec![List { file_name: "banc.csv".to_owned(), sha256: "banc".repeat(16), contract, by_hand: false }],
        audience: Audience { minimum_age: 60, within_km: 25.0, later_share: 0.15, ..Audience::default() },
        audience_name: "Public du dossier".to_owned(),
        other_audiences: vec![],
        letter: LetterText { file_name: "lettre.md".to_owned(), source: String::new() },
        editions: Editions::default(),
        partners: vec![],
    }
}
