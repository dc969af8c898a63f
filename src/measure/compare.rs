//! The comparison of channels: reach, registrations, attendance and cost, a row each.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::{Agreement, RegistrationFact};
use super::channels::ORDER;
use super::figure::{IntervalFigure, Scale};
use super::interval::{Interval, wilson};
use super::verdict::{self, Sentence};
use crate::domain::blind::Count;
use crate::domain::channel::Channel;
use crate::domain::price::Cents;

/// What an outlet reached and cost. A channel may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutletFact {
    /// Its channel.
    pub channel: Channel,
    /// Households reached (letters posted less returned), within bounds where a fund hides small counts; none where nobody
    /// knows.
    pub reach: Option<Count>,
    /// All it cost.
    pub cost: Cents,
}

/// Channels side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Every channel that has an outlet or a registration, in an order that does not follow the figures.
    pub rows: Vec<Row>,
    /// What to conclude, in a few sentences; never empty.
    pub verdict: Vec<Sentence>,
    /// Whether numbers and answers tell the same.
    pub agreement: Agreement,
    /// The scale under the intervals.
    pub scale: Scale,
}

/// One channel. A household counts once, however often it registered.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The channel; [`Channel::Unknown`] gathers registrations without number or answer.
    pub channel: Channel,
    /// Households reached, where every outlet of the channel tells.
    pub reach: Option<Count>,
    /// Households registered.
    pub registered: u64,
    /// Households of which somebody came at least once.
    pub attended_once: u64,
    /// Households of which somebody came to at least three quarters of the sessions held.
    pub attended_most: u64,
    /// Seats whose person came at least once.
    pub seats_attended: u64,
    /// All the channel cost.
    pub cost: Cents,
    /// Households that came at least once out of households reached, or why it cannot be told.
    pub rate: Result<Rate, NoRate>,
}

/// A share of the households reached, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// From 0 to 1.
    pub share: f64,
    /// By Wilson's method.
    pub interval: Interval,
}

/// Why a channel has no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRate {
    /// Nobody knows how many households it reached.
    ReachUnknown,
    /// It has reached nobody yet.
    NobodyReached,
    /// More households came than it is said to have reached.
    ReachTooSmall,
}

/// Compares the channels of a campaign.
pub fn compare(outlets: &[OutletFact], registrations: &[RegistrationFact]) -> Comparison {
    let mut by_channel: BTreeMap<Channel, Vec<&RegistrationFact>> = BTreeMap::new();
    for registration in registrations {
        by_channel.entry(registration.channel()).or_default().push(registration);
    }
    let rows: Vec<Row> = ORDER
        .into_iter()
        .filter_map(|channel| {
            let own: Vec<_> = outlets.iter().filter(|outlet| outlet.channel == channel).collect();
            let came = by_channel.get(&channel).map_or(&[][..], Vec::as_slice);
            (!own.is_empty() || !came.is_empty()).then(|| row(channel, &own, came))
        })
        .collect();
    Comparison {
        verdict: verdict::sentences(&rows, households(registrations, |_| true)),
        agreement: Agreement::of(registrations),
        scale: Scale::over(rows.iter().filter_map(|row| row.rate.ok()).map(|rate| rate.interval)),
        rows,
    }
}

fn row(channel: Channel, outlets: &[&OutletFact], registrations: &[&RegistrationFact]) -> Row {
    // One outlet without a figure makes the sum of the others too small, and the rate too good.
    let reach = outlets.iter().map(|outlet| outlet.reach).sum::<Option<Count>>().filter(|_| !outlets.is_empty());
    let households = |which: fn(&RegistrationFact) -> bool| households(registrations.iter().copied(), which);
    let attended_once = households(RegistrationFact::attended_once);
    Row {
        channel,
        reach,
        registered: households(|_| true),
        attended_once,
        attended_most: households(RegistrationFact::attended_most),
        seats_attended: registrations.iter().map(|r| r.seats_attended()).sum(),
        cost: Cents(outlets.iter().map(|outlet| outlet.cost.0).sum()),
        rate: rate(attended_once, reach),
    }
}

fn households<'a>(
    registrations: impl IntoIterator<Item = &'a RegistrationFact>,
    which: impl Fn(&RegistrationFact) -> bool,
) -> u64 {
    let keys: BTreeSet<_> = registrations.into_iter().filter(|r| which(r)).map(|r| &r.household).collect();
    keys.len() as u64
}

/// Where the reach is known within bounds only, the interval is as wide as both bounds ask for, and the share stands at
/// their middle.
fn rate(attended: u64, reach: Option<Count>) -> Result<Rate, NoRate> {
    match reach {
        None => Err(NoRate::ReachUnknown),
        Some(Count { high: 0, .. }) => Err(NoRate::NobodyReached),
        Some(reach) if attended > reach.low => Err(NoRate::ReachTooSmall),
        Some(reach) => Ok(Rate {
            share: attended as f64 / reach.middle() as f64,
            interval: Interval { low: wilson(attended, reach.high).low, high: wilson(attended, reach.low.max(1)).high },
        }),
    }
}

