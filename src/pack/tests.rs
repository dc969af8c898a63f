//! A campaign that is written and read again is the same campaign.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, NaiveTime};
use proptest::prelude::*;

use super::{Context, parse, write};
use crate::domain::audience::USUAL_NAME;
use crate::domain::campaign::{Audience, Campaign, LetterText, NamedAudience};
use crate::domain::channel::{Channel, Outlet, Piece};
use crate::domain::colour::Colour;
use crate::domain::contract::{Contract, Role};
use crate::domain::edition::{Design, Editions, Finish, Paper};
use crate::domain::funder::Funder;
use crate::domain::partner::Partner;
use crate::domain::phone::Phone;
use crate::domain::price::{Cents, Price};
use crate::domain::seed_address::SeedAddress;
use crate::domain::structure::Structure;
use crate::domain::workshop::{Session, Venue, Workshop};

fn anchor() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

/// Any text that a reader keeps as it is: not blank, no blanks outside.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-zÀ-ÿœ’«»€=+@#\\[\\]{}'\"\\\\ .,:;!?-]{1,30}",
        any::<String>(),
        Just("=HYPERLINK(\"x\")\n[campaign]\n# non".to_owned()),
    ]
    .prop_map(|s| s.trim().to_owned())
    .prop_filter("not blank", |s| !s.is_empty())
}

fn optional_text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), text()]
}

fn slug() -> impl Strategy<Value = String> {
    "[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}"
}

fn venue() -> impl Strategy<Value = Venue> {
    (prop_oneof![slug(), text()], text(), text(), optional_text(), text()).prop_map(
        |(slug, name, street, directions, town)| Venue {
            slug,
            name,
            street,
            directions,
            postcode: "48300".parse().unwrap(),
            town,
            commune: "48080".parse().unwrap(),
        },
    )
}

fn funder() -> impl Strategy<Value = Funder> {
    (slug(), text(), 0..=110_u8, any::<bool>(), prop::collection::vec(text(), 0..3)).prop_map(
        |(slug, name, minimum_age, home_only, mentions)| Funder {
            slug,
            name,
            minimum_age,
            home_only,
            mentions,
            logo: None,
        },
    )
}

/// Sessions: weekly in one place, or each some days after the one before, at its own hours and place.
fn workshop(venues: Vec<Venue>, funders: Vec<Funder>) -> impl Strategy<Value = Workshop> {
    let session = (1..20_u64, 0..22_u32, 1..60_u32, 0..venues.len());
    let facts = (slug(), text(), text(), text(), optional_text());
    let numbers = (0..10_000_000_u64, 1..=500_u16, 0..=110_u8, prop::option::of(0..10_usize));
    (facts, numbers, prop::collection::vec(session, 1..6), any::<bool>()).prop_map(
        move |((slug, topic, short_topic, summary, support), (price, capacity, age, funder), steps, weekly)| {
            let funder = funder.and_then(|at| funders.get(at));
            let mut day = anchor() + Days::new(100);
            let regular = steps[0];
            let sessions = steps.into_iter().map(|step| {
                let (days, hour, minutes, place) = if weekly { (7, regular.1, regular.2, regular.3) } else { step };
                day = day + Days::new(days);
                let at = |hour, minute| day.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap());
                let session = Session { starts: at(hour, 0), ends: at(hour + 1, minutes), venue: None };
                (session, venues[place].clone())
            });
            let sessions = sessions.collect();
            let mut workshop = Workshop {
                slug,
                topic,
                short_topic,
                summary,
                minimum_age: age.max(funder.map_or(0, |f| f.minimum_age)),
                price: Price(Cents(price)),
                capacity,
                venue: venues[0].clone(),
                sessions: vec![],
                support,
                funder: funder.map(|f| f.slug.clone()),
            };
            workshop.hold(sessions);
            workshop
        },
    )
}

fn outlet() -> impl Strategy<Value = Outlet> {
    let piece = prop::sample::select(vec![Piece::Flyer, Piece::Poster, Piece::Notice]);
    let channel = prop::sample::select(Channel::ALL.to_vec());
    let numbers = (0..10_000_000_u64, 0..1000_u64, prop::option::of(1..=10_000_000_u64));
    (slug(), text(), channel, numbers, prop::collection::vec(piece, 0..4)).prop_map(
        |(slug, name, channel, (cost, each, reach), pieces)| Outlet {
            slug,
            name,
            channel,
            cost: Cents(cost),
            cost_per_piece: Cents(each),
            reach,
            pieces,
        },
    )
}

fn editions() -> impl Strategy<Value = Editions> {
    let design = prop::sample::select(Design::ALL.to_vec());
    let flyer = prop::sample::select(vec![Paper::A6, Paper::A5]);
    let poster = prop::sample::select(vec![Paper::A4, Paper::A3]);
    let also = prop::sample::subsequence(Finish::ALL[1..].to_vec(), 0..=3);
    (design, flyer, poster, any::<bool>(), also).prop_map(|(design, flyer, poster, tabs, also)| Editions {
        design,
        flyer,
        poster,
        tabs,
        also,
    })
}

/// Each with a name of its own.
fn partners() -> impl Strategy<Value = Vec<Partner>> {
    prop::collection::vec(partner(), 0..3).prop_map(|mut partners| {
        partners.sort_by(|a, b| a.name.cmp(&b.name));
        partners.dedup_by(|a, b| a.name == b.name);
        partners
    })
}

fn partner() -> impl Strategy<Value = Partner> {
    (text(), text(), prop::option::of(Just(Phone::parse("04 66 69 00 00").unwrap())))
        .prop_map(|(name, help, phone)| Partner { place: help.clone(), hours: name.clone(), name, help, phone })
}

