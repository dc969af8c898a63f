//! What a run makes: the audience drawn, files written, and all of it noted in one transaction.

use chrono::{DateTime, Utc};

use crate::config::Config;
use crate::domain::price::counted;
use crate::service::outputs::{self, Change, Folder, LETTERS, LeftOut, Plan, PrintRun, Reprint};
use crate::service::progress::Progress;
use crate::service::take_pack::fingerprint;
use crate::service::{Result, Store, draw_audience};
use crate::store;
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
    let letters = |path: &str| path.starts_with(LETTERS);
    Ok(changes.iter().any(|change| letters(&change.path))
        || issued.iter().any(|output| letters(&output.path) && !folder.has(output))
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
    progress.end(&format!("{} à qui écrire maintenant, {} plus tard", counted(counts.now, "foyer"), counts.later));
    Ok(())
}

/// What an issue run made.
#[derive(Debug, Clone, Default)]
pub(super) struct Made {
    issued: Vec<Issued>,
    /// What was printed, where letters were.
    run: Option<PrintRun>,
    /// Files that are no longer issued.
    gone: Vec<String>,
}

impl Made {
    /// Letters that could not be printed.
    pub(super) fn left_out(&self) -> Vec<LeftOut> {
        self.run.as_ref().map(|run| run.left_out.clone()).unwrap_or_default()
    }
}

/// What becomes of the letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    /// They are printed.
    Print(Reprint),
    /// They wait until their proof is approved: what was printed before says something else.
    Await,
    /// They stay as they are.
    Stay,
}

/// Makes the files that are not there yet, or have changed.
#[expect(clippy::too_many_arguments, reason = "what a run knows, once")]
pub(super) async fn issue(
    store: &Store,
    config: &Config,
    campaign: &StoredCampaign,
    plan: &Plan,
    issued: &[Issued],
    what: Letters,
    folder: &mut Folder,
    progress: &dyn Progress,
) -> Result<Made> {
    let mut made =
        Made { issued: outputs::write_lists(store, campaign, plan, issued, folder).await?, ..Made::default() };
    let letters: Vec<_> = issued.iter().filter(|i| i.path.starts_with(LETTERS)).cloned().collect();
    let posted = outputs::posted_lots(store, campaign).await?;
    for letter in &letters {
        match what {
            // The lists of letters stay beside the lots that are at the post.
            Letters::Await if posted.is_empty() || outputs::lot_of(&letter.path).is_some() => {
                folder.set_aside(&letter.path)?;
            }
            Letters::Await => {}
            Letters::Print(_) | Letters::Stay => folder.bring_back(&letter.path)?,
        }
    }
    match what {
        Letters::Print(reprint) => {
            let run =
                outputs::print_letters(store, campaign, plan, &letters, reprint, config, folder, progress).await?;
            let gone = letters.iter().filter(|i| !run.issued.iter().any(|new| new.path == i.path));
            made.gone = gone.map(|i| i.path.clone()).collect();
            made.issued.extend(run.issued.iter().cloned());
            made.run = Some(run);
        }
        Letters::Stay if !letters.iter().all(|letter| folder.holds(letter)) => {
            outputs::restore_letters(store, campaign, &letters, config, folder).await?;
        }
        Letters::Stay | Letters::Await => {}
    }
    made.issued.extend(outputs::make_pieces(campaign, plan, issued, folder, progress)?);
    let unplanned = issued.iter().filter(|i| plan.facts(&i.path).is_none());
    made.gone.extend(unplanned.map(|i| i.path.clone()));
    for path in &made.gone {
        folder.remove(path)?;
    }
    let of = |outputs: &[Issued], path: &str| outputs.iter().any(|i| i.path == path);
    let known = |path: &str| {
        posted.iter().any(|lot| outputs::lot_path(*lot) == path) || of(&made.issued, path) || of(&letters, path)
    };
    folder.sweep(LETTERS, |path| known(path) && !made.gone.iter().any(|gone| gone == path))?;
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
                if let Some(run) = &made.run {
                    store::audience::save_letters(tx, scope, id, &run.places, now).await?;
                    store::letter::save_seeds(tx, scope, id, &run.seeds).await?;
                    store::letter::save_voids(tx, scope, id, &run.voids).await?;
                }
                let stands = store::campaign::by_slug(tx, &slug).await?;
                Ok(stands.is_none_or(|stands| fingerprint(&stands.campaign) != read))
            })
        })
        .await
}
