//! What a run makes: the audience drawn, files written, and all of it noted in one transaction.

use chrono::{DateTime, Utc};

use crate::config::Config;
use crate::service::outputs::{self, Change, Folder, LeftOut, Plan};
use crate::service::progress::Progress;
use crate::service::take_pack::fingerprint;
use crate::service::{Result, Store, draw_audience};
use crate::store;
use crate::store::audience::LetterPlace;
use crate::store::campaign::StoredCampaign;
use crate::store::output::Issued;

/// Whether `--reissue` has letters to print anew: their facts have changed, a file has gone, or somebody must not be
/// written to any more.
pub(super) async fn must_reprint(
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
pub(super) async fn draw(
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
pub(super) struct Made {
    issued: Vec<Issued>,
    /// The letters' places, where letters were printed.
    places: Option<Vec<LetterPlace>>,
    /// Files that are no longer issued.
    gone: Vec<String>,
    /// Letters that could not be printed.
    pub(super) left_out: Vec<LeftOut>,
}

/// Makes the files that are not there yet, or have changed.
#[expect(clippy::too_many_arguments, reason = "what a run knows, once")]
pub(super) async fn issue(
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
pub(super) async fn note(store: &Store, campaign: &StoredCampaign, made: Made, now: DateTime<Utc>) -> Result<bool> {
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
