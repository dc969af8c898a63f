//! Uncertain pairs: what a coordinator says of them is done, remembered, and can be taken back.

use allervers::domain::campaign::List;
use allervers::domain::doubt::Answer;
use allervers::domain::id::{CampaignId, StructureId, UserId};
use allervers::intake::{Choices, FileContent};
use allervers::service::Store;
use allervers::service::import_list::{Target, commit_list, discard_list, stage_list};
use allervers::service::progress::Silent;
use allervers::service::review_pairs::{answer_pair, count_open, open_pairs, undo_answer};
use allervers::store;
use anyhow::{Context, ensure};
use chrono::Utc;
use libtest_mimic::Trial;

use crate::support::block_on;
use crate::support::campaign::TestCampaign;
use crate::support::databases::{TestDatabase, on_both};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("an_uncertain_pair_is_linked_unlinked_and_remembered", an_uncertain_pair),
        on_both("a_discarded_list_leaves_nothing", a_discarded_list),
    ]
    .into_iter()
    .flatten()
    .collect()
}

struct Lists {
    store: Store,
    scope: StructureId,
    campaign: CampaignId,
    contract: allervers::domain::contract::Contract,
}

impl Lists {
    async fn new(database: &TestDatabase) -> anyhow::Result<Self> {
        let store = TestCampaign::in_database(database).await?.store;
        let saved = store::campaign::by_slug(store.read(), "lozere").await?.context("the campaign")?;
        let mut contract = saved.campaign.lists[0].contract.clone();
        contract.matching = true;
        Ok(Self { scope: saved.structure, campaign: saved.id, contract, store })
    }

    async fn stage(&self, name: &str, text: String) -> anyhow::Result<allervers::domain::id::DeliveryId> {
        let content = FileContent::new(text.into_bytes());
        let list = List {
            file_name: name.to_owned(),
            sha256: content.sha256()?,
            contract: self.contract.clone(),
            by_hand: false,
        };
        let target = Target { scope: self.scope, campaign: self.campaign, seed: 7 };
        let staged = stage_list(&self.store, target, &list, &content, &Choices::default(), Utc::now(), &Silent).await?;
        Ok(staged.delivery)
    }
}

/// Sixty people, and twice an Yvette SOLIGNAC at two addresses, whose dates of birth differ by a slip.
fn text(remark: &str) -> String {
    const FRONTS: [&str; 8] = ["BRU", "CAL", "DOR", "FAB", "GAU", "LAV", "MON", "PEY"];
    const ENDS: [&str; 8] = ["ADE", "AGUE", "ENC", "EUX", "IOL", "OUL", "UC", "ARD"];
    let mut text = format!("Nom;Prénom;Né le;Adresse;CP;Commune;{remark}\n");
    for i in 0..60 {
        let name = format!("{}{}", FRONTS[i % 8], ENDS[i / 8]);
        text +=
            &format!("{name};Jean;0{}/0{}/19{};{} rue Basse;48000;Mende;\n", 1 + i % 9, 1 + i % 7, 30 + i % 25, i + 1);
    }
    text += "SOLIGNAC;Yvette;12/03/1941;70 rue Basse;48000;Mende;\n";
    text + "SOLIGNAC;Yvette;21/03/1941;8 avenue Foch;48000;Mende;\n"
}

fn an_uncertain_pair(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let lists = Lists::new(database).await?;
        let (store, scope, user) = (&lists.store, lists.scope, UserId::new());
        let delivery = lists.stage("une.csv", text("a")).await?;
        let open = open_pairs(store, scope, delivery).await?;
        ensure!(open.len() == 1, "{open:?}");
        let pair = &open[0];
        ensure!(pair.reason.contains("12/03/1941") && pair.reason.contains("21/03/1941"), "{}", pair.reason);
        ensure!(pair.one.row == 61 && pair.other.row == 62 && pair.one.file_name == "une.csv", "{pair:?}");
        let place = async || -> anyhow::Result<_> {
            let ids = [pair.one.id, pair.other.id];
            let rows = store::doubt::rows(store.read(), scope, &ids).await?;
            Ok((rows[0].place, rows[1].place))
        };
        let before = place().await?;
        ensure!(before.1.same_as.is_none() && before.0.household != before.1.household);

        answer_pair(store, scope, user, pair.id, Answer::Same, Utc::now()).await?;
        let linked = place().await?;
        ensure!(linked.1.same_as == Some(pair.one.id) && linked.0.household == linked.1.household, "{linked:?}");
        ensure!(count_open(store, scope, delivery).await? == 0);

        undo_answer(store, scope, pair.id).await?;
        ensure!(place().await? == before, "the rows stand where they stood");
        ensure!(count_open(store, scope, delivery).await? == 1);

        answer_pair(store, scope, user, pair.id, Answer::Different, Utc::now()).await?;
        ensure!(place().await? == before);
        discard_list(store, delivery).await?;
        let again = lists.stage("deux.csv", text("b")).await?;
        ensure!(count_open(store, scope, again).await? == 0, "what was answered is not asked again");
        Ok(())
    })
}

fn a_discarded_list(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let lists = Lists::new(database).await?;
        let delivery = lists.stage("une.csv", text("a")).await?;
        ensure!(store::listed::retirees(lists.store.read(), delivery).await?.len() == 62);
        discard_list(&lists.store, delivery).await?;
        ensure!(store::listed::retirees(lists.store.read(), delivery).await?.is_empty());
        ensure!(store::delivery::in_review(lists.store.read(), lists.campaign).await?.is_none());
        let again = lists.stage("une.csv", text("a")).await?;
        commit_list(&lists.store, again).await?;
        ensure!(discard_list(&lists.store, again).await.is_err(), "an accepted list stays");
        ensure!(store::listed::retirees(lists.store.read(), again).await?.len() == 62);
        Ok(())
    })
}
