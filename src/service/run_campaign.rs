//! The main job: from a campaign pack to letters, flyers, posters and notices. A second run finds everything done and
//! changes nothing; a killed one goes on where it was.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::approve_proof::Needed;
use super::check_campaign::check_campaign;
use super::import_list::Target;
use super::outputs::{self, Change, Folder, LeftOut, Plan, Summary, Withdrawn};
use super::progress::Progress;
use super::read_pack::{OpenPack, dead_codes, is_local, read_pack};
use super::save_campaign::save_campaign;
use super::take_pack::{self, Word, changed_in_the_office, fingerprint, must_be_read_anew, whose_word};
use super::{
    Error, Result, Store, approve_proof, draw_audience, edit_campaign, find_campaign, import_list, oppositions,
    run_lock,
};
use crate::config::Config;
use crate::document::letter::LetterTemplate;
use crate::domain::campaign::Campaign;
use crate::domain::id::StructureId;
use crate::domain::number::Reference;
use crate::intake::FileContent;
use crate::store;
use crate::store::audience::LetterPlace;
use crate::store::campaign::StoredCampaign;
use crate::store::output::Issued;

/// What a run may do beyond the usual.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunOptions {
    /// Make anew what was issued and has changed.
    pub reissue: bool,
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
    /// Whose approval the letters wait for: only a proof was made.
    pub awaited: Vec<Needed>,
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

/// What is run.
#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    /// A pack in a folder, which is stored first.
    Pack(&'a Path),
    /// A campaign of the office, and whose it is.
    Stored(StructureId, &'a str),
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
    let opened = match source {
        Source::Pack(pack) => open_pack(store, config, pack, options, now).await?,
        Source::Stored(scope, slug) => {
            let stored = find_campaign::find_campaign(store, scope, slug).await?;
            Opened {
                campaign: stored.campaign.clone(),
                pack: None,
                stored: Some(stored),
                list_files: Vec::new(),
                kept_from_office: Vec::new(),
            }
        }
    };
    let Opened { campaign, pack, stored, list_files, kept_from_office } = opened;
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
    let mut changes = Plan::of(&campaign).changes(&issued);
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
        return Err(Error::Changed(changes));
    }
    if stored.as_ref().is_none_or(|s| s.campaign != campaign || s.references.is_empty()) {
        outputs::try_pieces(&campaign)?;
    }
    // Nothing refuses from here on: only now are lists given up that are read anew.
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
    let changes = plan.changes(&issued);
    let changes: Vec<_> = changes.into_iter().filter(|c| !(forgotten && is_of_lists(&c.path))).collect();
    if !changes.is_empty() && !options.reissue {
        return Err(Error::Changed(changes));
    }
    refer_all(store, &campaign).await?;
    let campaign = StoredCampaign { references: reload(store, &campaign.campaign.slug).await?.references, ..campaign };
    let mut folder = Folder::new(&config.var, &campaign.campaign.slug);
    let reprint = options.reissue && must_reprint(store, &campaign, &changes, &issued, &folder).await?;
    if reprint || !printed {
        oppositions::apply_all(store, campaign.structure, now).await?;
        draw(store, &campaign, reprint, now, progress).await?;
    }
    let print = reprint || !printed;
    if print {
        nothing_wrong(store, &campaign, options.allow_local, now).await?;
    }
    // A pack vouches for what it says itself, not for what the office has made of it since.
    let vouched = campaign.taken.as_ref().is_some_and(|taken| taken.office == fingerprint(&campaign.campaign));
    if vouched && matches!(source, Source::Pack(_)) {
        approve_proof::declared_in_pack(store, &campaign, now).await?;
    }
    let proof = approve_proof::proof(store, &campaign).await?;
    let awaited: Vec<_> = proof.needed.iter().filter(|n| print && n.given.is_none()).cloned().collect();
    if !awaited.is_empty() {
        outputs::print_proof(store, &campaign, config, &mut folder).await?;
    }
    let print = print && awaited.is_empty();
    let mut made = issue(store, config, &campaign, &plan, &issued, print, &mut folder, progress).await?;
    let left_out = std::mem::take(&mut made.left_out);
    let edited_meanwhile = note(store, &campaign, made, now).await?;
    let summary = outputs::summarise(store, &campaign).await?;
    let json = serde_json::to_string_pretty(&summary).map_err(|e| Error::Internal(e.to_string()))?;
    folder.write_bytes("summary.json", format!("{json}\n").as_bytes())?;
    let withdrawn = outputs::withdrawn(store, &campaign).await?;
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
        awaited,
        folder,
        written,
        kept_from_office,
        edited_meanwhile,
    })
}

/// The proof, before paper is printed: its errors stop the run.
async fn nothing_wrong(store: &Store, campaign: &StoredCampaign, allow_local: bool, now: DateTime<Utc>) -> Result<()> {
    let definition = &campaign.campaign;
    let proof = check_campaign(store, definition, Some(campaign), allow_local, false, now).await?;
    let errors: Vec<_> = proof.errors().map(|finding| format!("  {finding}")).collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Error::Refused(format!("Rien n’est imprimé, il y a des erreurs à corriger\u{a0}:\n{}", errors.join("\n"))))
}

