//! User accounts and their sessions.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, QueryFilter};

use super::entity::{session, structure, user};
use super::{Connection, Result, Tx, stored};
use crate::domain::id::{StructureId, UserId};
use crate::domain::user::Role;

/// An account.
#[derive(Debug, Clone)]
pub struct User {
    /// Its identifier.
    pub id: UserId,
    /// The structure it works for.
    pub structure: StructureId,
    /// The structure's name.
    pub structure_name: String,
    /// The e-mail it logs in with, in lower case.
    pub email: String,
    /// What it may do.
    pub role: Role,
    /// The hash of its password (PHC string).
    pub password_hash: String,
}

/// The account with this e-mail.
pub async fn by_email(db: &impl Connection, email: &str) -> Result<Option<User>> {
    let found = user::Entity::find().filter(user::Column::Email.eq(email)).one(db).await?;
    with_structure(db, found).await
}

/// The account behind a session that has not expired.
pub async fn by_session(db: &impl Connection, token_hash: &str, now: DateTime<Utc>) -> Result<Option<User>> {
    let session =
        session::Entity::find_by_id(token_hash.to_owned()).filter(session::Column::ExpiresAt.gt(now)).one(db).await?;
    let Some(session) = session else { return Ok(None) };
    let found = user::Entity::find_by_id(session.user_id).one(db).await?;
    with_structure(db, found).await
}

/// Adds an account.
pub async fn insert(tx: &Tx, user: &User, now: DateTime<Utc>) -> Result<()> {
    let row = user::ActiveModel {
        id: Set(user.id.0),
        structure_id: Set(user.structure.0),
        email: Set(user.email.clone()),
        role: Set(user.role.code().to_owned()),
        password_hash: Set(user.password_hash.clone()),
        created_at: Set(now),
    };
    row.insert(tx).await?;
    Ok(())
}

/// Begins a session.
pub async fn begin_session(tx: &Tx, user: &User, token_hash: &str, expires_at: DateTime<Utc>) -> Result<()> {
    let row = session::ActiveModel {
        token_hash: Set(token_hash.to_owned()),
        structure_id: Set(user.structure.0),
        user_id: Set(user.id.0),
        expires_at: Set(expires_at),
    };
    row.insert(tx).await?;
    Ok(())
}

/// Ends a session, and with it all that have expired.
pub async fn end_session(tx: &Tx, token_hash: &str, now: DateTime<Utc>) -> Result<()> {
    let ended = session::Column::TokenHash.eq(token_hash).or(session::Column::ExpiresAt.lte(now));
    session::Entity::delete_many().filter(ended).exec(tx).await?;
    Ok(())
}

/// The structures of this installation: identifier and name.
pub async fn structures(db: &impl Connection) -> Result<Vec<(StructureId, String)>> {
    let rows = structure::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|s| (StructureId(s.id), s.name)).collect())
}

async fn with_structure(db: &impl Connection, user: Option<user::Model>) -> Result<Option<User>> {
    let Some(user) = user else { return Ok(None) };
    let structure = structure::Entity::find_by_id(user.structure_id).one(db).await?;
    Ok(Some(User {
        id: UserId(user.id),
        structure: StructureId(user.structure_id),
        structure_name: structure.map(|s| s.name).unwrap_or_default(),
        email: user.email,
        role: stored("user.role", user.role.parse())?,
        password_hash: user.password_hash,
    }))
}
