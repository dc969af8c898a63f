//! Tables for spreadsheets. No cell is ever run as a formula.

/// What a spreadsheet takes UTF-8 for another encoding without.
pub const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A cell of a CSV that a spreadsheet would run as a formula stays text.
pub fn as_text(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

fn is_formula(cell: &str) -> bool {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let number = cell.strip_prefix(['+', '-']).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == ' '));
    risky && !number
}
