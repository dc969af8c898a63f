//! The main job: from a campaign pack to letters, flyers, posters and notices. A second run finds everything done and
//! changes nothing; a killed one goes on where it was.

mod issue;
mod opened;
mod stored;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::approve_proof::Needed;
use super::check_campaign::{Finding, check_campaign, check_pieces};
use super::error::Outdated;
use super::import_list::Target;
use super::outputs::{self, Change, Folder, LeftOut, Plan, ProofFile, Reprint, Summary, Withdrawn};
use super::progress::Progress;
use super::take_pack::{self, fingerprint, must_be_read_anew};
use super::{Error, Result, Store, approve_proof, find_campaign, import_list, oppositions, run_lock};
use crate::config::Config;
use crate::domain::id::StructureId;
use crate::store;
use crate::store::campaign::StoredCampaign;
use issue::{Letters, draw, issue, must_reprint, note};
use opened::{Opened, Source, has_all_it_needs};
use stored::{forget_lists, refer_all, reload, save};

/// What a run may do beyond the usual.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunOptions {
    /// Make anew what was issued and has changed.
    pub reissue: bool,
    /// Of the letters print only those that would be printed otherwise now; the others stay in their lots.
    pub only_changed: bool,
    /// Accept a public URL that leads only to this machine.
    pub allow_local: bool,
    /// Take the pack as it is, though the office has changed the campaign since the last one.
    pub replace: bool,
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct RunReport {
    /// The figures.
    pub summary: Summary,
    /// Files written now, relative to the folder.
    pub written: Vec<String>,
    /// What was issued before and was made anew, with what had changed.
    pub reissued: Vec<Change>,
    /// Printed letters that must not go out.
    pub withdrawn: Vec<Withdrawn>,
    /// What the office says otherwise than the pack, and what was therefore made so.
    pub kept_from_office: Vec<String>,
    /// The office changed the campaign while this went on; the documents say what it said before.
    pub edited_meanwhile: bool,
    /// Letters that could not be printed, while the others were.
    pub left_out: Vec<LeftOut>,
    /// What the proof found that stops no run, where letters were to be printed.
    pub warnings: Vec<Finding>,
    /// Whose approval the letters wait for: only a proof was made.
    pub awaited: Vec<Needed>,
    /// The SHA-256 of what all letters share, which they approve, in hexadecimal.
    pub content_sha256: String,
    /// The proofs that go to them.
    pub proofs: Vec<ProofFile>,
    /// The folder, `var/out/SLUG`.
    pub folder: PathBuf,
}

