//! The rows of a list: people, the households they bring, and refused and corrected rows. They go in by chunks and come back in
//! the order of the rows.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::entity::{import_row, retiree};
use super::household::{address_column, retiree_of};
use super::insert::{Cell, Insert, Prepared};
use super::{Connection, Result, stored};
use crate::domain::address::NotMailable;
use crate::domain::id::{CampaignId, DeliveryId, HouseholdId, RetireeId, StructureId};
use crate::domain::retiree::{Birth, Civility, Retiree};

/// A person of a row, with where they belong.
#[derive(Debug, Clone)]
pub struct ListedRetiree {
    /// The row's identifier.
    pub id: RetireeId,
    /// The row's number in its list, from 1.
    pub row: u32,
    /// The first row of the same person, where this is not it.
    pub same_as: Option<RetireeId>,
    /// The household.
    pub household: HouseholdId,
    /// The key that searches by name use.
    pub search_name: String,
    /// The person.
    pub retiree: Retiree,
}

/// A refused or corrected row, kept with its cells.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// The row's number, from 1.
    pub row: u32,
    /// `corrected` or `refused`.
    pub outcome: String,
    /// Why.
    pub reason: String,
    /// The cells as they came, less the dropped columns.
    pub cells: Vec<String>,
}

/// A person's row as its columns say it, but for where it belongs. It borrows from the person, or from bytes in which it
/// waited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonColumns<'p> {
    civility: Option<&'p str>,
    /// The surname in use.
    pub usage_name: &'p str,
    /// The surname at birth.
    pub birth_name: Option<&'p str>,
    /// The first name.
    pub first_name: &'p str,
    /// The day, counted from 1 January of year 1, which is day 1.
    birth_day: Option<i32>,
    birth_year: Option<i32>,
    deceased: bool,
    #[serde(borrow)]
    address: Cow<'p, str>,
    postcode: Option<&'p str>,
    /// The commune's code.
    pub commune: Option<&'p str>,
    institution: bool,
    not_mailable: Option<&'p str>,
    phone: Option<&'p str>,
    email: Option<&'p str>,
    fund_reference: Option<&'p str>,
}

impl<'p> PersonColumns<'p> {
    /// A person's columns.
    pub fn of(person: &'p Retiree) -> Self {
        let address = &person.address;
        Self {
            civility: person.civility.map(Civility::code),
            usage_name: &person.usage_name,
            birth_name: person.birth_name.as_deref(),
            first_name: &person.first_name,
            birth_day: match person.birth {
                Birth::Date(date) => Some(date.num_days_from_ce()),
                _ => None,
            },
            birth_year: person.birth.year(),
            deceased: person.deceased,
            address: address_column(address).into(),
            postcode: address.postcode.as_ref().map(|p| p.as_str()),
            commune: address.commune.as_ref().map(|c| c.as_str()),
            institution: address.institution,
            not_mailable: address.not_mailable.map(NotMailable::code),
            phone: person.phone.as_ref().map(|p| p.e164()),
            email: person.email.as_deref(),
            fund_reference: person.fund_reference.as_deref(),
        }
    }
}

/// A refused or corrected row on its way in: which of the two, why, and its cells as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptRow<'r> {
    /// `corrected` or `refused`.
    pub outcome: &'r str,
    /// Why.
    #[serde(borrow)]
    pub reason: Cow<'r, str>,
    /// The cells as they came, less the dropped columns.
    #[serde(borrow)]
    pub cells: Cow<'r, str>,
}

/// Where a person's row belongs.
#[derive(Debug, Clone, Copy)]
pub struct RowPlace {
    /// The row's identifier.
    pub id: RetireeId,
    /// The row's number in its list, from 1.
    pub row: u32,
    /// The first row of the same person, where this is not it.
    pub same_as: Option<RetireeId>,
    /// The household.
    pub household: HouseholdId,
}

/// A chunk of what a delivery brings, as the columns of three tables. Whoever fills it gives a household before the people in
/// it and a first row before its duplicates.
#[derive(Debug, Default)]
pub struct Chunk {
    households: Vec<Cell>,
    people: Vec<Cell>,
    rows: Vec<Cell>,
}

impl Chunk {
    /// Adds a new household; `draw_order` is where it stands when households are put in chance order.
    pub fn household(&mut self, id: HouseholdId, draw_order: &str) {
        self.households.extend([Cell::id(id.0), Cell::text(draw_order)]);
    }

    /// Adds a person's row; `search_name` is the key that searches by name use.
    pub fn person(&mut self, place: RowPlace, person: &PersonColumns, search_name: &str) {
        let text = |text: Option<&str>| Cell::Text(text.map(Into::into));
        let columns: [Cell; PERSON.len()] = [
            Cell::id(place.id.0),
            Cell::Int(Some(place.row.cast_signed())),
            Cell::Id(place.same_as.map(|id| id.0)),
            Cell::id(place.household.0),
            text(person.civility),
            Cell::text(person.usage_name),
            text(person.birth_name),
            Cell::text(person.first_name),
            Cell::Day(person.birth_day.and_then(NaiveDate::from_num_days_from_ce_opt)),
            Cell::Int(person.birth_year),
            Cell::Bool(person.deceased),
            Cell::text(&person.address),
            text(person.postcode),
            text(person.commune),
            Cell::Bool(person.institution),
            text(person.not_mailable),
            text(person.phone),
            text(person.email),
            text(person.fund_reference),
            Cell::text(search_name),
        ];
        self.people.extend(columns);
    }

