//! `allervers audience CAMPAIGN [--count | --next-wave DAY --reply-by DAY]`: draws the chosen audience of a campaign, only counts
//! it, or opens its second wave.

use std::path::Path;

use chrono::{NaiveDate, Utc};
use clap::Args;

use crate::audience::Counts;
use crate::config::Config;
use crate::domain::price::{counted, group_thousands};
use crate::service::advise_sample::{USUAL, advise_sample};
use crate::service::count_audience::count_audience;
use crate::service::find_campaign::find_any_campaign;
use crate::service::write_to_later::{Days, write_to_later};
use crate::service::{self, draw_audience};

/// What `audience` takes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Nom court de la campagne (lozere-2026), ou son dossier
    #[arg(value_name = "CAMPAGNE")]
    campaign: String,
    /// Compte seulement : ne tire personne, n’invite personne
    #[arg(long)]
    count: bool,
    /// Écrit à ceux qui étaient gardés pour plus tard, par des lettres de ce jour (AAAA-MM-JJ), une fois tous les lots postés
    #[arg(long, value_name = "JOUR", conflicts_with = "count", requires = "reply_by")]
    next_wave: Option<NaiveDate>,
    /// Jusqu’à quand répondre à ces lettres
    #[arg(long, value_name = "JOUR", requires = "next_wave")]
    reply_by: Option<NaiveDate>,
}

/// Counts or draws, and prints what became of all households.
pub async fn audience(config: &Config, arguments: Arguments) -> anyhow::Result<()> {
    let store = service::open_store(config).await?;
    let slug = Path::new(&arguments.campaign).file_name().and_then(|n| n.to_str()).unwrap_or(&arguments.campaign);
    let campaign = find_any_campaign(&store, slug).await?;
    if let Some((posting_day, reply_by)) = arguments.next_wave.zip(arguments.reply_by) {
        let (slug, days) = (&campaign.campaign.slug, Days { posting_day, reply_by });
        let invited = write_to_later(&store, &config.var, campaign.structure, slug, days, Utc::now()).await?;
        store.close().await.map_err(service::Error::from)?;
        println!("{}\u{a0}: {} à qui écrire.", campaign.campaign.name, counted(invited, "foyer"));
        println!("Pour imprimer ces lettres : allervers run {slug}");
        return Ok(());
    }
    let selection = count_audience(&store, &campaign, &campaign.campaign.audience).await?;
    let printed = draw_audience::printed_letters(&store, &campaign).await?;
    let advice = advise_sample(&selection, &campaign.campaign.audience, USUAL, printed);
    let counts = if arguments.count {
        selection.counts
    } else {
        draw_audience::draw_chosen(&store, &config.var, &campaign, Utc::now()).await?
    };
    store.close().await.map_err(service::Error::from)?;
    println!("{}", campaign.campaign.name);
    println!("{}", table(&counts));
    println!("{}", advice.sentences.join("\n"));
    if arguments.count {
        println!("Rien n’a changé : sans --count, le public est tiré.");
    }
    Ok(())
}

/// Every count that says something, a line each.
pub fn table(counts: &Counts) -> String {
    let line = |label: &str, number: u64| format!("  {label:<34}{:>9}", group_thousands(number));
    let mut lines = vec![line("foyers", counts.households)];
    let left_out = counts.left_out().into_iter().filter(|(_, number)| *number > 0);
    lines.extend(left_out.map(|(label, number)| line(&format!("  {label}"), number)));
    let split = format!("  {} maintenant, {} plus tard", group_thousands(counts.now), group_thousands(counts.later));
    lines.push(line("  retenus", counts.selected) + &split);
    lines.join("\n")
}
