//! Shares as French readers write them.

use super::interval::Interval;

/// « 1,8 % », with a no-break space: one decimal, two below 0,1 %, none for nothing and for all.
pub fn percent(share: f64) -> String {
    format!("{}\u{a0}%", number(share))
}

/// « 1,3 à 2,5 % ».
pub fn percent_range(interval: Interval) -> String {
    format!("{} à\u{a0}{}", number(interval.low), percent(interval.high))
}

/// « 88 % », for shares that are large or rough.
pub fn whole_percent(share: f64) -> String {
    format!("{:.0}\u{a0}%", share * 100.0)
}

fn number(share: f64) -> String {
    let percent = share * 100.0;
    if percent == 0.0 || percent == 100.0 {
        return format!("{percent:.0}");
    }
    let decimals = if percent < 0.1 { 2 } else { 1 };
    format!("{percent:.decimals$}").replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::wilson;

    #[test]
    fn shares_read_in_french() {
        for (share, read) in [
            (0.018, "1,8\u{a0}%"),
            (33.0 / 1840.0, "1,8\u{a0}%"),
            (0.0005, "0,05\u{a0}%"),
            (0.001, "0,1\u{a0}%"),
            (0.0, "0\u{a0}%"),
            (1.0, "100\u{a0}%"),
            (0.4567, "45,7\u{a0}%"),
        ] {
            assert_eq!(percent(share), read);
        }
        assert_eq!(percent_range(wilson(12, 800)), "0,9 à\u{a0}2,6\u{a0}%");
        assert_eq!(percent_range(wilson(3, 200)), "0,5 à\u{a0}4,3\u{a0}%");
        assert_eq!(whole_percent(0.875), "88\u{a0}%");
    }
}
