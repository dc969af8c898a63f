//! The lots: letters in postal order, cut at postcodes, streamed into files, with the manifest and the count sheet.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::Write;

use super::count_sheet::{self, Counted};
use super::files::Folder;
use super::letters::{Letter, letter_facts, letters, recipient};
use super::plan::{LETTERS, Plan};
use crate::audience::{PostalKey, lots};
use crate::config::Config;
use crate::document::Reason;
use crate::document::letter::{self, LetterTemplate, Manner, Outcome, Recipient, Source};
use crate::domain::campaign::Campaign;
use crate::domain::commune::Gazetteer;
use crate::domain::id::{HouseholdId, InvitationId};
use crate::domain::number::InvitationNumber;
use crate::domain::price::counted;
use crate::service::progress::Progress;
use crate::service::{Error, Result, Store};
use crate::store;
use crate::store::audience::LetterPlace;
use crate::store::campaign::StoredCampaign;
use crate::store::household::Invited;
use crate::store::letter::{SeedPlace, VoidLetter};
use crate::store::output::Issued;

/// Which letters are printed that were not posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reprint {
    /// All of them: what is on paper is thrown away.
    All,
    /// Those that were not printed yet, or would be printed otherwise now. The others stay in their lots.
    Changed,
}

/// What a print run gave.
#[derive(Debug, Clone, Default)]
pub struct PrintRun {
    /// The files, those of lots that stay among them.
    pub issued: Vec<Issued>,
    /// The places of all letters that were not posted.
    pub places: Vec<LetterPlace>,
    /// Every lot's letter to the coordinator herself.
    pub seeds: Vec<SeedPlace>,
    /// Every copy that was printed, stays in its lot and must not go out.
    pub voids: Vec<VoidLetter>,
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

/// A line of the manifest: a household's letter, or the one to the coordinator herself, which has neither number nor household.
struct Row {
    lot: u32,
    position: u32,
    letter: Option<(InvitationNumber, HouseholdId)>,
    pages: u32,
    postcode: String,
    commune: String,
}

/// Prints the letters of a campaign into new files. What was posted is not printed again: its lots stay. The numbers of
/// new lots follow: those of posted lots, and where only what changed is printed, those of all, since paper has them.
#[expect(clippy::too_many_arguments, reason = "what a print run knows, once")]
pub async fn print_letters(
    store: &Store,
    campaign: &StoredCampaign,
    plan: &Plan,
    issued: &[Issued],
    reprint: Reprint,
    config: &Config,
    folder: &mut Folder,
    progress: &dyn Progress,
) -> Result<PrintRun> {
    let db = store.read();
    let (scope, id, definition) = (campaign.structure, campaign.id, &campaign.campaign);
    let mut letters = letters(store, campaign).await?;
    letters.retain(|letter| !letter.posted);
    let before = store::household::invitations_of_campaign(db, id).await?;
    let template = template(definition)?;
    let posted = posted_lots(store, campaign).await?;
    let same = match reprint {
        Reprint::All => HashSet::new(),
        Reprint::Changed => unchanged(&letters, &template, definition, config, folder, issued)?,
    };
    letters.retain(|letter| !same.contains(&letter.invitation));
    progress.begin("Lettres", letters.len() as u64);
    let stays = |i: &&Invited| i.posted_on.is_some() || same.contains(&i.invitation);
    let staying: BTreeSet<u32> = before.iter().filter(stays).filter_map(|i| Some(i.letter?.0)).collect();
    let (seeds, voids) = (store::letter::seeds(db, scope, id).await?, store::letter::voids(db, scope, id).await?);
    let taken = before.iter().filter_map(|i| Some(i.letter?.0)).chain(voids.iter().map(|v| v.lot));
    let taken = taken.filter(|lot| reprint == Reprint::Changed || posted.contains(lot));
    let first = taken.max().unwrap_or(0) + 1;

    let mut run = PrintRun::default();
    run.places.extend(before.iter().filter(|i| same.contains(&i.invitation)).filter_map(staying_place));
    run.seeds.extend(seeds.into_iter().filter(|seed| staying.contains(&seed.lot)));
    let facts = plan.facts(LETTERS).unwrap_or_default();
    let mut rows: Vec<Row> = before.iter().filter(stays).filter_map(row).collect();
    let mut new = New { folder, facts: facts.clone(), issued: Vec::new() };
    let keyed = letters.into_iter().map(|l| (PostalKey::of(&l.address), l)).collect();
    let mut printed = 0;
    // The coordinator's own letter is one of its lot.
    let a_lot = config.lot_size.saturating_sub(definition.seed_address.iter().len()).max(1);
    for (lot, letters) in (first..).zip(lots(keyed, a_lot)) {
        let mut outcomes = Vec::new();
        let path = lot_path(lot);
        new.file(path.clone(), &mut |out| {
            let recipients = letters.iter().map(|l| recipient(l, definition)).chain(to_herself(definition));
            outcomes = print_into(&path, &template, definition, config, manner(config), recipients, out)?;
            Ok(())
        })?;
        let mut position = 0;
        let mut outcomes = outcomes.into_iter();
        for (letter, outcome) in letters.iter().zip(&mut outcomes) {
            let made = match outcome {
                Ok(made) => made,
                Err(why) => {
                    let (number, household) = (letter.number, letter.household);
                    run.left_out.push(LeftOut { number, household, why: why.to_string() });
                    continue;
                }
            };
            position += 1;
            let place = LetterPlace {
                invitation: letter.invitation,
                lot,
                position,
                pages: made.pages,
                content: Some(made.content.to_string()),
                postcode: letter.address.postcode,
                commune: letter.address.commune,
                kept: false,
            };
            rows.push(Row {
                lot,
                position,
                letter: Some((letter.number, letter.household)),
                pages: made.pages,
                postcode: place.postcode.map(String::from).unwrap_or_default(),
                commune: commune_name(place.commune),
            });
            run.places.push(place);
            printed += 1;
        }
        if let (Some(outcome), Some(address)) = (outcomes.next(), &definition.seed_address) {
            let made = outcome.map_err(|why| {
                Error::Refused(format!("La lettre à votre adresse ne peut pas être imprimée\u{a0}: {why}."))
            })?;
            let (postcode, town) = address.postcode_and_town();
            let (postcode, town) = (postcode.to_owned(), town.to_owned());
            run.seeds.push(SeedPlace { lot, position: position + 1, pages: made.pages, postcode, town });
        }
        progress.reach(printed);
    }
    run.issued = std::mem::take(&mut new.issued);
    run.voids = void_copies(&before, &same, voids, &run.places, &posted, reprint);
    let still = issued.iter().filter(|i| staying.iter().any(|lot| !posted.contains(lot) && i.path == lot_path(*lot)));
    run.issued.extend(still.map(|i| Issued { facts: facts.clone(), ..i.clone() }));
    rows.extend(run.seeds.iter().map(seed_row));
    write_lists(rows, campaign, config, &mut new)?;
    run.issued.append(&mut new.issued);
    let made = run.places.iter().filter(|p| !p.kept).map(|p| p.lot).collect::<BTreeSet<_>>().len();
    progress.end(&format!("{} en {}", counted(printed, "lettre"), counted(made as u64, "lot")));
    Ok(run)
}

/// The letters that are printed and would be printed the same again, in lots whose files are there.
fn unchanged(
    letters: &[Letter],
    template: &LetterTemplate,
    campaign: &Campaign,
    config: &Config,
    folder: &Folder,
    issued: &[Issued],
) -> Result<HashSet<InvitationId>> {
    let mut held: HashMap<u32, bool> = HashMap::new();
    let mut is_held =
        |lot: u32| *held.entry(lot).or_insert_with(|| issued.iter().any(|i| i.path == lot_path(lot) && folder.has(i)));
    let printed: Vec<_> = letters.iter().filter(|l| l.place.is_some_and(|(lot, _)| is_held(lot))).collect();
    if printed.is_empty() {
        return Ok(HashSet::new());
    }
    // Set like those that are printed, and thrown away: only what the pages show says whether they are the same.
    let recipients = printed.iter().map(|l| recipient(l, campaign));
    let outcomes = print_into(LETTERS, template, campaign, config, manner(config), recipients, &mut std::io::sink())?;
    let same = |letter: &Letter, outcome: &Outcome| {
        outcome.as_ref().is_ok_and(|made| letter.content.as_deref() == Some(made.content.to_string().as_str()))
    };
    let same = printed.into_iter().zip(&outcomes).filter(|(letter, outcome)| same(letter, outcome));
    Ok(same.map(|(letter, _)| letter.invitation).collect())
}

/// The copies that are on paper and must not go out. Where all letters are printed again, whoever has the paper throws it away as a
/// whole; where only what changed is, each copy that something else replaces, or that nothing does.
fn void_copies(
    before: &[Invited],
    same: &HashSet<InvitationId>,
    mut voids: Vec<VoidLetter>,
    places: &[LetterPlace],
    posted: &BTreeSet<u32>,
    reprint: Reprint,
) -> Vec<VoidLetter> {
    if reprint == Reprint::All {
        voids.retain(|void| posted.contains(&void.lot));
        return voids;
    }
    let now: HashMap<_, _> = places.iter().map(|p| (p.invitation, (p.lot, p.position))).collect();
    let old = before.iter().filter(|i| i.posted_on.is_none() && !same.contains(&i.invitation));
    voids.extend(old.filter_map(|i| {
        let (lot, position) = i.letter?;
        Some(VoidLetter { lot, position, replaced_by: now.get(&i.invitation).copied() })
    }));
    voids
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
    let db = store.read();
    let definition = &campaign.campaign;
    let template = template(definition)?;
    let posted = posted_lots(store, campaign).await?;
    let seeds = store::letter::seeds(db, campaign.structure, campaign.id).await?;
    let mut printed: BTreeMap<u32, BTreeMap<u32, Letter>> = BTreeMap::new();
    for letter in letters(store, campaign).await? {
        if let Some((lot, position)) = letter.place.filter(|(lot, _)| !posted.contains(lot)) {
            printed.entry(lot).or_default().insert(position, letter);
        }
    }
    let mut old = Old { folder, issued };
    for (lot, letters) in printed {
        let path = lot_path(lot);
        let herself = to_herself(definition).filter(|_| seeds.iter().any(|seed| seed.lot == lot));
        let mut herself = herself.into_iter();
        old.file(path.clone(), &mut |out| {
            let recipients = letters.values().map(|l| recipient(l, definition)).chain(herself.next());
            print_into(&path, &template, definition, config, manner(config), recipients, out).map(|_| ())
        })?;
    }
    let invited = store::household::invitations_of_campaign(db, campaign.id).await?;
    let rows = invited.iter().filter_map(row).chain(seeds.iter().map(seed_row)).collect();
    write_lists(rows, campaign, config, &mut old)
}

/// The lots that are noted as posted.
pub async fn posted_lots(store: &Store, campaign: &StoredCampaign) -> Result<BTreeSet<u32>> {
    let lots = store::letter::lots(store.read(), campaign.structure, campaign.id).await?;
    Ok(lots.into_iter().filter(|l| l.posted_on.is_some()).map(|l| l.number).collect())
}

/// The letter of a lot to the coordinator herself: to the first workshops, from all lists, with a number that is nobody's.
fn to_herself(campaign: &Campaign) -> Option<Recipient<'_>> {
    let address = campaign.seed_address.as_ref()?;
    Some(Recipient {
        address: address.lines().to_vec(),
        salutation: "Madame, Monsieur,",
        invitation: InvitationNumber::NOBODY,
        url: campaign.public_url.clone(),
        workshops: campaign.offered().take(letter::OFFERED).collect(),
        source: Source::Lists(campaign.lists.iter().map(|l| &l.contract).collect()),
    })
}

