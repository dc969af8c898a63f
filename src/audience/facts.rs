//! What the filter needs to know of a household, and how it is written in a few bytes: a page of them is one value in the
//! database, so that a million people are looked through in the time it takes to read them.

use chrono::{Datelike, NaiveDate};

use crate::domain::commune::InseeCode;
use crate::domain::id::{DeliveryId, HouseholdId};
use crate::domain::retiree::{Birth, Civility};

/// A household as the filter sees it. Nothing in it names anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its identifier.
    pub id: HouseholdId,
    /// Its place in chance order.
    pub draw_order: u64,
    /// The commune, where it is known.
    pub commune: Option<InseeCode>,
    /// A letter can be delivered.
    pub mailable: bool,
    /// It lives in an EHPAD or another care institution.
    pub institution: bool,
    /// Somebody in it does not want to be written to.
    pub opposed: bool,
    /// The desk was told that letters do not reach it.
    pub wrong_address: bool,
    /// The living.
    pub adults: Vec<Adult>,
    /// The lists that named somebody in it.
    pub lists: Vec<DeliveryId>,
}

/// A living person of a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adult {
    /// The day from which age counts, in days of the common era; a bare year counts from 31 December. Nothing where it is
    /// unknown.
    pub born: Option<i32>,
    /// How they are addressed, where a list says it.
    pub civility: Option<Civility>,
}

/// A page that does not read as what [`write`] makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

impl Adult {
    /// A person with this birth and civility.
    pub fn new(birth: Birth, civility: Option<Civility>) -> Self {
        let born = match birth {
            Birth::Unknown => None,
            Birth::Year(year) => NaiveDate::from_ymd_opt(year, 12, 31),
            Birth::Date(date) => Some(date),
        };
        Self { born: born.map(|day| day.num_days_from_ce()), civility }
    }
}

const MAILABLE: u8 = 1;
const INSTITUTION: u8 = 2;
const OPPOSED: u8 = 4;
const WRONG_ADDRESS: u8 = 8;
/// Stands for an unknown birth; no date is that long ago.
const UNKNOWN: i32 = i32::MIN;
/// Stands for an unknown commune.
const NOWHERE: &[u8; 5] = b"-----";

/// Households as bytes: first the lists that they mention, then each with indexes into them.
pub fn write(households: &[Candidate]) -> Vec<u8> {
    let mut lists: Vec<DeliveryId> = households.iter().flat_map(|h| h.lists.iter().copied()).collect();
    lists.sort_unstable();
    lists.dedup();
    let mut out = Vec::with_capacity(2 + lists.len() * 16 + households.len() * 44);
    out.extend(count(lists.len()).to_le_bytes());
    lists.iter().for_each(|list| out.extend(list.0.as_bytes()));
    for household in households {
        out.extend(household.id.0.as_bytes());
        out.extend(household.draw_order.to_le_bytes());
        out.extend(household.commune.as_ref().map_or(&NOWHERE[..], |c| c.as_str().as_bytes()));
        let flag = |is: bool, bit: u8| if is { bit } else { 0 };
        out.push(
            flag(household.mailable, MAILABLE)
                | flag(household.institution, INSTITUTION)
                | flag(household.opposed, OPPOSED)
                | flag(household.wrong_address, WRONG_ADDRESS),
        );
        out.extend(count(household.adults.len()).to_le_bytes());
        for adult in &household.adults {
            out.extend(adult.born.unwrap_or(UNKNOWN).to_le_bytes());
            out.push(match adult.civility {
                None => 0,
                Some(Civility::Madame) => 1,
                Some(Civility::Monsieur) => 2,
                Some(Civility::Couple) => 3,
            });
        }
        out.extend(count(household.lists.len()).to_le_bytes());
        for list in &household.lists {
            out.extend(count(lists.partition_point(|l| l < list)).to_le_bytes());
        }
    }
    out
}

