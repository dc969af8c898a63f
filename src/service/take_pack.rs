//! Take a pack over a campaign that the office may have edited since. A pack that has not changed adds nothing to what the
//! office says; one that has changed is taken where the office has not; where both have, somebody decides.

use sha2::{Digest, Sha256};

use super::edit_campaign::Usage;
use super::export_campaign::files_of;
use super::{Error, Result, Store};
use crate::domain::campaign::{Campaign, List};
use crate::pack;
use crate::store::campaign::{StoredCampaign, Taken};
use crate::store::{self, Connection, Tx};

/// Whose word counts where a pack and the office differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The pack's: the office has changed nothing since it was last taken, or somebody chose the pack.
    Pack,
    /// The office's: the pack says what it said when it was last taken.
    Office,
}

/// Decides whose word counts. Where both have changed since the pack was last taken, this says what differs and what to do.
pub fn whose_word(stored: &StoredCampaign, pack: &Campaign, replace: bool) -> Result<Word> {
    let (theirs, ours) = (fingerprint(pack), fingerprint(&stored.campaign));
    let taken = stored.taken.as_ref();
    if replace || theirs == ours {
        Ok(Word::Pack)
    } else if taken.is_some_and(|taken| taken.pack == theirs) {
        Ok(Word::Office)
    } else if taken.is_some_and(|taken| taken.office == ours) {
        Ok(Word::Pack)
    } else {
        let slug = &stored.campaign.slug;
        Err(Error::Refused(format!(
            "Le dossier a changé, et la campagne « {slug} » a été modifiée dans le bureau. Rien n’a été pris ni écrit.\n{}\n\
             Pour garder ce que dit le bureau : allervers export {slug} NOUVEAU-DOSSIER, puis reportez-y vos changements.\n\
             Pour prendre ce que dit le dossier : relancez avec --replace.",
            indented(&differences(pack, &stored.campaign))
        )))
    }
}

/// What the office has changed since the pack was last taken, where the pack still says what it said then.
pub fn changed_in_the_office(stored: &StoredCampaign, pack: &Campaign) -> Vec<String> {
    let unchanged = stored.taken.as_ref().is_some_and(|taken| taken.office == fingerprint(&stored.campaign));
    if unchanged { Vec::new() } else { differences(pack, &stored.campaign) }
}

/// What the two say differently, a line each, in French.
pub fn differences(pack: &Campaign, office: &Campaign) -> Vec<String> {
    let mut lines = pack::differences(&pack::write(pack, &[]), &pack::write(office, &[]));
    if pack.letter.source != office.letter.source {
        lines.push("le texte de la lettre".to_owned());
    }
    for funder in &pack.funders {
        if office.funder(&funder.slug).is_some_and(|other| other.logo != funder.logo) {
            lines.push(format!("financeur « {} », le logo", funder.slug));
        }
    }
    lines
}

/// Lines of a message, under its first sentence.
pub fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// A digest of all that a pack says of a campaign beside its lists, which have rules of their own.
pub fn fingerprint(campaign: &Campaign) -> String {
    let mut hash = Sha256::new();
    for (path, bytes) in files_of(campaign, &[]) {
        hash.update(format!("{path}\n{}\n", bytes.len()));
        hash.update(bytes);
    }
    hex::encode(hash.finalize())
}

/// Notes that this pack was taken, and what the campaign of this slug says after that. Gives it back.
pub async fn note_taken(tx: &Tx, slug: &str, pack: &Campaign) -> Result<StoredCampaign> {
    let saved = store::campaign::by_slug(tx, slug).await?;
    let saved = saved.ok_or_else(|| Error::Internal("the campaign was not saved".to_owned()))?;
    let taken = Taken { pack: fingerprint(pack), office: fingerprint(&saved.campaign) };
    store::campaign::note_taken(tx, saved.id, &taken).await?;
    Ok(saved)
}

/// Takes out of the database what the pack no longer has: workshops and outlets, which nobody may rely on.
pub async fn take_out(tx: &Tx, stored: &StoredCampaign, usage: &Usage, pack: &Campaign) -> Result<()> {
    for (workshop, id) in stored.campaign.workshops.iter().zip(&stored.workshop_ids) {
        if pack.workshops.iter().any(|kept| kept.slug == workshop.slug) {
            continue;
        }
        if usage.holds_workshop(&workshop.slug) {
            return Err(missing("L’atelier", &workshop.slug));
        }
        store::workshop::delete(tx, *id).await?;
    }
    for outlet in &stored.campaign.outlets {
        if pack.outlets.iter().any(|kept| kept.slug == outlet.slug) {
            continue;
        }
        if usage.printed_outlets.contains(&outlet.slug) {
            return Err(missing("Le relais", &outlet.slug));
        }
        store::outlet::delete(tx, stored.id, &outlet.slug).await?;
    }
    Ok(())
}

/// Takes out the funders and places that the pack no longer has, once no workshop needs them. A place to which an audience of the
/// office still assigns communes stays.
pub async fn take_out_unused(tx: &Tx, stored: &StoredCampaign, pack: &Campaign) -> Result<()> {
    let before = &stored.campaign;
    for funder in before.funders.iter().filter(|f| pack.funder(&f.slug).is_none()) {
        store::funder::delete(tx, stored.id, &funder.slug).await?;
    }
    let named = |slug: &str| before.other_audiences.iter().any(|other| other.audience.assigned.contains_key(slug));
    for venue in before.venues.iter().filter(|v| !pack.venues.iter().any(|p| p.slug == v.slug) && !named(&v.slug)) {
        store::venue::delete(tx, stored.id, &venue.slug).await?;
    }
    Ok(())
}

/// A workshop, an outlet or a list that is out cannot be taken back: people hold its paper, or are in it.
pub fn nothing_taken_away(before: &Campaign, now: &Campaign) -> Result<()> {
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
pub fn must_be_read_anew(before: &Campaign, now: &Campaign) -> Option<String> {
    if lists_taken_away(before, now).is_some() {
        return Some("Une liste du dossier a changé".to_owned());
    }
    let list = matched_otherwise(before, now)?;
    Some(format!("Le contrat de la liste « {} » a changé les listes auxquelles elle se compare", list.file_name))
}

/// The chance order of households was fixed from the seed when their lists were read, and keeps it.
pub async fn same_seed(store: &Store, stored: &StoredCampaign, seed: u64) -> Result<()> {
    if stored.campaign.seed == seed || !has_lists(store.read(), stored).await? {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "La graine du tirage ne change plus une fois les listes lues. Remettez « seed = {} ».",
        stored.campaign.seed
    )))
}

/// Whether a list of the campaign is in, or waits to be looked at.
pub async fn has_lists(db: &impl Connection, stored: &StoredCampaign) -> Result<bool> {
    Ok(!stored.campaign.lists.is_empty() || store::delivery::in_review(db, stored.id).await?.is_some())
}

/// A thing that is out cannot be taken back: people hold its paper, or are in it.
fn missing(what: &str, name: &str) -> Error {
    Error::Refused(format!(
        "{what} « {name} » n’est plus dans le dossier, mais des papiers en parlent déjà ou des personnes en dépendent. Remettez-le : ce qui est publié ne se retire pas."
    ))
}
