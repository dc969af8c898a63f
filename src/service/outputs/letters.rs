//! The letters: one a household, in postal order, cut into lots, with the manifest.

use std::collections::HashMap;

use super::files::Folder;
use super::plan::{LETTERS, Plan};
use crate::audience::{Nearest, PostalKey, lots};
use crate::document::letter::{self, LetterFacts, LetterTemplate, Recipient};
use crate::domain::address::PostalAddress;
use crate::domain::campaign::Campaign;
use crate::domain::commune::Gazetteer;
use crate::domain::contract::Contract;
use crate::domain::household;
use crate::domain::id::{DeliveryId, HouseholdId, InvitationId};
use crate::domain::number::InvitationNumber;
use crate::service::people::{delivery_address, living, people};
use crate::service::progress::Progress;
use crate::service::{Error, Result, Store};
use crate::store;
use crate::store::audience::LetterPlace;
use crate::store::campaign::StoredCampaign;
use crate::store::output::Issued;

/// The workshops a letter offers: the nearest.
const WORKSHOPS_OFFERED: usize = 2;

/// What a print run gave.
#[derive(Debug, Default)]
pub struct PrintRun {
    /// The files.
    pub issued: Vec<Issued>,
    /// The letters' places.
    pub places: Vec<LetterPlace>,
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

/// Prints the letters of a campaign's first wave, unless all are issued and there already.
pub async fn print_letters(
    store: &Store,
    campaign: &StoredCampaign,
    plan: &Plan,
    issued: &[Issued],
    lot_size: usize,
    folder: &mut Folder,
    progress: &dyn Progress,
) -> Result<Option<PrintRun>> {
    let facts = plan.facts(LETTERS).unwrap_or_default();
    let earlier: Vec<_> = issued.iter().filter(|i| i.path.starts_with(LETTERS)).collect();
    if !earlier.is_empty() && earlier.iter().all(|i| i.facts == facts && folder.holds(i)) {
        return Ok(None);
    }
    let letters = letters(store, campaign).await?;
    let definition = &campaign.campaign;
    let template = LetterTemplate::parse(&definition.letter.file_name, &definition.letter.source)
        .map_err(|e| Error::Refused(format!("{}\u{a0}: {}", e.file_name, e.message)))?;
    progress.begin("Lettres", letters.len() as u64);
    let mut run = PrintRun::default();
    let mut manifest = csv::Writer::from_writer(Vec::new());
    record(&mut manifest, ["lot", "position", "invitation", "household", "pages", "postcode", "commune"])?;
    let keyed = letters.into_iter().map(|l| (PostalKey::of(&l.address), l)).collect();
    let mut printed = 0;
    for (lot, letters) in (1..).zip(lots(keyed, lot_size)) {
        let path = format!("{LETTERS}lot-{lot:03}.pdf");
        let (sha256, pages) = folder.write(&path, |mut out| {
            let recipients = letters.iter().map(|l| recipient(l, definition));
            letter::print(&template, &letter_facts(definition), recipients, &mut out)
                .map_err(|e| Error::Refused(format!("Lot {lot}, {e}")))
        })?;
        for ((position, letter), pages) in (1..).zip(&letters).zip(pages) {
            run.places.push(LetterPlace { invitation: letter.invitation, lot, position, pages });
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
        run.issued.push(Issued { path, sha256, facts: facts.clone() });
        printed += letters.len() as u64;
        progress.reach(printed);
    }
    let path = format!("{LETTERS}manifest.csv");
    let bytes = manifest.into_inner().map_err(|e| Error::Internal(e.to_string()))?;
    let sha256 = folder.write_bytes(&path, &bytes)?;
    run.issued.push(Issued { path, sha256, facts });
    progress.end(&format!("{printed} lettres en {} lots", run.issued.len() - 1));
    Ok(Some(run))
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
    let nearest = Nearest::new(Gazetteer::embedded(), workshops.iter().map(|w| w.venue.commune));
    let letters = audience.now.iter().filter_map(|id| {
        let (household, invited) = (households.get(id)?, invited.get(id)?);
        let people = people(household);
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
            workshops: ranked.into_iter().take(WORKSHOPS_OFFERED).map(|(at, _)| at).collect(),
        })
    });
    Ok(letters.collect())
}

fn letter_facts(campaign: &Campaign) -> LetterFacts<'_> {
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
        contracts,
    }
}

fn record<const N: usize, S: AsRef<[u8]>>(out: &mut csv::Writer<Vec<u8>>, cells: [S; N]) -> Result<()> {
    out.write_record(cells).map_err(|e| Error::Internal(e.to_string()))
}