/// Runs the campaign of a pack.
pub async fn run_campaign(
    store: &Store,
    config: &Config,
    pack: &Path,
    options: RunOptions,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<RunReport> {
    run(store, config, Source::Pack(pack), options, now, progress).await
}

/// Runs a campaign of the office, by its slug, with the lists that are in.
pub async fn run_stored(
    store: &Store,
    config: &Config,
    slug: &str,
    options: RunOptions,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<RunReport> {
    let stored = find_campaign::find_any_campaign(store, slug).await?;
    run(store, config, Source::Stored(stored.structure, slug), options, now, progress).await
}

/// The same for a campaign of this structure: for who works in the office.
pub async fn run_of_structure(
    store: &Store,
    config: &Config,
    (scope, slug): (StructureId, &str),
    options: RunOptions,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<RunReport> {
    run(store, config, Source::Stored(scope, slug), options, now, progress).await
}

async fn run(
    store: &Store,
    config: &Config,
    source: Source<'_>,
    options: RunOptions,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<RunReport> {
    let _alone = run_lock::hold(&config.var)?;
    let _begun = match source {
        Source::Pack(_) => None,
        Source::Stored(_, slug) => Some(Folder::new(&config.var, slug).begin()?),
    };
    let Opened { campaign, pack, stored, list_files, kept_from_office } =
        opened::open(store, config, source, options, now).await?;
    has_all_it_needs(&campaign, options.allow_local)?;
    let issued = match &stored {
        Some(stored) => store::output::of_campaign(store.read(), stored.id).await?,
        None => Vec::new(),
    };
    let posted = match &stored {
        Some(stored) => outputs::posted_lots(store, stored).await?,
        None => BTreeSet::new(),
    };
    // What was posted is out of our hands: it does not change any more.
    let at_the_post = |path: &str| posted.iter().any(|lot| outputs::lot_path(*lot) == path);
    let (gone_out, mut issued): (Vec<_>, Vec<_>) = issued.into_iter().partition(|i| at_the_post(&i.path));
    let printed = issued.iter().chain(&gone_out).any(|output| output.path.starts_with(outputs::LETTERS));
    let mut changes = Plan::of(&campaign).changes(&issued, &posted);
    let mut anew = None;
    if let Some(stored) = &stored {
        if printed {
            take_pack::nothing_taken_away(&stored.campaign, &campaign)?;
        } else {
            anew = must_be_read_anew(&stored.campaign, &campaign);
        }
        if anew.is_none() {
            take_pack::same_seed(store, stored, campaign.seed).await?;
        }
    }
    let forgotten = anew.is_some();
    if forgotten {
        changes.retain(|change| !is_of_lists(&change.path));
        issued.retain(|output| !is_of_lists(&output.path));
    }
    if !changes.is_empty() && !options.reissue {
        return Err(outdated(store, stored.as_ref(), changes).await?);
    }
    if stored.as_ref().is_none_or(|s| s.campaign != campaign || s.references.is_empty()) {
        outputs::try_pieces(&campaign)?;
    }
    // Whatever refuses has refused: only now are lists given up that are read anew.
    if let (Some(stored), Some(why)) = (&stored, &anew) {
        forget_lists(store, stored, why).await?;
    }
    save(store, stored, &campaign, pack).await?;
    let saved = reload(store, &campaign.slug).await?;
    let target = Target { scope: saved.structure, campaign: saved.id, seed: saved.campaign.seed };
    let reading = run_lock::hold_lists(&config.var, saved.id)?;
    for (list, content) in campaign.lists.iter().zip(&list_files) {
        import_list::import_list(store, target, list, content, now, progress).await?;
    }
    drop(reading);
    // From here on the run works on what the campaign says now: lists may have taken their time.
    let campaign = reload(store, &campaign.slug).await?;
    has_all_it_needs(&campaign.campaign, options.allow_local)?;
    let plan = Plan::of(&campaign.campaign);
    let changes = plan.changes(&issued, &posted);
    let changes: Vec<_> = changes.into_iter().filter(|c| !(forgotten && is_of_lists(&c.path))).collect();
    if !changes.is_empty() && !options.reissue {
        return Err(outdated(store, Some(&campaign), changes).await?);
    }
    refer_all(store, &campaign).await?;
    let campaign = StoredCampaign { references: reload(store, &campaign.campaign.slug).await?.references, ..campaign };
    let mut folder = Folder::new(&config.var, &campaign.campaign.slug);
    let wave = store::audience::second_wave_unprinted(store.read(), campaign.id).await? > 0;
    let reprint = wave || options.reissue && must_reprint(store, &campaign, &changes, &issued, &folder).await?;
    if reprint || !printed {
        oppositions::apply_all(store, campaign.structure, now).await?;
        draw(store, &campaign, reprint, now, progress).await?;
    }
    // Flyers, posters and notices need not wait for the first list.
    let print = (reprint || !printed) && !campaign.campaign.lists.is_empty();
    let mut warnings = Vec::new();
    if print {
        warnings = nothing_wrong(store, config, &campaign, options.allow_local, now).await?;
    } else if outputs::has_new_pieces(&campaign.campaign, &plan, &issued) {
        stops(&check_pieces(&campaign).await?)?;
    }
    // A pack tells of what it says itself, not of what the office has made of it since.
    let vouched = campaign.taken.as_ref().is_some_and(|taken| taken.office == fingerprint(&campaign.campaign));
    if vouched && matches!(source, Source::Pack(_)) {
        approve_proof::declared_in_pack(store, &campaign, now).await?;
    }
    let proof = approve_proof::proof(store, &campaign).await?;
    let awaited: Vec<_> = proof.needed.iter().filter(|n| print && n.given.is_none()).cloned().collect();
    if !awaited.is_empty() {
        outputs::print_proof(store, &campaign, config, &mut folder).await?;
    }
    let letters = match (print, awaited.is_empty()) {
        (true, true) => Letters::Print(if wave || options.only_changed { Reprint::Changed } else { Reprint::All }),
        (true, false) => Letters::Await,
        (false, _) => Letters::Stay,
    };
    let made = issue(store, config, &campaign, &plan, &issued, letters, &mut folder, progress).await?;
    let left_out = made.left_out();
    let edited_meanwhile = note(store, &campaign, made, now).await?;
    let summary = outputs::summarise(store, &campaign).await?;
    let json = serde_json::to_string_pretty(&summary).map_err(|e| Error::Internal(e.to_string()))?;
    folder.write_bytes("summary.json", format!("{json}\n").as_bytes())?;
    let withdrawn = outputs::to_take_out(store, &campaign).await?;
    let mut changes = changes;
    if !awaited.is_empty() {
        changes.retain(|change| !change.path.starts_with(outputs::LETTERS));
    }
    let (written, folder) = (std::mem::take(&mut folder.written), folder.root().to_owned());
    Ok(RunReport {
        summary,
        withdrawn,
        reissued: changes,
        left_out,
        warnings,
        proofs: outputs::proof_files(&campaign.campaign),
        awaited,
        content_sha256: proof.sha256,
        folder,
        written,
        kept_from_office,
        edited_meanwhile,
    })
}

/// Why nothing is made: documents have changed. It names the letters that must not go out, since those on paper stay.
async fn outdated(store: &Store, stored: Option<&StoredCampaign>, changes: Vec<Change>) -> Result<Error> {
    let withdrawn = match stored {
        Some(stored) => outputs::to_take_out(store, stored).await?,
        None => Vec::new(),
    };
    Ok(Error::Changed(Outdated { changes, withdrawn }))
}

/// The proof, before paper is printed: its errors stop the run, its warnings are told.
async fn nothing_wrong(
    store: &Store,
    config: &Config,
    campaign: &StoredCampaign,
    allow_local: bool,
    now: DateTime<Utc>,
) -> Result<Vec<Finding>> {
    let definition = &campaign.campaign;
    let proof = check_campaign(store, config, definition, Some(campaign), allow_local, false, now).await?;
    stops(&proof.errors().cloned().collect::<Vec<_>>())?;
    Ok(proof.warnings().cloned().collect())
}

fn stops(errors: &[Finding]) -> Result<()> {
    if errors.is_empty() {
        return Ok(());
    }
    let errors: Vec<_> = errors.iter().map(|finding| format!("  {finding}")).collect();
    Err(Error::Refused(format!("Rien n’est imprimé, il y a des erreurs à corriger\u{a0}:\n{}", errors.join("\n"))))
}

/// Whether an output tells what became of a list.
fn is_of_lists(path: &str) -> bool {
    path.starts_with("outcomes/") || path.starts_with("refused/")
}
