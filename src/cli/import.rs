//! `allervers import CAMPAIGN FILE --contract C.toml`: a list comes in, looked at on the terminal.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::Utc;
use clap::Args;

use super::progress::Shown;
use crate::config::Config;
use crate::domain::calendar::long_date;
use crate::domain::contract::Contract;
use crate::domain::id::DeliveryId;
use crate::domain::price::{counted, group_thousands};
use crate::intake::{Choices, Field, FileContent, FileError, Password, refuse_size};
use crate::service::download_list::download_outcomes;
use crate::service::examine_list::{Examined, GivenFile, Unseen, examine_list};
use crate::service::find_campaign::{StoredCampaign, find_any_campaign};
use crate::service::read_contract::read_contract_file;
use crate::service::read_mapping::read_mapping_file;
use crate::service::review_list::{self, Review, review_list};
use crate::service::stage_file::{HowToRead, stage_file};
use crate::service::{self, Store, local};

/// What `import` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Campagne, par son nom dans les adresses : lozere-2026
    #[arg(value_name = "CAMPAGNE")]
    campaign: String,
    /// Fichier de la caisse : CSV, XLSX, XLS ou ODS
    #[arg(value_name = "FICHIER")]
    file: PathBuf,
    /// Contrat de la liste, voir campaigns/contract.example.toml
    #[arg(long, value_name = "FICHIER")]
    contract: PathBuf,
    /// Lecture des colonnes, voir campaigns/mapping.example.toml
    #[arg(long, value_name = "FICHIER")]
    mapping: Option<PathBuf>,
    /// Accepte la liste sans poser la question
    #[arg(long)]
    yes: bool,
    /// Écrit le sort de chaque ligne dans ce fichier
    #[arg(long, value_name = "FICHIER")]
    outcomes: Option<PathBuf>,
    /// Montre aussi les premières lignes et la dernière, qui nomment des personnes
    #[arg(long)]
    sample: bool,
}

/// What opens a protected workbook.
const PASSWORD_VARIABLE: &str = "ALLERVERS_LIST_PASSWORD";

/// Imports the list.
pub async fn import(config: &Config, arguments: Arguments) -> anyhow::Result<()> {
    let contract = read_contract_file(&arguments.contract, local(Utc::now()).date())?;
    let mapping = arguments.mapping.as_deref().map(read_mapping_file).transpose()?;
    let file = given(&arguments.file)?;
    let store = service::open_store(config).await?;
    let done = take_in(&store, &config.var, &arguments, contract, mapping, file).await;
    store.close().await.map_err(service::Error::from)?;
    done
}

async fn take_in(
    store: &Store,
    var: &Path,
    arguments: &Arguments,
    contract: Contract,
    mapping: Option<Choices>,
    file: GivenFile,
) -> anyhow::Result<()> {
    let campaign = find_any_campaign(store, &arguments.campaign).await?;
    let before = review_list::lists(store, &campaign).await?;
    let twin = before.into_iter().find(|l| l.delivery.list.sha256 == file.sha256);
    let list = match twin {
        Some(twin) if twin.current => {
            println!(
                "Ce fichier est déjà dans la campagne, sous le nom « {} » : rien n’a été importé.",
                twin.delivery.list.file_name
            );
            return write_outcomes(store, &campaign, twin.delivery.id, arguments.outcomes.as_deref()).await;
        }
        // An import that was stopped before its answer goes on.
        Some(twin) if twin.delivery.list.contract == contract => twin.delivery.id,
        _ => {
            let examined = examined(store, &campaign, &file, mapping).await?;
            println!("{}", guess(&file, &examined, arguments.sample));
            if let Some(problem) = examined.look.problem {
                let column = matches!(problem, FileError::MissingColumn { .. });
                let more =
                    if column { "\nOu dites dans un fichier --mapping ce que contient chaque colonne." } else { "" };
                anyhow::bail!("{problem}{more}");
            }
            let how = HowToRead { choices: examined.choices, header: examined.header };
            let now = Utc::now();
            stage_file(store, var, &campaign, &file, &how, contract, now, &Shown::new()).await?.delivery
        }
    };
    println!("{}", summary(&review_list(store, &campaign, list).await?));
    if !arguments.yes && !confirmed()? {
        review_list::discard(store, &campaign, list).await?;
        anyhow::bail!("La liste a été écartée : rien n’est entré dans la campagne.");
    }
    review_list::accept(store, var, &campaign, list, Utc::now()).await?;
    println!("Liste acceptée.");
    write_outcomes(store, &campaign, list, arguments.outcomes.as_deref()).await
}

fn given(path: &Path) -> anyhow::Result<GivenFile> {
    let unread = |source| service::Error::File { path: path.to_owned(), source };
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let content = FileContent::new(std::fs::File::open(path).map_err(unread)?);
    refuse_size(&name, &content)?;
    let sha256 = content.sha256().map_err(unread)?;
    Ok(GivenFile { name, content, sha256 })
}

/// Looks at the file, asking for its password where it has one.
async fn examined(
    store: &Store,
    campaign: &StoredCampaign,
    file: &GivenFile,
    choices: Option<Choices>,
) -> anyhow::Result<Examined> {
    let mut password = std::env::var(PASSWORD_VARIABLE).ok().map(Password);
    let mut asked = 0;
    loop {
        match examine_list(store, campaign, file, choices.as_ref(), password.clone()).await {
            Ok(examined) => return Ok(examined),
            Err(Unseen::File(error @ (FileError::AsksPassword { .. } | FileError::WrongPassword { .. }))) => {
                let terminal = console::Term::stderr();
                if !terminal.is_term() || asked == MOST_ASKED {
                    anyhow::bail!("{error}\nDonnez-le par la variable {PASSWORD_VARIABLE}.");
                }
                eprint!("{error}\nMot de passe : ");
                password = Some(Password(terminal.read_secure_line().context("Le mot de passe n’a pas pu être lu")?));
                asked += 1;
            }
            Err(Unseen::File(error)) => return Err(error.into()),
            Err(Unseen::Other(error)) => return Err(error.into()),
        }
    }
}

