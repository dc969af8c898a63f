//! Show what the program joined in a list, row beside row, with what they have in common: whoever sees that they are two
//! separates them (`review_pairs::undo_link`).

use std::collections::{BTreeSet, HashMap, HashSet};

use super::review_pairs::PairRow;
use super::{Result, Store};
use crate::domain::doubt::DoubtKind;
use crate::domain::id::{DeliveryId, RetireeId, StructureId};
use crate::domain::retiree::{Birth, Retiree};
use crate::identity::{search_key, signature};
use crate::store;

/// Links that were joined, and after which row the next ones stand.
#[derive(Debug, Clone)]
pub struct Links {
    /// The links, in the order of the list.
    pub shown: Vec<Link>,
    /// The last row that is shown, where there are more.
    pub next: Option<RetireeId>,
}

/// Two rows that were joined.
#[derive(Debug, Clone)]
pub struct Link {
    /// The row that was there before.
    pub one: PairRow,
    /// The row of the list.
    pub other: PairRow,
    /// What they have in common: « mêmes nom et prénom », « même date de naissance ».
    pub agrees: Vec<&'static str>,
    /// Somebody said so, and takes it back among the uncertain pairs.
    pub answered: bool,
}

/// Links that a page shows.
const SHOWN: u64 = 50;

/// What was joined in a list as one person, or as one household: those after `after` whose names fit what was typed.
pub async fn list_links(
    store: &Store,
    scope: StructureId,
    list: DeliveryId,
    kind: DoubtKind,
    typed: &str,
    after: Option<RetireeId>,
) -> Result<Links> {
    let db = store.read();
    let key = search_key(typed);
    let words: Vec<_> = key.split_whitespace().collect();
    let mut joined = store::link::joined(db, scope, list, kind, &words, after, SHOWN + 1).await?;
    let more = joined.len() as u64 > SHOWN;
    joined.truncate(SHOWN as usize);
    let ids: Vec<_> = joined.iter().map(|j| j.row).collect();
    let said: HashSet<_> = store::link::answered(db, scope, kind, &ids).await?.into_iter().collect();
    let mut rows = store::doubt::rows(db, scope, &ids).await?;
    rows.extend(match kind {
        DoubtKind::Person => {
            let firsts: Vec<_> = joined.iter().filter_map(|j| j.same_as).collect();
            store::doubt::rows(db, scope, &firsts).await?
        }
        DoubtKind::Household => {
            let homes: Vec<_> = joined.iter().map(|j| j.household).collect();
            store::doubt::rows_of_households(db, scope, &homes).await?
        }
    });
    let lists: Vec<_> = rows.iter().map(|r| r.delivery).collect();
    let names = store::doubt::file_names(db, scope, &lists).await?;
    let by_id: HashMap<_, _> = rows.iter().map(|r| (r.id, r)).collect();
    let shown = joined.iter().filter_map(|j| {
        let other = by_id.get(&j.row)?;
        let one = match j.same_as {
            Some(first) => *by_id.get(&first)?,
            None => {
                let lives_there = |r: &&store::doubt::PlacedRow| r.place.household == j.household;
                rows.iter().filter(lives_there).find(|r| r.place.same_as.is_none() && r.id < j.row)?
            }
        };
        let side = |row: &store::doubt::PlacedRow| PairRow {
            id: row.id,
            file_name: names.get(&row.delivery).cloned().unwrap_or_default(),
            row: row.row,
            retiree: row.retiree.clone(),
        };
        let agrees = in_common(&one.retiree, &other.retiree);
        Some(Link { one: side(one), other: side(other), agrees, answered: said.contains(&j.row) })
    });
    Ok(Links { shown: shown.collect(), next: more.then(|| ids.last().copied()).flatten() })
}

/// What two rows have in common, whatever their accents, capitals and order of names.
fn in_common(one: &Retiree, other: &Retiree) -> Vec<&'static str> {
    let words = |r: &Retiree| -> BTreeSet<String> {
        search_key(&format!("{} {}", r.first_name, r.usage_name)).split_whitespace().map(str::to_owned).collect()
    };
    let same = |a: &str, b: &str| !a.is_empty() && search_key(a) == search_key(b);
    let given =
        |a: &Option<String>, b: &Option<String>| a.as_deref().zip(b.as_deref()).is_some_and(|(a, b)| same(a, b));
    let whole = words(one) == words(other);
    [
        (whole, "mêmes nom et prénom"),
        (!whole && same(&one.usage_name, &other.usage_name), "même nom"),
        (!whole && same(&one.first_name, &other.first_name), "même prénom"),
        (given(&one.birth_name, &other.birth_name), "même nom de naissance"),
        (one.birth == other.birth && matches!(one.birth, Birth::Date(_)), "même date de naissance"),
        (one.birth == other.birth && matches!(one.birth, Birth::Year(_)), "même année de naissance"),
        (one_address(one, other), "même adresse"),
        (one.phone.is_some() && one.phone == other.phone, "même téléphone"),
        (given(&one.email, &other.email), "même courriel"),
        (given(&one.fund_reference, &other.fund_reference), "même référence de la caisse"),
    ]
    .into_iter()
    .filter_map(|(holds, what)| holds.then_some(what))
    .collect()
}

/// Is it one address, though one writes « 5 CHE DES OLIVIERS » and the other « 5 CHEMIN DES OLIVIERS »? Compared as those who
/// joined them compare it.
fn one_address(one: &Retiree, other: &Retiree) -> bool {
    let alone = |r: &Retiree| signature(&Retiree { address: r.address.clone(), ..Retiree::default() });
    let has_door = |r: &Retiree| !r.address.line4.is_empty() || !r.address.line5.is_empty();
    one.address.lines().eq(other.address.lines()) || (has_door(one) && has_door(other) && alone(one) == alone(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::address::PostalAddress;

    #[test]
    fn one_address_in_two_writings_is_in_common() {
        let at = |line4: &str| {
            let postcode = "07000".parse().ok();
            let address = PostalAddress { line4: line4.to_owned(), postcode, ..PostalAddress::default() };
            Retiree { usage_name: "FABRE".to_owned(), address, ..Retiree::default() }
        };
        let both = |one: &str, other: &str| in_common(&at(one), &at(other)).contains(&"même adresse");
        assert!(both("5 CHEMIN DES OLIVIERS", "5 CHE DES OLIVIERS"));
        assert!(both("17 AV DE LA GARE", "17 AVENUE DE LA GARE"));
        assert!(!both("17 AV DE LA GARE", "19 AV DE LA GARE"));
        let lost =
            |lines: &str| Retiree { address: PostalAddress { line2: lines.to_owned(), ..at("").address }, ..at("") };
        assert!(!one_address(&lost("APT 1"), &lost("APPARTEMENT 1")), "nobody knows which house");
    }
}
