//! The lots: letters in postal order, cut by size, streamed into files, with the manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use super::count_sheet::CountSheet;
use super::files::Folder;
use super::letters::{Letter, letter_facts, letters, recipient};
use super::plan::{LETTERS, Plan};
use crate::audience::{PostalKey, lots};
use crate::config::Config;
use crate::document::Reason;
use crate::document::letter::{self, LetterTemplate, Manner, Outcome, Recipient};
use crate::domain::campaign::Campaign;
use crate::domain::commune::Gazetteer;
use crate::domain::id::HouseholdId;
use crate::domain::number::InvitationNumber;
use crate::service::progress::Progress;
use crate::service::{Error, Result, Store};
use crate::store;
use crate::store::audience::LetterPlace;
use crate::store::campaign::StoredCampaign;
use crate::store::output::Issued;

/// What a print run gave.
#[derive(Debug, Default)]
pub struct PrintRun {
    /// The files.
    pub issued: Vec<Issued>,
    /// The letters' places.
    pub places: Vec<LetterPlace>,
    /// The letters that could not be printed.
    pub left_out: Vec<LeftOut>,
}

/// A letter that could not be printed, while the others were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its number.
    pub number: InvitationNumber,
    /// Whose letter it is.
    pub household: HouseholdId,
    /// Why, in French.
    pub why: String,
}

/// Prints the letters of a campaign's first wave into new files. What was posted is not printed again: its lots stay, and the
/// numbers of new lots follow theirs.
pub async fn print_letters(
    store: &Store,
    campaign: &StoredCampaign,
    plan: &Plan,
    config: &Config,
    folder: &mut Folder,
    progress: &dyn Progress,
) -> Result<PrintRun> {
    let mut letters = letters(store, campaign).await?;
    letters.retain(|letter| !letter.posted);
    progress.begin("Lettres", letters.len() as u64);
    let posted = posted_lots(store, campaign).await?;
    let facts = plan.facts(LETTERS).unwrap_or_default();
    let keyed = letters.into_iter().map(|l| (PostalKey::of(&l.address), l)).collect();
    let first = posted.iter().copied().max().unwrap_or(0) + 1;
    let lots = (first..).zip(lots(keyed, config.lot_size)).collect();
    let kept = kept_rows(folder, &posted);
    let mut new = New { folder, facts, issued: Vec::new() };
    let (places, left_out) = typeset(lots, kept, &campaign.campaign, config, &mut new, |done| progress.reach(done))?;
    let lots = places.iter().map(|p| p.lot).collect::<BTreeSet<_>>().len();
    progress.end(&format!("{} en {}", counted(places.len(), "lettre"), counted(lots, "lot")));
    Ok(PrintRun { issued: new.issued, places, left_out })
}

/// Puts issued letters back whose files have gone, but for lots that were posted. What was issued is not changed: where a
/// death, an opposition or a wrong address was noted since, the same bytes cannot be made, and this says so.
pub async fn restore_letters(
    store: &Store,
    campaign: &StoredCampaign,
    issued: &[Issued],
    config: &Config,
    folder: &mut Folder,
) -> Result<()> {
    let posted = posted_lots(store, campaign).await?;
    let mut printed: BTreeMap<u32, BTreeMap<u32, Letter>> = BTreeMap::new();
    for letter in letters(store, campaign).await? {
        if let Some((lot, position)) = letter.place.filter(|(lot, _)| !posted.contains(lot)) {
            printed.entry(lot).or_default().insert(position, letter);
        }
    }
    let lots = printed.into_iter().map(|(lot, letters)| (lot, letters.into_values().collect())).collect();
    let kept = kept_rows(folder, &posted);
    typeset(lots, kept, &campaign.campaign, config, &mut Old { folder, issued }, |_| ()).map(|_| ())
}

/// The lots that are noted as posted.
pub async fn posted_lots(store: &Store, campaign: &StoredCampaign) -> Result<BTreeSet<u32>> {
    let lots = store::letter::lots(store.read(), campaign.structure, campaign.id).await?;
    Ok(lots.into_iter().filter(|l| l.posted_on.is_some()).map(|l| l.number).collect())
}

/// The manifest's lines of these lots, as they were written when the lots were printed.
fn kept_rows(folder: &Folder, lots: &BTreeSet<u32>) -> Vec<csv::StringRecord> {
    let Ok(mut manifest) = csv::Reader::from_path(folder.root().join(MANIFEST)) else { return Vec::new() };
    let kept = |row: &csv::StringRecord| row.get(0).and_then(|lot| lot.parse().ok()).is_some_and(|l| lots.contains(&l));
    manifest.records().filter_map(std::result::Result::ok).filter(kept).collect()
}

/// Where the files of a print run go.
trait Destination {
    fn file(&mut self, path: String, fill: &mut dyn FnMut(&mut dyn Write) -> Result<()>) -> Result<()>;
}

/// Files that are issued now.
struct New<'f> {
    folder: &'f mut Folder,
    facts: String,
    issued: Vec<Issued>,
}

impl Destination for New<'_> {
    fn file(&mut self, path: String, fill: &mut dyn FnMut(&mut dyn Write) -> Result<()>) -> Result<()> {
        let (sha256, ()) = self.folder.write(&path, fill)?;
        self.issued.push(Issued { path, sha256, facts: self.facts.clone() });
        Ok(())
    }
}

