//! Note that a funder approved the proof of the letters (bon à tirer). Nothing is printed before everybody whom the
//! contracts name has approved that very content.

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};

use super::outputs::{self, Folder};
use super::{Error, Result, Store, find_campaign::find_campaign, local};
use crate::domain::calendar::long_date;
use crate::domain::campaign::Campaign;
use crate::domain::id::StructureId;
use crate::store;
pub use crate::store::approval::Approval;
use crate::store::campaign::StoredCampaign;

/// How far the approval of a campaign's letters is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// SHA-256 of what all letters share, in hexadecimal.
    pub sha256: String,
    /// Who must approve it, each once.
    pub needed: Vec<Needed>,
}

/// Somebody whom a contract names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// The fund, with its article.
    pub fund: String,
    /// The name, as in the contract.
    pub approver: String,
    /// The approval of this very content.
    pub given: Option<Approval>,
    /// They approved a content that has changed since.
    pub outdated: bool,
}

impl Proof {
    /// Whether letters may be printed.
    pub fn is_approved(&self) -> bool {
        self.needed.iter().all(|needed| needed.given.is_some())
    }
}

/// How far the approval of a campaign's letters is.
pub async fn proof(store: &Store, campaign: &StoredCampaign) -> Result<Proof> {
    let approvals = store::approval::of_campaign(store.read(), campaign.structure, campaign.id).await?;
    Ok(of(&campaign.campaign, &approvals))
}

fn of(campaign: &Campaign, approvals: &[Approval]) -> Proof {
    let sha256 = outputs::content_sha256(campaign);
    let mut needed: Vec<Needed> = Vec::new();
    for contract in campaign.lists.iter().map(|l| &l.contract) {
        let approver = contract.approved_by.trim();
        if approver.is_empty() || needed.iter().any(|n| n.approver == approver) {
            continue;
        }
        let mut theirs = approvals.iter().filter(|a| a.by == approver);
        let given = theirs.clone().find(|a| a.sha256 == sha256).cloned();
        let outdated = given.is_none() && theirs.next().is_some();
        needed.push(Needed { fund: contract.fund.clone(), approver: approver.to_owned(), given, outdated });
    }
    Proof { sha256, needed }
}

/// An approval as it is told.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Who gave it.
    pub by: &'a str,
    /// The content that was looked at, by its digest, where that is known.
    pub seen: Option<&'a str>,
    /// The day it was given, if not today.
    pub on: Option<NaiveDate>,
}

/// Notes that `by`, whom a contract names, approves the letters as they are now. The name may be given without what follows
/// its comma. With `seen`, only if that is still their content. Refused unless the proof that lies in `var` shows that content.
pub async fn approve_proof(
    store: &Store,
    var: &Path,
    scope: StructureId,
    slug: &str,
    given: Given<'_>,
    now: DateTime<Utc>,
) -> Result<Proof> {
    let Given { by, seen, on } = given;
    let today = local(now).date();
    if let Some(day) = on.filter(|day| *day > today) {
        return Err(Error::Refused(format!(
            "Le {} est à venir : un accord se note quand il est donné.",
            long_date(day)
        )));
    }
    let campaign = find_campaign(store, scope, slug).await?;
    let before = proof(store, &campaign).await?;
    if before.needed.is_empty() {
        return Err(Error::Refused("Aucun contrat de cette campagne ne demande de bon à tirer.".to_owned()));
    }
    if seen.is_some_and(|seen| seen != before.sha256) {
        return Err(Error::Refused(
            "La lettre a changé depuis que cette page est ouverte. Refaites l’épreuve, et faites-la relire.".to_owned(),
        ));
    }
    if !outputs::proof_shows(&Folder::new(var, slug), &before.sha256) {
        return Err(Error::Refused(
            "L’épreuve qui est là ne montre pas ce que dit la lettre maintenant. Refaites-la en relançant la fabrication, envoyez-la, puis notez l’accord.".to_owned(),
        ));
    }
    let named = |n: &&Needed| is_named(&n.approver, by);
    // Of two people of one name, the one who has not approved yet.
    let waiting = before.needed.iter().filter(|n| n.given.is_none()).find(named);
    let Some(needed) = waiting.or_else(|| before.needed.iter().find(named)) else {
        let names: Vec<_> = before.needed.iter().map(|n| format!("« {} »", n.approver)).collect();
        return Err(Error::Refused(format!(
            "« {} » n’est pas nommé au contrat. Peuvent donner le bon à tirer : {}.",
            by.trim(),
            names.join(", ")
        )));
    };
    if needed.given.is_some() {
        return Ok(before);
    }
    let on = on.unwrap_or(today);
    let approval = Approval { by: needed.approver.clone(), sha256: before.sha256, on, declared: false, noted_at: now };
    note(store, &campaign, vec![approval]).await?;
    proof(store, &campaign).await
}

/// Notes the approvals that a pack declares: it vouches for the content that it has now.
pub async fn declared_in_pack(store: &Store, campaign: &StoredCampaign, now: DateTime<Utc>) -> Result<()> {
    let proof = proof(store, campaign).await?;
    let contracts = || campaign.campaign.lists.iter().map(|l| &l.contract);
    let missing = proof.needed.iter().filter(|n| n.given.is_none());
    let declared = missing.filter_map(|needed| {
        let on = contracts().find_map(|c| c.approved_on.filter(|_| c.approved_by.trim() == needed.approver))?;
        let (by, sha256) = (needed.approver.clone(), proof.sha256.clone());
        Some(Approval { by, sha256, on, declared: true, noted_at: now })
    });
    note(store, campaign, declared.collect()).await
}

async fn note(store: &Store, campaign: &StoredCampaign, approvals: Vec<Approval>) -> Result<()> {
    if approvals.is_empty() {
        return Ok(());
    }
    let (scope, id) = (campaign.structure, campaign.id);
    store
        .write::<_, Error, _>(move |tx| {
            let approvals = approvals.clone();
            Box::pin(async move {
                for approval in &approvals {
                    store::approval::insert(tx, scope, id, approval).await?;
                }
                Ok(())
            })
        })
        .await
}

fn is_named(approver: &str, typed: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let name = approver.split(',').next().unwrap_or_default();
    !typed.trim().is_empty() && (plain(approver) == plain(typed) || plain(name) == plain(typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_approves_is_whom_the_contract_names() {
        let approver = "Dominique Exemple, action sociale";
        assert!(is_named(approver, "dominique  exemple") && is_named(approver, approver));
        assert!(!is_named(approver, "Dominique") && !is_named(approver, "") && !is_named("", ""));
    }
}
