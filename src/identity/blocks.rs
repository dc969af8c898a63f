//! Pairs worth a look: rows that share a key. What keeps linkage close to linear.

/// Calls `look` with each pair `i < j` of rows that share a key. A key that very many rows share says little: then each is
/// only paired with the next few.
pub fn pairs(mut keyed: Vec<(u64, u32)>, mut look: impl FnMut(u32, u32)) {
    keyed.sort_unstable();
    keyed.dedup();
    for block in keyed.chunk_by(|a, b| a.0 == b.0) {
        let reach = if block.len() <= WHOLE_BLOCK { block.len() } else { REACH_IN_LARGE_BLOCK };
        for (at, (_, i)) in block.iter().enumerate() {
            for (_, j) in block.iter().skip(at + 1).take(reach) {
                look(*i, *j);
            }
        }
    }
}

/// How many rows share each row's key; nothing for a row without one.
pub fn crowd(keys: &[Option<u64>]) -> Vec<usize> {
    let mut count = std::collections::HashMap::new();
    for key in keys.iter().flatten() {
        *count.entry(*key).or_insert(0) += 1;
    }
    keys.iter().map(|k| k.map_or(0, |k| count[&k])).collect()
}

const WHOLE_BLOCK: usize = 80;
const REACH_IN_LARGE_BLOCK: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_share_a_key_and_large_blocks_stay_cheap() {
        let mut seen = Vec::new();
        pairs(vec![(1, 0), (2, 1), (1, 2), (1, 0), (1, 5)], |i, j| seen.push((i, j)));
        assert_eq!(seen, [(0, 2), (0, 5), (2, 5)]);
        let mut count = 0;
        pairs((0..10_000).map(|i| (7, i)).collect(), |_, _| count += 1);
        assert!(count <= 10_000 * REACH_IN_LARGE_BLOCK);
    }
}
