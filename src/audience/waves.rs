//! The cap, and the draw of those who are written to later.

use std::cmp::Ordering;

use crate::domain::audience::{Audience, DrawnBy};
use crate::domain::id::HouseholdId;

/// A selected household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected {
    /// Its identifier.
    pub id: HouseholdId,
    /// Its place in chance order.
    pub draw_order: u64,
    /// Its commune, as an index.
    pub commune: u32,
    /// It has its invitation already: no draw takes a letter back.
    pub invited: bool,
    /// A fund that decides itself named somebody in it: nobody is left for later without its instruction.
    pub processed: bool,
    /// Drawn to be written to later.
    pub later: bool,
}

impl Selected {
    fn stays(&self) -> bool {
        self.invited || self.processed
    }

    fn by_chance(&self, other: &Self) -> Ordering {
        (self.draw_order, self.id).cmp(&(other.draw_order, other.id))
    }
}

/// Cuts `selected` to the cap, in chance order, and marks those written to later. Gives how many the cap cut off. Who is
/// invited already is not cut off, and stays among those written to now. `commune_order` is the chance order of the
/// communes, by their index.
///
/// The cap is of letters sent now, so that the seats are filled by who is written to: those written to later come on top.
/// The share is rounded to the nearest household over the whole audience. Drawn by household, each commune gives its share,
/// rounded up or down so that the total is right, the roundings falling by chance. Drawn by commune, communes are taken in
/// chance order as long as they bring the total nearer to the share.
pub fn split(selected: &mut Vec<Selected>, audience: &Audience, commune_order: &[u64]) -> u64 {
    let cut = audience.cap.map_or(0, |cap| cut(selected, cap.letters(), audience.later_share));
    let wanted = wanted(selected.iter().filter(|s| !s.processed).count(), audience.later_share);
    let wanted = wanted.min(selected.iter().filter(|s| !s.stays()).count());
    if wanted > 0 {
        selected
            .sort_unstable_by(|a, b| (a.commune, a.stays()).cmp(&(b.commune, b.stays())).then_with(|| a.by_chance(b)));
        match audience.drawn_by {
            DrawnBy::Household => by_household(selected, wanted, audience.later_share, commune_order),
            DrawnBy::Commune => by_commune(selected, wanted, commune_order),
        }
    }
    cut
}

fn cut(selected: &mut Vec<Selected>, letters: u64, share: f64) -> u64 {
    selected.sort_unstable_by(|a, b| b.invited.cmp(&a.invited).then_with(|| a.by_chance(b)));
    let (mut drawable, mut free, mut kept) = (0, 0, 0);
    for (at, one) in selected.iter().enumerate() {
        drawable += usize::from(!one.processed);
        free += usize::from(!one.stays());
        let now = at + 1 - wanted(drawable, share).min(free);
        if !one.invited && now as u64 > letters {
            break;
        }
        kept = at + 1;
    }
    let cut = selected.len() - kept;
    selected.truncate(kept);
    cut as u64
}

/// The share of `drawable`, rounded to the nearest household.
fn wanted(drawable: usize, share: f64) -> usize {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share from 0 to 1 of far fewer households than 2^52"
    )]
    let count = (drawable as f64 * share).round() as usize;
    count.min(drawable)
}

/// The households of each commune as ranges of `selected`, which is sorted by commune; in the communes' chance order.
fn communes(selected: &[Selected], commune_order: &[u64]) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut begin = 0;
    for of_commune in selected.chunk_by(|a, b| a.commune == b.commune) {
        ranges.push(begin..begin + of_commune.len());
        begin += of_commune.len();
    }
    ranges.sort_by_key(|range| {
        let commune = selected[range.start].commune;
        (commune_order.get(commune as usize).copied(), commune)
    });
    ranges
}

fn by_household(selected: &mut [Selected], total: usize, share: f64, commune_order: &[u64]) {
    let mut given = 0;
    let mut drawable = 0;
    for range in communes(selected, commune_order) {
        // Rounding the running total rounds each commune up or down as its place among them falls, and the sum is right.
        let before = wanted(drawable, share);
        drawable += selected[range.clone()].iter().filter(|s| !s.processed).count();
        let quota = wanted(drawable, share) - before;
        // Those who stay are sorted behind the others.
        for one in selected[range].iter_mut().filter(|s| !s.stays()).take(quota.min(total - given)) {
            one.later = true;
            given += 1;
        }
    }
    if given < total {
        // A commune where nearly everybody is invited already could not give its share.
        let mut free: Vec<&mut Selected> = selected.iter_mut().filter(|s| !s.stays() && !s.later).collect();
        free.sort_unstable_by(|a, b| a.by_chance(b));
        free.into_iter().take(total - given).for_each(|one| one.later = true);
    }
}

