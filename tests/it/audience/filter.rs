//! The filter and the draw on real databases.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use allervers::audience::{Counts, Selection};
use allervers::domain::audience::{Audience, Cap, DrawnBy, Earlier, Sex};
use allervers::domain::commune::{Gazetteer, InseeCode};
use allervers::domain::distance::km;
use allervers::domain::fragility::{Fragility, FragilityPart};
use allervers::domain::number::InvitationNumber;
use allervers::domain::opposition::Channels;
use allervers::domain::registration::EntryMode;
use allervers::domain::retiree::{Birth, Civility};
use allervers::identity::Opposed;
use allervers::service::count_audience::count_audience;
use allervers::service::find_campaign::{StoredCampaign, find_any_campaign};
use allervers::service::register::{Request, register};
use allervers::service::{draw_audience, mark_attendance, report};
use allervers::store::{self, Store, StoreError};
use anyhow::{Context, ensure};
use chrono::{NaiveDate, Utc};
use libtest_mimic::Trial;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::homes::{Home, Person, another_campaign, bring_in};
use crate::support::block_on;
use crate::support::campaign::TestCampaign;
use crate::support::databases::{TestDatabase, on_both};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("counts_agree_with_the_plain_rule_whatever_is_asked", the_plain_rule),
        on_both("an_unknown_age_is_left_out_and_counted", unknown_ages),
        on_both("an_assigned_commune_wins_over_distance", assigned),
        on_both("what_the_desk_hears_changes_the_next_count", the_desk_hears),
        on_both("who_was_written_to_or_came_in_an_earlier_campaign_is_known", earlier_campaigns),
        on_both("the_cap_cuts_by_chance_and_says_how_many", the_cap),
        on_both("a_draw_is_the_same_again_and_gives_each_commune_its_share", the_draw),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Mende, Langogne, Florac, Auroux, Villefort, Nîmes, and a town far away.
const COMMUNES: [&str; 7] = ["48095", "48080", "48061", "48010", "48198", "30189", "75056"];

/// A campaign in an empty database, with these households besides the one it has.
async fn with_homes(database: &TestDatabase, homes: &[Home]) -> anyhow::Result<(TestCampaign, StoredCampaign)> {
    let test = TestCampaign::in_database(database).await?;
    bring_in(&test.store, "lozere", "essai.csv", 0, homes).await?;
    let campaign = find_any_campaign(&test.store, "lozere").await?;
    Ok((test, campaign))
}

async fn counts(store: &Store, campaign: &StoredCampaign, audience: &Audience) -> anyhow::Result<Counts> {
    Ok(count_audience(store, campaign, audience).await?.counts)
}

fn the_plain_rule(database: &TestDatabase) -> anyhow::Result<()> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[48; 32]);
    let mut runner =
        TestRunner::new_with_rng(Config { cases: 60, failure_persistence: None, ..Config::default() }, rng);
    let strategy = prop::collection::vec(home(), 200..201);
    let mut homes = strategy.new_tree(&mut runner).map_err(anyhow::Error::msg)?.current();
    let (test, campaign) = block_on(with_homes(database, &homes))?;
    let family = |born, civility| Person { civility: Some(civility), ..Person::born(Birth::Year(born)) };
    let pages = Home {
        adults: vec![family(1947, Civility::Madame), family(1945, Civility::Monsieur)],
        ..Home::in_commune("48080")
    };
    homes.push(pages);
    let fragility = imported();
    block_on(import(&test.store, &campaign, &fragility))?;
    runner
        .run(&audience(), |audience| {
            let found = block_on(count_audience(&test.store, &campaign, &audience)).expect("the database answers");
            prop_assert_eq!(found.counts, plainly(&homes, &campaign, &audience, &fragility));
            let sums = found.communes.iter().fold((0, 0), |(now, later), c| (now + c.now, later + c.later));
            prop_assert_eq!(sums, (found.counts.now, found.counts.later));
            Ok(())
        })
        .map_err(|e| anyhow::anyhow!("{e}"))
}

fn imported() -> HashMap<InseeCode, Fragility> {
    let with = |code: &str, index| {
        (code.parse().expect("a code"), Fragility::default().with(FragilityPart::Index, Some(index)))
    };
    [with("48095", 3.0), with("48080", 9.0), with("75056", 8.0)].into()
}

async fn import(
    store: &Store,
    campaign: &StoredCampaign,
    fragility: &HashMap<InseeCode, Fragility>,
) -> anyhow::Result<()> {
    let (scope, fragility) = (campaign.structure, fragility.clone());
    store
        .write::<_, StoreError, _>(move |tx| {
            let fragility = fragility.clone();
            Box::pin(async move { store::fragility::replace(tx, scope, &fragility).await })
        })
        .await?;
    Ok(())
}

