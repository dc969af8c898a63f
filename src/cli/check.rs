//! `allervers check CAMPAIGN`: the proof. Errors exit 1, warnings are listed.

use std::path::PathBuf;

use chrono::Utc;
use clap::Args;

use crate::config::Config;
use crate::domain::slug;
use crate::service;
use crate::service::check_campaign::{Proof, check_campaign};
use crate::service::find_campaign::find_any_campaign;
use crate::service::read_pack::read_pack;

/// What `check` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Dossier de la campagne, avec son campaign.toml ; ou nom court d’une campagne du bureau
    #[arg(value_name = "CAMPAGNE")]
    campaign: PathBuf,
    /// Accepte une adresse publique qui ne mène qu’à cet ordinateur (pour un essai)
    #[arg(long)]
    allow_local: bool,
}

/// Looks at everything, and prints what is wrong.
pub async fn check(config: &Config, arguments: Arguments) -> anyhow::Result<()> {
    let store = service::open_store(config).await?;
    let (path, allow_local, now) = (arguments.campaign.as_path(), arguments.allow_local, Utc::now());
    let (definition, stored) = match path.to_str() {
        Some(slug) if !path.exists() && slug::parse(slug).is_ok() => {
            let stored = find_any_campaign(&store, slug).await?;
            (stored.campaign.clone(), Some(stored))
        }
        _ => {
            // A local address is a finding among others.
            let pack = read_pack(&store, path, config.public_url(), true, now).await?;
            (pack.campaign, pack.stored)
        }
    };
    let proof = check_campaign(&store, config, &definition, stored.as_ref(), allow_local, false, now).await?;
    store.close().await.map_err(service::Error::from)?;
    println!("{}", said(&proof, stored.is_some()));
    anyhow::ensure!(proof.errors().next().is_none(), "Corrigez les erreurs ci-dessus, puis vérifiez de nouveau.");
    Ok(())
}

/// What was found, and what was not looked at. `known` says that the campaign has been run, or is in the office.
fn said(proof: &Proof, known: bool) -> String {
    let mut lines = Vec::new();
    for (title, findings) in
        [("Erreurs", proof.errors().collect::<Vec<_>>()), ("À regarder", proof.warnings().collect::<Vec<_>>())]
    {
        if !findings.is_empty() {
            lines.push(format!("{title} :"));
            lines.extend(findings.iter().map(|finding| format!("  {finding}")));
        }
    }
    if lines.is_empty() {
        lines.push("Rien à corriger.".to_owned());
    }
    lines.push(match proof.letters {
        0 if known => "Aucune adresse vérifiée : le public n’est pas tiré, ou les ateliers et les listes ont changé depuis. Une lettre d’exemple a été vérifiée ; « run » regarde les autres avant d’imprimer.".to_owned(),
        0 => "Les listes n’ont pas été lues, ni aucune adresse vérifiée : une lettre d’exemple l’a été. « run » regarde tout avant d’imprimer.".to_owned(),
        1 => "1 lettre vérifiée.".to_owned(),
        count => format!("{count} lettres vérifiées."),
    });
    lines.join("\n")
}
