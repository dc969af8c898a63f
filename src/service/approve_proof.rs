//! Note that a funder approved the proof of the letters (bon à tirer). Nothing is printed before everybody whom the
//! contracts name has approved that very content.

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};

use super::outputs::{self, Folder, Plan};
use super::{Error, Result, Store, find_campaign::find_campaign, local};
use crate::domain::calendar::long_date;
use crate::domain::campaign::Campaign;
use crate::domain::contract::Contract;
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
    /// The pack says when they approved, but not this content.
    pub undeclared: bool,
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
        let fund = &contract.fund;
        // Two funds may name two people who have one name.
        if approver.is_empty() || needed.iter().any(|n| n.approver == approver && n.fund == *fund) {
            continue;
        }
        let mut theirs = approvals.iter().filter(|a| a.by == approver && (a.fund == *fund || a.fund.is_empty()));
        let given = theirs.clone().find(|a| a.sha256 == sha256).cloned();
        let outdated = given.is_none() && theirs.next().is_some();
        let undeclared = given.is_none() && contract.approved_on.is_some();
        needed.push(Needed { fund: fund.clone(), approver: approver.to_owned(), given, outdated, undeclared });
    }
    Proof { sha256, needed }
}

/// An approval as it is told.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Who gave it.
    pub by: &'a str,
    /// For which fund, where two of them name people of one name.
    pub fund: Option<&'a str>,
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
    let Given { by, fund, seen, on } = given;
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
    if !outputs::proof_shows(&Folder::new(var, slug), &campaign.campaign) {
        return Err(Error::Refused(
            "L’épreuve qui est là ne montre pas ce que dit la lettre maintenant. Refaites-la en relançant la fabrication, envoyez-la, puis notez l’accord.".to_owned(),
        ));
    }
    let told = |needed: &[&Needed]| {
        let names: Vec<_> = needed.iter().map(|n| format!("« {} » ({})", n.approver, n.fund)).collect();
        names.join(", ")
    };
    let for_it = |n: &&Needed| fund.is_none_or(|fund| is_of(&n.fund, fund));
    let named: Vec<_> = before.needed.iter().filter(|n| is_named(&n.approver, by)).filter(for_it).collect();
    if named.is_empty() {
        return Err(Error::Refused(format!(
            "« {} » n’est pas nommé au contrat. Peuvent donner le bon à tirer : {}.",
            by.trim(),
            told(&before.needed.iter().collect::<Vec<_>>())
        )));
    }
    let waiting: Vec<_> = named.into_iter().filter(|n| n.given.is_none()).collect();
    let needed = match waiting.as_slice() {
        [] => return Ok(before),
        [one] => *one,
        several => {
            return Err(Error::Refused(format!(
                "Plusieurs accords portent ce nom : {}. Dites pour quelle caisse, avec --fund.",
                told(several)
            )));
        }
    };
    let on = on.unwrap_or(today);
    let (by, fund) = (needed.approver.clone(), needed.fund.clone());
    let approval = Approval { by, fund, sha256: before.sha256, on, declared: false, noted_at: now };
    note(store, &campaign, vec![approval]).await?;
    proof(store, &campaign).await
}

/// Notes the approvals that a pack declares, where what was approved is the content that it has now.
pub async fn declared_in_pack(store: &Store, campaign: &StoredCampaign, now: DateTime<Utc>) -> Result<()> {
    let proof = proof(store, campaign).await?;
    let contracts = || campaign.campaign.lists.iter().map(|l| &l.contract);
    let missing = proof.needed.iter().filter(|n| n.given.is_none());
    let declared = missing.filter_map(|needed| {
        let theirs = |c: &&Contract| c.approved_by.trim() == needed.approver && c.fund == needed.fund;
        let this = |c: &&Contract| c.approved_content.as_ref().is_some_and(|seen| proof.sha256.starts_with(seen));
        let on = contracts().filter(theirs).filter(this).find_map(|c| c.approved_on)?;
        let (by, fund, sha256) = (needed.approver.clone(), needed.fund.clone(), proof.sha256.clone());
        Some(Approval { by, fund, sha256, on, declared: true, noted_at: now })
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

/// Whether letters are printed that were not posted and say something else now: only `--reissue` prints them anew.
pub async fn needs_reissue(store: &Store, campaign: &StoredCampaign) -> Result<bool> {
    Ok(!outdated_lots(store, campaign).await?.is_empty())
}

/// The lots that are printed, were not posted and say something else now.
pub async fn outdated_lots(store: &Store, campaign: &StoredCampaign) -> Result<Vec<u32>> {
    let issued = store::output::of_campaign(store.read(), campaign.id).await?;
    let posted = outputs::posted_lots(store, campaign).await?;
    let changes = Plan::of(&campaign.campaign).changes(&issued, &posted);
    let mut lots: Vec<_> = changes.iter().filter_map(|change| outputs::lot_of(&change.path)).collect();
    lots.sort_unstable();
    Ok(lots)
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().replace('\'', "’")
}

/// Whether somebody means this fund, with or without its article.
fn is_of(fund: &str, typed: &str) -> bool {
    let bare = |text: &str| {
        let text = plain(text);
        let articles = ["l’", "la ", "le ", "les "];
        articles.iter().find_map(|a| text.strip_prefix(a)).unwrap_or(&text).to_owned()
    };
    bare(fund) == bare(typed)
}

fn is_named(approver: &str, typed: &str) -> bool {
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
        assert!(is_of("l’Agirc-Arrco", "l'agirc-arrco") && is_of("la MSA", "MSA") && !is_of("la MSA", "la Carsat"));
    }
}