fn by_commune(selected: &mut [Selected], total: usize, commune_order: &[u64]) {
    let mut given = 0usize;
    for range in communes(selected, commune_order) {
        let of_commune = &mut selected[range];
        if of_commune.iter().any(|one| one.invited) {
            continue;
        }
        let free = of_commune.iter().filter(|one| !one.stays()).count();
        if (given + free).abs_diff(total) < given.abs_diff(total) {
            of_commune.iter_mut().filter(|one| !one.stays()).for_each(|one| one.later = true);
            given += free;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audience::Cap;

    fn household(commune: u32, order: u64) -> Selected {
        Selected {
            id: HouseholdId(uuid::Uuid::from_u128(u128::from(commune) << 64 | u128::from(order))),
            draw_order: order.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            commune,
            invited: false,
            processed: false,
            later: false,
        }
    }

    /// So many households in each commune.
    fn households(sizes: &[u64]) -> Vec<Selected> {
        (0..).zip(sizes).flat_map(|(commune, size)| (0..*size).map(move |n| household(commune, n))).collect()
    }

    fn order(communes: usize) -> Vec<u64> {
        (1..=communes as u64).map(|n| n.wrapping_mul(0xD134_2543_DE82_EF95)).collect()
    }

    fn later(selected: &[Selected], commune: u32) -> usize {
        selected.iter().filter(|s| s.commune == commune && s.later).count()
    }

    #[test]
    fn each_commune_gives_its_share_and_the_total_is_right() {
        let sizes = [40, 3, 1, 7, 100, 2, 9, 11, 1, 1];
        let mut selected = households(&sizes);
        let audience = Audience { later_share: 0.15, ..Audience::default() };
        split(&mut selected, &audience, &order(sizes.len()));
        for (commune, size) in (0..).zip(sizes) {
            let share = size as f64 * 0.15;
            let given = later(&selected, commune) as f64;
            assert!((given - share).abs() < 1.0, "commune {commune}: {given} of {size}");
        }
        // 175 × 0.15 = 26.25.
        assert_eq!(selected.iter().filter(|s| s.later).count(), 26);
    }

    #[test]
    fn the_same_seed_draws_the_same_households_in_whatever_order_they_come() {
        let sizes = [30, 20, 50];
        let audience = Audience { later_share: 0.3, cap: Some(Cap::Letters(40)), ..Audience::default() };
        let draw = |mut selected: Vec<Selected>| {
            split(&mut selected, &audience, &order(3));
            let mut later: Vec<_> = selected.iter().filter(|s| s.later).map(|s| s.id).collect();
            later.sort_unstable();
            later
        };
        let one = households(&sizes);
        let other: Vec<_> = one.iter().rev().copied().collect();
        assert_eq!(draw(one), draw(other));
    }

    #[test]
    fn whole_communes_wait_together() {
        let sizes = [12, 40, 9, 25, 31, 8, 15];
        let mut selected = households(&sizes);
        selected[0].invited = true;
        let audience = Audience { later_share: 0.5, drawn_by: DrawnBy::Commune, ..Audience::default() };
        split(&mut selected, &audience, &order(sizes.len()));
        for (commune, size) in (0..).zip(sizes) {
            let given = later(&selected, commune) as u64;
            assert!(given == 0 || given == size, "commune {commune}: {given} of {size}");
        }
        assert_eq!(later(&selected, 0), 0, "one household there is invited already");
        let total = selected.iter().filter(|s| s.later).count();
        assert!((60..=80).contains(&total), "{total} of 140");
    }

    #[test]
    fn the_cap_is_of_letters_now_and_keeps_who_is_invited() {
        let mut selected = households(&[200]);
        selected.iter_mut().skip(150).for_each(|s| s.invited = true);
        let audience = Audience { later_share: 0.2, cap: Some(Cap::Letters(80)), ..Audience::default() };
        let cut = split(&mut selected, &audience, &order(1));
        let now = selected.iter().filter(|s| !s.later).count();
        assert_eq!((now, selected.len(), cut), (80, 100, 100));
        assert_eq!(selected.iter().filter(|s| s.invited && !s.later).count(), 50);
    }

    #[test]
    fn a_processors_households_are_all_written_to_now() {
        let mut selected = households(&[100]);
        selected.iter_mut().step_by(2).for_each(|s| s.processed = true);
        let audience = Audience { later_share: 0.15, ..Audience::default() };
        split(&mut selected, &audience, &order(1));
        assert_eq!(later(&selected, 0), 8);
        assert!(selected.iter().all(|s| !(s.processed && s.later)));
    }

    #[test]
    fn a_second_draw_takes_nobodys_letter_back() {
        let audience = Audience { later_share: 0.15, ..Audience::default() };
        let mut first = households(&[100]);
        split(&mut first, &audience, &order(1));
        let mut second = first.clone();
        second.iter_mut().for_each(|s| (s.invited, s.later) = (!s.later, false));
        second.extend((100..120).map(|n| household(0, n)));
        split(&mut second, &audience, &order(1));
        assert!(second.iter().all(|s| !(s.invited && s.later)));
        assert_eq!(second.iter().filter(|s| s.later).count(), 18);
    }
}
