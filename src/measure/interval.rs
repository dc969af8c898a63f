//! Intervals at 95 % for a share of households and for the difference of two shares.

/// The quantile of the normal distribution that leaves 2.5 % on each side.
const Z: f64 = 1.959_963_984_540_054;

/// A range that holds the true value in 95 samples of 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// How many out of how many. Real numbers, so that larger samples with the same share can be imagined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sample {
    pub successes: f64,
    pub size: f64,
}

impl Sample {
    /// The share itself; the size must not be zero.
    pub fn share(self) -> f64 {
        self.successes / self.size
    }

    /// The same share in a sample `factor` times as large.
    pub fn grown(self, factor: f64) -> Self {
        Self { successes: self.successes * factor, size: self.size * factor }
    }

    /// Wilson's interval (E. B. Wilson, JASA 22, 1927), which stays honest for small shares and small samples.
    pub fn interval(self) -> Interval {
        let (share, z2) = (self.share(), Z * Z);
        let centre = share + z2 / (2.0 * self.size);
        let half = Z * (share * (1.0 - share) / self.size + z2 / (4.0 * self.size * self.size)).sqrt();
        let scale = 1.0 + z2 / self.size;
        // At the ends the formula is exact, the arithmetic is not.
        let low = if self.successes == 0.0 { 0.0 } else { (centre - half) / scale };
        let high = if self.successes == self.size { 1.0 } else { (centre + half) / scale };
        Interval { low, high }
    }

    /// Newcombe's interval for this share less another (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10).
    pub fn less(self, other: Self) -> Interval {
        let (p, q) = (self.share(), other.share());
        let (of_p, of_q) = (self.interval(), other.interval());
        Interval { low: p - q - (p - of_p.low).hypot(of_q.high - q), high: p - q + (of_p.high - p).hypot(q - of_q.low) }
    }
}

/// The 95 % interval of the share `successes` out of `size`, by Wilson's method. Of nothing, anything may be true: from
/// 0 to 1. `successes` is at most `size`.
pub fn wilson(successes: u64, size: u64) -> Interval {
    if size == 0 { Interval { low: 0.0, high: 1.0 } } else { sample(successes, size).interval() }
}

/// The 95 % interval of one share less another, each as `(successes, size)` with a size above zero, by Newcombe's
/// method from the two Wilson intervals. The shares differ where it does not hold 0.
pub fn difference(one: (u64, u64), other: (u64, u64)) -> Interval {
    sample(one.0, one.1).less(sample(other.0, other.1))
}

/// Counts as a sample: households are far fewer than 2⁵³, so nothing is lost.
pub(super) fn sample(successes: u64, size: u64) -> Sample {
    Sample { successes: successes as f64, size: size as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(found: Interval, low: f64, high: f64) {
        assert!((found.low - low).abs() < 1e-12 && (found.high - high).abs() < 1e-12, "{found:?}, not {low} to {high}");
    }

    // Made with statsmodels 0.15.0:
    //     statsmodels.stats.proportion.proportion_confint(successes, size, method="wilson")
    #[test]
    fn wilson_agrees_with_statsmodels() {
        for (successes, size, low, high) in [
            (12, 800, 0.00860111088119131, 0.02603439903831445),
            (3, 200, 0.005114237793258307, 0.043165728792690275),
            (0, 50, 0.0, 0.07134759913335874),
            (33, 1840, 0.012798769412607894, 0.025079464904438083),
            (17, 5200, 0.002042208281011319, 0.005229623330336395),
            (6, 1450, 0.0018977889807560142, 0.008998487724369847),
            (8, 210, 0.01942764441810029, 0.07335819294999948),
            (50, 50, 0.9286524008666412, 1.0),
            (1, 1, 0.2065493143772374, 1.0),
        ] {
            assert_close(wilson(successes, size), low, high);
        }
        assert_close(wilson(0, 0), 0.0, 1.0);
    }

    // Made with statsmodels 0.15.0:
    //     statsmodels.stats.proportion.confint_proportions_2indep(a, n, b, m, method="newcomb", compare="diff")
    #[test]
    fn newcombe_agrees_with_statsmodels() {
        for (one, other, low, high) in [
            ((8, 210), (33, 1840), 0.0001723205359821338, 0.05579547501283606),
            ((33, 1840), (8, 210), -0.05579547501283606, -0.0001723205359821338),
            ((9, 2400), (6, 1450), -0.005562737899312765, 0.0036519516874390368),
            ((12, 800), (3, 200), -0.02888345651715165, 0.014815068563627954),
            ((0, 50), (5, 60), -0.18068942018334413, 0.0022209513715717444),
        ] {
            assert_close(difference(one, other), low, high);
        }
    }
}
