//! Uncertain pairs: what a coordinator says of them is done, remembered, and can be taken back.

use allervers::domain::campaign::List;
use allervers::domain::doubt::{Answer, DoubtKind};
use allervers::domain::id::{CampaignId, DeliveryId, HouseholdId, InvitationId, StructureId, UserId};
use allervers::domain::number::InvitationNumber;
use allervers::intake::{Choices, FileContent};
use allervers::service::Store;
use allervers::service::import_list::{Target, commit_list, discard_list, import_list, stage_list};
use allervers::service::progress::Silent;
use allervers::service::review_pairs::{
    PairView, answer_pair, answered_pairs, count_open, open_pairs, undo_answer, undo_link,
};
use allervers::store;
use allervers::store::audience::LetterPlace;
use allervers::store::doubt::{Place, PlacedRow};
use anyhow::{Context, ensure};
use chrono::Utc;
use libtest_mimic::Trial;
use sea_orm::{ConnectionTrait, Statement};

use crate::support::block_on;
use crate::support::campaign::TestCampaign;
use crate::support::databases::{TestDatabase, on_both};

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("an_uncertain_pair_is_linked_unlinked_and_remembered", an_uncertain_pair),
        on_both("a_discarded_list_leaves_nothing", a_discarded_list),
        on_both("an_answer_is_given_again_by_itself_and_can_be_taken_back", a_remembered_answer),
        on_both("who_joined_a_linked_person_goes_with_them_when_the_link_is_undone", followers_of_a_link),
        on_both("a_link_of_the_program_is_undone_and_made_again", an_undone_link),
        on_both("invited_and_printed_households_stand_in_the_way", invited_households),
        on_both("a_list_in_review_under_other_terms_is_read_anew", other_terms),
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

    fn list(&self, name: &str, text: String) -> anyhow::Result<(List, FileContent)> {
        let content = FileContent::new(text.into_bytes());
        let list = List {
            file_name: name.to_owned(),
            sha256: content.sha256()?,
            contract: self.contract.clone(),
            by_hand: false,
        };
        Ok((list, content))
    }

    fn target(&self) -> Target {
        Target { scope: self.scope, campaign: self.campaign, seed: 7 }
    }

    async fn stage(&self, name: &str, text: String) -> anyhow::Result<DeliveryId> {
        let (list, content) = self.list(name, text)?;
        let (target, choices) = (self.target(), Choices::default());
        let staged = stage_list(&self.store, target, &list, &content, &choices, Utc::now(), &Silent).await?;
        Ok(staged.delivery)
    }

    async fn one_open(&self, delivery: DeliveryId) -> anyhow::Result<PairView> {
        let mut open = open_pairs(&self.store, self.scope, delivery).await?;
        ensure!(open.len() == 1, "{open:?}");
        open.pop().context("a pair")
    }

    /// The rows of both sides of a pair.
    async fn sides(&self, pair: &PairView) -> anyhow::Result<[PlacedRow; 2]> {
        let rows = store::doubt::rows(self.store.read(), self.scope, &[pair.one.id, pair.other.id]).await?;
        let side = |id| rows.iter().find(|r| r.id == id).cloned().context("a row");
        Ok([side(pair.one.id)?, side(pair.other.id)?])
    }

    /// Where the rows of a list stand.
    async fn places(&self, delivery: DeliveryId) -> anyhow::Result<Vec<Place>> {
        let rows = store::listed::retirees(self.store.read(), delivery).await?;
        Ok(rows.into_iter().map(|r| Place { same_as: r.same_as, household: r.household }).collect())
    }

    async fn invite(&self, household: HouseholdId) -> anyhow::Result<()> {
        let (scope, number) = (self.scope, InvitationNumber::draw(rand::random(), 0));
        let given = self.store.write::<_, store::StoreError, _>(move |tx| {
            Box::pin(async move {
                store::audience::invite(tx, scope, store::audience::Wave::First, &[(household, number)], Utc::now())
                    .await
            })
        });
        Ok(given.await?)
    }

    /// Every invitation's letter is printed.
    async fn print(&self) -> anyhow::Result<()> {
        let db = self.store.read();
        let ask = Statement::from_string(db.get_database_backend(), "SELECT id FROM invitation".to_owned());
        let mut letters = Vec::new();
        for (at, row) in db.query_all_raw(ask).await?.into_iter().enumerate() {
            let position = u32::try_from(at)? + 1;
            letters.push(LetterPlace {
                invitation: InvitationId(row.try_get("", "id")?),
                lot: 1,
                position,
                pages: 1,
                content: None,
                postcode: None,
                commune: None,
                kept: false,
            });
        }
        let (scope, campaign) = (self.scope, self.campaign);
        let saved = self.store.write::<_, store::StoreError, _>(move |tx| {
            let letters = letters.clone();
            Box::pin(async move { store::audience::save_letters(tx, scope, campaign, &letters, Utc::now()).await })
        });
        Ok(saved.await?)
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
        commit_list(&lists.store, lists.scope, again, Utc::now()).await?;
        ensure!(discard_list(&lists.store, again).await.is_err(), "an accepted list stays");
        ensure!(store::listed::retirees(lists.store.read(), again).await?.len() == 62);
        Ok(())
    })
}

