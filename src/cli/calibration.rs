//! `allervers calibration FILE`: the page that shows what an envelope's window shows.

use std::path::PathBuf;

use clap::Args;

use crate::config::Config;
use crate::service::{Error, calibrate};

/// What `calibration` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Fichier PDF à écrire
    #[arg(value_name = "FICHIER", default_value = "enveloppes.pdf")]
    file: PathBuf,
}

/// Writes the page.
pub fn calibration(config: &Config, arguments: Arguments) -> anyhow::Result<()> {
    let pdf = calibrate::calibrate(config)?;
    std::fs::write(&arguments.file, pdf).map_err(|source| Error::File { path: arguments.file.clone(), source })?;
    println!("{} est écrit. Imprimez-le à la taille réelle et essayez vos enveloppes.", arguments.file.display());
    Ok(())
}
