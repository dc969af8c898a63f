//! What the desk and the comparison change, on both databases.

use std::collections::BTreeMap;

use allervers::config::{Config, Overrides};
use allervers::domain::channel::Channel;
use allervers::domain::id::StructureId;
use allervers::domain::registration::EntryMode;
use allervers::service::compare_channels::compare_channels;
use allervers::service::find_household::{Found, HouseholdCard, find};
use allervers::service::progress::Silent;
use allervers::service::register::{RegisterError, Request, register};
use allervers::service::run_campaign::{RunOptions, run_campaign};
use allervers::service::{Store, mark_attendance, report};
use allervers::store;
use anyhow::{Context, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use libtest_mimic::Trial;

use crate::support::block_on;
use crate::support::databases::{TestDatabase, on_both};
use crate::support::pack::TestPack;

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    [
        on_both("the_desk_finds_a_household_by_whatever_the_caller_says", the_desk_finds),
        on_both("after_a_death_the_letter_goes_to_the_survivor", a_death),
        on_both("who_does_not_want_letters_gets_none", an_opposition),
        on_both("a_returned_letter_reached_nobody", a_return),
        on_both("a_registration_moves_its_channel_by_one", a_registration_counts),
        on_both("a_free_seat_goes_first_to_who_waits_for_it", the_waiting_list_is_fair),
        on_both("a_registration_needs_names_and_a_way_to_answer", fields_are_named),
        on_both("a_processors_list_is_matched_with_no_other", a_processors_list),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A campaign that has been run.
struct Campaign {
    pack: TestPack,
    config: Config,
    store: Store,
    scope: StructureId,
    now: DateTime<Utc>,
}

impl Campaign {
    fn run(database: &TestDatabase) -> anyhow::Result<Self> {
        Self::of(TestPack::new()?, database)
    }

    fn of(pack: TestPack, database: &TestDatabase) -> anyhow::Result<Self> {
        let overrides = Overrides { var: Some(pack.var()), database: Some(database.url.clone()) };
        let config = Config::load(None, overrides)?;
        let store = block_on(Store::open(&config.database_url()))?;
        let scope = StructureId::new();
        let mut campaign = Self { pack, config, store, scope, now: Utc::now() };
        campaign.again(RunOptions::default())?;
        let stored = block_on(store::campaign::by_slug(campaign.store.read(), "essai-2027"))?;
        campaign.scope = stored.context("the campaign")?.structure;
        Ok(campaign)
    }

    fn again(&self, options: RunOptions) -> anyhow::Result<()> {
        block_on(run_campaign(&self.store, &self.config, &self.pack.path(), options, self.now, &Silent))?;
        Ok(())
    }

    /// Prints the letters anew, after a change of the text that makes it necessary.
    fn reissue(&self) -> anyhow::Result<()> {
        let letter = std::fs::read_to_string(self.pack.path().join("texts/lettre.md"))?;
        self.pack.write("texts/lettre.md", letter.replace("Au plaisir", "Avec le plaisir").as_bytes())?;
        self.again(RunOptions { reissue: true, allow_local: false })
    }

    fn find(&self, typed: &str) -> anyhow::Result<HouseholdCard> {
        match block_on(find(&self.store, self.scope, typed, self.now))? {
            Found::One(card) => Ok(*card),
            other => bail!("« {typed} » gives {other:?}"),
        }
    }

    fn letters(&self) -> anyhow::Result<Vec<csv::StringRecord>> {
        let manifest = std::fs::read(self.pack.out().join("letters/manifest.csv"))?;
        Ok(csv::Reader::from_reader(manifest.as_slice()).records().collect::<Result<_, _>>()?)
    }

    fn register(&self, slug: &str, request: &Request) -> anyhow::Result<Result<String, RegisterError>> {
        let workshop = block_on(store::workshop::by_slug(self.store.read(), slug))?.context("the workshop")?;
        let done = block_on(register(&self.store, &workshop, request, self.now));
        Ok(done.map(|r| {
            format!("{}{}", r.registration.status.code(), r.position.map(|p| format!(" {p}")).unwrap_or_default())
        }))
    }

    /// Reach, registered and attended households by channel.
    fn channels(&self) -> anyhow::Result<BTreeMap<Channel, (Option<u64>, u64, u64)>> {
        let compared = block_on(compare_channels(&self.store, self.scope, "essai-2027", self.now))?;
        Ok(compared.comparison.rows.iter().map(|r| (r.channel, (r.reach, r.registered, r.attended_once))).collect())
    }
}

fn request(first: &str, last: &str) -> Request {
    Request {
        entry: EntryMode::Api,
        people: vec![(first.to_owned(), last.to_owned())],
        phone: "04 65 71 00 77".to_owned(),
        email: String::new(),
        invitation: String::new(),
        reference: String::new(),
        heard_from: String::new(),
        household: None,
        may_wait: true,
        kept_days: 365,
    }
}

fn the_desk_finds(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = Campaign::run(database)?;
    let by_name = campaign.find("pages yvette")?;
    ensure!(by_name.name == "Yvette et Jean PAGÈS", "{}", by_name.name);
    ensure!(by_name.people.len() == 2 && !by_name.by_number, "{:?}", by_name.people);
    let number = by_name.invited.clone().context("an invitation")?.number;
    let by_number = campaign.find(&number.to_string())?;
    ensure!(by_number.id == by_name.id && by_number.by_number, "the same household by its number");
    ensure!(campaign.find("Roux Mende")?.id == by_name.id, "by maiden name and commune");
    ensure!(campaign.find("+33465710001")?.id == by_name.id, "by phone");
    ensure!(by_name.workshops[0].workshop.slug == "tablette-mende", "the nearest workshop stands first");
    ensure!(by_name.funds.len() == 1 && by_name.funds[0].0 == "l’Agirc-Arrco", "{:?}", by_name.funds);
    let mistyped = format!("{}{}", &number.digits()[..7], (number.value() + 1) % 10);
    for (typed, said) in [(mistyped.as_str(), "erreur de frappe"), ("Tartempion", "Aucun foyer"), ("", "Tapez")] {
        match block_on(find(&campaign.store, campaign.scope, typed, campaign.now))? {
            Found::Nothing(why) => ensure!(why.contains(said), "{typed}: {why}"),
            other => bail!("« {typed} » gives {other:?}"),
        }
    }
    let elsewhere = block_on(find(&campaign.store, StructureId::new(), "pages", campaign.now))?;
    ensure!(matches!(elsewhere, Found::Nothing(_)), "another structure sees nobody");
    let elsewhere = block_on(find(&campaign.store, StructureId::new(), &number.digits(), campaign.now))?;
    ensure!(matches!(elsewhere, Found::Nothing(_)), "not even by number");
    Ok(())
}

fn a_death(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = Campaign::run(database)?;
    let card = campaign.find("pages")?;
    let jean = card.people.iter().find(|p| p.first_name == "Jean").context("Jean")?.id;
    for _ in 0..2 {
        block_on(report::death(&campaign.store, campaign.scope, card.id, jean, campaign.now))?;
    }
    ensure!(campaign.find("pages")?.name == "Yvette PAGÈS", "the desk speaks of the survivor");
    let stranger = campaign.find("vidal")?.people[0].id;
    let wrong = block_on(report::death(&campaign.store, campaign.scope, card.id, stranger, campaign.now));
    ensure!(wrong.is_err(), "nobody dies in another household");
    let before = campaign.letters()?;
    campaign.reissue()?;
    ensure!(campaign.letters()? == before, "the survivor keeps the letter and its number");
    Ok(())
}

fn an_opposition(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = Campaign::run(database)?;
    let card = campaign.find("vidal")?;
    let before = campaign.letters()?.len();
    block_on(report::opposition(&campaign.store, campaign.scope, card.id, campaign.now))?;
    campaign.again(RunOptions::default())?;
    ensure!(campaign.letters()?.len() == before, "what is printed stays");
    campaign.reissue()?;
    let after = campaign.letters()?;
    ensure!(after.len() == before - 1 && !after.iter().any(|l| l[3] == card.id.to_string()), "no letter for them");
    Ok(())
}

fn a_return(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = Campaign::run(database)?;
    let before = campaign.channels()?[&Channel::Letter].0.context("a reach")?;
    let card = campaign.find("vidal")?;
    for _ in 0..2 {
        block_on(report::wrong_address(&campaign.store, campaign.scope, card.id, campaign.now))?;
    }
    ensure!(campaign.channels()?[&Channel::Letter].0 == Some(before - 1), "it reached nobody, once");
    let young = campaign.find("combes")?;
    let nothing = block_on(report::wrong_address(&campaign.store, campaign.scope, young.id, campaign.now));
    ensure!(nothing.is_err_and(|e| e.to_string().contains("Aucune lettre")), "who got no letter returns none");
    Ok(())
}

fn a_registration_counts(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = Campaign::run(database)?;
    let number = campaign.find("pages")?.invited.context("an invitation")?.number;
    let couple = Request {
        people: vec![("Yvette".into(), "Pagès".into()), ("Jean".into(), "Pagès".into())],
        invitation: number.to_string(),
        heard_from: "poster".to_owned(),
        ..request("", "")
    };
    ensure!(campaign.register("tablette-mende", &couple)?? == "confirmed", "two seats");
    let stored = block_on(store::campaign::by_slug(campaign.store.read(), "essai-2027"))?.context("the campaign")?;
    let flyer = stored.campaign.outlets.iter().position(|o| o.channel == Channel::Flyer).context("a flyer outlet")?;
    let reference = stored.references[&(stored.outlet_ids[flyer], stored.workshop_ids[0])];
    let by_flyer = Request { reference: reference.to_string(), ..request("Luc", "Fabre") };
    ensure!(campaign.register("tablette-mende", &by_flyer)?? == "confirmed", "one seat");
    let by_word = Request { heard_from: "word_of_mouth".to_owned(), ..request("Anne", "Malet") };
    ensure!(campaign.register("tablette-mende", &by_word)?? == "confirmed", "one seat");

    let channels = campaign.channels()?;
    ensure!((channels[&Channel::Letter].1, channels[&Channel::Letter].2) == (1, 0), "one household, the number first");
    ensure!(channels[&Channel::Flyer].1 == 1 && channels[&Channel::WordOfMouth].1 == 1, "{channels:?}");
    ensure!(channels[&Channel::Poster].1 == 0, "the answer does not outvote the number");

    let sheet = block_on(mark_attendance::sheet(&campaign.store, campaign.scope, "tablette-mende"))?;
    let yvette = sheet.seated[0].participants[0].id;
    let mark = |present: &[_], at| {
        block_on(mark_attendance::mark(&campaign.store, campaign.scope, "tablette-mende", at, present, campaign.now))
    };
    mark(&[yvette], 0)?;
    ensure!(campaign.channels()?[&Channel::Letter].2 == 1, "the letter channel goes up by one");
    mark(&[], 0)?;
    ensure!(campaign.channels()?[&Channel::Letter].2 == 0, "a mark can be corrected");
    ensure!(mark(&[yvette], 8).is_err(), "there are eight sessions");
    let other = block_on(mark_attendance::mark(
        &campaign.store,
        campaign.scope,
        "demarches-florac",
        0,
        &[yvette],
        campaign.now,
    ));
    ensure!(other.is_err(), "only who is registered can come");
    Ok(())
}

fn the_waiting_list_is_fair(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    pack.change("capacity = 10", "capacity = 3")?;
    let campaign = Campaign::of(pack, database)?;
    let couple = |last: &str| Request {
        people: vec![("Ève".into(), last.into()), ("Luc".into(), last.into())],
        ..request("", "")
    };
    let at = |request: &Request| campaign.register("tablette-mende", request);
    ensure!(at(&couple("Un"))?? == "confirmed", "two of three");
    let asks_first = Request { may_wait: false, ..couple("Deux") };
    ensure!(matches!(at(&asks_first)?, Err(RegisterError::Full { seats_left: 1 })), "two wanted, one left");
    ensure!(at(&couple("Deux"))?? == "waiting 1", "the couple stays together");
    ensure!(at(&couple("Deux"))?? == "waiting 1", "the same couple again is the first one");
    ensure!(at(&request("Ida", "Trois"))?? == "confirmed", "one seat is no use to a couple that waits for two");
    ensure!(at(&request("Max", "Quatre"))?? == "waiting 2", "full");
    ensure!(at(&request("Max", "Quatre"))?? == "waiting 2", "once");
    Ok(())
}

fn fields_are_named(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = Campaign::run(database)?;
    let fields = |request: Request| -> anyhow::Result<Vec<&'static str>> {
        match campaign.register("tablette-mende", &request)? {
            Err(RegisterError::Fields(errors)) => {
                ensure!(errors.iter().all(|e| e.message.ends_with(['.', ')'])), "{errors:?}");
                Ok(errors.iter().map(|e| e.field).collect())
            }
            other => bail!("{other:?}"),
        }
    };
    ensure!(fields(request("", " "))? == ["first_name", "last_name"], "names");
    ensure!(fields(Request { phone: "12".into(), ..request("A", "B") })? == ["phone"], "phone");
    ensure!(fields(Request { phone: " ".into(), ..request("A", "B") })? == ["phone"], "no way to answer");
    ensure!(fields(Request { email: "a@b".into(), ..request("A", "B") })? == ["email"], "e-mail");
    ensure!(fields(Request { invitation: "12345678".into(), ..request("A", "B") })? == ["invitation"], "check digit");
    ensure!(fields(Request { reference: "1".into(), ..request("A", "B") })? == ["reference"], "reference");
    ensure!(fields(Request { heard_from: "x".into(), ..request("A", "B") })? == ["heard_from"], "source");
    let three = vec![("A".to_owned(), "B".to_owned()); 3];
    ensure!(fields(Request { people: three, ..request("A", "B") })? == ["seats"], "three people");
    let begun = Campaign { now: campaign.now + TimeDelta::days(120), ..campaign };
    ensure!(matches!(begun.register("tablette-mende", &request("A", "B"))?, Err(RegisterError::Begun)), "too late");
    Ok(())
}

fn a_processors_list(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    let source = std::fs::read_to_string(pack.path().join("campaign.toml"))?;
    let (_, list) = source.split_once("[[list]]").context("a list")?;
    let second = list.replace("courte.csv", "seconde.csv").replace("matching = true", "matching = false");
    pack.write("campaign.toml", format!("{source}\n[[list]]{second}").as_bytes())?;
    let rows = format!("{}\n", crate::support::pack::SHORT_LIST.trim_end());
    pack.write("lists/seconde.csv", rows.replace("PAGÈS;Jean", "PAGÈS;Jean ").as_bytes())?;
    let campaign = Campaign::of(pack, database)?;
    let found = block_on(find(&campaign.store, campaign.scope, "vidal", campaign.now))?;
    ensure!(matches!(found, Found::Several { ref lines, .. } if lines.len() == 2), "{found:?}");
    Ok(())
}
