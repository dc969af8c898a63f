//! Which workshops are near a commune.

use std::borrow::Borrow;
use std::collections::HashMap;

use crate::domain::audience::Audience;
use crate::domain::commune::{Gazetteer, InseeCode};
use crate::domain::distance::{self, Point};
use crate::domain::workshop::Workshop;

/// Ranks a campaign's workshops by distance, as the crow flies between the centroids of communes. Distances only rank and
/// filter: mountains do not care about circles, so none is printed, and a commune that was assigned to a venue by hand
/// comes to that venue first.
pub struct Nearest<'a> {
    gazetteer: &'a Gazetteer,
    venues: Vec<Option<Point>>,
    assigned: HashMap<InseeCode, Vec<usize>>,
}

impl<'a> Nearest<'a> {
    /// For these workshops, in the order of the campaign, with the communes that its audience assigns by hand.
    pub fn new<W: Borrow<Workshop>>(gazetteer: &'a Gazetteer, workshops: &[W], audience: &Audience) -> Self {
        let workshops: Vec<&Workshop> = workshops.iter().map(Borrow::borrow).collect();
        let venues = workshops.iter().map(|w| gazetteer.get(w.venue.commune).and_then(|c| c.centroid)).collect();
        let mut assigned: HashMap<InseeCode, Vec<usize>> = HashMap::new();
        for (venue, communes) in &audience.assigned {
            let held: Vec<usize> = (0..workshops.len()).filter(|at| workshops[*at].venue.slug == *venue).collect();
            for commune in communes {
                assigned.entry(*commune).or_default().extend(&held);
            }
        }
        Self { gazetteer, venues, assigned }
    }

    /// The workshops from the nearest to the farthest, as positions in the campaign with kilometres. Those of the venue to
    /// which the commune is assigned come first and count as zero kilometres away. Equal distances keep the campaign's
    /// order; without a centroid only the assigned ones are known.
    pub fn from(&self, commune: InseeCode) -> Vec<(usize, f64)> {
        let here = self.assigned.get(&commune).map_or(&[][..], Vec::as_slice);
        let mut ranked: Vec<(usize, f64)> = here.iter().map(|at| (*at, 0.0)).collect();
        if let Some(from) = self.gazetteer.get(commune).and_then(|c| c.centroid) {
            let others = self.venues.iter().enumerate().filter(|(at, _)| !here.contains(at));
            let mut others: Vec<_> = others.filter_map(|(at, to)| Some((at, distance::km(from, (*to)?)))).collect();
            others.sort_by(|a, b| a.1.total_cmp(&b.1));
            ranked.extend(others);
        }
        ranked
    }

    /// The workshop to which people of a commune are invited: the nearest within `km`, or the first of the venue to which
    /// the commune is assigned.
    pub fn within(&self, commune: InseeCode, km: f64) -> Option<usize> {
        if self.assigned.contains_key(&commune) {
            return self.assigned[&commune].first().copied();
        }
        self.from(commune).first().filter(|(_, away)| *away <= km).map(|(at, _)| *at)
    }
}