/// The line of a letter that is printed; a line says where it went, whatever was noted since.
fn row(printed: &Invited) -> Option<Row> {
    let (lot, position) = printed.letter?;
    Some(Row {
        lot,
        position,
        letter: Some((printed.number, printed.household)),
        pages: printed.pages,
        postcode: printed.postcode.map(String::from).unwrap_or_default(),
        commune: commune_name(printed.commune),
    })
}

fn seed_row(seed: &SeedPlace) -> Row {
    let SeedPlace { lot, position, pages, postcode, town } = seed.clone();
    Row { lot, position, letter: None, pages, postcode, commune: town }
}

fn staying_place(printed: &Invited) -> Option<LetterPlace> {
    let (lot, position) = printed.letter?;
    Some(LetterPlace {
        invitation: printed.invitation,
        lot,
        position,
        pages: printed.pages,
        content: printed.content.clone(),
        postcode: printed.postcode,
        commune: printed.commune,
        kept: true,
    })
}

fn commune_name(code: Option<crate::domain::commune::InseeCode>) -> String {
    code.and_then(|code| Gazetteer::embedded().get(code)).map(|c| c.name.clone()).unwrap_or_default()
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
        let Some(known) = self.issued.iter().find(|i| i.path == path) else { return Ok(()) };
        if self.folder.holds(known) || self.folder.restore(known, fill)? {
            return Ok(());
        }
        Err(Error::Refused(format!(
            "Le fichier {path} a disparu ou a été modifié, et ne peut pas être refait à l’identique : des décès, des oppositions ou des adresses fausses ont été notés depuis l’impression, ou des lettres remplacées. Remettez le fichier d’une copie, ou refaites tout le tirage avec --reissue."
        )))
    }
}

