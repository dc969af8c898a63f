//! Oppositions as keyed digests, the files they came in, and what they close for the people of the lists. No name stands
//! in these tables: who an opposition is about is only known where a list's row meets it.

mod doubts;
mod files;

use std::collections::HashMap;

pub use doubts::{OpenDoubt, close_doubts, doubt, doubts_after};
pub use files::{UploadedFile, accept_file, discard_file, file, insert_file};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{Owned, opposition, opposition_doubt, opposition_file, opposition_key, retiree};
use super::household::retiree_of;
use super::{Connection, Result, StoreError, Tx, profile, stored};
use crate::domain::commune::{InseeCode, Postcode};
use crate::domain::id::{DeliveryId, OppositionDoubtId, OppositionFileId, OppositionId, RetireeId, StructureId};
use crate::domain::opposition::{Channels, Source};
use crate::domain::retiree::Retiree;
use crate::identity::{Digest, Key, KeyKind, Known, Opposed};

/// The state of a file whose oppositions hold.
const NOTED: &str = "noted";
/// Rows an INSERT or a list of identifiers carries.
const CHUNK: usize = 500;

/// An opposition to keep.
#[derive(Debug, Clone)]
pub struct NewOpposition {
    /// Its identifier.
    pub id: OppositionId,
    /// What it closes.
    pub channels: Channels,
    /// How it came.
    pub source: Source,
    /// The file it came in.
    pub file: Option<OppositionFileId>,
    /// Its digests.
    pub keys: Vec<Key>,
}

/// Which oppositions.
#[derive(Debug, Clone, Copy)]
pub enum Which<'i> {
    /// All that hold.
    Noted,
    /// Those that hold since an instant.
    Since(DateTime<Utc>),
    /// Those of a file.
    OfFile(OppositionFileId),
    /// These.
    These(&'i [OppositionId]),
}

/// What is known of an opposition without its digests.
#[derive(Debug, Clone, Copy)]
pub struct Noted {
    /// Its identifier.
    pub id: OppositionId,
    /// What it closes.
    pub channels: Channels,
    /// How it came.
    pub source: Source,
    /// When.
    pub noted_at: DateTime<Utc>,
}

/// A row of a list, to be checked.
#[derive(Debug, Clone)]
pub struct RowToCheck {
    /// The row.
    pub id: RetireeId,
    /// The person: their first row.
    pub person: RetireeId,
    /// The list.
    pub delivery: DeliveryId,
    /// What it says.
    pub retiree: Retiree,
}

/// What every row has in common with one of some people that can meet it.
#[derive(Debug, Clone, Default)]
pub struct Near {
    /// Days of birth.
    pub births: Vec<NaiveDate>,
    /// Postcodes.
    pub postcodes: Vec<Postcode>,
    /// Communes.
    pub communes: Vec<InseeCode>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Phone numbers.
    pub phones: Vec<String>,
}

/// How many oppositions hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// All.
    pub all: u64,
    /// Those that close letters, e-mails, calls.
    pub post: u64,
    /// E-mails.
    pub email: u64,
    /// Calls.
    pub phone: u64,
}

