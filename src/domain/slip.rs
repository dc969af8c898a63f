//! Slips of the pen: two words that are one, but for a letter.

/// One slip apart, where that says something.
pub fn near_word(a: &str, b: &str) -> bool {
    a.len().min(b.len()) >= 4 && is_one_slip(a, b)
}

/// Does one letter too many, too few, wrong, or in its neighbour's place make one of the other?
pub fn is_one_slip(a: &str, b: &str) -> bool {
    let common = |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(x, y)| x == y).count();
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let front = common(&mut a.iter().zip(b));
    let (a, b) = (&a[front..], &b[front..]);
    let back = common(&mut a.iter().rev().zip(b.iter().rev()));
    match (&a[..a.len() - back], &b[..b.len() - back]) {
        ([], [_]) | ([_], []) | ([_], [_]) => true,
        ([x, y], [z, w]) => x == w && y == z,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strsim::osa_distance;

    use super::*;

    proptest! {
        #[test]
        fn one_slip_is_a_distance_of_one(a in "[AB]{0,6}", b in "[AB]{0,6}") {
            prop_assert_eq!(is_one_slip(&a, &b), osa_distance(&a, &b) == 1);
        }
    }
}
