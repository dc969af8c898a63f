//! What a user can do, one verb a file. Transactions begin and end here; the clock comes in as `now`.

mod error;

pub mod add_user;
pub mod advise_sample;
pub mod answer_opposition_doubt;
pub mod approve_proof;
pub mod calibrate;
pub mod cancel;
pub mod check_campaign;
pub mod check_invitation;
pub mod compare_channels;
pub mod count_audience;
pub mod create_campaign;
pub mod download_list;
pub mod draw_audience;
pub mod edit_campaign;
pub mod edit_contract;
pub mod edit_structure;
pub mod examine_list;
pub mod export_campaign;
pub mod find_campaign;
pub mod find_household;
pub mod find_registered;
pub mod find_registration;
pub mod find_structure;
pub mod import_campaign;
pub mod import_fragility;
pub mod import_list;
pub mod import_oppositions;
pub mod list_documents;
mod list_files;
pub mod list_links;
pub mod list_workshops;
pub mod log_in;
pub mod make_blind_package;
pub mod make_sheet;
pub mod mark_attendance;
pub mod mark_posted;
pub mod note_opposition;
pub mod note_returns;
pub mod opposition_people;
mod oppositions;
pub mod outputs;
mod pack_files;
mod people;
pub mod prepare_blind_mailing;
pub mod preview_document;
pub mod preview_letter;
pub mod preview_making;
pub mod profile;
pub mod progress;
pub mod public_urls;
pub mod read_blind_return;
pub mod read_contract;
pub mod read_logo;
pub mod read_mapping;
pub mod read_pack;
pub mod register;
pub mod report;
pub mod return_to_fund;
pub mod review_list;
pub mod review_pairs;
pub mod run_campaign;
pub mod run_lock;
pub mod save_audience;
mod save_campaign;
mod secret_key;
pub mod spool;
pub mod spreadsheet;
pub mod stage_file;
pub mod sweep_leftovers;
mod take_pack;
pub mod what_next;
pub mod withdraw_opposition;
pub mod write_to_later;

pub use error::{Error, Result};
pub use oppositions::{Met, opposition_totals};

/// The database, as pages and commands hold it without knowing it.
pub use crate::store::Store;

use crate::config::Config;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Europe::Paris;

/// The local time at which sessions are held.
pub fn local(now: DateTime<Utc>) -> NaiveDateTime {
    now.with_timezone(&Paris).naive_local()
}

/// Opens the database of the settings, making the folder for it.
pub async fn open_store(config: &Config) -> Result<Store> {
    let path = config.var.join("open.lock");
    // Two processes that find an empty database must not both make its tables.
    let locked = std::fs::create_dir_all(&config.var).and_then(|()| {
        let file = std::fs::File::create(&path)?;
        file.lock()?;
        Ok(file)
    });
    let _alone = locked.map_err(|source| Error::File { path, source })?;
    let (key, just_made) = secret_key::open(&config.var)?;
    let store = Store::open(&config.database_url(), key).await?;
    secret_key::check(&store, &config.var, just_made).await?;
    Ok(store)
}

/// Does work to its end even where nobody waits for it any more: a closed browser cuts nothing off.
async fn to_the_end<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    tokio::spawn(work).await.map_err(|e| Error::Internal(e.to_string()))?
}
