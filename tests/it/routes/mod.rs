//! Every address as a visitor, a desk, an office or another program meets it, on both databases.

mod api;
mod desk;
mod lists;
mod protection;
mod public;

use libtest_mimic::Trial;

use crate::support::block_on;
use crate::support::campaign::TestCampaign;
use crate::support::databases::TestDatabase;
use crate::support::visitor::{Answer, Visitor};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [public::trials(), desk::trials(), lists::trials(), api::trials(), protection::trials()]
        .into_iter()
        .flatten()
        .collect()
}

const FORM: &str = "/ateliers/tablette-langogne/inscription";

pub fn with(
    database: &TestDatabase,
    body: impl AsyncFnOnce(&TestCampaign, &Visitor) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    block_on(async {
        let campaign = TestCampaign::in_database(database).await?;
        let visitor = Visitor::new(campaign.app()?);
        body(&campaign, &visitor).await
    })
}

/// Takes `seats` seats, one person each.
async fn fill(visitor: &Visitor, slug: &str, seats: usize) -> anyhow::Result<()> {
    for person in 0..seats {
        let (name, phone) = (format!("Exemple {person}"), format!("04 65 73 00 {person:02}"));
        let fields = [("first_name", "Camille"), ("last_name", name.as_str()), ("phone", &phone)];
        visitor.post(&format!("/ateliers/{slug}/inscription"), &fields).await?.leads_to()?;
    }
    Ok(())
}

fn couple<'a>(invitation: &'a str, reference: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("personnes", "2"),
        ("first_name", "Yvette"),
        ("last_name", "Pagès"),
        ("companion_first_name", "Jean"),
        ("companion_last_name", "Pagès"),
        ("phone", "04 65 71 92 48"),
        ("invitation", invitation),
        ("reference", reference),
        ("heard_from", "letter"),
    ]
}

fn before(page: &Answer, first: &str, second: &str) -> bool {
    page.text.find(first).zip(page.text.find(second)).is_some_and(|(a, b)| a < b)
}

/// The values of inputs whose id begins so, in order.
fn values_of(page: &Answer, id: &str) -> Vec<String> {
    let begins = format!("id=\"{id}");
    page.text
        .split(&begins)
        .skip(1)
        .filter_map(|input| Some(input.split("value=\"").nth(1)?.split('"').next()?.to_owned()))
        .collect()
}
