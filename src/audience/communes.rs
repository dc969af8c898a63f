//! What an audience says of a commune, whoever lives there. Households are filtered by it, and so are the communes of a mailing
//! without names.

use std::borrow::Borrow;
use std::collections::HashMap;

use super::Nearest;
use crate::domain::audience::Audience;
use crate::domain::commune::{Commune, Gazetteer, InseeCode};
use crate::domain::fragility::Fragility;
use crate::domain::workshop::Workshop;

/// Judges communes for an audience and its workshops.
pub struct Communes<'a> {
    audience: &'a Audience,
    gazetteer: &'a Gazetteer,
    fragility: &'a HashMap<InseeCode, Fragility>,
    nearest: Nearest<'a>,
}

/// Where a commune stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// Not wanted, by name, community or population.
    Elsewhere,
    /// Not fragile enough, or not known to be.
    NotFragile,
    /// No workshop in reach.
    TooFar,
    /// Invited to this workshop, by its position.
    Invited(usize),
}

impl<'a> Communes<'a> {
    /// For these workshops, in the order of the campaign. `fragility` is what the structure imported; the embedded figures fill
    /// its blanks.
    pub fn new<W: Borrow<Workshop>>(
        audience: &'a Audience,
        gazetteer: &'a Gazetteer,
        fragility: &'a HashMap<InseeCode, Fragility>,
        workshops: &[W],
    ) -> Self {
        Self { audience, gazetteer, fragility, nearest: Nearest::new(gazetteer, workshops, audience) }
    }

    /// Where a commune stands; nothing is known of an address without one.
    pub fn judge(&self, commune: Option<InseeCode>) -> Judged {
        let audience = self.audience;
        let known = commune.and_then(|code| self.gazetteer.get(code));
        if !audience.takes_any_commune() && !known.is_some_and(|c| audience.takes(c)) {
            return Judged::Elsewhere;
        }
        let Some(code) = commune else { return Judged::TooFar };
        if !audience.fragility.is_empty() {
            let imported = self.fragility.get(&code).copied().unwrap_or_default();
            let found = imported.or(known.map(Fragility::embedded).unwrap_or_default());
            let enough = |(part, least): (_, &f64)| found.get(part).is_some_and(|value| value >= *least);
            if !audience.fragility.iter().all(|(part, least)| enough((*part, least))) {
                return Judged::NotFragile;
            }
        }
        self.nearest.within(code, audience.within_km).map_or(Judged::TooFar, Judged::Invited)
    }

    /// Whether the audience takes a commune in.
    pub fn takes(&self, commune: InseeCode) -> bool {
        matches!(self.judge(Some(commune)), Judged::Invited(_))
    }
}

impl Audience {
    /// Whether it asks for no commune in particular.
    fn takes_any_commune(&self) -> bool {
        self.communes.is_empty()
            && self.not_communes.is_empty()
            && self.epcis.is_empty()
            && self.minimum_population.is_none()
            && self.maximum_population.is_none()
    }

    /// Whether it takes a commune by its name, its community and its population.
    fn takes(&self, commune: &Commune) -> bool {
        (self.communes.is_empty() || self.communes.contains(&commune.code))
            && !self.not_communes.contains(&commune.code)
            && (self.epcis.is_empty() || commune.epci.is_some_and(|epci| self.epcis.contains(&epci)))
            && self.minimum_population.is_none_or(|least| commune.population >= least)
            && self.maximum_population.is_none_or(|most| commune.population <= most)
    }
}
