//! Which rows an answer about a pair moves, and which go back when it is taken back.

use super::super::import_list::DrawOrder;
use crate::domain::campaign::List;
use crate::domain::doubt::{Answer, DoubtKind};
use crate::domain::id::{CampaignId, DeliveryId, HouseholdId, RetireeId, StructureId};
use crate::identity::{Answers, People};
use crate::service::{Error, Result};
use crate::store;
use crate::store::Tx;
use crate::store::doubt::{Doubt, Moved, Place, PlacedRow};

/// The rows that move when a pair is the same.
pub async fn link(tx: &Tx, scope: StructureId, doubt: &Doubt) -> Result<Vec<Moved>> {
    let pair = store::doubt::rows(tx, scope, &[doubt.one, doubt.other]).await?;
    let [a, b] = &pair[..] else { return Err(Error::NotFound("L’une des deux lignes n’existe plus.".to_owned())) };
    let (first, second) = (a.person().min(b.person()), a.person().max(b.person()));
    let (ours, theirs) = if a.person() == first { (a.place, b.place) } else { (b.place, a.place) };
    let homes = [ours.household, theirs.household];
    let all = store::doubt::rows_of_households(tx, scope, &homes).await?;
    let one_person = doubt.kind == DoubtKind::Person;
    let person = |r: &PlacedRow| if one_person && r.person() == second { first } else { r.person() };
    let mut people: Vec<RetireeId> = all.iter().map(person).collect();
    people.sort_unstable();
    people.dedup();
    let fits = people.len() <= 2;
    if !fits && !one_person {
        return Err(Error::Refused(
            "Un foyer réunit deux adultes au plus : ces deux foyers en font davantage.".to_owned(),
        ));
    }
    let survivor = if fits { survivor(tx, scope, homes).await? } else { homes[0] };
    let to = |r: &PlacedRow| {
        let joins = one_person && r.person() == second;
        Place {
            same_as: if joins { Some(first) } else { r.place.same_as },
            // With a partner on each side, only the person moves.
            household: if fits || joins { survivor } else { r.place.household },
        }
    };
    Ok(all.iter().map(|r| Moved { row: r.id, from: r.place, to: to(r) }).filter(|m| m.from != m.to).collect())
}

/// The household that stays of two: the one that was invited or has registered. The other leaves the audience.
async fn survivor(tx: &Tx, scope: StructureId, [ours, theirs]: [HouseholdId; 2]) -> Result<HouseholdId> {
    if ours == theirs {
        return Ok(ours);
    }
    let engaged = store::doubt::engaged(tx, scope, &[ours, theirs]).await?;
    let (stays, goes) = match engaged[..] {
        [] => (ours, theirs),
        [only] => (only, if only == ours { theirs } else { ours }),
        _ => {
            return Err(Error::Refused(
                "Ces deux foyers ont déjà chacun leur invitation ou leur inscription : ils restent séparés.".to_owned(),
            ));
        }
    };
    store::doubt::leave_audiences(tx, scope, goes).await?;
    Ok(stays)
}

/// The rows that move when `other` is not the person of `one`, or does not live with them.
pub async fn split(
    tx: &Tx,
    scope: StructureId,
    kind: DoubtKind,
    one: RetireeId,
    other: RetireeId,
) -> Result<Vec<Moved>> {
    let pair = store::doubt::rows(tx, scope, &[one, other]).await?;
    let (Some(stays), Some(leaves)) = (pair.iter().find(|r| r.id == one), pair.iter().find(|r| r.id == other)) else {
        return Err(Error::NotFound("L’une des deux lignes n’existe plus.".to_owned()));
    };
    let rows = match kind {
        DoubtKind::Person if stays.person() != leaves.person() => return Ok(Vec::new()),
        DoubtKind::Household if stays.place.household != leaves.place.household => return Ok(Vec::new()),
        // The first row of a person stays; the later one leaves.
        DoubtKind::Person => vec![if leaves.place.same_as.is_some() { leaves.clone() } else { stays.clone() }],
        DoubtKind::Household => {
            let all = store::doubt::rows_of_households(tx, scope, &[leaves.place.household]).await?;
            all.into_iter().filter(|r| r.person() == leaves.person()).collect()
        }
    };
    if store::doubt::printed(tx, scope, &[stays.place.household], None).await? {
        return Err(Error::Refused(
            "La lettre de ce foyer est déjà imprimée : il ne peut plus être séparé.".to_owned(),
        ));
    }
    let Some(row) = rows.first() else { return Ok(Vec::new()) };
    let (campaign, list) = facts(tx, scope, row.delivery).await?;
    let seed = store::campaign::by_id(tx, scope, campaign).await?.map_or(0, |c| c.campaign.seed);
    let order = DrawOrder::of_list(seed, &list.sha256).of_row(row.row);
    let purge_on = list.contract.purge_on;
    let household = store::doubt::found_household(tx, scope, campaign, row.delivery, order, purge_on).await?;
    let to =
        |r: &PlacedRow| Place { same_as: if kind == DoubtKind::Person { None } else { r.place.same_as }, household };
    Ok(rows.iter().map(|r| Moved { row: r.id, from: r.place, to: to(r) }).collect())
}

