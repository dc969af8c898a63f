//! `allervers run PACK`: the main job.

use std::path::PathBuf;

use chrono::Utc;
use clap::Args;

use super::progress::Shown;
use crate::config::Config;
use crate::domain::calendar::long_date;
use crate::domain::price::{counted, group_thousands};
use crate::domain::slug;
use crate::service;
use crate::service::outputs::{Summary, short_digest, told_together};
use crate::service::run_campaign::{RunOptions, RunReport, run_campaign, run_stored};

/// What `run` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Dossier de la campagne, avec son campaign.toml ; ou nom court d’une campagne faite dans le bureau
    #[arg(value_name = "DOSSIER")]
    pack: PathBuf,
    /// Refait les documents déjà produits que le dossier a changés
    #[arg(long)]
    reissue: bool,
    /// Avec --reissue : n’imprime, dans de nouveaux lots, que les lettres qui ont changé ; les autres restent dans les leurs
    #[arg(long, requires = "reissue")]
    only_changed: bool,
    /// Accepte une adresse publique qui ne mène qu’à cet ordinateur (pour un essai)
    #[arg(long)]
    allow_local: bool,
    /// Prend le dossier tel qu’il est, même si la campagne a été modifiée dans le bureau depuis
    #[arg(long)]
    replace: bool,
}

/// Runs the campaign and prints its figures.
pub async fn run(config: &Config, arguments: Arguments) -> anyhow::Result<()> {
    let store = service::open_store(config).await?;
    let Arguments { reissue, only_changed, allow_local, replace, .. } = arguments;
    let options = RunOptions { reissue, only_changed, allow_local, replace };
    let pack = arguments.pack.as_path();
    let (now, shown) = (Utc::now(), Shown::new());
    let report = match pack.to_str() {
        Some(slug) if !pack.exists() && slug::parse(slug).is_ok() => {
            run_stored(&store, config, slug, options, now, &shown).await?
        }
        _ => run_campaign(&store, config, pack, options, now, &shown).await?,
    };
    store.close().await.map_err(service::Error::from)?;
    println!("{}", table(&report.summary));
    println!("{}", conclusion(&report));
    for said in [warned(&report), withdrawn(&report), left_out(&report), awaited(&report)].into_iter().flatten() {
        println!("{said}");
    }
    if !report.kept_from_office.is_empty() {
        println!(
            "Le bureau a changé ceci depuis que ce dossier a été pris, et les documents en tiennent compte :\n  {}\n\
             Pour que le dossier le dise aussi : allervers export {} NOUVEAU-DOSSIER. Pour revenir au dossier : --replace.",
            report.kept_from_office.join("\n  "),
            report.summary.campaign
        );
    }
    if report.edited_meanwhile {
        println!(
            "La campagne a été modifiée dans le bureau pendant ce lancement : les documents disent ce qu’elle disait au début. Relancez pour voir ce qui est à refaire."
        );
    }
    Ok(())
}

fn conclusion(report: &RunReport) -> String {
    let folder = report.folder.display();
    let mut said = match report.written.len() {
        0 => format!("Tout était déjà fait : aucun fichier n’a changé dans {folder}."),
        1 => format!("1 fichier écrit dans {folder} : {}.", report.written[0]),
        count => format!("{count} fichiers écrits dans {folder}."),
    };
    if report.summary.lists.is_empty() {
        said.push_str("\nAucune liste n’est encore donnée : les lettres attendent la première.");
    }
    if !report.reissued.is_empty() {
        said.push_str("\nRefaits ; remplacez les papiers déjà sortis :");
        for change in &report.reissued {
            said.push_str(&format!("\n  {} : {}", change.path, change.what.join(", ")));
        }
    }
    said
}

/// What the proof found that stopped nothing.
fn warned(report: &RunReport) -> Option<String> {
    let warnings: Vec<_> = report.warnings.iter().map(|warning| format!("  {warning}")).collect();
    (!warnings.is_empty()).then(|| format!("À regarder avant d’envoyer :\n{}", warnings.join("\n")))
}

