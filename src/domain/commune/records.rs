//! The lines of the reference files, see `assets/data/README.md`.

use super::Commune;
use super::place_name::straight_label;
use crate::domain::distance::Point;

/// The records under the header; one that cannot be read is left out.
pub fn rows(text: &str) -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes()).into_records().filter_map(Result::ok)
}

/// A commune, where the record is whole.
pub fn commune(row: &csv::StringRecord) -> Option<Commune> {
    let degrees = |i: usize| row.get(i).and_then(|d| d.parse().ok());
    let deliveries = row.get(6)?.split('|').filter_map(|pair| {
        let (postcode, label) = pair.split_once(':')?;
        Some((postcode.parse().ok()?, straight_label(label)))
    });
    Some(Commune {
        code: row.get(0)?.parse().ok()?,
        name: row.get(1)?.replace('\'', "’"),
        department: row.get(2)?.to_owned(),
        region: row.get(3)?.to_owned(),
        epci: row.get(4).and_then(|siren| siren.parse().ok()),
        population: row.get(5)?.parse().unwrap_or_default(),
        deliveries: deliveries.collect(),
        centroid: degrees(7).zip(degrees(8)).map(|(latitude, longitude)| Point { latitude, longitude }),
    })
}
