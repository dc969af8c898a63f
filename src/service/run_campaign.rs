//! The main job: from a campaign pack to letters, flyers, posters and notices. A second run finds everything done and
//! changes nothing; a killed one goes on where it was.

use std::collections::HashSet;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::import_list::Target;
use super::outputs::{self, Folder, Plan, Summary};
use super::progress::Progress;
use super::read_pack::{OpenPack, read_pack};
use super::{Error, Result, Store, draw_audience, import_list};
use crate::config::Config;
use crate::domain::campaign::Campaign;
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
    /// The folder, `var/out/SLUG`.
    pub folder: std::path::PathBuf,
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
    let OpenPack { campaign, stored, list_bytes } =
        read_pack(store, pack, config.public_url(), options.allow_local, now).await?;
    let plan = Plan::of(&campaign);
    let issued = match &stored {
        Some(stored) => store::output::of_campaign(store.read(), stored.id).await?,
        None => Vec::new(),
    };
    let changes = plan.changes(&issued);
    if !changes.is_empty() && !options.reissue {
        return Err(Error::Changed(changes));
    }
    if let Some(stored) = &stored {
        nothing_taken_away(&stored.campaign, &campaign)?;
    }
    if stored.as_ref().is_none_or(|s| s.campaign != campaign) {
        outputs::try_pieces(&campaign)?;
        save(store, &campaign).await?;
    }
    let saved = reload(store, &campaign.slug).await?;
    let target = Target { scope: saved.structure, campaign: saved.id, seed: campaign.seed };
    for (list, bytes) in campaign.lists.iter().zip(&list_bytes) {
        import_list::import_list(store, target, list, bytes, now, progress).await?;
    }
    let campaign = reload(store, &campaign.slug).await?;
    let letters_changed = changes.iter().any(|change| change.path.starts_with(outputs::LETTERS));
    if letters_changed || store::audience::of_campaign(store.read(), campaign.id).await?.is_none() {
        progress.begin("Public", 0);
        let counts = draw_audience::draw_audience(store, &campaign, now).await?;
        progress.end(&format!("{} foyers à qui écrire maintenant, {} plus tard", counts.now, counts.later));
    }
    let mut folder = Folder::new(&config.var, &campaign.campaign.slug);
    let made = issue(store, config, &campaign, &plan, &issued, &mut folder, progress).await?;
    note(store, &campaign, made, now).await?;
    let summary = outputs::summarise(store, &campaign).await?;
    let json = serde_json::to_string_pretty(&summary).map_err(|e| Error::Internal(e.to_string()))?;
    folder.write_bytes("summary.json", format!("{json}\n").as_bytes())?;
    Ok(RunReport { summary, folder: folder.root().to_owned(), written: folder.written })
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
async fn issue(
    store: &Store,
    config: &Config,
    campaign: &StoredCampaign,
    plan: &Plan,
    issued: &[Issued],
    folder: &mut Folder,
    progress: &dyn Progress,
) -> Result<Made> {
    let mut made =
        Made { issued: outputs::write_lists(store, campaign, plan, issued, folder).await?, ..Made::default() };
    let run = outputs::print_letters(store, campaign, plan, issued, config.lot_size, folder, progress).await?;
    if let Some(run) = run {
        let earlier = issued.iter().filter(|i| i.path.starts_with(outputs::LETTERS));
        let gone = earlier.filter(|i| !run.issued.iter().any(|new| new.path == i.path));
        made.gone = gone.map(|i| i.path.clone()).collect();
        made.places = Some(run.places);
        made.issued.extend(run.issued);
    }
    made.issued.extend(outputs::make_pieces(campaign, plan, issued, folder, progress)?);
    for path in &made.gone {
        folder.remove(path)?;
    }
    Ok(made)
}

/// Notes what was made, in one transaction.
async fn note(store: &Store, campaign: &StoredCampaign, made: Made, now: DateTime<Utc>) -> Result<()> {
    if made.issued.is_empty() && made.places.is_none() {
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
                    store::audience::save_letters(tx, scope, id, places).await?;
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
                store::campaign::save(tx, &campaign).await?;
                let saved = store::campaign::by_slug(tx, &campaign.slug).await?;
                let saved = saved.ok_or_else(|| Error::Internal("the campaign was not saved".to_owned()))?;
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
    for list in &before.lists {
        if now.lists.iter().any(|n| n.sha256 == list.sha256) {
            continue;
        }
        if now.lists.iter().any(|n| n.file_name == list.file_name) {
            return Err(Error::Refused(format!(
                "La liste « {} » a changé depuis qu’elle a été prise en compte. Pour en ajouter une nouvelle, gardez l’ancienne et donnez à la nouvelle un autre nom.",
                list.file_name
            )));
        }
        return Err(missing("La liste", &list.file_name));
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