fn a_remembered_answer(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let lists = Lists::new(database).await?;
        let (store, scope, user) = (&lists.store, lists.scope, UserId::new());
        let first = lists.stage("une.csv", text("a")).await?;
        let pair = lists.one_open(first).await?;
        answer_pair(store, scope, user, pair.id, Answer::Same, Utc::now()).await?;
        discard_list(store, first).await?;

        let again = lists.stage("deux.csv", text("b")).await?;
        ensure!(count_open(store, scope, again).await? == 0, "what was answered is not asked again");
        let mut answered = answered_pairs(store, scope, again).await?;
        let pair = answered.pop().context("the remembered pair is shown")?;
        ensure!(answered.is_empty() && pair.answer.is_some_and(|(a, by, _)| a == Answer::Same && by.is_none()));
        let [one, other] = lists.sides(&pair).await?;
        ensure!(other.place.same_as == Some(one.id) && one.place.household == other.place.household, "{other:?}");

        undo_answer(store, scope, pair.id).await?;
        let [one, other] = lists.sides(&pair).await?;
        ensure!(other.place.same_as.is_none() && one.place.household != other.place.household, "{other:?}");
        ensure!(count_open(store, scope, again).await? == 1, "it is open again");
        discard_list(store, again).await?;
        let last = lists.stage("trois.csv", text("c")).await?;
        ensure!(count_open(store, scope, last).await? == 1, "and nothing is remembered any more");
        Ok(())
    })
}

/// The woman of the second address again, and her husband.
const LATER: &str = "Civilité;Nom;Prénom;Né le;Adresse;CP;Commune\n\
    Mme;SOLIGNAC;Yvette;21/03/1941;8 avenue Foch;48000;Mende\n\
    M.;SOLIGNAC;Paul;02/05/1939;8 avenue Foch;48000;Mende\n";

fn followers_of_a_link(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let lists = Lists::new(database).await?;
        let (store, scope, user) = (&lists.store, lists.scope, UserId::new());
        let first = lists.stage("une.csv", text("a")).await?;
        let pair = lists.one_open(first).await?;
        answer_pair(store, scope, user, pair.id, Answer::Same, Utc::now()).await?;
        commit_list(store, scope, first, Utc::now()).await?;
        let second = lists.stage("deux.csv", LATER.to_owned()).await?;
        commit_list(store, scope, second, Utc::now()).await?;
        let [one, _] = lists.sides(&pair).await?;
        let joined = lists.places(second).await?;
        ensure!(joined[0].same_as == Some(one.id), "she is the person of both rows: {joined:?}");
        ensure!(joined.iter().all(|p| p.household == one.place.household), "{joined:?}");

        undo_answer(store, scope, pair.id).await?;
        let [one, other] = lists.sides(&pair).await?;
        ensure!(other.place.same_as.is_none() && one.place.household != other.place.household);
        let now = lists.places(second).await?;
        ensure!(now[0] == Place { same_as: Some(other.id), household: other.place.household }, "{now:?}");
        ensure!(now[1] == Place { same_as: None, household: other.place.household }, "her husband goes with her");

        answer_pair(store, scope, user, pair.id, Answer::Same, Utc::now()).await?;
        ensure!(lists.places(second).await? == joined, "and everybody comes back");
        Ok(())
    })
}