/// Files that were issued, of which some have gone.
struct Old<'f> {
    folder: &'f mut Folder,
    issued: &'f [Issued],
}

impl Destination for Old<'_> {
    fn file(&mut self, path: String, fill: &mut dyn FnMut(&mut dyn Write) -> Result<()>) -> Result<()> {
        let known = self.issued.iter().find(|i| i.path == path);
        match known {
            Some(known) if self.folder.holds(known) => return fill(&mut std::io::sink()),
            Some(known) if self.folder.restore(known, fill)? => return Ok(()),
            _ => {}
        }
        Err(Error::Refused(format!(
            "Le fichier {path} a disparu ou a été modifié, et ne peut pas être refait à l’identique : des décès, des oppositions ou des adresses fausses ont été notés depuis l’impression. Remettez le fichier d’une copie, ou refaites tout le tirage avec --reissue."
        )))
    }
}

/// Writes each lot, then the manifest and the count sheet. Gives the letters' places, and which were left out.
fn typeset(
    lots: Vec<(u32, Vec<Letter>)>,
    kept: Vec<csv::StringRecord>,
    campaign: &Campaign,
    config: &Config,
    destination: &mut impl Destination,
    reached: impl Fn(u64),
) -> Result<(Vec<LetterPlace>, Vec<LeftOut>)> {
    let template = template(campaign)?;
    let mut manifest = csv::Writer::from_writer(Vec::new());
    record(&mut manifest, ["lot", "position", "invitation", "household", "pages", "postcode", "commune"])?;
    for row in &kept {
        record(&mut manifest, row)?;
    }
    let mut counts = CountSheet::new(config, campaign.posting_day);
    let (mut places, mut left_out) = (Vec::new(), Vec::new());
    for (lot, letters) in lots {
        let mut outcomes = Vec::new();
        destination.file(lot_path(lot), &mut |out| {
            let recipients = letters.iter().map(|l| recipient(l, campaign));
            outcomes = print_into(&lot_path(lot), &template, campaign, manner(config), recipients, out)?;
            Ok(())
        })?;
        let mut position = 0;
        for (letter, outcome) in letters.iter().zip(outcomes) {
            let pages = match outcome {
                Ok(pages) => pages,
                Err(why) => {
                    left_out.push(LeftOut { number: letter.number, household: letter.household, why: why.to_string() });
                    continue;
                }
            };
            position += 1;
            places.push(LetterPlace { invitation: letter.invitation, lot, position, pages });
            let postcode = letter.address.postcode.map(String::from).unwrap_or_default();
            let commune = letter.address.commune.and_then(|c| Gazetteer::embedded().get(c));
            counts.add(&postcode, pages);
            record(
                &mut manifest,
                [
                    lot.to_string(),
                    position.to_string(),
                    letter.number.digits(),
                    letter.household.to_string(),
                    pages.to_string(),
                    postcode,
                    commune.map(|c| c.name.clone()).unwrap_or_default(),
                ],
            )?;
        }
        reached(places.len() as u64);
    }
    let bytes = manifest.into_inner().map_err(|e| Error::Internal(e.to_string()))?;
    write_bytes(destination, MANIFEST.to_owned(), &bytes)?;
    write_bytes(destination, format!("{LETTERS}count-sheet.csv"), &counts.csv()?)?;
    Ok((places, left_out))
}

fn write_bytes(destination: &mut impl Destination, path: String, bytes: &[u8]) -> Result<()> {
    destination.file(path.clone(), &mut |out| {
        out.write_all(bytes).map_err(|source| Error::File { path: path.clone().into(), source })
    })
}

const MANIFEST: &str = "letters/manifest.csv";

/// Where a lot's file stands.
pub fn lot_path(lot: u32) -> String {
    format!("{LETTERS}lot-{lot:03}.pdf")
}

/// Prints letters into the file of this path; what became of each of them.
pub(super) fn print_into<'c>(
    path: &str,
    template: &LetterTemplate,
    campaign: &'c Campaign,
    manner: Manner,
    recipients: impl Iterator<Item = Recipient<'c>> + Send,
    mut out: &mut dyn Write,
) -> Result<Vec<Outcome>> {
    letter::print(template, &letter_facts(campaign), manner, recipients, &mut out).map_err(|e| match e.reason {
        // A full disk, say: the system says it best.
        Reason::Write(source) => Error::File { path: path.into(), source },
        _ => Error::Refused(format!("{path}, {e}")),
    })
}

/// How letters are printed: on as many threads as the machine has processors.
pub(super) fn manner(config: &Config) -> Manner {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    Manner { threads, two_sided: config.two_sided, proof: false }
}

/// The campaign's letter.
pub(super) fn template(campaign: &Campaign) -> Result<LetterTemplate> {
    LetterTemplate::parse(&campaign.letter.file_name, &campaign.letter.source)
        .map_err(|e| Error::Refused(format!("{}\u{a0}: {}", e.file_name, e.message)))
}

/// « 1 lettre », « 2 lettres ».
fn counted(count: usize, what: &str) -> String {
    format!("{count}\u{a0}{what}{}", if count > 1 { "s" } else { "" })
}

fn record<S: AsRef<[u8]>>(out: &mut csv::Writer<Vec<u8>>, cells: impl IntoIterator<Item = S>) -> Result<()> {
    out.write_record(cells).map_err(|e| Error::Internal(e.to_string()))
}
