//! Forty people at once for eight seats, and the control that shows why seats are counted and taken in one transaction.

use std::sync::Arc;

use allervers::domain::registration::{EntryMode, Status};
use allervers::service::register::{Registered, Request, register};
use allervers::store;
use anyhow::ensure;
use chrono::Utc;
use libtest_mimic::Trial;
use tokio::sync::Barrier;

use crate::support::block_on;
use crate::support::campaign::TestCampaign;
use crate::support::databases::{TestDatabase, on_both};

/// People who want a seat at once.
const PEOPLE: usize = 40;
/// Seats of `tablette-langogne`.
const SEATS: usize = 8;

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("forty_at_once_for_eight_seats_seat_eight_and_queue_the_rest", nobody_gets_a_seat_twice),
        on_both("counting_and_taking_in_two_transactions_oversells", the_control_oversells),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn nobody_gets_a_seat_twice(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let campaign = Arc::new(TestCampaign::in_database(database).await?);
        let workshop = campaign.workshop("tablette-langogne").await?;
        let barrier = Arc::new(Barrier::new(PEOPLE));
        let people = (0..PEOPLE).map(|person| {
            let (campaign, workshop, barrier) = (campaign.clone(), workshop.clone(), barrier.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                register(&campaign.store, &workshop, &request(person), Utc::now()).await
            })
        });
        let mut done: Vec<Registered> = Vec::new();
        for person in people.collect::<Vec<_>>() {
            done.push(person.await??);
        }
        let seated = done.iter().filter(|r| r.registration.status == Status::Confirmed).count();
        ensure!(seated == SEATS, "{seated} have a seat");
        let mut places: Vec<_> = done.iter().filter_map(|r| r.position).collect();
        places.sort_unstable();
        let expected: Vec<u32> = (1..).take(PEOPLE - SEATS).collect();
        ensure!(places == expected, "places in the queue: {places:?}");
        let mut arrivals: Vec<_> = done.iter().map(|r| r.registration.arrival).collect();
        arrivals.sort_unstable();
        arrivals.dedup();
        ensure!(arrivals.len() == PEOPLE, "two share an arrival");
        Ok(())
    })
}

/// What the service must not do: look first, write later. Everybody looks before anybody writes, as in a rush.
fn the_control_oversells(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let campaign = Arc::new(TestCampaign::in_database(database).await?);
        let workshop = campaign.workshop("tablette-langogne").await?;
        let barrier = Arc::new(Barrier::new(PEOPLE));
        let people = (1..=PEOPLE).map(|person| {
            let (campaign, workshop, barrier) = (campaign.clone(), workshop.clone(), barrier.clone());
            tokio::spawn(async move {
                let looked = campaign
                    .store
                    .write(move |tx| Box::pin(async move { store::registration::seats(tx, &[workshop.id]).await }))
                    .await?;
                let taken = looked.get(&workshop.id).map_or(0, |seats| seats.taken);
                barrier.wait().await;
                if taken < u32::from(workshop.workshop.capacity) {
                    let registration = registration(workshop.id, person);
                    let (scope, today) = (workshop.structure, Utc::now().date_naive());
                    campaign
                        .store
                        .write(move |tx| {
                            let registration = registration.clone();
                            Box::pin(async move {
                                store::registration::insert(tx, scope, &registration, today, Utc::now()).await
                            })
                        })
                        .await?;
                }
                anyhow::Ok(())
            })
        });
        for person in people.collect::<Vec<_>>() {
            person.await??;
        }
        let seats = store::registration::seats(campaign.store.read(), &[workshop.id]).await?;
        let taken = seats.get(&workshop.id).map_or(0, |seats| seats.taken);
        ensure!(taken as usize > SEATS, "only {taken} seats were sold: the race of the other trial proves nothing");
        Ok(())
    })
}

fn request(person: usize) -> Request {
    Request {
        entry: EntryMode::Web,
        people: vec![("Camille".to_owned(), format!("Exemple {person}"))],
        phone: format!("04 65 72 00 {person:02}"),
        email: String::new(),
        invitation: String::new(),
        reference: String::new(),
        heard_from: String::new(),
        household: None,
        may_wait: true,
        kept_days: 365,
    }
}

fn registration(workshop: allervers::domain::id::WorkshopId, person: usize) -> store::registration::Registration {
    use allervers::domain::id::{ParticipantId, RegistrationId};
    store::registration::Registration {
        id: RegistrationId::new(),
        workshop,
        arrival: u32::try_from(person).expect("few people"),
        status: Status::Confirmed,
        entry: EntryMode::Web,
        person_key: format!("EXEMPLE {person}"),
        phone: None,
        email: None,
        invitation: None,
        blind_code: None,
        reference: None,
        heard_from: None,
        household: None,
        participants: vec![store::registration::Participant {
            id: ParticipantId::new(),
            first_name: "Camille".to_owned(),
            last_name: format!("Exemple {person}"),
        }],
    }
}
