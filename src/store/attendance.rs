//! Who came to which session.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::entity::{Owned, attendance};
use super::{Connection, Result, Tx};
use crate::domain::id::{ParticipantId, SessionId, StructureId};

/// Notes for one session who came and who did not; a second note replaces the first.
pub async fn mark(
    tx: &Tx,
    scope: StructureId,
    session: SessionId,
    people: &[(ParticipantId, bool)],
    now: DateTime<Utc>,
) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let rows = people.iter().map(|(person, present)| attendance::ActiveModel {
        participant_id: Set(person.0),
        session_id: Set(session.0),
        structure_id: Set(scope.0),
        present: Set(*present),
        marked_at: Set(now),
    });
    let replace = OnConflict::columns([attendance::Column::ParticipantId, attendance::Column::SessionId])
        .update_columns([attendance::Column::Present, attendance::Column::MarkedAt])
        .to_owned();
    attendance::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Those of these sessions for which anything is noted.
pub async fn marked_sessions(
    db: &impl Connection,
    scope: StructureId,
    sessions: &[SessionId],
) -> Result<HashSet<SessionId>> {
    let marked: Vec<uuid::Uuid> = attendance::Entity::of(scope)
        .filter(attendance::Column::SessionId.is_in(sessions.iter().map(|s| s.0)))
        .select_only()
        .column(attendance::Column::SessionId)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    Ok(marked.into_iter().map(SessionId).collect())
}

/// What is noted for these sessions: who came (`true`) or did not (`false`).
pub async fn of_sessions(
    db: &impl Connection,
    scope: StructureId,
    sessions: &[SessionId],
) -> Result<HashMap<(ParticipantId, SessionId), bool>> {
    let rows = attendance::Entity::of(scope)
        .filter(attendance::Column::SessionId.is_in(sessions.iter().map(|s| s.0)))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|a| ((ParticipantId(a.participant_id), SessionId(a.session_id)), a.present)).collect())
}
