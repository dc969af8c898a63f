//! The letters: one a household, in postal order, cut into lots, with the manifest.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::files::Folder;
use super::plan::{LETTERS, Plan};
use crate::audience::{Nearest, PostalKey, lots};
use crate::document::letter::{self, LetterFacts, LetterTemplate, Recipient, Source};
use crate::domain::address::PostalAddress;
use crate::domain::campaign::Campaign;
use crate::domain::commune::Gazetteer;
use crate::domain::contract::Contract;
use crate::domain::household;
use crate::domain::id::{DeliveryId, HouseholdId, InvitationId};
use crate::domain::number::InvitationNumber;
use crate::service::people::{Person, delivery_address, living, people};
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
}

/// « 1 lettre », « 2 lettres ».
fn counted(count: usize, what: &str) -> String {
    format!("{count}\u{a0}{what}{}", if count > 1 { "s" } else { "" })
}

/// One letter to print.
struct Letter {
    invitation: InvitationId,
    number: InvitationNumber,
    household: HouseholdId,
    address_line_1: String,
    salutation: &'static str,
    address: PostalAddress,
    lists: Vec<usize>,
    workshops: Vec<usize>,
}

/// A printed letter that must not go out any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// Its lot.
    pub lot: u32,
    /// Its position in the lot.
    pub position: u32,
    /// Why, in French.
    pub why: &'static str,
}

/// Prints the letters of a campaign's first wave into new files.
pub async fn print_letters(
    store: &Store,
    campaign: &StoredCampaign,
    plan: &Plan,
    lot_size: usize,
    folder: &mut Folder,
    progress: &dyn Progress,
) -> Result<PrintRun> {
    let letters = letters(store, campaign).await?;
    progress.begin("Lettres", letters.len() as u64);
    let facts = plan.facts(LETTERS).unwrap_or_default();
    let mut run = PrintRun::default();
    typeset(letters, &campaign.campaign, lot_size, |path, bytes, places| {
        let sha256 = folder.write_bytes(&path, &bytes)?;
        run.issued.push(Issued { path, sha256, facts: facts.clone() });
        run.places.extend(places);
        progress.reach(run.places.len() as u64);
        Ok(())
    })?;
    let lots = run.issued.len() - 1;
    progress.end(&format!("{} en {}", counted(run.places.len(), "lettre"), counted(lots, "lot")));
    Ok(run)
}

/// Puts issued letters back whose files have gone. What was issued is not changed: where a death, an opposition or a
/// wrong address was noted since, the same bytes cannot be made, and this says so.
pub async fn restore_letters(
    store: &Store,
    campaign: &StoredCampaign,
    issued: &[Issued],
    lot_size: usize,
    folder: &mut Folder,
) -> Result<()> {
    let letters = letters(store, campaign).await?;
    typeset(letters, &campaign.campaign, lot_size, |path, bytes, _| {
        let known = issued.iter().find(|i| i.path == path);
        if known.is_some_and(|known| folder.holds(known)) {
            return Ok(());
        }
        match known.map(|known| folder.restore(known, &bytes)) {
            Some(Ok(true)) => Ok(()),
            Some(Err(error)) => Err(error),
            Some(Ok(false)) | None => Err(Error::Refused(format!(
                "Le fichier {path} a disparu ou a été modifié, et ne peut pas être refait à l’identique : des décès, des oppositions ou des adresses fausses ont été notés depuis l’impression. Remettez le fichier d’une copie, ou refaites tout le tirage avec --reissue."
            ))),
        }
    })
}

/// The printed letters that must not go out: since they were printed, the desk was told of a death, an opposition or a
/// wrong address.
pub async fn withdrawn(store: &Store, campaign: &StoredCampaign) -> Result<Vec<Withdrawn>> {
    let invited = store::household::invitations_of_campaign(store.read(), campaign.id).await?;
    let invited: HashMap<_, _> = invited.into_iter().map(|i| (i.household, i)).collect();
    let mut withdrawn = Vec::new();
    for household in store::household::of_campaign(store.read(), campaign.id).await? {
        let Some(invited) = invited.get(&household.id) else { continue };
        let (Some((lot, position)), Some(printed)) = (invited.letter, invited.printed_at) else { continue };
        let since = |told: Option<DateTime<Utc>>| told.is_some_and(|told| told > printed);
        let why = if household.rows.iter().any(|row| since(row.opposed_post)) {
            "ne veut plus de courrier"
        } else if household.rows.iter().any(|row| since(row.opposition_doubt)) {
            "opposition à vérifier"
        } else if household.rows.iter().any(|row| since(row.death_reported)) {
            "décès signalé"
        } else if since(household.wrong_address) {
            "adresse signalée fausse"
        } else {
            continue;
        };
        withdrawn.push(Withdrawn { lot, position, why });
    }
    withdrawn.sort_by_key(|w| (w.lot, w.position));
    Ok(withdrawn)
}

