//! The main job: from a campaign pack to letters, flyers, posters and notices. A second run finds everything done and
//! changes nothing; a killed one goes on where it was.

use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::import_list::Target;
use super::outputs::{self, Change, Folder, Plan, Summary, Withdrawn};
use super::progress::Progress;
use super::read_pack::{OpenPack, dead_codes, is_local, read_pack};
use super::save_campaign::save_campaign;
use super::{Error, Result, Store, draw_audience, import_list, oppositions};
use crate::config::Config;
use crate::document::letter::LetterTemplate;
use crate::domain::campaign::{Campaign, List};
use crate::domain::number::Reference;
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
    run(store, config, Source::Stored(slug), options, now, progress).await
}

/// What is run.
#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    /// A pack in a folder, which is stored first.
    Pack(&'a Path),
    /// A campaign of the office.
    Stored(&'a str),
}

async fn run(
    store: &Store,
    config: &Config,
    source: Source<'_>,
    options: RunOptions,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<RunReport> {
    let _alone = alone(&config.var)?;
    let OpenPack { mut campaign, stored, list_files } = match source {
        Source::Pack(pack) => read_pack(store, pack, config.public_url(), options.allow_local, now).await?,
        Source::Stored(slug) => stored_campaign(store, slug, options.allow_local).await?,
    };
    // What was given in the office stays, though the pack does not name it.
    let by_hand = stored.iter().flat_map(|s| &s.campaign.lists).filter(|list| list.by_hand);
    let unnamed: Vec<_> = by_hand.filter(|l| !campaign.lists.iter().any(|n| n.sha256 == l.sha256)).cloned().collect();
    campaign.lists.extend(unnamed);
    let plan = Plan::of(&campaign);
    let mut issued = match &stored {
        Some(stored) => store::output::of_campaign(store.read(), stored.id).await?,
        None => Vec::new(),
    };
    let printed = issued.iter().any(|output| output.path.starts_with(outputs::LETTERS));
    let mut changes = plan.changes(&issued);
    if let Some(stored) = &stored {
        if printed {
            nothing_taken_away(&stored.campaign, &campaign)?;
        } else if let Some(why) = must_be_read_anew(&stored.campaign, &campaign) {
            forget_lists(store, stored, &why).await?;
            changes.retain(|change| !is_of_lists(&change.path));
            issued.retain(|output| !is_of_lists(&output.path));
        }
    }
    if !changes.is_empty() && !options.reissue {
        return Err(Error::Changed(changes));
    }
    // A campaign of the office is stored, but its new workshops and outlets have no references yet.
    if matches!(source, Source::Stored(_)) || stored.as_ref().is_none_or(|s| s.campaign != campaign) {
        outputs::try_pieces(&campaign)?;
        save(store, &campaign).await?;
    }
    let saved = reload(store, &campaign.slug).await?;
    let target = Target { scope: saved.structure, campaign: saved.id, seed: campaign.seed };
    for (list, content) in campaign.lists.iter().zip(&list_files) {
        import_list::import_list(store, target, list, content, now, progress).await?;
    }
    let campaign = reload(store, &campaign.slug).await?;
    let mut folder = Folder::new(&config.var, &campaign.campaign.slug);
    let reprint = options.reissue && must_reprint(store, &campaign, &changes, &issued, &folder).await?;
    if reprint || !printed {
        oppositions::apply_all(store, campaign.structure, now).await?;
        draw(store, &campaign, reprint, now, progress).await?;
    }
    let made = issue(store, config, &campaign, &plan, &issued, reprint || !printed, &mut folder, progress).await?;
    note(store, &campaign, made, now).await?;
    let summary = outputs::summarise(store, &campaign).await?;
    let json = serde_json::to_string_pretty(&summary).map_err(|e| Error::Internal(e.to_string()))?;
    folder.write_bytes("summary.json", format!("{json}\n").as_bytes())?;
    let withdrawn = outputs::withdrawn(store, &campaign).await?;
    Ok(RunReport { summary, withdrawn, reissued: changes, folder: folder.root().to_owned(), written: folder.written })
}

/// A campaign of the office that has all a run needs.
async fn stored_campaign(store: &Store, slug: &str, allow_local: bool) -> Result<OpenPack> {
    let stored = store::campaign::by_slug(store.read(), slug).await?;
    let stored = stored.ok_or_else(|| Error::NotFound(format!("Aucune campagne ne s’appelle « {slug} ».")))?;
    let campaign = stored.campaign.clone();
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
        .map_err(|e| Error::Refused(format!("{} : {}", campaign.letter.file_name, e.message)))?;
    Ok(OpenPack { campaign, stored: Some(stored), list_files: Vec::new() })
}

/// Holds the folder for one run at a time; the lock goes with the process.
fn alone(var: &Path) -> Result<File> {
    let path = var.join("run.lock");
    let made = std::fs::create_dir_all(var).and_then(|()| File::create(&path));
    let file = made.map_err(|source| Error::File { path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Refused(format!(
            "Une autre commande « run » travaille déjà dans {}. Attendez qu’elle ait fini, puis relancez.",
            var.display()
        ))),
        Err(TryLockError::Error(source)) => Err(Error::File { path, source }),
    }
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
        let run = outputs::print_letters(store, campaign, plan, config.lot_size, folder, progress).await?;
        let gone = letters.iter().filter(|i| !run.issued.iter().any(|new| new.path == i.path));
        made.gone = gone.map(|i| i.path.clone()).collect();
        made.places = Some(run.places);
        made.issued.extend(run.issued);
    } else if !letters.iter().all(|letter| folder.holds(letter)) {
        outputs::restore_letters(store, campaign, &letters, config.lot_size, folder).await?;
    }
    made.issued.extend(outputs::make_pieces(campaign, plan, issued, folder, progress)?);
    let unplanned = issued.iter().filter(|i| plan.facts(&i.path).is_none());
    made.gone.extend(unplanned.map(|i| i.path.clone()));
    for path in &made.gone {
        folder.remove(path)?;
    }
    Ok(made)
}

/// Notes what was made, in one transaction.
async fn note(store: &Store, campaign: &StoredCampaign, made: Made, now: DateTime<Utc>) -> Result<()> {
    if made.issued.is_empty() && made.gone.is_empty() {
        return Ok(());
    }
    let (scope, id) = (campaign.structure, campaign.id);
    store
        .write(move |tx| {
            let made = made.clone();
            Box::pin(async move {
                store::output::save(tx, scope, id, &made.issued, now).await?;
                store::output::forget(tx, id, &made.gone).await?;
                if let Some(places) = &made.places {
                    store::audience::save_letters(tx, scope, id, places, now).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Writes the campaign and gives each outlet its reference for each workshop.
async fn save(store: &Store, campaign: &Campaign) -> Result<()> {
    let campaign = campaign.clone();
    store
        .write(move |tx| {
            let campaign = campaign.clone();
            Box::pin(async move {
                let saved = save_campaign(tx, None, &campaign).await?;
                for list in &campaign.lists {
                    store::delivery::update_contract(tx, saved.id, list).await?;
                }
                refer(tx, &saved).await
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

/// A workshop, an outlet or a list that is out cannot be taken back: people hold its paper, or are in it.
fn nothing_taken_away(before: &Campaign, now: &Campaign) -> Result<()> {
    let missing = |kind: &str, name: &str| {
        Error::Refused(format!(
            "{kind} « {name} » n’est plus dans le dossier, mais des papiers en parlent déjà ou des personnes en dépendent. Remettez-le : ce qui est publié ne se retire pas."
        ))
    };
    if let Some(w) = before.workshops.iter().find(|w| !now.workshops.iter().any(|n| n.slug == w.slug)) {
        return Err(missing("L’atelier", &w.slug));
    }
    if let Some(o) = before.outlets.iter().find(|o| !now.outlets.iter().any(|n| n.slug == o.slug)) {
        return Err(missing("Le relais", &o.slug));
    }
    if let Some(list) = lists_taken_away(before, now) {
        if now.lists.iter().any(|n| n.file_name == list.file_name) {
            return Err(Error::Refused(format!(
                "La liste « {} » a changé, et des lettres sont déjà imprimées d’après l’ancienne. Gardez l’ancienne, et donnez à la nouvelle un autre nom pour l’ajouter.",
                list.file_name
            )));
        }
        return Err(missing("La liste", &list.file_name));
    }
    if let Some(list) = matched_otherwise(before, now) {
        return Err(Error::Refused(format!(
            "Le contrat de la liste « {} » dit autre chose qu’avant sur les listes auxquelles elle se compare, et des lettres sont déjà imprimées d’après l’ancien. Remettez l’ancien contrat, ou commencez une autre campagne.",
            list.file_name
        )));
    }
    if let Some(w) = before
        .workshops
        .iter()
        .find(|w| now.workshops.iter().any(|n| n.slug == w.slug && n.sessions.len() < w.sessions.len()))
    {
        return Err(Error::Refused(format!(
            "L’atelier « {} » a moins de séances qu’annoncé. Une séance annoncée ne se retire pas : gardez-en {}.",
            w.slug,
            w.sessions.len()
        )));
    }
    Ok(())
}

/// A list that an earlier run took in and the pack no longer has.
fn lists_taken_away<'a>(before: &'a Campaign, now: &Campaign) -> Option<&'a List> {
    before.lists.iter().find(|list| !now.lists.iter().any(|n| n.sha256 == list.sha256))
}

/// A list that was compared with others and may no longer be, or the other way round: who is who was found under terms
/// that hold no more.
fn matched_otherwise<'a>(before: &'a Campaign, now: &Campaign) -> Option<&'a List> {
    let term = |sha256: &str| now.lists.iter().find(|l| l.sha256 == sha256).map(|l| &l.contract);
    before.lists.iter().enumerate().find_map(|(at, list)| {
        let mut earlier = before.lists[..at].iter();
        let differs = earlier.any(|other| {
            let now = term(&list.sha256).zip(term(&other.sha256));
            now.is_some_and(|(a, b)| a.allows_matching_with(b) != list.contract.allows_matching_with(&other.contract))
        });
        differs.then_some(list)
    })
}

/// Why the lists cannot stay as they were read, as the beginning of a sentence.
fn must_be_read_anew(before: &Campaign, now: &Campaign) -> Option<String> {
    if lists_taken_away(before, now).is_some() {
        return Some("Une liste du dossier a changé".to_owned());
    }
    let list = matched_otherwise(before, now)?;
    Some(format!("Le contrat de la liste « {} » a changé les listes auxquelles elle se compare", list.file_name))
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
    store.write(move |tx| Box::pin(async move { Ok(store::delivery::forget_all(tx, id).await?) })).await
}

/// Whether an output tells what became of a list.
fn is_of_lists(path: &str) -> bool {
    path.starts_with("outcomes/") || path.starts_with("refused/")
}