/// Writes the manifest and the count sheets of all lots, in order.
fn write_lists(
    mut rows: Vec<Row>,
    campaign: &StoredCampaign,
    config: &Config,
    destination: &mut impl Destination,
) -> Result<()> {
    rows.sort_by_key(|row| (row.lot, row.position));
    let mut manifest = csv::Writer::from_writer(Vec::new());
    let mut write = |cells: [&str; 7]| manifest.write_record(cells).map_err(|e| Error::Internal(e.to_string()));
    write(["lot", "position", "invitation", "household", "pages", "postcode", "commune"])?;
    for row in &rows {
        let (invitation, household) =
            row.letter.map(|(number, household)| (number.digits(), household.to_string())).unwrap_or_default();
        let [lot, position, pages] = [row.lot, row.position, row.pages].map(|n| n.to_string());
        write([&lot, &position, &invitation, &household, &pages, &row.postcode, &row.commune])?;
    }
    let manifest = manifest.into_inner().map_err(|e| Error::Internal(e.to_string()))?;
    write_bytes(destination, MANIFEST, &manifest)?;
    let counted = rows.iter().map(|row| Counted { lot: row.lot, postcode: &row.postcode, pages: row.pages });
    let sheet = count_sheet::count(counted, config, campaign.campaign.posting_day);
    write_bytes(destination, COUNT_SHEET_CSV, &sheet.csv()?)?;
    write_bytes(destination, COUNT_SHEET_PDF, &sheet.pdf(&campaign.campaign)?)
}

