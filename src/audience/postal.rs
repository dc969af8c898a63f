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

/// Cuts letters in postal order into lots of at most `size`. Equal keys keep the order given.
///
/// # Panics
/// If `size` is 0, which the settings refuse.
pub fn lots<T>(mut letters: Vec<(PostalKey, T)>, size: usize) -> Vec<Vec<T>> {
    letters.sort_by(|a, b| a.0.cmp(&b.0));
    let mut lots: Vec<Vec<T>> = Vec::new();
    for (_, letter) in letters {
        match lots.last_mut() {
            Some(lot) if lot.len() < size => lot.push(letter),
            _ => lots.push(vec![letter]),
        }
    }
    lots
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
        assert_eq!(lots(letters, 3), vec![vec!['a', 'b', 'c'], vec!['d', 'e']]);
    }
}