/// Sets letters in postal order and hands over each lot, and the manifest last: path, bytes, places.
fn typeset(
    letters: Vec<Letter>,
    campaign: &Campaign,
    lot_size: usize,
    mut hand_over: impl FnMut(String, Vec<u8>, Vec<LetterPlace>) -> Result<()>,
) -> Result<()> {
    let template = LetterTemplate::parse(&campaign.letter.file_name, &campaign.letter.source)
        .map_err(|e| Error::Refused(format!("{}\u{a0}: {}", e.file_name, e.message)))?;
    let mut manifest = csv::Writer::from_writer(Vec::new());
    record(&mut manifest, ["lot", "position", "invitation", "household", "pages", "postcode", "commune"])?;
    let keyed = letters.into_iter().map(|l| (PostalKey::of(&l.address), l)).collect();
    for (lot, letters) in (1..).zip(lots(keyed, lot_size)) {
        let mut bytes = Vec::new();
        let recipients = letters.iter().map(|l| recipient(l, campaign));
        let pages = letter::print(&template, &letter_facts(campaign), recipients, &mut bytes)
            .map_err(|e| Error::Refused(format!("Lot {lot}, {e}")))?;
        let mut places = Vec::with_capacity(letters.len());
        for ((position, letter), pages) in (1..).zip(&letters).zip(pages) {
            places.push(LetterPlace { invitation: letter.invitation, lot, position, pages });
            let commune = letter.address.commune.and_then(|c| Gazetteer::embedded().get(c));
            record(
                &mut manifest,
                [
                    lot.to_string(),
                    position.to_string(),
                    letter.number.digits(),
                    letter.household.to_string(),
                    pages.to_string(),
                    letter.address.postcode.map(String::from).unwrap_or_default(),
                    commune.map(|c| c.name.clone()).unwrap_or_default(),
                ],
            )?;
        }
        hand_over(format!("{LETTERS}lot-{lot:03}.pdf"), bytes, places)?;
    }
    let bytes = manifest.into_inner().map_err(|e| Error::Internal(e.to_string()))?;
    hand_over(format!("{LETTERS}manifest.csv"), bytes, Vec::new())
}

/// The letters of everybody who is written to now, can be reached and is alive.
async fn letters(store: &Store, campaign: &StoredCampaign) -> Result<Vec<Letter>> {
    let db = store.read();
    let audience = store::audience::of_campaign(db, campaign.id).await?.unwrap_or_default();
    let invited = store::household::invitations_of_campaign(db, campaign.id).await?;
    let invited: HashMap<_, _> = invited.into_iter().map(|i| (i.household, i)).collect();
    let households = store::household::of_campaign(db, campaign.id).await?;
    let households: HashMap<_, _> = households.into_iter().map(|h| (h.id, h)).collect();
    let lists = store::delivery::of_campaign(db, campaign.id).await?;
    let lists: HashMap<DeliveryId, usize> = lists.iter().enumerate().map(|(at, d)| (d.id, at)).collect();
    let workshops = &campaign.campaign.workshops;
    let nearest = Nearest::new(Gazetteer::embedded(), workshops, &campaign.campaign.audience);
    let mut chosen: Vec<_> = audience.now.iter().filter_map(|id| households.get(id)).collect();
    // Letters to one door lie in chance order, whatever order the database gives.
    chosen.sort_by(|a, b| (&a.draw_order, a.id).cmp(&(&b.draw_order, b.id)));
    let letters = chosen.into_iter().filter_map(|household| {
        let id = &household.id;
        let invited = invited.get(id)?;
        let people = people(household);
        // Who objected after the draw is not written to either.
        if household.wrong_address.is_some() || people.iter().any(Person::gets_no_letter) {
            return None;
        }
        let adults = living(&people);
        let address = delivery_address(&adults).filter(|address| address.not_mailable.is_none())?;
        let ranked = nearest.from(address.commune?);
        let mut named: Vec<_> = household.rows.iter().filter_map(|r| lists.get(&r.delivery).copied()).collect();
        named.sort_unstable();
        named.dedup();
        Some(Letter {
            invitation: invited.invitation,
            number: invited.number,
            household: *id,
            address_line_1: household::address_line_1(&adults),
            salutation: household::salutation(&adults),
            address: address.clone(),
            lists: named,
            workshops: ranked.into_iter().take(letter::OFFERED).map(|(at, _)| at).collect(),
        })
    });
    Ok(letters.collect())
}

/// What all letters of a campaign say.
pub fn letter_facts(campaign: &Campaign) -> LetterFacts<'_> {
    LetterFacts {
        structure: &campaign.structure,
        posting_day: campaign.posting_day,
        reply_by: campaign.reply_by,
        public_url: &campaign.public_url,
    }
}

fn recipient<'a>(letter: &'a Letter, campaign: &'a Campaign) -> Recipient<'a> {
    let lines = letter.address.lines().map(str::to_owned);
    let contracts: Vec<&Contract> = letter.lists.iter().map(|at| &campaign.lists[*at].contract).collect();
    Recipient {
        address: std::iter::once(letter.address_line_1.clone()).chain(lines).collect(),
        salutation: letter.salutation,
        invitation: letter.number,
        url: format!("{}/i/{}", campaign.public_url, letter.number.digits()),
        workshops: letter.workshops.iter().map(|at| &campaign.workshops[*at]).collect(),
        source: Source::Lists(contracts),
    }
}

fn record<const N: usize, S: AsRef<[u8]>>(out: &mut csv::Writer<Vec<u8>>, cells: [S; N]) -> Result<()> {
    out.write_record(cells).map_err(|e| Error::Internal(e.to_string()))
}
