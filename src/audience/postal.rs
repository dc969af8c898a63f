//! The order in which letters are printed: department, postcode, locality, street, number, as the post sorts them.

use crate::domain::address::PostalAddress;

/// Where an address stands in postal order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PostalKey {
    department: String,
    postcode: String,
    locality: String,
    street: String,
    number: u32,
    lieu_dit: String,
}

impl PostalKey {
    /// The key of an address. The department is the postcode's first two digits, three overseas.
    pub fn of(address: &PostalAddress) -> Self {
        let postcode = address.postcode.map(String::from).unwrap_or_default();
        let department = department(&postcode);
        let digits = address.line4.bytes().take_while(u8::is_ascii_digit).count();
        let (number, street) = address.line4.split_at(digits);
        Self {
            department,
            postcode,
            locality: address.line6.clone(),
            street: street.trim().to_owned(),
            number: number.parse().unwrap_or(0),
            lieu_dit: address.line5.clone(),
        }
    }
}

/// The department of a postcode, as the post sorts: its first two digits, three overseas.
pub fn department(postcode: &str) -> String {
    let overseas = postcode.starts_with("97") || postcode.starts_with("98");
    postcode.chars().take(if overseas { 3 } else { 2 }).collect()
}

/// Below this part of a lot a department does not make one of its own: strays go along with their neighbours.
const STRAYS: usize = 10;

/// Cuts letters in postal order into lots of at most `size`. Equal keys keep the order given.
///
/// - A lot ends where a department ends, unless it or the department that follows has less than a tenth of `size`.
/// - A lot ends where a postcode ends, if the next postcode does not fit as a whole and the lot is at least half full.
/// - A postcode is cut only where the lot is not half full yet, or where it is larger than a lot.
///
/// # Panics
/// If `size` is 0, which the settings refuse.
pub fn lots<T>(mut letters: Vec<(PostalKey, T)>, size: usize) -> Vec<Vec<T>> {
    letters.sort_by(|a, b| a.0.cmp(&b.0));
    let mut lots: Vec<Vec<T>> = Vec::new();
    for department in runs(letters, |key| key.department.clone()) {
        let stray = |letters: usize| letters * STRAYS < size;
        let mut apart = lots.last().is_some_and(|lot| !stray(lot.len()) && !stray(department.len()));
        for postcode in runs(department, |key| key.postcode.clone()) {
            let full = lots.last().map_or(0, Vec::len);
            apart |= full + postcode.len() > size && full * 2 >= size;
            for (_, letter) in postcode {
                match lots.last_mut() {
                    Some(lot) if lot.len() < size && !apart => lot.push(letter),
                    _ => lots.push(vec![letter]),
                }
                apart = false;
            }
        }
    }
    lots
}

/// Neighbours with the same name, together.
fn runs<T>(letters: Vec<(PostalKey, T)>, name: impl Fn(&PostalKey) -> String) -> Vec<Vec<(PostalKey, T)>> {
    let mut runs: Vec<Vec<(PostalKey, T)>> = Vec::new();
    for letter in letters {
        match runs.last_mut() {
            Some(run) if name(&run[0].0) == name(&letter.0) => run.push(letter),
            _ => runs.push(vec![letter]),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(postcode: &str, line4: &str) -> PostalKey {
        let postcode = Some(postcode.parse().unwrap());
        PostalKey::of(&PostalAddress { postcode, line4: line4.to_owned(), ..PostalAddress::default() })
    }

    #[test]
    fn a_street_is_walked_by_its_numbers_not_by_their_spelling() {
        let letters = vec![
            (key("48300", "2 RUE HAUTE"), 'e'),
            (key("48000", "12 RUE BASSE"), 'c'),
            (key("48000", "9 RUE BASSE"), 'b'),
            (key("07300", "1 RUE HAUTE"), 'a'),
            (key("48000", "1 RUE DU LAC"), 'd'),
        ];
        assert_eq!(lots(letters, 50).concat(), ['a', 'b', 'c', 'd', 'e']);
    }

    /// The postcodes of each lot with their letters, of so many letters to each.
    fn cut(counts: &[(&str, usize)], size: usize) -> Vec<Vec<(String, usize)>> {
        let all = counts.iter().flat_map(|(postcode, count)| {
            (0..*count).map(move |_| (key(postcode, "RUE HAUTE"), (*postcode).to_owned()))
        });
        let lots = lots(all.collect(), size);
        assert!(lots.iter().all(|lot| lot.len() <= size));
        let counted = |lot: Vec<String>| {
            let chunks = lot.chunk_by(|a, b| a == b);
            chunks.map(|chunk| (chunk[0].clone(), chunk.len())).collect()
        };
        lots.into_iter().map(counted).collect()
    }

    fn lot(parts: &[(&str, usize)]) -> Vec<(String, usize)> {
        parts.iter().map(|(postcode, count)| ((*postcode).to_owned(), *count)).collect()
    }

    #[test]
    fn a_lot_ends_where_a_postcode_ends() {
        let lots = cut(&[("48000", 30), ("48100", 40), ("48200", 35), ("48300", 20)], 100);
        assert_eq!(lots, [lot(&[("48000", 30), ("48100", 40)]), lot(&[("48200", 35), ("48300", 20)])]);
    }

    #[test]
    fn a_postcode_is_cut_rather_than_make_a_tiny_lot_and_where_it_is_larger_than_one() {
        let lots = cut(&[("48000", 12), ("48100", 95)], 100);
        assert_eq!(lots, [lot(&[("48000", 12), ("48100", 88)]), lot(&[("48100", 7)])]);
        let lots = cut(&[("48000", 60), ("48100", 230), ("48200", 20)], 100);
        let expected: [&[(&str, usize)]; 4] =
            [&[("48000", 60)], &[("48100", 100)], &[("48100", 100)], &[("48100", 30), ("48200", 20)]];
        assert_eq!(lots, expected.map(lot));
    }

    #[test]
    fn a_department_has_its_lots_and_strays_go_along() {
        let lots = cut(&[("07300", 20), ("48000", 30)], 100);
        assert_eq!(lots, [lot(&[("07300", 20)]), lot(&[("48000", 30)])]);
        let lots = cut(&[("07300", 3), ("12000", 1), ("48000", 30), ("75011", 2)], 100);
        assert_eq!(lots, [lot(&[("07300", 3), ("12000", 1), ("48000", 30), ("75011", 2)])]);
    }
}
