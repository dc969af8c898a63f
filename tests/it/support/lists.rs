//! A structure with campaigns, into which lists are taken as a coordinator would.

use allervers::domain::campaign::List;
use allervers::domain::id::{CampaignId, DeliveryId, HouseholdId, StructureId};
use allervers::intake::{Choices, FileContent};
use allervers::service::Store;
use allervers::service::import_list::{Target, commit_list, stage_list};
use allervers::service::progress::{Progress, Silent};
use allervers::service::sweep_leftovers::sweep_leftovers;
use allervers::store;
use allervers::store::audience::LetterPlace;
use allervers::store::household::HouseholdRows;
use anyhow::Context;
use chrono::{DateTime, Utc};

use super::block_on;
use super::campaign::{TestCampaign, empty_campaign};
use super::databases::TestDatabase;

/// The columns of every list here.
pub const COLUMNS: &str =
    "Référence;Civilité;Nom;Nom de naissance;Prénom;Date de naissance;Adresse;Code postal;Commune;Téléphone;Courriel\n";

/// A structure, and the campaign whose lists are filled.
pub struct Lists {
    /// The database.
    pub store: Store,
    /// The structure.
    pub scope: StructureId,
    /// The campaign's short name.
    pub slug: String,
    target: Target,
    contract: allervers::domain::contract::Contract,
}

impl Lists {
    /// The campaign `lozere` of « Numérique en Lozère », with its invited couple.
    pub fn in_database(database: &TestDatabase) -> anyhow::Result<(Self, TestCampaign)> {
        let campaign = block_on(TestCampaign::in_database(database))?;
        Ok((Self::of(campaign.store.clone(), "lozere")?, campaign))
    }

    /// Another campaign: of the same structure by its name, or of another.
    pub fn another(&self, slug: &str, structure: &str) -> anyhow::Result<Self> {
        block_on(empty_campaign(&self.store, slug, structure))?;
        Self::of(self.store.clone(), slug)
    }

    fn of(store: Store, slug: &str) -> anyhow::Result<Self> {
        let stored = block_on(store::campaign::by_slug(store.read(), slug))?.context("the campaign")?;
        let target = Target { scope: stored.structure, campaign: stored.id, seed: 48 };
        let contract = stored.campaign.lists.first().map(|l| l.contract.clone());
        let contract = contract.unwrap_or_else(|| super::campaign::contract(Utc::now().date_naive()));
        Ok(Self { store, scope: stored.structure, slug: slug.to_owned(), target, contract })
    }

    /// The campaign.
    pub fn campaign(&self) -> CampaignId {
        self.target.campaign
    }

    /// Takes a list of a fund in, without its header.
    pub fn take_in(&self, fund: &str, rows: &str, now: DateTime<Utc>) -> anyhow::Result<DeliveryId> {
        let delivery = self.stage(fund, &format!("{COLUMNS}{rows}"), now)?;
        block_on(commit_list(&self.store, self.scope, delivery, now))?;
        Ok(delivery)
    }

    /// Reads a list of a fund, which then waits to be accepted.
    pub fn stage(&self, fund: &str, text: &str, now: DateTime<Utc>) -> anyhow::Result<DeliveryId> {
        self.stage_watched(fund, text, now, &Silent)
    }

    /// The same, while somebody watches.
    pub fn stage_watched(
        &self,
        fund: &str,
        text: &str,
        now: DateTime<Utc>,
        watcher: &dyn Progress,
    ) -> anyhow::Result<DeliveryId> {
        let content = FileContent::new(text.to_owned().into_bytes());
        let contract = allervers::domain::contract::Contract { fund: fund.to_owned(), ..self.contract.clone() };
        let file_name = format!("{}.csv", fund.replace(['’', ' '], "-"));
        let list = List { file_name, sha256: content.sha256()?, contract, by_hand: false };
        let choices = Choices::default();
        Ok(block_on(stage_list(&self.store, self.target, &list, &content, &choices, now, watcher))?.delivery)
    }

    /// Takes every list of the campaign out again, as a purge would.
    pub fn forget(&self) -> anyhow::Result<()> {
        let (scope, campaign) = (self.scope, self.target.campaign);
        let forgotten = self.store.write(move |tx| {
            Box::pin(async move {
                store::audience::save_letters(tx, scope, campaign, &[], Utc::now()).await?;
                store::delivery::give_all_up(tx, campaign).await
            })
        });
        block_on(forgotten)?;
        let var = tempfile::tempdir()?;
        Ok(block_on(sweep_leftovers(&self.store, var.path()))?)
    }

    /// The household in which somebody has this surname in use.
    pub fn household(&self, surname: &str) -> anyhow::Result<HouseholdRows> {
        let all = block_on(store::household::of_campaign(self.store.read(), self.target.campaign))?;
        let found = all.into_iter().find(|h| h.rows.iter().any(|r| r.retiree.usage_name == surname));
        found.with_context(|| format!("a household {surname}"))
    }

    /// « post », « doubt », « email phone » …: what the rows of a household say, in this order.
    pub fn closed(&self, surname: &str) -> anyhow::Result<String> {
        let household = self.household(surname)?;
        let any = |told: fn(&store::household::PersonRow) -> bool| household.rows.iter().any(told);
        let said = [
            ("post", any(|r| r.opposed_post.is_some())),
            ("email", any(|r| r.opposed_email.is_some())),
            ("phone", any(|r| r.opposed_phone.is_some())),
            ("doubt", any(|r| r.opposition_doubt.is_some())),
        ];
        Ok(said.iter().filter(|(_, is)| *is).map(|(what, _)| *what).collect::<Vec<_>>().join(" "))
    }

    /// Prints a letter for these households, and gives their numbers.
    pub fn print(&self, households: &[HouseholdId]) -> anyhow::Result<Vec<String>> {
        use allervers::domain::number::InvitationNumber;
        let (scope, campaign) = (self.scope, self.target.campaign);
        let numbered: Vec<_> =
            (7u64..).zip(households).map(|(n, h)| (*h, InvitationNumber::draw(n * 7919 + 1_000_000, 0))).collect();
        let numbers = numbered.iter().map(|(_, n)| n.digits()).collect();
        let printed = self.store.write(move |tx| {
            let numbered = numbered.clone();
            Box::pin(async move {
                store::audience::invite(tx, scope, store::audience::Wave::First, &numbered, Utc::now()).await?;
                let ids: Vec<HouseholdId> = numbered.iter().map(|(h, _)| *h).collect();
                let invited = store::household::invitations(tx, scope, &ids).await?;
                let places: Vec<_> = (1u32..)
                    .zip(invited)
                    .map(|(position, i)| LetterPlace {
                        invitation: i.invitation,
                        lot: 9,
                        position,
                        pages: 1,
                        content: None,
                        postcode: None,
                        commune: None,
                        kept: false,
                    })
                    .collect();
                store::audience::save_letters(tx, scope, campaign, &places, Utc::now()).await
            })
        });
        block_on(printed)?;
        Ok(numbers)
    }
}
