//! The rows of one person as one record.

use crate::domain::address::{PostalAddress, capitals};
use crate::domain::retiree::{Birth, Retiree};

/// One record of several rows: the first speaks (but under the name of today), its blanks are filled from later ones. The address is the first that can
/// be mailed, and they have died if any row says so. No rows give an empty record.
pub fn merge(rows: &[&Retiree]) -> Retiree {
    let Some((first, later)) = rows.split_first() else { return Retiree::default() };
    let mut one = Retiree::clone(first);
    for row in later {
        if is_under_maiden_name(&one, row) {
            one.usage_name.clone_from(&row.usage_name);
            one.birth_name.clone_from(&row.birth_name);
        }
        one.civility = one.civility.or(row.civility);
        if one.usage_name.is_empty() {
            one.usage_name.clone_from(&row.usage_name);
        }
        one.birth_name = one.birth_name.or_else(|| row.birth_name.clone());
        if is_initial(&one.first_name) && !is_initial(&row.first_name) {
            one.first_name.clone_from(&row.first_name);
        }
        if rank(row.birth) > rank(one.birth) {
            one.birth = row.birth;
        }
        one.deceased |= row.deceased;
        if worth(&row.address) > worth(&one.address) {
            one.address = row.address.clone();
        }
        one.phone = one.phone.or_else(|| row.phone.clone());
        one.email = one.email.or_else(|| row.email.clone());
        one.fund_reference = one.fund_reference.or_else(|| row.fund_reference.clone());
    }
    one
}

/// Is the first row under the name at birth of one who goes by another since, as the second says?
fn is_under_maiden_name(first: &Retiree, later: &Retiree) -> bool {
    let Some(born) = later.birth_name.as_ref().filter(|_| later.usage_name != first.usage_name) else { return false };
    let own = capitals(&first.usage_name);
    let is_own = |name: &str| capitals(name) == own;
    is_own(born) && !is_own(&later.usage_name) && first.birth_name.as_deref().is_none_or(is_own)
}

/// Nothing, or letters with a full stop: « J.-P. ».
fn is_initial(first_name: &str) -> bool {
    first_name.split([' ', '-', '.']).all(|part| part.chars().count() <= 1)
}

fn rank(birth: Birth) -> u8 {
    match birth {
        Birth::Unknown => 0,
        Birth::Year(_) => 1,
        Birth::Date(_) => 2,
    }
}

/// A mailable address before one with a known commune before any.
fn worth(address: &PostalAddress) -> (bool, bool, bool) {
    (address.not_mailable.is_none() && !address.line6.is_empty(), address.commune.is_some(), address.postcode.is_some())
}