fn an_undone_link(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let lists = Lists::new(database).await?;
        let (store, scope, user) = (&lists.store, lists.scope, UserId::new());
        let namesakes = "Nom;Prénom;Né le;Adresse;CP;Commune\n\
            SOLIGNAC;Yvette;21/03/1941;70 rue Basse;48000;Mende\n\
            SOLIGNAC;Yvette;21/03/1941;8 avenue Foch;48000;Mende\n";
        let first = lists.stage("une.csv", namesakes.to_owned()).await?;
        let rows = store::listed::retirees(store.read(), first).await?;
        ensure!(rows[1].same_as == Some(rows[0].id), "one person by name and day");
        let pair = undo_link(store, scope, user, DoubtKind::Person, rows[1].id, Utc::now()).await?;
        let apart = lists.places(first).await?;
        ensure!(apart[1].same_as.is_none() && apart[0].household != apart[1].household, "{apart:?}");
        let shown = answered_pairs(store, scope, first).await?;
        ensure!(shown.len() == 1 && shown[0].id == pair, "{shown:?}");
        ensure!(undo_link(store, scope, user, DoubtKind::Person, rows[1].id, Utc::now()).await.is_err(), "once");
        commit_list(store, scope, first, Utc::now()).await?;

        let second = lists.stage("deux.csv", LATER.to_owned()).await?;
        commit_list(store, scope, second, Utc::now()).await?;
        let joined = lists.places(second).await?;
        ensure!(joined[0].same_as == Some(rows[1].id) && joined[1].household == apart[1].household, "{joined:?}");

        undo_answer(store, scope, pair).await?;
        let together = lists.places(first).await?;
        ensure!(together[1] == Place { same_as: Some(rows[0].id), household: apart[0].household }, "{together:?}");
        let followed = lists.places(second).await?;
        ensure!(followed[0] == Place { same_as: Some(rows[0].id), household: apart[0].household }, "{followed:?}");
        ensure!(followed[1].household == apart[0].household, "her husband lives with her: {followed:?}");
        Ok(())
    })
}

fn invited_households(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let lists = Lists::new(database).await?;
        let (store, scope, user) = (&lists.store, lists.scope, UserId::new());
        let delivery = lists.stage("une.csv", text("a")).await?;
        commit_list(store, scope, delivery, Utc::now()).await?;
        let pair = lists.one_open(delivery).await?;
        let [one, other] = lists.sides(&pair).await?;
        lists.invite(other.place.household).await?;
        answer_pair(store, scope, user, pair.id, Answer::Same, Utc::now()).await?;
        let [kept, joined] = lists.sides(&pair).await?;
        ensure!(kept.place.household == other.place.household, "the invited household stays: {kept:?} {joined:?}");
        undo_answer(store, scope, pair.id).await?;
        ensure!(lists.sides(&pair).await?[0].place == one.place);

        answer_pair(store, scope, user, pair.id, Answer::Same, Utc::now()).await?;
        lists.print().await?;
        let refused = undo_answer(store, scope, pair.id).await;
        ensure!(refused.is_err_and(|e| e.to_string().contains("imprimée")), "paper cannot be taken back");
        let refused = answer_pair(store, scope, user, pair.id, Answer::Different, Utc::now()).await;
        ensure!(refused.is_err_and(|e| e.to_string().contains("imprimée")));
        ensure!(lists.sides(&pair).await?[0].place == kept.place, "and nothing has moved");
        Ok(())
    })
}

fn other_terms(database: &TestDatabase) -> anyhow::Result<()> {
    block_on(async {
        let mut lists = Lists::new(database).await?;
        let first = lists.stage("une.csv", text("a")).await?;
        commit_list(&lists.store, lists.scope, first, Utc::now()).await?;
        // A run that is killed after the rows are in, and a contract that is changed before the next.
        let waiting = lists.stage("deux.csv", LATER.to_owned()).await?;
        ensure!(lists.places(waiting).await?[0].same_as.is_some(), "matched with the first list");
        lists.contract.matching = false;
        let (list, content) = lists.list("deux.csv", LATER.to_owned())?;
        import_list(&lists.store, lists.target(), &list, &content, Utc::now(), &Silent).await?.context("taken in")?;
        let campaign = store::delivery::of_campaign(lists.store.read(), lists.campaign).await?;
        let second = campaign.iter().find(|d| d.list.file_name == "deux.csv").context("the second list")?;
        ensure!(!second.list.contract.matching);
        let places = lists.places(second.id).await?;
        let theirs: Vec<_> = lists.places(first).await?.into_iter().map(|p| p.household).collect();
        ensure!(places.len() == 2 && places.iter().all(|p| p.same_as.is_none()), "{places:?}");
        ensure!(places.iter().all(|p| !theirs.contains(&p.household)), "and no household is shared");

        // What a coordinator has before her is hers to decide about.
        lists.contract.matching = true;
        let (mut list, content) = lists.list("trois.csv", text("c"))?;
        list.by_hand = true;
        let choices = Choices::default();
        stage_list(&lists.store, lists.target(), &list, &content, &choices, Utc::now(), &Silent).await?;
        list.contract.matching = false;
        let refused = import_list(&lists.store, lists.target(), &list, &content, Utc::now(), &Silent).await;
        ensure!(refused.is_err_and(|e| e.to_string().contains("attend d’être vérifiée")));
        Ok(())
    })
}