fn home() -> impl Strategy<Value = Home> {
    let birth = prop_oneof![
        1 => Just(Birth::Unknown),
        2 => (1930..1975).prop_map(Birth::Year),
        5 => (1930..1975, 1u32..366).prop_map(|(y, d)| Birth::Date(NaiveDate::from_yo_opt(y, d).expect("a day"))),
    ];
    let civility =
        prop::sample::select(vec![None, Some(Civility::Madame), Some(Civility::Monsieur), Some(Civility::Couple)]);
    let person = (birth, civility, prop::bool::weighted(0.1), prop::bool::weighted(0.07));
    let person = person.prop_map(|(birth, civility, deceased, opposed)| Person { birth, civility, deceased, opposed });
    let commune = prop::option::weighted(0.95, prop::sample::select(COMMUNES.to_vec()));
    let flags = (prop::bool::weighted(0.93), prop::bool::weighted(0.07), prop::bool::weighted(0.05));
    (commune, flags, prop::collection::vec(person, 1..3)).prop_map(|(commune, flags, adults)| Home {
        commune,
        mailable: flags.0,
        institution: flags.1,
        wrong_address: flags.2,
        adults,
    })
}

fn audience() -> impl Strategy<Value = Audience> {
    let codes = || prop::collection::btree_set(prop::sample::select(COMMUNES.to_vec()), 0..3);
    let codes = move || codes().prop_map(|set| set.into_iter().map(|c| c.parse().expect("a code")).collect());
    let sometimes = |set: BoxedStrategy<BTreeSet<InseeCode>>| prop_oneof![3 => Just(BTreeSet::new()), 1 => set];
    let ages = (50u8..80, prop::option::weighted(0.4, 70u8..95));
    let sex = prop::option::weighted(0.4, prop::sample::select(Sex::ALL.to_vec()));
    let population = (prop::option::weighted(0.2, 100u32..3000), prop::option::weighted(0.2, 1000u32..200_000));
    let fragility = prop::option::weighted(0.3, 2.0f64..9.0);
    let lists = prop::option::weighted(0.2, prop::sample::select(vec!["liste.csv", "essai.csv"]));
    let epci = prop::option::weighted(0.2, prop::sample::select(COMMUNES.to_vec()));
    let assigned = prop::option::weighted(0.3, prop::sample::select(COMMUNES.to_vec()));
    let share = prop::sample::select(vec![0.0, 0.15, 0.5]);
    (
        (ages, 5u32..120, sex, population),
        (sometimes(codes().boxed()), sometimes(codes().boxed()), fragility, lists, epci, assigned, share),
    )
        .prop_map(|((ages, within, sex, population), (only, never, fragility, list, epci, assigned, share))| {
            Audience {
                minimum_age: ages.0,
                maximum_age: ages.1.filter(|most| *most >= ages.0),
                within_km: within.into(),
                later_share: share,
                sex,
                communes: only,
                not_communes: never,
                epcis: epci.and_then(|c| Gazetteer::embedded().get(c.parse().ok()?)?.epci).into_iter().collect(),
                assigned: assigned
                    .map(|c| ("langogne".to_owned(), [c.parse().expect("a code")].into()))
                    .into_iter()
                    .collect(),
                minimum_population: population.0,
                maximum_population: population.1,
                fragility: fragility.map(|least| (FragilityPart::Index, least)).into_iter().collect(),
                lists: list.map(str::to_owned).into_iter().collect(),
                ..Audience::default()
            }
        })
}

/// The rule again, one household after the other, without any of the program's own filter.
fn plainly(
    homes: &[Home],
    campaign: &StoredCampaign,
    audience: &Audience,
    fragility: &HashMap<InseeCode, Fragility>,
) -> Counts {
    let mut counts = Counts::default();
    let mut drawable = 0u32;
    for (number, home) in homes.iter().enumerate() {
        counts.households += 1;
        // The last household is the one the campaign came with.
        let list = if number + 1 == homes.len() { "liste.csv" } else { "essai.csv" };
        match reason(home, list, campaign, audience, fragility) {
            None => {
                counts.selected += 1;
                drawable += 1;
            }
            Some(reason) => *reason(&mut counts) += 1,
        }
    }
    // One household is invited already, and stays.
    let invited = counts.selected > 0 && {
        let last = homes.last().expect("a household");
        reason(last, "liste.csv", campaign, audience, fragility).is_none()
    };
    let wanted = (f64::from(drawable) * audience.later_share).round() as u64;
    counts.later = wanted.min(counts.selected - u64::from(invited));
    counts.now = counts.selected - counts.later;
    counts
}