/// Shows every household of a page, one after the other, in the order they were written.
pub fn read(bytes: &[u8], mut each: impl FnMut(&Candidate)) -> Result<(), Broken> {
    let mut bytes = Bytes(bytes);
    let count = bytes.number()?;
    let mut lists = Vec::with_capacity(count);
    for _ in 0..count {
        lists.push(DeliveryId(uuid::Uuid::from_bytes(bytes.take()?)));
    }
    // One for all: nothing is allocated a household.
    let mut household = Candidate {
        id: HouseholdId(uuid::Uuid::nil()),
        draw_order: 0,
        commune: None,
        mailable: false,
        institution: false,
        opposed: false,
        wrong_address: false,
        adults: Vec::new(),
        lists: Vec::new(),
    };
    let mut commune_before = *NOWHERE;
    while !bytes.0.is_empty() {
        household.id = HouseholdId(uuid::Uuid::from_bytes(bytes.take()?));
        household.draw_order = u64::from_le_bytes(bytes.take()?);
        let commune: [u8; 5] = bytes.take()?;
        if commune != commune_before {
            commune_before = commune;
            household.commune = match &commune {
                NOWHERE => None,
                code => Some(std::str::from_utf8(code).ok().and_then(|c| c.parse().ok()).ok_or(Broken)?),
            };
        }
        let [flags] = bytes.take()?;
        household.mailable = flags & MAILABLE != 0;
        household.institution = flags & INSTITUTION != 0;
        household.opposed = flags & OPPOSED != 0;
        household.wrong_address = flags & WRONG_ADDRESS != 0;
        household.adults.clear();
        for _ in 0..bytes.number()? {
            let born = i32::from_le_bytes(bytes.take()?);
            let civility = match bytes.take()? {
                [0] => None,
                [1] => Some(Civility::Madame),
                [2] => Some(Civility::Monsieur),
                [3] => Some(Civility::Couple),
                _ => return Err(Broken),
            };
            household.adults.push(Adult { born: (born != UNKNOWN).then_some(born), civility });
        }
        household.lists.clear();
        for _ in 0..bytes.number()? {
            household.lists.push(*lists.get(bytes.number()?).ok_or(Broken)?);
        }
        each(&household);
    }
    Ok(())
}

struct Bytes<'b>(&'b [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Broken)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn number(&mut self) -> Result<usize, Broken> {
        Ok(u16::from_le_bytes(self.take()?).into())
    }
}

/// No household and no campaign has 65,536 people or lists; what is beyond is left out.
fn count(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn civility() -> impl Strategy<Value = Option<Civility>> {
        proptest::sample::select(vec![None, Some(Civility::Madame), Some(Civility::Monsieur), Some(Civility::Couple)])
    }

    fn candidate() -> impl Strategy<Value = Candidate> {
        let commune = proptest::sample::select(vec![None, Some("48095"), Some("2A004")]);
        let adult = (proptest::option::of(600_000..760_000), civility());
        let flags = any::<[bool; 4]>();
        (
            any::<u128>(),
            any::<u64>(),
            commune,
            flags,
            prop::collection::vec(adult, 0..4),
            prop::collection::vec(0u128..4, 0..3),
        )
            .prop_map(|(id, draw_order, commune, flags, adults, lists)| Candidate {
                id: HouseholdId(uuid::Uuid::from_u128(id)),
                draw_order,
                commune: commune.map(|c| c.parse().unwrap()),
                mailable: flags[0],
                institution: flags[1],
                opposed: flags[2],
                wrong_address: flags[3],
                adults: adults.into_iter().map(|(born, civility)| Adult { born, civility }).collect(),
                lists: lists.into_iter().map(|l| DeliveryId(uuid::Uuid::from_u128(l))).collect(),
            })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(households in prop::collection::vec(candidate(), 0..20)) {
            let mut found = Vec::new();
            read(&write(&households), |h| found.push(h.clone())).unwrap();
            prop_assert_eq!(found, households);
        }

        #[test]
        fn bytes_that_are_no_page_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes, |_| {});
        }
    }
}
