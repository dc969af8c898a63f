//! Households as a test describes them, brought into a campaign as a list.

use allervers::domain::address::{NotMailable, PostalAddress};
use allervers::domain::campaign::{Campaign, List};
use allervers::domain::id::{HouseholdId, RetireeId};
use allervers::domain::opposition::Channels;
use allervers::domain::retiree::{Birth, Civility, Retiree};
use allervers::identity::Opposed;
use allervers::service::find_campaign::{StoredCampaign, find_any_campaign};
use allervers::store::delivery::RowCounts;
use allervers::store::listed::{Chunk, PersonColumns, RowPlace};
use allervers::store::{self, Store, StoreError};
use anyhow::Context;
use chrono::Utc;

/// A household.
#[derive(Debug, Clone)]
pub struct Home {
    pub commune: Option<&'static str>,
    pub mailable: bool,
    pub institution: bool,
    pub wrong_address: bool,
    pub adults: Vec<Person>,
}

/// Somebody in it.
#[derive(Debug, Clone)]
pub struct Person {
    pub birth: Birth,
    pub civility: Option<Civility>,
    pub deceased: bool,
    pub opposed: bool,
}

impl Home {
    /// A woman of 1940 in a commune.
    pub fn in_commune(commune: &'static str) -> Self {
        Self {
            commune: Some(commune),
            mailable: true,
            institution: false,
            wrong_address: false,
            adults: vec![Person::born(Birth::Year(1940))],
        }
    }
}

impl Person {
    pub fn born(birth: Birth) -> Self {
        Self { birth, civility: Some(Civility::Madame), deceased: false, opposed: false }
    }
}

/// Brings households in as a list of this name, in campaign `slug`. `first` is the number of the first one's name, so that
/// the same number in two campaigns is the same person.
pub async fn bring_in(
    store: &Store,
    slug: &str,
    file_name: &str,
    first: usize,
    homes: &[Home],
) -> anyhow::Result<Vec<HouseholdId>> {
    bring_in_under(store, slug, slug, file_name, first, homes).await
}

/// The same under the contract of the first list of campaign `contracted`.
pub async fn bring_in_under(
    store: &Store,
    slug: &str,
    contracted: &str,
    file_name: &str,
    first: usize,
    homes: &[Home],
) -> anyhow::Result<Vec<HouseholdId>> {
    let campaign = find_any_campaign(store, slug).await?;
    let contract =
        find_any_campaign(store, contracted).await?.campaign.lists.first().context("a list")?.contract.clone();
    let list =
        List { file_name: file_name.to_owned(), sha256: format!("{slug}/{file_name}"), contract, by_hand: false };
    let mut chunk = Chunk::default();
    let (mut opposed, mut wrong, mut ids, mut row) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (number, home) in (first..).zip(homes) {
        let household = HouseholdId::new();
        ids.push(household);
        if home.wrong_address {
            wrong.push(household);
        }
        let order = format!("{:016x}", (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        chunk.household(household, &order);
        for (place, adult) in home.adults.iter().enumerate() {
            row += 1;
            let id = RetireeId::new();
            if adult.opposed {
                opposed.push(id);
            }
            let search_name = format!(" exemple{number} adulte{place} ");
            let place = RowPlace { id, row, same_as: None, household };
            chunk.person(place, &PersonColumns::of(&retiree(home, adult)), &search_name);
        }
    }
    let (scope, id) = (campaign.structure, campaign.id);
    let (now, purge_on) = (Utc::now(), list.contract.purge_on);
    let delivery = store
        .write::<_, StoreError, _>(move |tx| {
            let (list, facts) = (list.clone(), r#"{"header":[],"dropped":[]}"#.to_owned());
            Box::pin(async move { store::delivery::stage(tx, scope, id, &list, facts, now).await })
        })
        .await?;
    let rows = chunk.prepare(store.read(), scope, id, delivery, purge_on)?;
    store.bring_in(rows).await?;
    store
        .write::<_, StoreError, _>(move |tx| {
            let (opposed, wrong) = (opposed.clone(), wrong.clone());
            Box::pin(async move {
                let closed = |id: &RetireeId| (*id, Opposed { channels: Channels::POST, ..Opposed::default() });
                let marked: Vec<_> = opposed.iter().map(closed).collect();
                store::opposition::mark(tx, scope, &marked, now).await?;
                for household in wrong {
                    store::household::report_wrong_address(tx, scope, household, now).await?;
                }
                store::delivery::finish(tx, delivery, RowCounts { accepted: row, corrected: 0, refused: 0 }, None)
                    .await?;
                store::delivery::commit(tx, delivery).await.map(|_| ())
            })
        })
        .await?;
    Ok(ids)
}

/// A second campaign of the same structure with its own workshops, or, under another name, of another structure.
pub async fn another_campaign(store: &Store, slug: &str, structure: Option<&str>) -> anyhow::Result<StoredCampaign> {
    let mut other: Campaign = find_any_campaign(store, "lozere").await?.campaign;
    other.slug = slug.to_owned();
    other.lists[0].sha256 = slug.to_owned();
    for workshop in &mut other.workshops {
        workshop.slug = format!("{slug}-{}", workshop.slug);
    }
    if let Some(name) = structure {
        other.structure.name = name.to_owned();
    }
    store
        .write::<_, StoreError, _>(move |tx| {
            let other = other.clone();
            Box::pin(async move { store::campaign::save(tx, &other).await })
        })
        .await?;
    Ok(find_any_campaign(store, slug).await?)
}

fn retiree(home: &Home, adult: &Person) -> Retiree {
    Retiree {
        civility: adult.civility,
        usage_name: "EXEMPLE".to_owned(),
        first_name: "Camille".to_owned(),
        birth: adult.birth,
        deceased: adult.deceased,
        address: PostalAddress {
            line6: "48000 MENDE".to_owned(),
            postcode: "48000".parse().ok(),
            commune: home.commune.and_then(|c| c.parse().ok()),
            institution: home.institution,
            not_mailable: (!home.mailable).then_some(NotMailable::Unprintable),
            ..PostalAddress::default()
        },
        ..Retiree::default()
    }
}
