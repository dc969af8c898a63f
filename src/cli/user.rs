//! `allervers user add EMAIL --role …`: accounts.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::anyhow;
use chrono::Utc;
use clap::Subcommand;

use crate::config::Config;
use crate::domain::Invalid;
use crate::domain::user::Role;
use crate::service::{self, add_user};
use crate::text::system::cause;

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Crée un compte ; sans --password-stdin, un mot de passe est tiré et affiché une fois
    Add {
        /// Adresse électronique
        #[arg(value_name = "ADRESSE")]
        email: String,
        /// coordinator (campagnes et accueil), desk (accueil) ou hub (comparaison)
        #[arg(long, value_parser = role)]
        role: Role,
        /// Nom de la structure, s’il y en a plusieurs ou pas encore
        #[arg(long)]
        structure: Option<String>,
        /// Commence une structure de plus, sous le nom donné par --structure
        #[arg(long, requires = "structure")]
        new_structure: bool,
        /// Lit le mot de passe sur l’entrée standard
        #[arg(long)]
        password_stdin: bool,
    },
}

/// Runs the command.
pub async fn user(config: &Config, command: Command) -> anyhow::Result<()> {
    let Command::Add { email, role, structure, new_structure, password_stdin } = command;
    let store = service::open_store(config).await?;
    let (password, drawn) = if password_stdin { (read_password()?, false) } else { (draw_password(), true) };
    if let Some(name) = structure.as_deref().filter(|_| new_structure) {
        add_user::add_structure(&store, name).await?;
    }
    add_user::add_user(&store, &email, role, structure.as_deref(), &password, Utc::now()).await?;
    store.close().await.map_err(service::Error::from)?;
    println!("Compte créé : {} ({}).", email.trim().to_lowercase(), role.label());
    if drawn {
        println!("Mot de passe, affiché une seule fois : {password}");
    }
    Ok(())
}

fn role(code: &str) -> Result<Role, Invalid> {
    code.parse()
}

fn read_password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        eprint!("Mot de passe : ");
        std::io::stderr().flush()?;
    }
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|error| anyhow!("Le mot de passe n’a pas pu être lu : {}.", cause(&error)))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Twenty letters and digits that cannot be mistaken for each other: about 98 bits.
fn draw_password() -> String {
    const SIGNS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let sign = |_| char::from(SIGNS[rand::random_range(0..SIGNS.len())]);
    (0..20).map(sign).collect()
}
