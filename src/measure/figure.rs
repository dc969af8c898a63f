//! The interval drawn in a row of the table: positions on one scale for all rows, from 0 to 100.

use super::interval::Interval;

/// The scale under all intervals of a table: from nothing to a round share above the highest end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The share at position 100.
    pub end: f64,
}

/// Positions from 0 to 100 for `<line x1 x2>` and `<circle cx>`, rounded to a tenth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IntervalFigure {
    /// Where the interval begins.
    pub x1: f64,
    /// Where the share itself stands.
    pub cx: f64,
    /// Where the interval ends.
    pub x2: f64,
}

impl Scale {
    /// The scale that shows all of these; a scale to 1 % where there are none.
    pub fn over(intervals: impl IntoIterator<Item = Interval>) -> Self {
        let highest = intervals.into_iter().map(|interval| interval.high).fold(0.0, f64::max);
        if highest <= 0.0 {
            return Self { end: 0.01 };
        }
        let magnitude = 10_f64.powf(highest.log10().floor());
        let round = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0].into_iter().find(|step| step * magnitude >= highest);
        Self { end: (round.unwrap_or(10.0) * magnitude).min(1.0) }
    }

    /// Where a share and its interval stand.
    pub fn place(self, share: f64, interval: Interval) -> IntervalFigure {
        let x = |share: f64| (share / self.end * 1000.0).round() / 10.0;
        IntervalFigure { x1: x(interval.low), cx: x(share), x2: x(interval.high) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::wilson;

    #[test]
    fn all_intervals_share_a_round_scale() {
        let (stand, letter) = (wilson(8, 210), wilson(33, 1840));
        let scale = Scale::over([stand, letter]);
        assert_eq!(scale, Scale { end: 0.08 });
        assert_eq!(scale.place(8.0 / 210.0, stand), IntervalFigure { x1: 24.3, cx: 47.6, x2: 91.7 });
        assert_eq!(Scale::over([wilson(1, 1)]).end, 1.0);
        assert_eq!(Scale::over([]).end, 0.01);
    }
}
