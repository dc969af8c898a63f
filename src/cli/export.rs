//! `allervers export CAMPAIGN DIR`: a campaign as a pack.

use std::path::PathBuf;

use clap::Args;

use crate::config::Config;
use crate::service::{self, export_campaign};

/// What `export` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Nom court de la campagne, « lozere-2026 »
    #[arg(value_name = "CAMPAGNE")]
    campaign: String,
    /// Dossier à écrire ; pour relancer la campagne d’ici, donnez-lui le nom court de la campagne
    #[arg(value_name = "DOSSIER")]
    folder: PathBuf,
}

/// Writes the pack.
pub async fn export(config: &Config, arguments: Arguments) -> anyhow::Result<()> {
    let store = service::open_store(config).await?;
    let pack = export_campaign::of_installation(&store, &arguments.campaign).await?;
    pack.write_to(&arguments.folder)?;
    store.close().await.map_err(service::Error::from)?;
    println!("{} fichiers écrits dans {}.", pack.files.len(), arguments.folder.display());
    Ok(())
}