fn write_bytes(destination: &mut impl Destination, path: &str, bytes: &[u8]) -> Result<()> {
    destination.file(path.to_owned(), &mut |out| {
        out.write_all(bytes).map_err(|source| Error::File { path: path.into(), source })
    })
}

const MANIFEST: &str = "letters/manifest.csv";
const COUNT_SHEET_CSV: &str = "letters/count-sheet.csv";
const COUNT_SHEET_PDF: &str = "letters/count-sheet.pdf";

/// Where a lot's file stands.
pub fn lot_path(lot: u32) -> String {
    format!("{LETTERS}lot-{lot:03}.pdf")
}

/// The lot whose file stands there.
pub fn lot_of(path: &str) -> Option<u32> {
    path.strip_prefix(LETTERS)?.strip_prefix("lot-")?.strip_suffix(".pdf")?.parse().ok()
}

/// Prints letters into the file of this path; what became of each of them.
pub(super) fn print_into<'c>(
    path: &str,
    template: &LetterTemplate,
    campaign: &'c Campaign,
    config: &Config,
    manner: Manner<'_>,
    recipients: impl Iterator<Item = Recipient<'c>> + Send,
    mut out: &mut dyn Write,
) -> Result<Vec<Outcome>> {
    letter::print(template, &letter_facts(campaign, config.window), manner, recipients, &mut out).map_err(|e| {
        match e.reason {
            // A full disk, say: the system says it best.
            Reason::Write(source) => Error::File { path: path.into(), source },
            _ => Error::Refused(format!("{path}, {e}")),
        }
    })
}

/// How letters are printed: on as many threads as the machine has processors.
pub(super) fn manner(config: &Config) -> Manner<'static> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    Manner { threads, two_sided: config.two_sided, proof: None }
}

/// The campaign's letter.
pub fn template(campaign: &Campaign) -> Result<LetterTemplate> {
    LetterTemplate::parse(&campaign.letter.file_name, &campaign.letter.source)
        .map_err(|e| Error::Refused(e.to_string()))
}
