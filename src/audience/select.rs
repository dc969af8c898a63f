//! The filter: what becomes of each household, and in which commune.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::chance;
use super::communes::{Communes, Judged};
use super::facts::{Adult, Candidate};
use super::waves::{Selected, split};
use crate::domain::audience::{Audience, Earlier};
use crate::domain::commune::{Gazetteer, InseeCode};
use crate::domain::fragility::Fragility;
use crate::domain::id::{DeliveryId, HouseholdId};
use crate::domain::workshop::Workshop;

/// What the filter is applied with. The sets hold households of this campaign.
pub struct Terms<'a> {
    /// Whom to write to.
    pub audience: &'a Audience,
    /// Fixes every draw.
    pub seed: u64,
    /// The campaign's workshops in order.
    pub workshops: &'a [Workshop],
    /// All communes.
    pub gazetteer: &'a Gazetteer,
    /// What the structure imported by commune; the embedded figures fill its blanks.
    pub fragility: &'a HashMap<InseeCode, Fragility>,
    /// The lists that the audience wants; nothing where it wants all.
    pub lists: Option<HashSet<DeliveryId>>,
    /// Lists held as processor.
    pub processed: HashSet<DeliveryId>,
    /// Households that have their invitation already.
    pub invited: HashSet<HouseholdId>,
    /// Households invited in an earlier campaign; may be empty where the audience does not ask.
    pub contacted: HashSet<HouseholdId>,
    /// Households of which somebody came in an earlier campaign; may be empty where the audience does not ask.
    pub attended: HashSet<HouseholdId>,
}

/// How many households ended where. The reasons are asked in this order; each household counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// All households.
    pub households: u64,
    /// Nobody in it is alive.
    pub deceased: u64,
    /// Somebody in it does not want to be written to, or may not.
    pub opposed: u64,
    /// In an institution.
    pub institution: u64,
    /// No letter can be delivered.
    pub not_mailable: u64,
    /// Letters do not reach it, the desk was told.
    pub wrong_address: u64,
    /// Named by no list or fund that the audience wants.
    pub other_list: u64,
    /// In a commune that the audience does not want, by name, community or population.
    pub elsewhere: u64,
    /// In a commune that is less fragile than wanted, or of which it is not known.
    pub not_fragile: u64,
    /// Farther than the filter's distance from every workshop, or in a commune whose place is unknown.
    pub too_far: u64,
    /// Nobody in it is known to be of the sex that the audience wants.
    pub other_sex: u64,
    /// Everybody is known to be too young at the first session.
    pub too_young: u64,
    /// Everybody is known to be too young or too old, and somebody is too old.
    pub too_old: u64,
    /// Nobody is known to be of the right age, and an age is unknown.
    pub age_unknown: u64,
    /// Invited in an earlier campaign, or not, against the audience's wish.
    pub contacted: u64,
    /// Came in an earlier campaign, or not, against the audience's wish.
    pub attended: u64,
    /// Beyond the cap, by chance.
    pub over_cap: u64,
    /// Selected.
    pub selected: u64,
    /// Of these, written to now.
    pub now: u64,
    /// Of these, written to later.
    pub later: u64,
}

impl Counts {
    /// Why households were left out, in the order in which it is asked, with how many.
    pub fn left_out(&self) -> [(&'static str, u64); 16] {
        [
            ("sans personne vivante", self.deceased),
            ("opposés au courrier", self.opposed),
            ("en établissement", self.institution),
            ("sans adresse distribuable", self.not_mailable),
            ("adresse signalée fausse", self.wrong_address),
            ("d’une autre liste ou caisse", self.other_list),
            ("d’une autre commune", self.elsewhere),
            ("d’une commune moins fragile", self.not_fragile),
            ("trop loin d’un atelier", self.too_far),
            ("d’un autre sexe, ou non précisé", self.other_sex),
            ("trop jeunes", self.too_young),
            ("trop âgés", self.too_old),
            ("d’âge inconnu", self.age_unknown),
            ("écartés par un courrier antérieur", self.contacted),
            ("écartés par une venue antérieure", self.attended),
            ("au-delà du plafond", self.over_cap),
        ]
    }
}

/// A commune with selected households.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InCommune {
    /// The commune.
    pub commune: InseeCode,
    /// The workshop to which its people are invited, as its position in the campaign.
    pub workshop: usize,
    /// Households written to now.
    pub now: u64,
    /// Households written to later.
    pub later: u64,
}

