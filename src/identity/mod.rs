//! Are these the same person, the same household?

/// A name for searching.
pub fn search_key(name: &str) -> String {
    deunicode::deunicode(name).to_lowercase()
}

/// Rows of one person as one record.
pub fn merge(rows: &[&crate::domain::retiree::Retiree]) -> crate::domain::retiree::Retiree {
    rows[0].clone()
}
