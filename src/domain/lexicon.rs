//! Words that are looked up for every word of every address.

/// Words in capitals without accents, each with what it means; found by their first letter.
#[derive(Debug)]
pub struct Lexicon<T> {
    /// By first letter, in the order given.
    entries: Vec<(&'static str, T)>,
    /// Where each letter's entries begin, and where those of Z end.
    from: [usize; LETTERS + 1],
}

const LETTERS: usize = 26;

impl<T> Lexicon<T> {
    /// A word may stand several times; one that begins with no letter is left out.
    pub fn new(entries: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut entries: Vec<_> = entries.into_iter().filter(|(word, _)| letter(word).is_some()).collect();
        entries.sort_by_key(|(word, _)| letter(word));
        let from = std::array::from_fn(|at| entries.partition_point(|(word, _)| letter(word) < Some(at)));
        Self { entries, from }
    }

    /// What a word means, all of it in the order given.
    pub fn all<'l>(&'l self, word: &str) -> impl Iterator<Item = &'l T> {
        let beside = letter(word).map_or(&[][..], |at| &self.entries[self.from[at]..self.from[at + 1]]);
        beside.iter().filter(move |(other, _)| *other == word).map(|(_, meaning)| meaning)
    }

    /// The first that a word means.
    pub fn get(&self, word: &str) -> Option<&T> {
        self.all(word).next()
    }
}

fn letter(word: &str) -> Option<usize> {
    word.bytes().next().filter(u8::is_ascii_uppercase).map(|first| usize::from(first - b'A'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_with_all_that_they_mean() {
        let lexicon = Lexicon::new([("ZONE", 1), ("AV", 2), ("3E", 3), ("AV", 4), ("ALLEE", 5)]);
        assert_eq!(lexicon.all("AV").collect::<Vec<_>>(), [&2, &4]);
        assert_eq!(["ZONE", "ALLEE"].map(|word| lexicon.get(word)), [Some(&1), Some(&5)]);
        assert_eq!(["", "A", "3E", "RUE", "É"].map(|word| lexicon.get(word)), [None; 5]);
    }
}