/// The audience.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Written to now.
    pub now: Vec<HouseholdId>,
    /// Drawn to be written to later.
    pub later: Vec<HouseholdId>,
    /// What became of all.
    pub counts: Counts,
    /// The same by commune, those with most households first.
    pub communes: Vec<InCommune>,
}

/// Looks at households one by one, then draws. There is no other filter: counts on a page and letters come from here.
pub struct Selector<'a> {
    terms: Terms<'a>,
    communes: Communes<'a>,
    ages: Vec<Ages>,
    /// Communes that were judged.
    known: HashMap<Option<InseeCode>, Place>,
    selected: Vec<Selected>,
    /// Communes by the index that [`Selected`] holds, with their workshop.
    indexed: Vec<(InseeCode, usize)>,
    counts: Counts,
}

/// The births that a workshop takes, in days of the common era.
#[derive(Debug, Clone, Copy)]
struct Ages {
    /// Born on this day or before: old enough.
    until: i32,
    /// Born after this day: young enough.
    after: i32,
}

/// What the filter says of a commune, whoever lives there.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Not wanted.
    Elsewhere,
    /// Not fragile enough.
    NotFragile,
    /// No workshop in reach.
    TooFar,
    /// The workshop, and the index among those with households to look at.
    Invited { workshop: usize, index: u32 },
}

impl<'a> Selector<'a> {
    /// Nobody looked at yet.
    pub fn new(terms: Terms<'a>) -> Self {
        let audience = terms.audience;
        let communes = Communes::new(audience, terms.gazetteer, terms.fragility, terms.workshops);
        let ages = terms.workshops.iter().map(|w| Ages::of(w, audience)).collect();
        let (known, selected, indexed) = (HashMap::new(), Vec::new(), Vec::new());
        Self { terms, communes, ages, known, selected, indexed, counts: Counts::default() }
    }

    /// Looks at a household.
    pub fn look(&mut self, household: &Candidate) {
        self.counts.households += 1;
        match self.placed(household) {
            Ok(index) => self.selected.push(Selected {
                id: household.id,
                draw_order: household.draw_order,
                commune: index,
                invited: self.terms.invited.contains(&household.id),
                processed: household.lists.iter().any(|list| self.terms.processed.contains(list)),
                later: false,
            }),
            Err(reason) => *reason(&mut self.counts) += 1,
        }
    }

    /// Cuts to the cap, and draws who is written to later.
    pub fn finish(self) -> Selection {
        let Self { terms, mut counts, mut selected, indexed, .. } = self;
        let order: Vec<u64> = indexed.iter().map(|(commune, _)| chance(terms.seed, commune.as_str())).collect();
        counts.over_cap = split(&mut selected, terms.audience, &order);
        let mut communes: Vec<InCommune> =
            indexed.into_iter().map(|(commune, workshop)| InCommune { commune, workshop, now: 0, later: 0 }).collect();
        let (mut now, mut later) = (Vec::with_capacity(selected.len()), Vec::new());
        for one in &selected {
            let commune = &mut communes[one.commune as usize];
            if one.later {
                commune.later += 1;
                later.push(one.id);
            } else {
                commune.now += 1;
                now.push(one.id);
            }
        }
        communes.retain(|c| c.now + c.later > 0);
        communes.sort_by_key(|c| (std::cmp::Reverse(c.now + c.later), c.commune));
        counts.selected = selected.len() as u64;
        counts.now = now.len() as u64;
        counts.later = later.len() as u64;
        Selection { now, later, counts, communes }
    }