/// Wrong passwords before it stops.
const MOST_ASKED: u32 = 3;

/// What was understood: columns and fields; people only on demand.
fn guess(file: &GivenFile, examined: &Examined, sample: bool) -> String {
    let look = &examined.look;
    let facts = &look.facts;
    let how = match (&facts.sheet, &facts.encoding) {
        (Some(sheet), _) => format!("classeur {}, feuille « {sheet} »", facts.format.to_uppercase()),
        (None, encoding) => format!(
            "texte, codage {}, séparateur {}",
            encoding.as_deref().unwrap_or("inconnu"),
            facts.delimiter.as_deref().unwrap_or("inconnu")
        ),
    };
    let header = facts.header_row.map_or("sans en-tête".to_owned(), |row| format!("en-tête à la ligne {row}"));
    let mut lines = vec![format!("{} : {how}, {header}, {}", file.name, counted(facts.rows.into(), "ligne"))];
    if let Some(others) = facts.unread_sheets() {
        lines.push(format!("  Feuilles qui ne sont pas lues : {others}."));
    }
    if let Some(last) = &examined.remembered {
        lines.push(format!("  Comme la dernière fois : les choix faits pour {} sont repris.", last.fund));
        lines.extend(
            examined.forgotten.iter().map(|name| format!("  Sauf celui pour « {name} » : la colonne n’est plus là.")),
        );
    }
    lines.extend(facts.remarks.iter().map(|remark| format!("  À regarder : {remark}")));
    if examined.misnamed {
        lines.push("  Le nom du fichier annonce autre chose : c’est son contenu qui a été lu.".to_owned());
    }
    for (name, field) in &facts.columns {
        lines.push(format!("  {name:<28} {}", field.map_or("—", Field::label)));
    }
    for name in &facts.dropped {
        lines.push(format!("  {name:<28} écartée : numéros de sécurité sociale"));
    }
    if sample {
        let rows = look.first.iter().chain(look.last.iter().filter(|_| facts.rows as usize > look.first.len()));
        lines.push("Premières lignes, puis la dernière :".to_owned());
        lines.extend(rows.map(|row| format!("  {}", row.join(" | ").replace(['\n', '\r', '\u{1b}'], " "))));
    }
    lines.join("\n")
}

fn summary(review: &Review) -> String {
    let (counts, people) = (review.list.delivery.counts, review.people);
    let contract = &review.list.delivery.list.contract;
    let mut lines = vec![format!(
        "{}, {}, {} ; noms à effacer le {}",
        counted(counts.accepted.into(), "acceptée"),
        counted(counts.corrected.into(), "corrigée"),
        counted(counts.refused.into(), "refusée"),
        long_date(contract.purge_on)
    )];
    let rows = counts.rows();
    if counts.refuse_many() {
        lines.push(
            "  ATTENTION : plus d’une ligne sur vingt est refusée. Un titre de colonne a sans doute été mal compris : regardez ci-dessus\n  ce que chaque colonne contient, refusez la liste et dites-le dans un fichier --mapping."
                .to_owned(),
        );
    }
    let fate = match &review.last_row {
        None => "acceptée".to_owned(),
        Some(row) if row.outcome == "refused" => format!("refusée, {}", row.reason.replace('\n', " ")),
        Some(_) => "corrigée".to_owned(),
    };
    lines.push(format!("  dernière ligne du fichier : {rows}, {fate}"));
    lines.push(
        "  Est-ce bien la dernière que la caisse a écrite ? Un fichier coupé a l’air entier ; --sample la montre."
            .to_owned(),
    );
    let mut line = |label: &str, number: u64| lines.push(format!("  {label:<34}{:>9}", group_thousands(number)));
    line("nouveaux foyers", people.new_households);
    line("doublons dans la liste", people.twice_within);
    if contract.matching {
        line("déjà dans une autre liste", people.known_before);
        line("foyers déjà connus", people.known_households);
    }
    line("paires incertaines", review.open_pairs);
    for (why, count) in &review.not_mailable {
        line(&format!("sans lettre : {}", why.reason()), *count);
    }
    for kind in &review.corrections {
        line(&format!("corrigé : {}", kind.field), kind.rows.into());
    }
    lines.join("\n")
}

/// Asks; without a terminal nobody can answer.
fn confirmed() -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        eprintln!("Personne ne peut répondre ici : ajoutez --yes pour accepter la liste.");
        return Ok(false);
    }
    eprint!("Accepter cette liste ? [o/N] ");
    std::io::stderr().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("La réponse n’a pas pu être lue")?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "o" | "oui" | "y" | "yes"))
}

async fn write_outcomes(
    store: &Store,
    campaign: &StoredCampaign,
    list: DeliveryId,
    path: Option<&Path>,
) -> anyhow::Result<()> {
    let Some(path) = path else { return Ok(()) };
    let found = download_outcomes(store, campaign, list).await?;
    std::fs::write(path, found.csv).map_err(|source| service::Error::File { path: path.to_owned(), source })?;
    println!("Le sort de chaque ligne est dans {}.", path.display());
    Ok(())
}