type Reason = fn(&mut Counts) -> &mut u64;

fn reason(
    home: &Home,
    list: &str,
    campaign: &StoredCampaign,
    audience: &Audience,
    fragility: &HashMap<InseeCode, Fragility>,
) -> Option<Reason> {
    let living: Vec<&Person> = home.adults.iter().filter(|p| !p.deceased).collect();
    if living.is_empty() {
        return Some(|c| &mut c.deceased);
    }
    if home.adults.iter().any(|p| p.opposed) {
        return Some(|c| &mut c.opposed);
    }
    if home.institution {
        return Some(|c| &mut c.institution);
    }
    if !home.mailable {
        return Some(|c| &mut c.not_mailable);
    }
    if home.wrong_address {
        return Some(|c| &mut c.wrong_address);
    }
    if !audience.lists.is_empty() && !audience.lists.contains(list) {
        return Some(|c| &mut c.other_list);
    }
    let commune = home.commune.map(|c| Gazetteer::embedded().get(c.parse().expect("a code")).expect("a commune"));
    let picky = !audience.communes.is_empty()
        || !audience.not_communes.is_empty()
        || !audience.epcis.is_empty()
        || audience.minimum_population.is_some()
        || audience.maximum_population.is_some();
    let Some(commune) = commune else {
        return Some(if picky { |c| &mut c.elsewhere } else { |c| &mut c.too_far });
    };
    if (!audience.communes.is_empty() && !audience.communes.contains(&commune.code))
        || audience.not_communes.contains(&commune.code)
        || (!audience.epcis.is_empty() && !commune.epci.is_some_and(|e| audience.epcis.contains(&e)))
        || audience.minimum_population.is_some_and(|least| commune.population < least)
        || audience.maximum_population.is_some_and(|most| commune.population > most)
    {
        return Some(|c| &mut c.elsewhere);
    }
    if let Some(least) = audience.fragility.get(&FragilityPart::Index) {
        let of_department = match commune.department.as_str() {
            "48" => Some(7.1),
            "30" => Some(5.9),
            _ => None,
        };
        let known = fragility.get(&commune.code).and_then(|f| f.get(FragilityPart::Index)).or(of_department);
        if known.is_none_or(|value| value < *least) {
            return Some(|c| &mut c.not_fragile);
        }
    }
    let workshops = &campaign.campaign.workshops;
    let by_hand = audience.assigned.iter().find(|(_, communes)| communes.contains(&commune.code));
    let workshop = match by_hand {
        Some((venue, _)) => workshops.iter().find(|w| w.venue.slug == *venue),
        None => workshops
            .iter()
            .map(|w| {
                let there =
                    Gazetteer::embedded().get(w.venue.commune).expect("a commune").centroid.expect("a centroid");
                (km(commune.centroid.expect("a centroid"), there), w)
            })
            .filter(|(away, _)| *away <= audience.within_km)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, w)| w),
    };
    let Some(workshop) = workshop else { return Some(|c| &mut c.too_far) };
    let of_sex = |p: &&&Person| match (audience.sex, p.civility) {
        (None, _) => true,
        (Some(_), Some(Civility::Couple)) => true,
        (Some(Sex::Female), civility) => civility == Some(Civility::Madame),
        (Some(Sex::Male), civility) => civility == Some(Civility::Monsieur),
    };
    let ages: Vec<Option<i32>> = living.iter().filter(of_sex).map(|p| p.birth.age_on(workshop.first_day())).collect();
    let least = i32::from(audience.minimum_age.max(workshop.minimum_age));
    let most = audience.maximum_age.map_or(i32::MAX, i32::from);
    if ages.is_empty() {
        Some(|c| &mut c.other_sex)
    } else if ages.iter().flatten().any(|age| (least..=most).contains(age)) {
        None
    } else if ages.contains(&None) {
        Some(|c| &mut c.age_unknown)
    } else if ages.iter().flatten().any(|age| *age > most) {
        Some(|c| &mut c.too_old)
    } else {
        Some(|c| &mut c.too_young)
    }
}

fn unknown_ages(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let aged = |birth| Home { adults: vec![Person::born(birth)], ..Home::in_commune("48095") };
        let homes = [aged(Birth::Unknown), aged(Birth::Year(1990)), aged(Birth::Year(1920)), aged(Birth::Year(1950))];
        let (test, campaign) = with_homes(database, &homes).await?;
        let audience = Audience { maximum_age: Some(90), ..Audience::default() };
        let found = counts(&test.store, &campaign, &audience).await?;
        ensure!((found.age_unknown, found.too_young, found.too_old, found.selected) == (1, 1, 1, 2), "{found:?}");
        Ok(())
    })
}

