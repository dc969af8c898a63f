//! A household as a letter addresses it.

use super::retiree::Retiree;

/// « Yvette et Jean PAGÈS ».
pub fn display_name(adults: &[&Retiree]) -> String {
    adults.iter().map(|a| format!("{} {}", a.first_name, a.usage_name)).collect::<Vec<_>>().join(" et ")
}
