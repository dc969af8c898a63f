//! How many households it takes to see an effect: two proportions compared, two-sided 5 %, power 80 %.

/// The two shares that are compared, and how the groups are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The share expected of those who are written to later, from 0 to 1.
    pub baseline: f64,
    /// The share hoped for of those who are written to now.
    pub hoped: f64,
    /// The share of households written to later, from 0 to 1.
    pub later_share: f64,
    /// By how much the draw of whole communes makes the list worth less: 1 where households are drawn one by one.
    pub design_effect: f64,
}

/// Households in each group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Groups {
    /// Written to now.
    pub now: u64,
    /// Written to later.
    pub later: u64,
}

/// How alike the households of a commune are: the share of the variance that lies between communes. Small, since coming to a
/// workshop is mostly one's own affair; 0.01 is the usual order for attendance in rural cluster trials (own assumption).
pub const INTRA_COMMUNE_CORRELATION: f64 = 0.01;

/// Two-sided 5 %: the normal quantile at 0.975.
const Z_ALPHA: f64 = 1.959_963_984_540_054;
/// Power 80 %: the normal quantile at 0.8.
const Z_POWER: f64 = 0.841_621_233_572_914_3;

/// The design effect of drawing whole communes of these sizes: 1 + (m' − 1) ρ, where m' is the mean size weighted by size,
/// so that one town counts as much as it should.
pub fn design_effect(sizes: impl IntoIterator<Item = u64>) -> f64 {
    let (mut sum, mut squares) = (0.0, 0.0);
    for size in sizes {
        #[expect(clippy::cast_precision_loss, reason = "households of a commune")]
        let size = size as f64;
        sum += size;
        squares += size * size;
    }
    if sum == 0.0 { 1.0 } else { 1.0 + (squares / sum - 1.0).max(0.0) * INTRA_COMMUNE_CORRELATION }
}

impl Comparison {
    /// How many households of each group show the difference; nothing where there is none, or no group.
    ///
    /// The usual formula, with the pooled variance under the hypothesis of no effect, as `statsmodels` has it.
    pub fn needed(&self) -> Option<Groups> {
        let (p, q) = (self.baseline, self.hoped);
        let share = self.later_share;
        if p == q || !(0.0..1.0).contains(&share) || share == 0.0 {
            return None;
        }
        // Households written to now for each one later.
        let ratio = (1.0 - share) / share;
        let pooled = (p + q * ratio) / (1.0 + ratio);
        let none = (pooled * (1.0 - pooled) * (1.0 + 1.0 / ratio)).sqrt();
        let some = (p * (1.0 - p) + q * (1.0 - q) / ratio).sqrt();
        let later = ((Z_ALPHA * none + Z_POWER * some) / (p - q)).powi(2) * self.design_effect;
        Some(Groups { now: whole(later * ratio), later: whole(later) })
    }

    /// The smallest share above the baseline that so many households show, `hoped` left aside; nothing where even all of
    /// them coming would not be seen.
    pub fn smallest_seen(&self, households: u64) -> Option<f64> {
        let seen = |hoped: f64| {
            let needed = Self { hoped, ..*self }.needed();
            needed.is_some_and(|groups| groups.now + groups.later <= households)
        };
        if !seen(1.0) {
            return None;
        }
        let (mut below, mut above) = (self.baseline, 1.0);
        for _ in 0..50 {
            let middle = f64::midpoint(below, above);
            if seen(middle) { above = middle } else { below = middle }
        }
        Some(above)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive number of households")]
fn whole(households: f64) -> u64 {
    households.ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(baseline: f64, hoped: f64, later_share: f64) -> (u64, u64) {
        let groups = Comparison { baseline, hoped, later_share, design_effect: 1.0 }.needed().unwrap();
        (groups.now, groups.later)
    }

    // Made with statsmodels 0.15.0, the first group being the one written to now:
    //     statsmodels.stats.proportion.samplesize_proportions_2indep_onetail(
    //         hoped - baseline, baseline, 0.8, ratio=later / now, alpha=0.05, value=0, alternative="two-sided")
    #[test]
    fn the_numbers_agree_with_statsmodels() {
        for (baseline, hoped, later, now) in [
            (0.005, 0.015, 0.5, 1552.8987),
            (0.005, 0.015, 0.1, 8715.7076),
            (0.01, 0.03, 0.5, 768.0102),
            (0.02, 0.03, 0.15, 13390.1818),
            (0.1, 0.05, 1.0 / 3.0, 623.2302),
        ] {
            let (found, _) = needed(baseline, hoped, later);
            assert!((found as f64 - now).abs() < 1.01, "{baseline} {hoped} {later}: {found}, not {now}");
        }
    }

    #[test]
    fn the_field_guides_examples_hold() {
        let total = |share| {
            let (now, later) = needed(0.005, 0.015, share);
            now + later
        };
        assert_eq!(total(0.5) / 100 * 100, 3100);
        assert_eq!((total(0.1) + 50) / 100 * 100, 9700);
    }

    #[test]
    fn what_a_list_shows_is_what_it_needs() {
        let comparison = Comparison { baseline: 0.005, hoped: 0.0, later_share: 0.5, design_effect: 1.0 };
        let smallest = comparison.smallest_seen(3106).unwrap();
        assert!((smallest - 0.015).abs() < 0.0001, "{smallest}");
        assert_eq!(comparison.smallest_seen(4), None);
        assert_eq!(Comparison { later_share: 0.0, ..comparison }.smallest_seen(1_000_000), None);
    }

    #[test]
    fn whole_communes_need_more_households() {
        assert_eq!(design_effect([101, 101, 101]), 2.0);
        assert_eq!(design_effect([]), 1.0);
        let one = Comparison { baseline: 0.005, hoped: 0.015, later_share: 0.5, design_effect: 1.0 };
        let two = Comparison { design_effect: 2.0, ..one };
        assert_eq!(two.needed().unwrap().later, (1552.8987f64 * 2.0).ceil() as u64);
    }
}