/// Puts the rows that an answer moved back, and with them what later lists attached to them; unless they were moved again or
/// a letter went out since.
pub async fn take_back(tx: &Tx, scope: StructureId, doubt: &Doubt) -> Result<()> {
    let (Some((said, _, at)), [_, ..]) = (doubt.answer, &doubt.moved[..]) else { return Ok(()) };
    let ids: Vec<RetireeId> = doubt.moved.iter().map(|m| m.row).collect();
    let now = store::doubt::rows(tx, scope, &ids).await?;
    let untouched = |m: &Moved| now.iter().any(|r| r.id == m.row && r.place == m.to);
    if !doubt.moved.iter().all(untouched) {
        return Err(Error::Refused(
            "Une autre réponse a porté depuis sur les mêmes personnes : annulez d’abord celle-là.".to_owned(),
        ));
    }
    let households: Vec<HouseholdId> = doubt.moved.iter().flat_map(|m| [m.from.household, m.to.household]).collect();
    if store::doubt::printed(tx, scope, &households, Some(at)).await? {
        return Err(Error::Refused(
            "La lettre de ce foyer a été imprimée depuis : cette réponse ne peut plus être annulée.".to_owned(),
        ));
    }
    let all = store::doubt::rows_of_households(tx, scope, &households).await?;
    let lists: Vec<DeliveryId> = all.iter().map(|r| r.delivery).collect();
    let later = store::doubt::lists_after(tx, scope, &lists, at).await?;
    let is_late = |r: &PlacedRow| later.contains(&r.delivery) && !ids.contains(&r.id);
    let (late, there): (Vec<_>, Vec<_>) = all.into_iter().partition(is_late);
    let before = Before { moved: &doubt.moved };
    let mut back: Vec<_> = doubt.moved.iter().map(|m| (m.row, m.from)).collect();
    back.extend(match said {
        Answer::Same => before.sorted_out(doubt.kind, &there, &late),
        Answer::Different => before.followed(&there, &late),
    });
    Ok(store::doubt::place(tx, scope, &back).await?)
}

/// Where rows stood before an answer.
struct Before<'d> {
    moved: &'d [Moved],
}

impl Before<'_> {
    fn place(&self, row: &PlacedRow) -> Place {
        self.moved.iter().find(|m| m.row == row.id).map_or(row.place, |m| m.from)
    }

    fn person(&self, row: &PlacedRow) -> RetireeId {
        self.place(row).same_as.unwrap_or(row.id)
    }

    /// What had been joined goes apart: each later row goes with those whom it would have joined by itself.
    fn sorted_out(&self, kind: DoubtKind, there: &[PlacedRow], late: &[PlacedRow]) -> Vec<(RetireeId, Place)> {
        if late.is_empty() {
            return Vec::new();
        }
        let found = People::from_iter(there.iter().chain(late).map(|r| &r.retiree)).resolve(&AsBefore {
            kind,
            before: self,
            there,
        });
        let mut places = Vec::new();
        for (row, (person, household)) in late.iter().zip(found.person.iter().zip(&found.household).skip(there.len())) {
            let (person, household) = (there.get(*person as usize), there.get(*household as usize));
            let to = match (person, household) {
                (Some(same), _) => Place { same_as: Some(self.person(same)), household: self.place(same).household },
                (None, Some(partner)) if row.place.same_as.is_none() => {
                    Place { same_as: None, household: self.place(partner).household }
                }
                _ => continue,
            };
            places.extend((to != row.place).then_some((row.id, to)));
        }
        places
    }

    /// What had been split comes together: whoever joined the row that left comes back with it, a partner where two live at
    /// most.
    fn followed(&self, there: &[PlacedRow], late: &[PlacedRow]) -> Vec<(RetireeId, Place)> {
        let left = |household: HouseholdId| self.moved.iter().find(|m| m.to.household == household);
        let mut people: Vec<RetireeId> = there.iter().map(|r| self.person(r)).collect();
        people.sort_unstable();
        people.dedup();
        let mut places = Vec::new();
        for row in late {
            let of_person = self.moved.iter().find(|m| m.to.same_as.unwrap_or(m.row) == row.person());
            let to = match (of_person, left(row.place.household)) {
                (Some(m), _) => Place { same_as: Some(m.from.same_as.unwrap_or(m.row)), household: m.from.household },
                (None, Some(m)) if people.len() < 2 || people.contains(&row.person()) => {
                    people.extend((!people.contains(&row.person())).then_some(row.person()));
                    Place { household: m.from.household, ..row.place }
                }
                _ => continue,
            };
            places.extend((to != row.place).then_some((row.id, to)));
        }
        places
    }
}

/// Who stood apart before an answer stays apart.
struct AsBefore<'b> {
    kind: DoubtKind,
    before: &'b Before<'b>,
    there: &'b [PlacedRow],
}

impl Answers for AsBefore<'_> {
    fn of(&self, kind: DoubtKind, one: u32, other: u32) -> Option<Answer> {
        let (a, b) = (self.there.get(one as usize)?, self.there.get(other as usize)?);
        let apart = match kind {
            DoubtKind::Person => self.before.person(a) != self.before.person(b),
            DoubtKind::Household => self.before.place(a).household != self.before.place(b).household,
        };
        (kind == self.kind && apart).then_some(Answer::Different)
    }
}

/// A list and its campaign.
pub async fn facts(tx: &Tx, scope: StructureId, list: DeliveryId) -> Result<(CampaignId, List)> {
    let facts = store::doubt::list_facts(tx, scope, list).await?;
    facts.ok_or_else(|| Error::NotFound("Cette liste n’existe plus.".to_owned()))
}