fn assigned(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        // Nîmes is a hundred kilometres away; Mende has its own workshop.
        let homes = [Home::in_commune("30189"), Home::in_commune("48095")];
        let (test, campaign) = with_homes(database, &homes).await?;
        let near = count_audience(&test.store, &campaign, &Audience::default()).await?;
        ensure!(near.counts.too_far == 1, "{:?}", near.counts);
        let communes = ["30189", "48095"].map(|c| c.parse().expect("a code")).into();
        let assigned = BTreeMap::from([("langogne".to_owned(), communes)]);
        let by_hand = Audience { assigned, ..Audience::default() };
        let found = count_audience(&test.store, &campaign, &by_hand).await?;
        ensure!(found.counts.selected == 3, "{:?}", found.counts);
        let langogne = |selection: &Selection| {
            let invited_there = |w: usize| campaign.campaign.workshops[w].venue.town == "Langogne";
            selection.communes.iter().all(|c| invited_there(c.workshop))
        };
        ensure!(langogne(&found) && !langogne(&near));
        Ok(())
    })
}

fn the_desk_hears(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let test = TestCampaign::in_database(database).await?;
        let homes = [Home::in_commune("48095"), Home::in_commune("48095"), Home::in_commune("48095")];
        let ids = bring_in(&test.store, "lozere", "essai.csv", 0, &homes).await?;
        let campaign = find_any_campaign(&test.store, "lozere").await?;
        let audience = Audience::default();
        ensure!(counts(&test.store, &campaign, &audience).await?.selected == 4);
        let (scope, now) = (campaign.structure, Utc::now());
        let rows = store::household::by_ids(test.store.read(), scope, &ids[..1]).await?;
        report::death(&test.store, scope, ids[0], rows[0].rows[0].person, now).await?;
        let opposed = store::household::by_ids(test.store.read(), scope, &ids[1..2]).await?[0].rows[0].person;
        test.store
            .write::<_, StoreError, _>(move |tx| {
                let closed = Opposed { channels: Channels::POST, ..Opposed::default() };
                Box::pin(async move { store::opposition::mark(tx, scope, &[(opposed, closed)], now).await })
            })
            .await?;
        report::wrong_address(&test.store, scope, ids[2], now).await?;
        let found = counts(&test.store, &campaign, &audience).await?;
        ensure!((found.deceased, found.opposed, found.wrong_address, found.selected) == (1, 1, 1, 1), "{found:?}");
        Ok(())
    })
}

fn earlier_campaigns(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let test = TestCampaign::in_database(database).await?;
        let store = &test.store;
        let home = || Home::in_commune("48095");
        // The same three people were in a campaign before: one is invited, one invited and comes, one neither.
        let before = another_campaign(store, "avant", None).await?;
        bring_in(store, "lozere", "essai.csv", 0, &[home(), home(), home()]).await?;
        let first = &before.campaign.lists;
        ensure!(first.is_empty(), "lists are those that were taken in");
        let ids = bring_in_with_contract(store, "avant", &[home(), home(), home()]).await?;
        invite(store, &before, &[(ids[0], 1), (ids[1], 2)]).await?;
        attend(store, &before, InvitationNumber::draw(2, 0)).await?;
        // Another structure wrote to the third one, which is nobody else's business.
        let elsewhere = another_campaign(store, "ailleurs", Some("Numérique du Gard")).await?;
        let others = bring_in_with_contract(store, "ailleurs", &[home(), home(), home()]).await?;
        invite(store, &elsewhere, &[(others[2], 3)]).await?;
        let campaign = find_any_campaign(store, "lozere").await?;
        let with = |contacted, attended| Audience { contacted, attended, ..Audience::default() };
        let any = counts(store, &campaign, &with(Earlier::Any, Earlier::Any)).await?;
        ensure!(any.selected == 4, "{any:?}");
        let never = counts(store, &campaign, &with(Earlier::Never, Earlier::Any)).await?;
        ensure!((never.selected, never.contacted) == (2, 2), "{never:?}");
        let contacted = counts(store, &campaign, &with(Earlier::Before, Earlier::Any)).await?;
        ensure!((contacted.selected, contacted.contacted) == (2, 2), "{contacted:?}");
        let came = counts(store, &campaign, &with(Earlier::Any, Earlier::Before)).await?;
        ensure!((came.selected, came.attended) == (1, 3), "{came:?}");
        let not_yet = counts(store, &campaign, &with(Earlier::Before, Earlier::Never)).await?;
        ensure!((not_yet.selected, not_yet.attended) == (1, 1), "{not_yet:?}");
        Ok(())
    })
}

