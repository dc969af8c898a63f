//! What a run begins with: a pack or a campaign of the office, and whose word counts where they differ.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::RunOptions;
use crate::config::Config;
use crate::document::letter::LetterTemplate;
use crate::domain::campaign::Campaign;
use crate::domain::id::StructureId;
use crate::intake::FileContent;
use crate::service::find_campaign::find_campaign;
use crate::service::read_pack::{OpenPack, dead_codes, is_local, read_pack};
use crate::service::take_pack::{Word, changed_in_the_office, whose_word};
use crate::service::{Error, Result, Store};
use crate::store::campaign::StoredCampaign;

/// What is run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    /// A pack in a folder, which is stored first.
    Pack(&'a Path),
    /// A campaign of the office, and whose it is.
    Stored(StructureId, &'a str),
}

/// What a run begins with.
#[derive(Debug)]
pub(super) struct Opened {
    /// What is to be run: the pack's word or the office's, with the lists of both.
    pub(super) campaign: Campaign,
    /// The pack that is taken, where one is.
    pub(super) pack: Option<Campaign>,
    /// The campaign as it is stored.
    pub(super) stored: Option<StoredCampaign>,
    /// The files of the first lists, in their order.
    pub(super) list_files: Vec<FileContent>,
    /// What the office says otherwise than the pack, where its word counts.
    pub(super) kept_from_office: Vec<String>,
}

/// Opens what is to be run.
pub(super) async fn open(
    store: &Store,
    config: &Config,
    source: Source<'_>,
    options: RunOptions,
    now: DateTime<Utc>,
) -> Result<Opened> {
    match source {
        Source::Pack(pack) => open_pack(store, config, pack, options, now).await,
        Source::Stored(scope, slug) => {
            let stored = find_campaign(store, scope, slug).await?;
            Ok(Opened {
                campaign: stored.campaign.clone(),
                pack: None,
                stored: Some(stored),
                list_files: Vec::new(),
                kept_from_office: Vec::new(),
            })
        }
    }
}

/// Reads a pack, and settles whose word counts where the office says something else.
async fn open_pack(
    store: &Store,
    config: &Config,
    folder: &Path,
    options: RunOptions,
    now: DateTime<Utc>,
) -> Result<Opened> {
    let OpenPack { campaign: pack, stored, list_files } =
        read_pack(store, folder, config.public_url(), options.allow_local, now).await?;
    let word = stored.as_ref().map_or(Ok(Word::Pack), |stored| whose_word(stored, &pack, options.replace))?;
    // What was given in the office stays, though the pack does not name it.
    let mut lists = pack.lists.clone();
    let by_hand = stored.iter().flat_map(|s| &s.campaign.lists).filter(|list| list.by_hand);
    lists.extend(by_hand.filter(|list| !pack.lists.iter().any(|named| named.sha256 == list.sha256)).cloned());
    Ok(match (&stored, word) {
        (Some(office), Word::Office) => Opened {
            kept_from_office: changed_in_the_office(office, &pack),
            campaign: Campaign { lists, ..office.campaign.clone() },
            pack: None,
            stored,
            list_files,
        },
        _ => Opened {
            campaign: Campaign { lists, ..pack.clone() },
            pack: Some(pack),
            stored,
            list_files,
            kept_from_office: Vec::new(),
        },
    })
}

/// A campaign of the office may still lack something.
pub(super) fn has_all_it_needs(campaign: &Campaign, allow_local: bool) -> Result<()> {
    let missing = [(campaign.workshops.is_empty(), "un atelier"), (campaign.outlets.is_empty(), "un relais")];
    let missing: Vec<_> = missing.iter().filter(|(missing, _)| *missing).map(|(_, what)| *what).collect();
    if !missing.is_empty() {
        return Err(Error::Refused(format!(
            "Il manque à la campagne « {} » : {}. Ajoutez-les dans le bureau.",
            campaign.name,
            missing.join(", ")
        )));
    }
    if !allow_local && is_local(&campaign.public_url) {
        return Err(Error::Refused(format!("L’adresse publique {}", dead_codes(&campaign.public_url))));
    }
    LetterTemplate::parse(&campaign.letter.file_name, &campaign.letter.source)
        .map(|_| ())
        .map_err(|e| Error::Refused(e.to_string()))
}
