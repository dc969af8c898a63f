//! The JSON calls.

use allervers::domain::number::InvitationNumber;
use anyhow::{Context, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::{fill, with};
use crate::support::databases::{TestDatabase, on_both};
use crate::support::visitor::Answer;

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [on_both("the_api_registers_and_explains_refusals", the_api)].into_iter().flatten().collect()
}

fn the_api(database: &TestDatabase) -> anyhow::Result<()> {
    with(database, async |campaign, visitor| {
        let list = visitor.get("/api/v1/workshops").await?.shows(200, &[])?.json()?;
        let list = list.as_array().context("an array")?;
        ensure!(list.len() == 2, "what has begun is not offered");
        let tablet = &list[1];
        ensure!(
            tablet["slug"] == "tablette-langogne" && tablet["seats_left"] == 8 && tablet["waiting"] == 0,
            "{tablet}"
        );
        ensure!(
            list[0]["price_cents"] == 4000
                && tablet["capacity"] == 8
                && tablet["place"].as_str().is_some_and(|p| p.contains("Langogne"))
        );
        let starts = tablet["starts_at"].as_str().context("starts_at")?;
        ensure!(chrono::DateTime::parse_from_rfc3339(starts)?.offset().local_minus_utc() > 0, "{starts}");
        let with = |changes: Value| {
            let mut body = json!({"workshop": tablet["id"], "seats": 2, "first_name": "Odette", "last_name": "Combes", "phone": "04 65 71 00 01"});
            for (field, value) in changes.as_object().cloned().unwrap_or_default() {
                body[field] = value;
            }
            body
        };
        let made = visitor
            .call(&with(json!({"reference": campaign.reference.to_string(), "heard_from": "poster"})))
            .await?
            .shows(201, &[])?
            .json()?;
        ensure!(made["status"] == "confirmed" && made.get("position").is_none(), "{made}");
        let again = visitor
            .call(&with(json!({"workshop": "tablette-langogne", "last_name": "combes "})))
            .await?
            .shows(200, &[])?
            .json()?;
        ensure!(again["id"] == made["id"]);
        fill(visitor, "demarches-mende", 3).await?;
        let waits =
            visitor.call(&with(json!({"workshop": "demarches-mende", "seats": 1}))).await?.shows(201, &[])?.json()?;
        ensure!(waits["status"] == "waiting" && waits["position"] == 1, "{waits}");
        for (changes, status, field) in [
            (json!({"workshop": "rien"}), 404, None),
            (json!({"workshop": "arnaques-florac"}), 409, None),
            (json!({"workshop": null}), 422, Some("workshop")),
            (json!({"seats": 3}), 422, Some("seats")),
            (json!({"seats": "2"}), 422, Some("seats")),
            (json!({"seats": null}), 422, Some("seats")),
            (json!({"first_name": ""}), 422, Some("first_name")),
            (json!({"last_name": 5}), 422, Some("last_name")),
            (json!({"phone": null}), 422, Some("phone")),
            (json!({"email": "odette"}), 422, Some("email")),
            (json!({"heard_from": "pigeon"}), 422, Some("heard_from")),
            (json!({"reference": "12"}), 422, Some("reference")),
            (json!({"invitation": "48271537"}), 422, Some("invitation")),
            (json!({"invitation": InvitationNumber::draw(99, 0).digits()}), 422, Some("invitation")),
        ] {
            problem(&visitor.call(&with(changes)).await?, status, field)?;
        }
        problem(&visitor.raw_call("{", "application/json").await?, 400, None)?;
        problem(&visitor.raw_call("[]", "application/json").await?, 400, None)?;
        problem(&visitor.raw_call("{}", "text/plain").await?, 415, None)?;
        problem(&visitor.raw_call(&" ".repeat(70_000), "application/json").await?, 413, None)?;
        problem(&visitor.get("/api/v1/rien").await?, 404, None)?;
        problem(&visitor.get("/api/v1/registrations").await?, 405, None)?;
        let invited = with(json!({"invitation": campaign.invitation.digits(), "phone": null, "first_name": "Yvette"}));
        visitor.call(&invited).await?.shows(201, &[])?;
        Ok(())
    })
}

fn problem(answer: &Answer, status: u16, field: Option<&str>) -> anyhow::Result<()> {
    let kind = answer.header("content-type")?;
    ensure!(answer.status == status && kind == "application/problem+json", "{status} {field:?}: {answer:?}");
    let body = answer.json()?;
    ensure!(body["status"] == status && body["title"].is_string() && body["detail"].is_string(), "{body}");
    let named =
        body["errors"].as_array().is_some_and(|errors| errors.iter().any(|e| Some(e["field"].as_str()) == Some(field)));
    ensure!(field.is_none() || named, "{body}");
    Ok(())
}