impl Row {
    /// The channel's name in the table.
    pub fn label(&self) -> &'static str {
        if self.channel == Channel::Unknown { "Canal inconnu" } else { self.channel.label() }
    }

    /// What one attended seat cost, to the nearest cent; nothing where nobody came.
    pub fn cost_per_seat(&self) -> Option<Cents> {
        let seats = self.seats_attended;
        (seats > 0).then(|| Cents((self.cost.0 + seats / 2) / seats))
    }

    /// The same for the table: « 99 € », in whole euros from 10 euros on, or « — ».
    pub fn cost_per_seat_text(&self) -> String {
        match self.cost_per_seat() {
            None => "—".to_owned(),
            Some(cents) if cents.0 >= 1000 => Cents((cents.0 + 50) / 100 * 100).to_string(),
            Some(cents) => cents.to_string(),
        }
    }

    /// Households reached for the table: « 1 840 », or « — ».
    pub fn reach_text(&self) -> String {
        self.reach.map_or_else(|| "—".to_owned(), |reach| reach.to_string())
    }
}

impl Comparison {
    /// Where the interval of a row is drawn, for rows that have a rate.
    pub fn figure(&self, row: &Row) -> Option<IntervalFigure> {
        row.rate.ok().map(|rate| self.scale.place(rate.share, rate.interval))
    }
}

impl NoRate {
    /// What stands in place of the interval.
    pub fn reason(self) -> &'static str {
        match self {
            Self::ReachUnknown => "portée inconnue",
            Self::NobodyReached => "pas encore diffusé",
            Self::ReachTooSmall => "portée notée trop petite",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(reference: Channel, household: &str, attended: &[u32]) -> RegistrationFact {
        RegistrationFact {
            invitation: false,
            reference: Some(reference),
            heard_from: None,
            household: household.to_owned(),
            sessions_held: 8,
            attended: attended.to_vec(),
        }
    }

    fn outlet(channel: Channel, reach: Option<u64>, euros: u64) -> OutletFact {
        OutletFact { channel, reach: reach.map(Count::exactly), cost: Cents(euros * 100) }
    }

    #[test]
    fn a_household_counts_once_and_a_seat_only_in_costs() {
        let comparison = compare(
            &[outlet(Channel::Poster, Some(100), 30), outlet(Channel::Poster, Some(300), 61)],
            &[
                came(Channel::Poster, "Pagès", &[8, 7]),
                came(Channel::Poster, "Pagès", &[1]),
                came(Channel::Poster, "Martin", &[0]),
                came(Channel::Poster, "Brun", &[5]),
            ],
        );
        let [row] = &comparison.rows[..] else { panic!("{:?}", comparison.rows) };
        assert_eq!(
            (row.reach, row.registered, row.attended_once, row.attended_most),
            (Some(Count::exactly(400)), 3, 2, 1)
        );
        assert_eq!((row.seats_attended, row.cost, row.cost_per_seat()), (4, Cents(9100), Some(Cents(2275))));
        assert_eq!((row.cost_per_seat_text(), row.reach_text()), ("23\u{a0}€".to_owned(), "400".to_owned()));
        assert_eq!(row.rate, Ok(Rate { share: 0.005, interval: wilson(2, 400) }));
        assert!(comparison.figure(row).is_some());
    }

    #[test]
    fn a_row_stands_for_every_outlet_and_every_registration() {
        let nowhere = RegistrationFact { reference: None, ..came(Channel::Poster, "Brun", &[1]) };
        let outlets = [outlet(Channel::Radio, None, 0), outlet(Channel::Letter, Some(0), 10)];
        let comparison = compare(&outlets, &[nowhere, came(Channel::Stand, "Pagès", &[0])]);
        let labels: Vec<_> = comparison.rows.iter().map(Row::label).collect();
        assert_eq!(labels, ["Courrier", "Stand", "Radio", "Canal inconnu"]);
        let rates: Vec<_> = comparison.rows.iter().map(|row| row.rate.unwrap_err()).collect();
        use NoRate::{NobodyReached, ReachUnknown};
        assert_eq!(rates, [NobodyReached, ReachUnknown, ReachUnknown, ReachUnknown]);
        assert_eq!(comparison.rows[0].cost_per_seat_text(), "—");
    }

    #[test]
    fn a_doubtful_reach_gives_no_rate() {
        let partly_known = [outlet(Channel::Poster, Some(100), 0), outlet(Channel::Poster, None, 0)];
        assert_eq!(compare(&partly_known, &[]).rows[0].rate, Err(NoRate::ReachUnknown));
        let two_came = [came(Channel::Poster, "Brun", &[1]), came(Channel::Poster, "Pagès", &[1])];
        let too_small = compare(&[outlet(Channel::Poster, Some(1), 0)], &two_came);
        assert_eq!(too_small.rows[0].rate, Err(NoRate::ReachTooSmall));
    }
}
