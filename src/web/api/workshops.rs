//! `GET /api/v1/workshops`.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use chrono::{NaiveDateTime, TimeZone, Utc};
use chrono_tz::Europe::Paris;
use serde::Serialize;

use crate::domain::id::WorkshopId;
use crate::service::list_workshops::{self, WorkshopSeats};
use crate::web::App;
use crate::web::error::WebError;

/// A workshop that has not begun.
#[derive(Serialize)]
struct WorkshopJson {
    id: WorkshopId,
    slug: String,
    topic: String,
    /// « Médiathèque de Langogne, 9 place de l’Exemple, 48300 Langogne ».
    place: String,
    /// RFC 3339, with the offset of Paris.
    starts_at: String,
    price_cents: u64,
    capacity: u16,
    seats_left: u32,
    /// Registrations on the waiting list.
    waiting: u32,
}

/// The workshops that can be joined, by first session.
pub async fn workshops(State(app): State<App>) -> Result<Response, WebError> {
    let found = list_workshops::upcoming(&app.store, Utc::now()).await?;
    let body: Vec<_> = found.into_iter().map(WorkshopJson::from).collect();
    Ok(([(CACHE_CONTROL, "no-cache")], Json(body)).into_response())
}

impl From<WorkshopSeats> for WorkshopJson {
    fn from(found: WorkshopSeats) -> Self {
        let workshop = found.workshop;
        let venue = &workshop.venue;
        Self {
            id: found.id,
            place: format!("{}, {}, {} {}", venue.name, venue.street, venue.postcode, venue.town),
            starts_at: in_paris(workshop.first().starts),
            price_cents: workshop.price.0.0,
            capacity: workshop.capacity,
            seats_left: found.seats_left,
            waiting: found.waiting,
            topic: workshop.topic,
            slug: workshop.slug,
        }
    }
}

/// Local time with its offset. An hour that the clock repeats is taken the first time; no workshop begins in the hour
/// that is skipped, and if one did, it would be given without offset's help, as UTC.
fn in_paris(local: NaiveDateTime) -> String {
    let instant = Paris.from_local_datetime(&local).earliest();
    instant.map_or_else(|| local.and_utc().to_rfc3339(), |instant| instant.to_rfc3339())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_follows_the_season() {
        let at = |text: &str| in_paris(text.parse().unwrap());
        assert_eq!(at("2027-02-02T14:00:00"), "2027-02-02T14:00:00+01:00");
        assert_eq!(at("2027-07-06T14:00:00"), "2027-07-06T14:00:00+02:00");
    }
}
