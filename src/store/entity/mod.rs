//! The tables as sea-orm knows them, one file a table. Nothing outside the store sees them.

use sea_orm::{EntityTrait, Select};

use crate::domain::id::StructureId;

/// A table whose rows belong to a structure: every query about people starts here.
pub trait Owned: EntityTrait {
    /// The rows of one structure.
    fn of(structure: StructureId) -> Select<Self>;
}

macro_rules! owned {
    () => {
        impl super::Owned for Entity {
            fn of(structure: crate::domain::id::StructureId) -> sea_orm::Select<Self> {
                use sea_orm::QueryFilter;
                Self::find().filter(Column::StructureId.eq(structure.0))
            }
        }
    };
}
use owned;

pub mod announced_list;
pub mod answer;
pub mod attendance;
pub mod audience;
pub mod audience_member;
pub mod blind_code;
pub mod blind_mailing;
pub mod blind_reach;
pub mod campaign;
pub mod delivery;
pub mod doubt;
pub mod fragility;
pub mod funder;
pub mod household;
pub mod import_row;
pub mod invitation;
pub mod issued_output;
pub mod key_check;
pub mod letter;
pub mod list_mapping;
pub mod opposition;
pub mod opposition_doubt;
pub mod opposition_file;
pub mod opposition_key;
pub mod outlet;
pub mod participant;
pub mod profile_list;
pub mod profile_page;
pub mod profile_stale;
pub mod proof_approval;
pub mod reference;
pub mod registration;
pub mod retiree;
pub mod saved_audience;
pub mod seed_letter;
pub mod session;
pub mod session_date;
pub mod structure;
pub mod user;
pub mod venue;
pub mod void_letter;
pub mod workshop;
