//! Mark who came to a session.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{Error, Result, local};
use crate::domain::calendar::long_date;
use crate::domain::id::{ParticipantId, SessionId, StructureId};
use crate::domain::registration::Status;
use crate::store::workshop::StoredWorkshop;
use crate::store::{self, Store};

pub use crate::store::registration::{Participant, Registration};

/// A workshop's seated people with what is noted for each session.
#[derive(Debug, Clone)]
pub struct AttendanceSheet {
    /// The workshop.
    pub workshop: StoredWorkshop,
    /// Confirmed registrations in order of arrival.
    pub seated: Vec<Registration>,
    /// What is noted: who came (`true`) or did not.
    pub noted: HashMap<(ParticipantId, SessionId), bool>,
}

/// The sheet of a workshop of this structure.
pub async fn sheet(store: &Store, scope: StructureId, slug: &str) -> Result<AttendanceSheet> {
    let workshop = store::workshop::by_slug(store.read(), slug).await?.filter(|w| w.structure == scope);
    let workshop = workshop.ok_or_else(|| Error::NotFound(format!("Aucun atelier ne s’appelle « {slug} ».")))?;
    let mut seated = store::registration::of_workshops(store.read(), scope, &[workshop.id]).await?;
    seated.retain(|r| r.status == Status::Confirmed);
    let noted = store::attendance::of_sessions(store.read(), scope, &workshop.session_ids).await?;
    Ok(AttendanceSheet { workshop, seated, noted })
}

/// Notes for a session (by its position, from 0) that these people came, and everybody else who is seated did not. Not before
/// its day.
pub async fn mark(
    store: &Store,
    scope: StructureId,
    slug: &str,
    session: usize,
    present: &[ParticipantId],
    now: DateTime<Utc>,
) -> Result<()> {
    let sheet = sheet(store, scope, slug).await?;
    let Some(&session_id) = sheet.workshop.session_ids.get(session) else {
        return Err(Error::NotFound(format!("L’atelier n’a pas de séance no {}.", session + 1)));
    };
    let day = sheet.workshop.workshop.sessions[session].starts.date();
    if day > local(now).date() {
        return Err(Error::Refused(format!(
            "La séance {} a lieu le {}\u{a0}: les présences se notent à partir de ce jour. Si elle a été avancée, changez d’abord sa date dans l’atelier.",
            session + 1,
            long_date(day)
        )));
    }
    let marks: Vec<_> =
        sheet.seated.iter().flat_map(|r| &r.participants).map(|p| (p.id, present.contains(&p.id))).collect();
    if let Some(stranger) = present.iter().find(|p| !marks.iter().any(|(id, _)| id == *p)) {
        return Err(Error::Refused(format!(
            "La personne {stranger} n’est pas inscrite à cet atelier : rechargez la page."
        )));
    }
    store
        .write(move |tx| {
            let marks = marks.clone();
            Box::pin(async move { Ok(store::attendance::mark(tx, scope, session_id, &marks, now).await?) })
        })
        .await
}
