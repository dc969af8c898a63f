//! A hash that is the same in every run, on every machine and after every update: digests that are kept are made from it.

use std::hash::{BuildHasherDefault, Hash, Hasher};

/// The hash of a value.
pub fn hash(value: impl Hash) -> u64 {
    let mut hasher = Mixer::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// For maps whose keys are few, or cost whoever would choose them more than the map.
pub type Hashed = BuildHasherDefault<Mixer>;

/// Multiplies and folds eight bytes at a time.
#[derive(Debug, Default, Clone, Copy)]
pub struct Mixer(u64);

/// Odd, with bits all over: the golden ratio's.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Mixer {
    fn take(&mut self, word: u64) {
        let wide = u128::from(self.0 ^ word ^ SPREAD) * u128::from(SPREAD.rotate_left(23) ^ word.rotate_left(32) | 1);
        self.0 = (wide as u64) ^ (wide >> 64) as u64;
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.take(word ^ (chunk.len() as u64).rotate_left(57));
        }
    }

    fn write_u8(&mut self, i: u8) {
        self.take(i.into());
    }

    fn write_u32(&mut self, i: u32) {
        self.take(i.into());
    }

    fn write_u64(&mut self, i: u64) {
        self.take(i);
    }

    fn write_i32(&mut self, i: i32) {
        self.take(u64::from(i.cast_unsigned()));
    }

    fn finish(&self) -> u64 {
        (self.0 ^ (self.0 >> 29)).wrapping_mul(SPREAD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_never_changes_and_hardly_two_are_equal() {
        for (text, wanted) in [
            ("PAGES", 0x433c_f8eb_4483_323a),
            ("12345678", 0xeefb_62f4_77ce_26ea),
            ("12 RUE DE LA REPUBLIQUE", 0x99f1_803e_2247_1141),
        ] {
            assert_eq!(hash(text), wanted, "{text}");
        }
        let mut all: Vec<u64> = (0..200_000u32).map(|i| hash((i / 400, "RUE", i % 400))).collect();
        all.extend((0..50_000u32).map(|i| hash(format!("{i} RUE BASSE"))));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