/// Keeps oppositions.
pub async fn insert(tx: &Tx, scope: StructureId, new: &[NewOpposition], now: DateTime<Utc>) -> Result<()> {
    for chunk in new.chunks(CHUNK) {
        let rows = chunk.iter().map(|o| opposition::ActiveModel {
            id: Set(o.id.0),
            structure_id: Set(scope.0),
            file_id: Set(o.file.map(|f| f.0)),
            post: Set(o.channels.post),
            email: Set(o.channels.email),
            phone: Set(o.channels.phone),
            source: Set(o.source.code().to_owned()),
            noted_at: Set(now),
        });
        opposition::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    let keys: Vec<_> = new.iter().flat_map(|o| o.keys.iter().map(|k| (o.id, *k))).collect();
    add_keys(tx, scope, &keys).await
}

/// Adds digests to oppositions; those that are there already stay.
pub async fn add_keys(tx: &Tx, scope: StructureId, keys: &[(OppositionId, Key)]) -> Result<()> {
    for chunk in keys.chunks(CHUNK) {
        let rows = chunk.iter().map(|(opposition, key)| opposition_key::ActiveModel {
            opposition_id: Set(opposition.0),
            kind: Set(key.kind.code().to_owned()),
            digest: Set(key.digest.to_vec()),
            structure_id: Set(scope.0),
        });
        opposition_key::Entity::insert_many(rows).on_conflict_do_nothing().exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Takes oppositions out, with their digests and doubts.
pub async fn delete(tx: &Tx, scope: StructureId, oppositions: &[OppositionId]) -> Result<()> {
    for chunk in oppositions.chunks(CHUNK) {
        opposition::Entity::delete_many()
            .filter(opposition::Column::StructureId.eq(scope.0))
            .filter(opposition::Column::Id.is_in(chunk.iter().map(|o| o.0)))
            .exec(tx)
            .await?;
    }
    doubts::settle(tx, scope).await
}

/// Oppositions with their digests.
pub async fn known(db: &impl Connection, scope: StructureId, which: Which<'_>) -> Result<Vec<Known>> {
    let mut keys: HashMap<uuid::Uuid, Vec<Key>> = HashMap::new();
    let of_them = opposition_key::Column::OppositionId.in_subquery(ids(scope, which));
    for row in opposition_key::Entity::of(scope).filter(of_them).all(db).await? {
        let kind = KeyKind::from_code(&row.kind);
        let digest = Digest::try_from(row.digest.as_slice()).ok();
        let key = kind.zip(digest).ok_or_else(|| StoreError::Stored("column opposition_key.digest".to_owned()))?;
        keys.entry(row.opposition_id).or_default().push(Key { kind: key.0, digest: key.1 });
    }
    let oppositions = select(scope, which).order_by_asc(opposition::Column::Id).all(db).await?;
    let with_keys = oppositions.into_iter().map(|row| Known {
        id: OppositionId(row.id),
        channels: channels_of(&row),
        keys: keys.remove(&row.id).unwrap_or_default(),
    });
    Ok(with_keys.collect())
}

/// What is known of these oppositions.
pub async fn noted(db: &impl Connection, scope: StructureId, these: &[OppositionId]) -> Result<Vec<Noted>> {
    let rows = select(scope, Which::These(these)).all(db).await?;
    rows.into_iter()
        .map(|row| {
            let source = Source::from_code(&row.source).ok_or("");
            Ok(Noted {
                id: OppositionId(row.id),
                channels: channels_of(&row),
                source: stored("opposition.source", source)?,
                noted_at: row.noted_at,
            })
        })
        .collect()
}

/// How many oppositions of a structure hold.
pub async fn totals(db: &impl Connection, scope: StructureId) -> Result<Totals> {
    let that = |column: opposition::Column| select(scope, Which::Noted).filter(column.eq(true));
    Ok(Totals {
        all: select(scope, Which::Noted).count(db).await?,
        post: that(opposition::Column::Post).count(db).await?,
        email: that(opposition::Column::Email).count(db).await?,
        phone: that(opposition::Column::Phone).count(db).await?,
    })
}

/// Rows of a structure after one of them, in the order of their identifiers: all, or those `near` some people. Lists that
/// are still being written or looked at are among them.
pub async fn rows(
    db: &impl Connection,
    scope: StructureId,
    near: Option<&Near>,
    after: RetireeId,
    limit: u64,
) -> Result<Vec<RowToCheck>> {
    use retiree::Column as C;
    let mut rows = retiree::Entity::of(scope).filter(C::Id.gt(after.0));
    if let Some(near) = near {
        let any = Condition::any()
            .add(C::BirthDate.is_in(near.births.iter().copied()))
            .add(C::Postcode.is_in(near.postcodes.iter().map(ToString::to_string)))
            .add(C::Commune.is_in(near.communes.iter().map(ToString::to_string)))
            .add(C::Email.is_in(&near.emails))
            .add(C::Phone.is_in(&near.phones));
        rows = rows.filter(any);
    }
    rows.order_by_asc(C::Id).limit(limit).all(db).await?.into_iter().map(row_of).collect()
}

/// These rows.
pub async fn rows_by_ids(db: &impl Connection, scope: StructureId, ids: &[RetireeId]) -> Result<Vec<RowToCheck>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let these = retiree::Column::Id.is_in(chunk.iter().map(|r| r.0));
        for row in retiree::Entity::of(scope).filter(these).all(db).await? {
            found.push(row_of(row)?);
        }
    }
    Ok(found)
}

/// The people of a list's rows that are closed, with what is closed.
pub async fn closed_rows(
    db: &impl Connection,
    scope: StructureId,
    delivery: DeliveryId,
) -> Result<Vec<(Retiree, Channels)>> {
    use retiree::Column as C;
    let closed = Condition::any()
        .add(C::OpposedPostAt.is_not_null())
        .add(C::OpposedEmailAt.is_not_null())
        .add(C::OpposedPhoneAt.is_not_null());
    let rows = retiree::Entity::of(scope).filter(C::DeliveryId.eq(delivery.0)).filter(closed).all(db).await?;
    let with_channels = rows.into_iter().map(|row| {
        let channels = Channels {
            post: row.opposed_post_at.is_some(),
            email: row.opposed_email_at.is_some(),
            phone: row.opposed_phone_at.is_some(),
        };
        Ok((retiree_of(row)?, channels))
    });
    with_channels.collect()
}

/// Every row of these people.
pub async fn rows_of(db: &impl Connection, scope: StructureId, people: &[RetireeId]) -> Result<Vec<RowToCheck>> {
    let ids = || people.iter().map(|p| p.0);
    let rows = retiree::Entity::of(scope)
        .filter(retiree::Column::Id.is_in(ids()).or(retiree::Column::SameAs.is_in(ids())))
        .all(db)
        .await?;
    rows.into_iter().map(row_of).collect()
}

/// Writes on rows what the oppositions say about them. What is closed already stays as it is.
pub async fn mark(tx: &Tx, scope: StructureId, found: &[(RetireeId, Opposed)], now: DateTime<Utc>) -> Result<()> {
    use retiree::Column as C;
    for column in [C::OpposedPostAt, C::OpposedEmailAt, C::OpposedPhoneAt, C::OppositionDoubtAt] {
        let is_so = |opposed: &Opposed| match column {
            C::OpposedPostAt => opposed.channels.post,
            C::OpposedEmailAt => opposed.channels.email,
            C::OpposedPhoneAt => opposed.channels.phone,
            _ => !opposed.doubts.is_empty(),
        };
        let ids: Vec<_> = found.iter().filter(|(_, o)| is_so(o)).map(|(id, _)| id.0).collect();
        for chunk in ids.chunks(CHUNK) {
            retiree::Entity::update_many()
                .col_expr(column, Expr::value(now))
                .filter(C::StructureId.eq(scope.0))
                .filter(C::Id.is_in(chunk.iter().copied()))
                .filter(column.is_null())
                .exec(tx)
                .await?;
            profile::rows_changed(tx, scope, Condition::all().add(C::Id.is_in(chunk.iter().copied()))).await?;
        }
    }
    let doubts: Vec<_> = found.iter().flat_map(|(row, o)| o.doubts.iter().map(|d| (*row, *d))).collect();
    for chunk in doubts.chunks(CHUNK) {
        let rows = chunk.iter().map(|(row, doubt)| opposition_doubt::ActiveModel {
            id: Set(OppositionDoubtId::new().0),
            structure_id: Set(scope.0),
            opposition_id: Set(doubt.opposition.0),
            retiree_id: Set(row.0),
            because: Set(doubt.because.code().to_owned()),
            found_at: Set(now),
        });
        opposition_doubt::Entity::insert_many(rows)
            .on_conflict_do_nothing_on([opposition_doubt::Column::OppositionId, opposition_doubt::Column::RetireeId])
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Opens every channel of these rows again.
pub async fn unmark(tx: &Tx, scope: StructureId, rows: &[RetireeId]) -> Result<()> {
    use retiree::Column as C;
    let none = || Expr::value(None::<DateTime<Utc>>);
    for chunk in rows.chunks(CHUNK) {
        retiree::Entity::update_many()
            .col_expr(C::OpposedPostAt, none())
            .col_expr(C::OpposedEmailAt, none())
            .col_expr(C::OpposedPhoneAt, none())
            .filter(C::StructureId.eq(scope.0))
            .filter(C::Id.is_in(chunk.iter().map(|r| r.0)))
            .exec(tx)
            .await?;
        profile::rows_changed(tx, scope, Condition::all().add(C::Id.is_in(chunk.iter().map(|r| r.0)))).await?;
    }
    Ok(())
}

fn select(scope: StructureId, which: Which<'_>) -> sea_orm::Select<opposition::Entity> {
    use opposition::Column as C;
    let all = opposition::Entity::of(scope);
    let mut noted = opposition_file::Entity::of(scope)
        .filter(opposition_file::Column::State.eq(NOTED))
        .select_only()
        .column(opposition_file::Column::Id);
    let holds = C::FileId.is_null().or(C::FileId.in_subquery(QuerySelect::query(&mut noted).take()));
    match which {
        Which::Noted => all.filter(holds),
        Which::Since(then) => all.filter(holds).filter(C::NotedAt.gte(then)),
        Which::OfFile(file) => all.filter(C::FileId.eq(file.0)),
        Which::These(ids) => all.filter(C::Id.is_in(ids.iter().map(|o| o.0))),
    }
}

fn ids(scope: StructureId, which: Which<'_>) -> SelectStatement {
    QuerySelect::query(&mut select(scope, which).select_only().column(opposition::Column::Id)).take()
}

fn channels_of(row: &opposition::Model) -> Channels {
    Channels { post: row.post, email: row.email, phone: row.phone }
}

fn row_of(row: retiree::Model) -> Result<RowToCheck> {
    let (id, person) = (RetireeId(row.id), RetireeId(row.same_as.unwrap_or(row.id)));
    Ok(RowToCheck { id, person, delivery: DeliveryId(row.delivery_id), retiree: retiree_of(row)? })
}
