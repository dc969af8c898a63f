//! The command line, one file a command. The only room that prints.

mod approve;
mod audience;
mod calibration;
mod check;
mod export;
mod import;
mod progress;
mod run;
mod serve;
mod usage;
mod user;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use crate::config::{Config, ConfigError, Overrides};
use crate::service;
use crate::text::system::cause;

/// Campagnes de courrier, d’affiches et d’inscriptions pour les ateliers numériques.
#[derive(Debug, Parser)]
#[command(name = "allervers", version, max_term_width = 100)]
struct Cli {
    /// Dossier de la base de données et des documents produits [défaut : var]
    #[arg(long, global = true, value_name = "DOSSIER")]
    var: Option<PathBuf>,
    /// Base de données : postgres://… ; sans cette option, SQLite dans le dossier var
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Fichier de réglages, voir config.default.toml
    #[arg(long, global = true, value_name = "FICHIER")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Mène une campagne : des listes aux lettres, flyers, affiches et annonces
    Run(run::Arguments),
    /// Prend une liste d’une caisse dans une campagne, après l’avoir montrée
    Import(import::Arguments),
    /// Écrit une campagne sous forme de dossier, sans ses listes
    Export(export::Arguments),
    /// Note le bon à tirer d’un financeur : la lettre peut alors être imprimée
    Approve(approve::Arguments),
    /// Tire le public choisi d’une campagne, ou le compte seulement
    Audience(audience::Arguments),
    /// Écrit la page qui montre ce que montre la fenêtre d’une enveloppe
    Calibration(calibration::Arguments),
    /// Vérifie tout ce qui sera imprimé, sans rien imprimer
    Check(check::Arguments),
    /// Sert les pages publiques, l’accueil téléphonique et le bureau
    Serve(serve::Arguments),
    /// Gère les comptes
    #[command(subcommand)]
    User(user::Command),
}

/// Runs the command line. Exit status: 0 done, 1 the data says no, 2 wrong use.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if usage::is_asked_for(&error) => {
            println!("{}", usage::in_french(&error));
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("{}", usage::in_french(&error));
            return ExitCode::from(2);
        }
    };
    start_log();
    let config = match Config::load(cli.config.as_deref(), Overrides { var: cli.var, database: cli.database }) {
        Ok(config) => config,
        Err(error) => {
            match &error {
                ConfigError::File(_, source) => eprintln!("{error} : {}.", cause(source)),
                _ => eprintln!("{error}"),
            }
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("Le programme n’a pas pu démarrer : {}.", cause(&error));
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Run(arguments) => run::run(&config, arguments).await,
            Command::Import(arguments) => import::import(&config, arguments).await,
            Command::Export(arguments) => export::export(&config, arguments).await,
            Command::Approve(arguments) => approve::approve(&config, arguments).await,
            Command::Audience(arguments) => audience::audience(&config, arguments).await,
            Command::Calibration(arguments) => calibration::calibration(&config, arguments),
            Command::Check(arguments) => check::check(&config, arguments).await,
            Command::Serve(arguments) => serve::serve(config, arguments).await,
            Command::User(command) => user::user(&config, command).await,
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", explained(&error));
            ExitCode::FAILURE
        }
    }
}

/// What a person can do something about is said as it is; the rest is logged, and named in a sentence.
fn explained(error: &anyhow::Error) -> String {
    use service::Error;
    match error.downcast_ref::<Error>() {
        Some(Error::Store(_) | Error::Internal(_)) => {
            tracing::error!("{error:#}");
            "Une erreur technique a arrêté le travail ; la ligne ci-dessus la décrit pour qui vous dépanne. Rien n’est perdu : relancez la même commande.".to_owned()
        }
        Some(Error::File { path, source }) => match source.kind() {
            std::io::ErrorKind::PermissionDenied => {
                format!("{} : vous n’avez pas le droit d’y écrire.", path.display())
            }
            std::io::ErrorKind::StorageFull => {
                format!("{} : le disque est plein. Faites de la place, puis relancez.", path.display())
            }
            _ => format!("{} ne peut pas être lu ou écrit : {}.", path.display(), cause(source)),
        },
        _ => format!("{error:#}"),
    }
}

/// Logs go to standard error: warnings, and what this program tells; `ALLERVERS_LOG=debug` for more.
fn start_log() {
    let wanted = std::env::var("ALLERVERS_LOG").ok().and_then(|filter| filter.parse::<Targets>().ok());
    let usual = || Targets::new().with_default(LevelFilter::WARN).with_target("allervers", LevelFilter::INFO);
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    tracing_subscriber::registry().with(lines).with(wanted.unwrap_or_else(usual)).init();
}