/// What a run begins with.
#[derive(Debug)]
struct Opened {
    /// What is to be run: the pack's word or the office's, with the lists of both.
    campaign: Campaign,
    /// The pack that is taken, where one is.
    pack: Option<Campaign>,
    /// The campaign as it is stored.
    stored: Option<StoredCampaign>,
    /// The files of the first lists, in their order.
    list_files: Vec<FileContent>,
    /// What the office says otherwise than the pack, where its word counts.
    kept_from_office: Vec<String>,
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
fn has_all_it_needs(campaign: &Campaign, allow_local: bool) -> Result<()> {
    let missing = [
        (campaign.workshops.is_empty(), "un atelier"),
        (campaign.outlets.is_empty(), "un relais"),
        (campaign.lists.is_empty(), "une liste"),
    ];
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
        .map_err(|e| Error::Refused(format!("{} : {}", campaign.letter.file_name, e.message)))
}

/// Whether `--reissue` has letters to print anew: their facts have changed, a file has gone, or somebody must not be
/// written to any more.
async fn must_reprint(
    store: &Store,
    campaign: &StoredCampaign,
    changes: &[Change],
    issued: &[Issued],
    folder: &Folder,
) -> Result<bool> {
    let letters = |path: &str| path.starts_with(outputs::LETTERS);
    Ok(changes.iter().any(|change| letters(&change.path))
        || issued.iter().any(|output| letters(&output.path) && !folder.holds(output))
        || !outputs::withdrawn(store, campaign).await?.is_empty())
}

/// Draws the audience, unless it was drawn from the same things and nothing makes it necessary.
async fn draw(
    store: &Store,
    campaign: &StoredCampaign,
    anew: bool,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<()> {
    let drawn = store::audience::of_campaign(store.read(), campaign.id).await?;
    let definition = draw_audience::definition_of(&campaign.campaign)?;
    if !anew && drawn.is_some_and(|drawn| drawn.definition == definition) {
        return Ok(());
    }
    progress.begin("Public", 0);
    let counts = draw_audience::draw_audience(store, campaign, now).await?;
    progress.end(&format!("{} foyers à qui écrire maintenant, {} plus tard", counts.now, counts.later));
    Ok(())
}

/// What an issue run made.
#[derive(Debug, Clone, Default)]
struct Made {
    issued: Vec<Issued>,
    /// The letters' places, where letters were printed.
    places: Option<Vec<LetterPlace>>,
    /// Files that are no longer issued.
    gone: Vec<String>,
    /// Letters that could not be printed.
    left_out: Vec<LeftOut>,
}

/// Makes the files that are not there yet, or have changed.
#[expect(clippy::too_many_arguments, reason = "what a run knows, once")]
async fn issue(
    store: &Store,
    config: &Config,
    campaign: &StoredCampaign,
    plan: &Plan,
    issued: &[Issued],
    print: bool,
    folder: &mut Folder,
    progress: &dyn Progress,
) -> Result<Made> {
    let mut made =
        Made { issued: outputs::write_lists(store, campaign, plan, issued, folder).await?, ..Made::default() };
    let letters: Vec<_> = issued.iter().filter(|i| i.path.starts_with(outputs::LETTERS)).cloned().collect();
    if print {
        let run = outputs::print_letters(store, campaign, plan, config, folder, progress).await?;
        let gone = letters.iter().filter(|i| !run.issued.iter().any(|new| new.path == i.path));
        made.gone = gone.map(|i| i.path.clone()).collect();
        made.places = Some(run.places);
        made.left_out = run.left_out;
        made.issued.extend(run.issued);
    } else if !letters.iter().all(|letter| folder.holds(letter)) {
        outputs::restore_letters(store, campaign, &letters, config, folder).await?;
    }
    made.issued.extend(outputs::make_pieces(campaign, plan, issued, folder, progress)?);
    let unplanned = issued.iter().filter(|i| plan.facts(&i.path).is_none());
    made.gone.extend(unplanned.map(|i| i.path.clone()));
    for path in &made.gone {
        folder.remove(path)?;
    }
    Ok(made)
}

/// Notes what was made, in one transaction. Gives whether the office has changed the campaign since the run read it.
async fn note(store: &Store, campaign: &StoredCampaign, made: Made, now: DateTime<Utc>) -> Result<bool> {
    let (scope, id, slug) = (campaign.structure, campaign.id, campaign.campaign.slug.clone());
    let read = fingerprint(&campaign.campaign);
    store
        .write(move |tx| {
            let (made, slug, read) = (made.clone(), slug.clone(), read.clone());
            Box::pin(async move {
                store::profile::lock(tx, id).await?;
                store::output::save(tx, scope, id, &made.issued, now).await?;
                store::output::forget(tx, id, &made.gone).await?;
                if let Some(places) = &made.places {
                    store::audience::save_letters(tx, scope, id, places, now).await?;
                }
                let stands = store::campaign::by_slug(tx, &slug).await?;
                Ok(stands.is_none_or(|stands| fingerprint(&stands.campaign) != read))
            })
        })
        .await
}

/// Writes the campaign, unless the office has changed it since it was read as `before`. Where a `pack` is taken, what it no longer
/// has goes.
async fn save(
    store: &Store,
    before: Option<StoredCampaign>,
    campaign: &Campaign,
    pack: Option<Campaign>,
) -> Result<()> {
    let campaign = campaign.clone();
    store
        .write(move |tx| {
            let (before, campaign, pack) = (before.clone(), campaign.clone(), pack.clone());
            Box::pin(async move {
                if let Some(before) = &before {
                    store::profile::lock(tx, before.id).await?;
                }
                let stands = store::campaign::by_slug(tx, &campaign.slug).await?;
                if stands.as_ref().map(|s| fingerprint(&s.campaign))
                    != before.as_ref().map(|b| fingerprint(&b.campaign))
                {
                    return Err(Error::Refused(
                        "La campagne vient d’être modifiée dans le bureau : rien n’a été fait. Relancez.".to_owned(),
                    ));
                }
                let saved = match (&stands, &pack) {
                    (Some(stands), None) => stands.clone(),
                    (Some(stands), Some(pack)) => {
                        let usage = edit_campaign::usage_in(tx, stands).await?;
                        take_pack::take_out(tx, stands, &usage, pack).await?;
                        save_campaign(tx, None, &campaign).await?;
                        take_pack::take_out_unused(tx, stands, pack).await?;
                        take_pack::note_taken(tx, &campaign.slug, pack).await?
                    }
                    (None, _) => {
                        let saved = save_campaign(tx, None, &campaign).await?;
                        match &pack {
                            Some(pack) => take_pack::note_taken(tx, &campaign.slug, pack).await?,
                            None => saved,
                        }
                    }
                };
                for list in &campaign.lists {
                    store::delivery::update_contract(tx, saved.id, list).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Gives each outlet its reference for each workshop.
async fn refer_all(store: &Store, campaign: &StoredCampaign) -> Result<()> {
    let slug = campaign.campaign.slug.clone();
    store
        .write(move |tx| {
            let slug = slug.clone();
            Box::pin(async move {
                match store::campaign::by_slug(tx, &slug).await? {
                    Some(stands) => refer(tx, &stands).await,
                    None => Ok(()),
                }
            })
        })
        .await
}

/// Gives a reference to every outlet and workshop that has none.
async fn refer(tx: &store::Tx, campaign: &StoredCampaign) -> Result<()> {
    let mut in_use: HashSet<Reference> = store::campaign::references_in_use(tx).await?.into_iter().collect();
    for outlet in &campaign.outlet_ids {
        for workshop in &campaign.workshop_ids {
            if campaign.references.contains_key(&(*outlet, *workshop)) {
                continue;
            }
            if in_use.len() == Reference::SPACE {
                let full = "Toutes les références à 4 chiffres sont prises : retirez des relais ou des ateliers.";
                return Err(Error::Refused(full.to_owned()));
            }
            let reference = loop {
                let drawn = Reference::draw(rand::random());
                if in_use.insert(drawn) {
                    break drawn;
                }
            };
            store::campaign::insert_reference(tx, campaign.structure, *outlet, *workshop, reference).await?;
        }
    }
    Ok(())
}

async fn reload(store: &Store, slug: &str) -> Result<StoredCampaign> {
    let found = store::campaign::by_slug(store.read(), slug).await?;
    found.ok_or_else(|| Error::Internal(format!("campaign {slug} is gone")))
}

/// Takes all lists out again, so that the pack's are read anew: as long as no letter is printed, a list can be mended.
async fn forget_lists(store: &Store, campaign: &StoredCampaign, why: &str) -> Result<()> {
    let (scope, id, workshops) = (campaign.structure, campaign.id, campaign.workshop_ids.clone());
    let registered = store::registration::of_workshops(store.read(), scope, &workshops).await?;
    if registered.iter().any(|r| r.invitation.is_some() || r.household.is_some()) {
        return Err(Error::Refused(format!(
            "{why}, mais des foyers sont déjà inscrits : la relire les perdrait. Remettez l’ancienne version, et ajoutez la nouvelle sous un autre nom."
        )));
    }
    if let Some(list) = campaign.campaign.lists.iter().find(|list| list.by_hand) {
        return Err(Error::Refused(format!(
            "{why}, et « {} » a été donnée dans le bureau : relire le dossier la perdrait. Remettez l’ancienne version, et ajoutez la nouvelle sous un autre nom.",
            list.file_name
        )));
    }
    if let Some(waiting) = store::delivery::in_review(store.read(), id).await? {
        return Err(Error::Refused(format!(
            "{why}, et « {} » attend d’être vérifiée dans le bureau : acceptez-la ou écartez-la d’abord.",
            waiting.list.file_name
        )));
    }
    let given_up =
        store.write(move |tx| Box::pin(async move { Ok::<_, Error>(store::delivery::give_all_up(tx, id).await?) }));
    given_up.await?;
    import_list::sweep(store, id).await
}

/// Whether an output tells what became of a list.
fn is_of_lists(path: &str) -> bool {
    path.starts_with("outcomes/") || path.starts_with("refused/")
}
