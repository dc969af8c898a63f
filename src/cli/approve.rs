//! `allervers approve CAMPAIGN --by NAME`: notes that a funder approved the proof of the letters.

use std::path::Path;

use chrono::{NaiveDate, Utc};
use clap::Args;

use crate::config::Config;
use crate::service;
use crate::service::approve_proof::{Given, Proof, approve_proof, needs_reissue};
use crate::service::find_campaign::find_any_campaign;
use crate::service::outputs::short_digest;

/// What `approve` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Nom court de la campagne (lozere-2026), ou son dossier
    #[arg(value_name = "CAMPAGNE")]
    campaign: String,
    /// Qui donne le bon à tirer, comme au contrat : « Prénom Nom »
    #[arg(long, value_name = "NOM")]
    by: String,
    /// Pour quelle caisse, si deux contrats nomment des personnes du même nom
    #[arg(long, value_name = "CAISSE")]
    fund: Option<String>,
    /// Le jour de l’accord [défaut : aujourd’hui]
    #[arg(long, value_name = "AAAA-MM-JJ")]
    on: Option<NaiveDate>,
}

/// Notes the approval and says what is still missing.
pub async fn approve(config: &Config, arguments: Arguments) -> anyhow::Result<()> {
    let store = service::open_store(config).await?;
    let slug = Path::new(&arguments.campaign).file_name().and_then(|n| n.to_str()).unwrap_or(&arguments.campaign);
    let campaign = find_any_campaign(&store, slug).await?;
    let given = Given { by: &arguments.by, fund: arguments.fund.as_deref(), seen: None, on: arguments.on };
    let proof = approve_proof(&store, &config.var, campaign.structure, slug, given, Utc::now()).await?;
    let reissue = needs_reissue(&store, &campaign).await?;
    store.close().await.map_err(service::Error::from)?;
    println!("{}", said(slug, &proof, reissue));
    Ok(())
}

fn said(slug: &str, proof: &Proof, reissue: bool) -> String {
    let missing = proof.needed.iter().filter(|n| n.given.is_none());
    let missing: Vec<_> = missing.map(|n| format!("{} ({})", n.approver, n.fund)).collect();
    let content = short_digest(&proof.sha256);
    if missing.is_empty() {
        let said = format!("Bon à tirer complet pour ce contenu ({content}). Imprimez : allervers run {slug}");
        if reissue {
            format!(
                "{said} --reissue\nDes lettres déjà imprimées disent l’ancien texte : jetez-les. Pour n’imprimer que celles qui changent, ajoutez --only-changed."
            )
        } else {
            said
        }
    } else {
        format!("Bon à tirer noté pour ce contenu ({content}). Il manque celui de : {}.", missing.join(" ; "))
    }
}
