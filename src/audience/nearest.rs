//! Which workshops are near a commune.

use crate::domain::commune::{Gazetteer, InseeCode};
use crate::domain::distance::{self, Point};

/// Ranks a campaign's workshops by distance, as the crow flies between the centroids of communes. Distances only rank and
/// filter: mountains do not care about circles, so none is printed.
pub struct Nearest<'a> {
    gazetteer: &'a Gazetteer,
    venues: Vec<Option<Point>>,
}

impl<'a> Nearest<'a> {
    /// For workshops held in these communes, in the order of the campaign.
    pub fn new(gazetteer: &'a Gazetteer, communes: impl IntoIterator<Item = InseeCode>) -> Self {
        let centroid = |code| gazetteer.get(code).and_then(|c| c.centroid);
        Self { gazetteer, venues: communes.into_iter().map(centroid).collect() }
    }

    /// The workshops from the nearest to the farthest, as positions in the campaign with kilometres; empty where the
    /// commune has no known centroid. Equal distances keep the campaign's order.
    pub fn from(&self, commune: InseeCode) -> Vec<(usize, f64)> {
        let Some(from) = self.gazetteer.get(commune).and_then(|c| c.centroid) else { return Vec::new() };
        let known = self.venues.iter().enumerate().filter_map(|(at, to)| Some((at, distance::km(from, (*to)?))));
        let mut ranked: Vec<_> = known.collect();
        ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
        ranked
    }
}