/// The letters to take out of the lots before they are posted.
fn withdrawn(report: &RunReport) -> Option<String> {
    let letters: Vec<_> = told_together(&report.withdrawn).into_iter().map(|line| format!("  {line}")).collect();
    (!letters.is_empty()).then(|| {
        format!(
            "Lettres à retirer des lots avant l’envoi et à jeter, ou tirage à refaire avec --reissue :\n{}",
            letters.join("\n")
        )
    })
}

/// The letters that could not be printed, by number: a terminal shows no names.
fn left_out(report: &RunReport) -> Option<String> {
    let letters: Vec<_> = report.left_out.iter().map(|l| format!("  lettre {} : {}", l.number, l.why)).collect();
    (!letters.is_empty()).then(|| {
        format!(
            "Lettres laissées de côté, les autres sont imprimées ; écrivez celles-ci à la main :\n{}",
            letters.join("\n")
        )
    })
}

/// Whose approval the letters wait for.
fn awaited(report: &RunReport) -> Option<String> {
    let proof_of = |fund: &str| {
        let file = report.proofs.iter().find(|proof| proof.fund == fund);
        file.map(|proof| report.folder.join(&proof.path).display().to_string()).unwrap_or_default()
    };
    let names = report.awaited.iter().map(|n| format!("  {} ({})\u{a0}: {}", n.approver, n.fund, proof_of(&n.fund)));
    let names: Vec<_> = names.collect();
    let slug = &report.summary.campaign;
    let undeclared = report.awaited.iter().filter(|n| n.undeclared).map(|n| {
        format!(
            "\nLe dossier dit quand l’accord de {} a été donné, mais pas pour ce contenu. S’il a été donné pour cette épreuve, écrivez sous ce jour dans campaign.toml\u{a0}:\n  approved_content = \"{}\"",
            n.fund,
            short_digest(&report.content_sha256)
        )
    });
    let undeclared: String = undeclared.collect();
    (!names.is_empty()).then(|| {
        format!(
            "Aucune lettre n’est imprimée : le contrat demande un bon à tirer. Envoyez son épreuve à chacun :\n{}\nPuis notez l’accord : allervers approve {slug} --by \"Prénom Nom\"\nLes lots d’avant, s’il y en a, disent l’ancien texte : ils sont rangés dans letters/ne-pas-poster.{undeclared}",
            names.join("\n")
        )
    })
}

fn table(summary: &Summary) -> String {
    let mut lines = vec![format!("{} — envoi le {}", summary.name, long_date(summary.posting_day))];
    let mut line = |label: &str, number: u64, note: String| {
        let note = if note.is_empty() { note } else { format!("  {note}") };
        lines.push(format!("  {label:<34}{:>9}{note}", group_thousands(number)));
    };
    for list in &summary.lists {
        let dropped = match list.dropped_columns.as_slice() {
            [] => String::new(),
            columns => format!(", colonne écartée : {}", columns.join(", ")),
        };
        let note = format!(
            "{}, {}, {}, {}{dropped}",
            counted(list.accepted.into(), "acceptée"),
            counted(list.corrected.into(), "corrigée"),
            counted(list.refused.into(), "refusée"),
            counted(list.not_mailable, "non distribuable")
        );
        line(&list.file, list.rows.into(), note);
    }
    line("personnes", summary.people, format!("{} doublons reconnus", summary.duplicates));
    let audience = &summary.audience;
    line("foyers", summary.households, String::new());
    for (label, number) in audience.left_out() {
        if number > 0 {
            line(&format!("  {label}"), number, String::new());
        }
    }
    line(
        "  retenus",
        audience.selected,
        format!("{} maintenant, {} plus tard", group_thousands(audience.now), group_thousands(audience.later)),
    );
    let lots = if summary.lots > 1 { "lots" } else { "lot" };
    line("lettres", summary.letters, format!("en {} {lots}, {}", summary.lots, summary.letters_cost_cents));
    let seats = summary.workshops.iter().map(|w| u64::from(w.capacity)).sum();
    // A first mailing of this kind: from 1 to 3 in 100 households come (field notes, section 9).
    let expected = format!("attendez {} à {} foyers", summary.letters / 100, (summary.letters * 3).div_ceil(100));
    line("places", seats, if summary.letters < 100 { String::new() } else { expected });
    line("flyers", summary.flyers, String::new());
    line("affiches", summary.posters, String::new());
    line("annonces PanneauPocket", summary.notices, String::new());
    lines.join("\n")
}
