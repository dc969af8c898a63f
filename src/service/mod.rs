//! What a user can do, one verb a file. Transactions begin and end here; the clock comes in as `now`.

mod error;

pub mod add_user;
pub mod advise_sample;
pub mod cancel;
pub mod check_invitation;
pub mod compare_channels;
pub mod count_audience;
pub mod draw_audience;
pub mod find_household;
pub mod find_registered;
pub mod find_registration;
pub mod find_structure;
pub mod import_fragility;
pub mod import_list;
pub mod list_workshops;
pub mod log_in;
pub mod mark_attendance;
pub mod outputs;
mod people;
pub mod profile;
pub mod progress;
pub mod public_urls;
pub mod read_pack;
pub mod register;
pub mod report;
pub mod run_campaign;
pub mod save_audience;
mod secret_key;

pub use error::{Error, Result};

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
    let key = secret_key::open(&config.var)?;
    Ok(Store::open(&config.database_url(), key).await?)
}