/// Brings people into a campaign that has no list yet, under the contract of the first campaign's.
async fn bring_in_with_contract(
    store: &Store,
    slug: &str,
    homes: &[Home],
) -> anyhow::Result<Vec<allervers::domain::id::HouseholdId>> {
    super::homes::bring_in_under(store, slug, "lozere", "avant.csv", 0, homes).await
}

async fn invite(
    store: &Store,
    campaign: &StoredCampaign,
    households: &[(allervers::domain::id::HouseholdId, u64)],
) -> anyhow::Result<()> {
    let numbered: Vec<_> = households.iter().map(|(id, n)| (*id, InvitationNumber::draw(*n, 0))).collect();
    let scope = campaign.structure;
    store
        .write::<_, StoreError, _>(move |tx| {
            let numbered = numbered.clone();
            Box::pin(async move {
                store::audience::invite(tx, scope, store::audience::Wave::First, &numbered, Utc::now()).await
            })
        })
        .await?;
    Ok(())
}

async fn attend(store: &Store, campaign: &StoredCampaign, number: InvitationNumber) -> anyhow::Result<()> {
    let slug = campaign.campaign.workshops.last().context("a workshop")?.slug.clone();
    let workshop = store::workshop::by_slug(store.read(), &slug).await?.context("the workshop")?;
    let request = Request {
        entry: EntryMode::Web,
        people: vec![("Camille".to_owned(), "Exemple".to_owned())],
        phone: "04 65 74 00 00".to_owned(),
        email: String::new(),
        invitation: number.digits(),
        reference: String::new(),
        heard_from: String::new(),
        household: None,
        may_wait: false,
        kept_days: 365,
    };
    let done = register(store, &workshop, &request, Utc::now()).await?;
    let came: Vec<_> = done.registration.participants.iter().map(|p| p.id).collect();
    Ok(mark_attendance::mark(store, campaign.structure, &slug, 0, &came, workshop.workshop.sessions[0].ends.and_utc())
        .await?)
}

fn the_cap(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let homes: Vec<_> = (0..60).map(|_| Home::in_commune("48095")).collect();
        let (test, campaign) = with_homes(database, &homes).await?;
        let cap = Some(Cap::Seats { seats: 1, response: 0.05 });
        let audience = Audience { cap, later_share: 0.5, ..Audience::default() };
        let found = counts(&test.store, &campaign, &audience).await?;
        // One of the sixty-one is invited already: twenty letters now, twenty later, the others beyond the cap.
        ensure!(found.now == 20 && found.later >= 19 && found.over_cap + found.selected == 61, "{found:?}");
        Ok(())
    })
}

fn the_draw(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let homes: Vec<_> = (0..90).map(|n| Home::in_commune(COMMUNES[n % 3])).collect();
        let (test, mut campaign) = with_homes(database, &homes).await?;
        campaign.campaign.audience.later_share = 0.2;
        let selection = count_audience(&test.store, &campaign, &campaign.campaign.audience).await?;
        for row in &selection.communes {
            let share = (row.now + row.later) as f64 * 0.2;
            ensure!((row.later as f64 - share).abs() < 1.0, "{row:?}");
        }
        let drawn = draw_audience::draw_audience(&test.store, &campaign, Utc::now()).await?;
        ensure!(drawn == selection.counts);
        let later = |audience: store::audience::StoredAudience| {
            let mut later = audience.later;
            later.sort_unstable();
            later
        };
        let kept = store::audience::of_campaign(test.store.read(), campaign.id).await?.context("the audience")?;
        let first = later(kept);
        let mut counted = selection.later.clone();
        counted.sort_unstable();
        ensure!(first == counted, "the draw keeps what was counted");
        draw_audience::draw_audience(&test.store, &campaign, Utc::now()).await?;
        let again = store::audience::of_campaign(test.store.read(), campaign.id).await?.context("the audience")?;
        ensure!(first == later(again), "a second draw takes nobody's letter back");
        campaign.campaign.audience.drawn_by = DrawnBy::Commune;
        campaign.campaign.seed = 7;
        let by_commune = count_audience(&test.store, &campaign, &campaign.campaign.audience).await?;
        ensure!(by_commune.communes.iter().all(|c| c.later == 0 || c.now == 0), "{:?}", by_commune.communes);
        Ok(())
    })
}