    /// The index of the commune of a household that is selected, or where it is counted.
    fn placed(&mut self, household: &Candidate) -> Result<u32, Reason> {
        if household.adults.is_empty() {
            return Err(|c| &mut c.deceased);
        }
        if household.opposed {
            return Err(|c| &mut c.opposed);
        }
        if household.institution {
            return Err(|c| &mut c.institution);
        }
        if !household.mailable {
            return Err(|c| &mut c.not_mailable);
        }
        if household.wrong_address {
            return Err(|c| &mut c.wrong_address);
        }
        if self.terms.lists.as_ref().is_some_and(|wanted| !household.lists.iter().any(|list| wanted.contains(list))) {
            return Err(|c| &mut c.other_list);
        }
        let (workshop, index) = match self.place(household.commune) {
            Place::Elsewhere => return Err(|c| &mut c.elsewhere),
            Place::NotFragile => return Err(|c| &mut c.not_fragile),
            Place::TooFar => return Err(|c| &mut c.too_far),
            Place::Invited { workshop, index } => (workshop, index),
        };
        self.people(&household.adults, self.ages[workshop])?;
        let audience = self.terms.audience;
        let earlier = |wish: Earlier, set: &HashSet<HouseholdId>| {
            wish == Earlier::Any || wish.allows(set.contains(&household.id))
        };
        if !earlier(audience.contacted, &self.terms.contacted) {
            return Err(|c| &mut c.contacted);
        }
        if !earlier(audience.attended, &self.terms.attended) {
            return Err(|c| &mut c.attended);
        }
        Ok(index)
    }

    /// Whether one of the people is of the sex and age wanted; one is enough for the household.
    fn people(&self, adults: &[Adult], ages: Ages) -> Result<(), Reason> {
        let sex = self.terms.audience.sex;
        let (mut anybody, mut unknown, mut old) = (false, false, false);
        for adult in adults.iter().filter(|a| sex.is_none_or(|sex| sex.is_of(a.civility))) {
            anybody = true;
            match adult.born {
                Some(born) if born > ages.until => {}
                Some(born) if born > ages.after => return Ok(()),
                Some(_) => old = true,
                None => unknown = true,
            }
        }
        match (anybody, unknown, old) {
            (false, _, _) => Err(|c| &mut c.other_sex),
            (_, true, _) => Err(|c| &mut c.age_unknown),
            (_, _, true) => Err(|c| &mut c.too_old),
            _ => Err(|c| &mut c.too_young),
        }
    }

    fn place(&mut self, commune: Option<InseeCode>) -> Place {
        if let Some(known) = self.known.get(&commune) {
            return *known;
        }
        let place = match (self.communes.judge(commune), commune) {
            (Judged::Invited(workshop), Some(code)) => {
                self.indexed.push((code, workshop));
                Place::Invited { workshop, index: (self.indexed.len() - 1) as u32 }
            }
            (Judged::Elsewhere, _) => Place::Elsewhere,
            (Judged::NotFragile, _) => Place::NotFragile,
            (Judged::TooFar | Judged::Invited(_), _) => Place::TooFar,
        };
        self.known.insert(commune, place);
        place
    }
}

/// The count to which a household goes that is not selected.
type Reason = fn(&mut Counts) -> &mut u64;

impl Ages {
    /// For a workshop: its own least age and the audience's, at its first session.
    fn of(workshop: &Workshop, audience: &Audience) -> Self {
        let (day, least) = (workshop.first_day(), workshop.minimum_age.max(audience.minimum_age));
        let after = audience.maximum_age.and_then(|most| born_by(day, u32::from(most) + 1));
        Self { until: born_by(day, least.into()).unwrap_or(i32::MIN), after: after.unwrap_or(i32::MIN) }
    }
}

/// The last day of birth with which somebody has this age on a day, in days of the common era.
fn born_by(day: NaiveDate, age: u32) -> Option<i32> {
    let year = day.year() - i32::try_from(age).ok()?;
    // Who was born on 29 February has no birthday yet on the 28th, and everybody has it on the 29th.
    let born = day.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28));
    born.map(|born| born.num_days_from_ce())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::age_on;

    #[test]
    fn the_last_day_of_birth_agrees_with_the_age_on_every_day() {
        for first in ["2027-02-02", "2028-02-29", "2027-02-28", "2027-03-01", "2027-12-31"] {
            let first: NaiveDate = first.parse().unwrap();
            for age in [55u32, 60, 61, 67] {
                let last = born_by(first, age).unwrap();
                for born in last - 3..=last + 3 {
                    let day = NaiveDate::from_num_days_from_ce_opt(born).unwrap();
                    let old_enough = age_on(day, first) >= i32::try_from(age).unwrap();
                    assert_eq!(old_enough, born <= last, "born {day}, {age} on {first}");
                }
            }
        }
    }
}