fn campaign() -> impl Strategy<Value = Campaign> {
    let places = prop::collection::vec(venue(), 1..4);
    let payers = prop::collection::vec(funder(), 0..3);
    (places, payers).prop_flat_map(|(mut venues, mut funders)| {
        distinct(&mut venues, |v| v.slug.clone());
        distinct(&mut funders, |f| f.slug.clone());
        let workshops = prop::collection::vec(workshop(venues.clone(), funders.clone()), 0..4);
        let outlets = prop::collection::vec(outlet(), 0..4);
        let named = prop::option::of("[A-Za-zÀ-ÿ«»€=+@'\"\\.,:-]{1,30}");
        let audience = (0..=110_u8, 1..=1000_u32, 0..=50_u32, named);
        let print = (editions(), partners());
        (text(), text(), 0..=i64::MAX as u64, workshops, outlets, audience, print).prop_map(
            move |(name, street, seed, mut workshops, mut outlets, (age, km, later, named), (editions, partners))| {
                distinct(&mut workshops, |w| w.slug.clone());
                workshops.sort_by(|a, b| (a.first().starts, &a.slug).cmp(&(b.first().starts, &b.slug)));
                let mut seen = BTreeSet::new();
                outlets.retain(|o| seen.insert(o.slug.clone()));
                Campaign {
                    slug: String::new(),
                    public_url: "https://numerique.exemple.fr".to_owned(),
                    seed,
                    anchor: anchor(),
                    posting_day: anchor() + Days::new(28),
                    reply_by: anchor() + Days::new(45),
                    seed_address: (seed % 3 == 0).then(|| {
                        let lines = ["Mme Claude EXEMPLE", "9 PLACE DE L EXEMPLE", "48000 MENDE"];
                        SeedAddress::try_from(lines.map(str::to_owned).to_vec()).unwrap()
                    }),
                    structure: Structure {
                        name: name.clone(),
                        street,
                        postcode: "48000".parse().unwrap(),
                        town: "Mende".to_owned(),
                        phone: Phone::parse("04 65 71 00 10").unwrap(),
                        hours: name.clone(),
                        data_email: "donnees@exemple.fr".to_owned(),
                        signatory: name.clone(),
                        colour: (seed % 2 == 0).then(|| Colour::parse_deep("#4a1942").unwrap()),
                        logo: None,
                        signature: None,
                    },
                    name,
                    funders: funders.clone(),
                    venues: venues.clone(),
                    workshops,
                    outlets,
                    lists: vec![],
                    audience: Audience {
                        minimum_age: age,
                        within_km: km.into(),
                        later_share: f64::from(later) / 100.0,
                        assigned: venues.iter().map(|v| (v.slug.clone(), ["48080".parse().unwrap()].into())).collect(),
                        ..Audience::default()
                    },
                    audience_name: named.clone().unwrap_or(USUAL_NAME.to_owned()),
                    other_audiences: named
                        .map(|name| NamedAudience { name: format!("{name} aussi"), audience: Audience::default() })
                        .into_iter()
                        .collect(),
                    letter: LetterText { file_name: "texts/lettre.md".to_owned(), source: String::new() },
                    editions,
                    partners,
                }
            },
        )
    })
}

/// One of each name, in order of names.
fn distinct<T>(all: &mut Vec<T>, name: impl Fn(&T) -> String) {
    all.sort_by_key(&name);
    all.dedup_by_key(|one| name(one));
}

fn contract() -> impl Strategy<Value = Contract> {
    (text(), any::<bool>(), any::<bool>(), prop::collection::vec(text(), 0..3)).prop_map(
        |(fund, processor, matching, mentions)| Contract {
            role: if processor { Role::Processor } else { Role::Controller },
            purpose: fund.clone(),
            legal_basis: fund.clone(),
            convention: fund.clone(),
            dpo: fund.clone(),
            received_on: anchor(),
            purge_on: anchor() + Days::new(1),
            matching,
            mentions,
            approved_by: fund.clone(),
            approved_on: processor.then(anchor),
            approved_content: processor.then(|| "39be9e6414c9".to_owned()),
            fund,
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_reads_the_same(campaign in campaign(), contract in contract()) {
        let lists = vec![("liste d’été.csv".to_owned(), contract)];
        let source = write(&campaign, &lists);
        let context = Context {
            // The pack says the day of its first run itself.
            anchor: NaiveDate::MIN,
            draft: true,
            public_url: None,
            commune: &|_, _| "48080".parse().ok(),
        };
        let pack = parse(&source, &context).map_err(|m| TestCaseError::fail(format!("{m:?}\n{source}")))?;
        let read = Campaign {
            name: pack.facts.name,
            public_url: pack.facts.public_url,
            seed: pack.facts.seed,
            anchor: pack.anchor,
            posting_day: pack.facts.posting_day,
            reply_by: pack.facts.reply_by,
            seed_address: pack.facts.seed_address,
            structure: pack.structure,
            funders: pack.funders.into_iter().map(|(funder, _)| funder).collect(),
            venues: pack.venues,
            workshops: pack.workshops,
            outlets: pack.outlets,
            audience: pack.audience.audience,
            audience_name: pack.audience.name,
            other_audiences: pack.other_audiences,
            letter: LetterText { file_name: pack.letter.path, source: String::new() },
            editions: pack.editions,
            partners: pack.partners,
            slug: String::new(),
            lists: vec![],
        };
        prop_assert_eq!(&read, &campaign);
        let again: Vec<_> = pack.lists.into_iter().map(|(f, c)| (f.path["lists/".len()..].to_owned(), c)).collect();
        prop_assert_eq!(&again, &lists);
        prop_assert_eq!(write(&read, &again), source);
    }
}