    /// Adds a refused or corrected row; `row` is its number, from 1.
    pub fn row(&mut self, row: u32, kept: &KeptRow) {
        let number = Cell::Int(Some(row.cast_signed()));
        self.rows.extend([number, Cell::text(kept.outcome), Cell::text(&kept.reason), Cell::text(&kept.cells)]);
    }

    /// How many people it has, or refused and corrected rows if those are more.
    pub fn rows(&self) -> usize {
        (self.people.len() / PERSON.len()).max(self.rows.len() / ROW.len())
    }

    /// Empties it into what [`Store::bring_in`](super::Store::bring_in) takes, for the database that `db` leads to. Any thread
    /// may do that while the database is busy with the one before.
    pub fn prepare(
        &mut self,
        db: &impl Connection,
        scope: StructureId,
        campaign: CampaignId,
        delivery: DeliveryId,
        purge_on: NaiveDate,
    ) -> Result<Prepared> {
        let of_list = vec![
            ("structure_id", Cell::id(scope.0)),
            ("delivery_id", Cell::id(delivery.0)),
            ("purge_on", Cell::Day(Some(purge_on))),
        ];
        let mut of_campaign = of_list.clone();
        of_campaign.push(("campaign_id", Cell::id(campaign.0)));
        let households = Insert { table: "household", shared: of_campaign.clone(), columns: &["id", "draw_order"] };
        let people = Insert { table: "retiree", shared: of_campaign, columns: &PERSON };
        let rows = Insert { table: "import_row", shared: of_list, columns: &ROW };
        let tables = [(&households, &mut self.households), (&people, &mut self.people), (&rows, &mut self.rows)];
        Insert::prepare(db.get_database_backend(), tables)
    }
}

/// The columns of `retiree` that differ from row to row, in the order of [`Chunk::person`].
const PERSON: [&str; 20] = [
    "id",
    "row",
    "same_as",
    "household_id",
    "civility",
    "usage_name",
    "birth_name",
    "first_name",
    "birth_date",
    "birth_year",
    "deceased",
    "address",
    "postcode",
    "commune",
    "institution",
    "not_mailable",
    "phone",
    "email",
    "fund_reference",
    "search_name",
];

/// Those of `import_row`, in the order of [`Chunk::row`].
const ROW: [&str; 4] = ["row", "outcome", "reason", "cells"];

/// The people of a delivery in the order in which they came in, those of a household one after the other, from the first
/// after `after` on; at most `limit`.
pub async fn retirees_after(
    db: &impl Connection,
    delivery: DeliveryId,
    after: Option<RetireeId>,
    limit: u64,
) -> Result<Vec<ListedRetiree>> {
    let rows = retiree::Entity::find()
        .filter(retiree::Column::DeliveryId.eq(delivery.0))
        .filter(retiree::Column::Id.gt(after.map_or(uuid::Uuid::nil(), |id| id.0)))
        .order_by_asc(retiree::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(listed).collect()
}

/// The people of a delivery, by row.
pub async fn retirees(db: &impl Connection, delivery: DeliveryId) -> Result<Vec<ListedRetiree>> {
    let rows = retiree::Entity::find().filter(retiree::Column::DeliveryId.eq(delivery.0)).all(db).await?;
    let mut rows: Vec<ListedRetiree> = rows.into_iter().map(listed).collect::<Result<_>>()?;
    rows.sort_unstable_by_key(|listed| listed.row);
    Ok(rows)
}

/// The refused and corrected rows of a delivery, by row.
pub async fn import_rows(db: &impl Connection, delivery: DeliveryId) -> Result<Vec<ImportRow>> {
    let rows = import_row::Entity::find()
        .filter(import_row::Column::DeliveryId.eq(delivery.0))
        .order_by_asc(import_row::Column::Row)
        .all(db)
        .await?;
    rows.into_iter().map(import_row_of).collect()
}

pub(super) fn import_row_of(row: import_row::Model) -> Result<ImportRow> {
    Ok(ImportRow {
        row: row.row.cast_unsigned(),
        outcome: row.outcome,
        reason: row.reason,
        cells: stored("import_row.cells", serde_json::from_str(&row.cells))?,
    })
}

fn listed(row: retiree::Model) -> Result<ListedRetiree> {
    Ok(ListedRetiree {
        id: RetireeId(row.id),
        row: row.row.cast_unsigned(),
        same_as: row.same_as.map(RetireeId),
        household: HouseholdId(row.household_id),
        search_name: row.search_name.clone(),
        retiree: retiree_of(row)?,
    })
}
