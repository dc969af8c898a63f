//! What the desk and the comparison change, on both databases.

use std::collections::BTreeMap;

use allervers::config::{Config, Overrides};
use allervers::domain::channel::Channel;
use allervers::domain::id::{HouseholdId, StructureId};
use allervers::domain::number::Reference;
use allervers::domain::opposition::{Channels, Source};
use allervers::domain::registration::EntryMode;
use allervers::service::cancel::cancel;
use allervers::service::compare_channels::compare_channels;
use allervers::service::find_household::{Found, HouseholdCard, find};
use allervers::service::note_opposition::of_household as no_letters;
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
        on_both("the_same_person_is_known_by_number_by_name_and_as_a_companion", the_same_person),
        on_both("a_cancelled_seat_goes_to_who_waits_first", a_cancellation),
        on_both("more_seats_go_to_who_waits", more_seats),
        on_both("what_was_printed_is_not_rewritten_but_named", what_was_printed),
        on_both("a_mended_contract_reaches_the_letters", a_mended_contract),
        on_both("a_structure_can_change_its_name", a_new_name),
        on_both("a_reference_of_another_campaign_is_refused", another_campaigns_reference),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Reach, registered and attended households.
type Counts = (Option<u64>, u64, u64);

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
        let store = block_on(Store::open(&config.database_url(), crate::support::KEY.into()))?;
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
        self.again(RunOptions { reissue: true, ..RunOptions::default() })
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

    /// The counts of each channel.
    fn channels(&self) -> anyhow::Result<BTreeMap<Channel, Counts>> {
        let compared = block_on(compare_channels(&self.store, self.scope, "essai-2027", self.now))?;
        Ok(compared
            .comparison
            .rows
            .iter()
            .map(|r| (r.channel, (r.reach.map(|reach| reach.low), r.registered, r.attended_once)))
            .collect())
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
    let born = block_on(find(&campaign.store, campaign.scope, "roux", campaign.now))?;
    ensure!(matches!(born, Found::One(_)), "by the name at birth alone");
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
    block_on(no_letters(&campaign.store, campaign.scope, card.id, Channels::POST, Source::Desk, campaign.now))?;
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
    campaign.reissue()?;
    ensure!(!campaign.letters()?.iter().any(|l| l[3] == card.id.to_string()), "no second letter goes there");
    let young = campaign.find("combes")?;
    block_on(report::wrong_address(&campaign.store, campaign.scope, young.id, campaign.now))?;
    let nobody = block_on(report::wrong_address(&campaign.store, campaign.scope, HouseholdId::new(), campaign.now));
    ensure!(nobody.is_err(), "an unknown household is refused");
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
        let held = sheet.workshop.workshop.sessions[0].ends.and_utc();
        block_on(mark_attendance::mark(&campaign.store, campaign.scope, "tablette-mende", at, present, held))
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
        campaign.now + chrono::TimeDelta::days(365),
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

fn the_same_person(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = Campaign::run(database)?;
    let card = campaign.find("pages")?;
    let number = card.invited.context("an invitation")?.number.to_string();
    let nowhere = || Request { phone: String::new(), ..request("Yvette", "Pagès") };
    let on_the_web = Request { invitation: number, ..nowhere() };
    let at_the_desk = Request { household: Some(card.id), entry: EntryMode::Phone, ..nowhere() };
    let at = |request: &Request| -> anyhow::Result<_> {
        let workshop = block_on(store::workshop::by_slug(campaign.store.read(), "tablette-mende"))?.context("it")?;
        Ok(block_on(register(&campaign.store, &workshop, request, campaign.now))?)
    };
    let first = at(&on_the_web)?;
    let again = at(&at_the_desk)?;
    ensure!(!again.new && again.registration.id == first.registration.id, "the number and the name are one household");
    let couple = vec![("Jean".to_owned(), "Pagès".to_owned()), ("YVETTE".to_owned(), "Pages".to_owned())];
    let with_her = Request { people: couple, household: Some(card.id), ..nowhere() };
    ensure!(!at(&with_her)?.new, "a companion has a seat already");
    let son = Request { people: vec![("Luc".to_owned(), "Pagès".to_owned())], household: Some(card.id), ..nowhere() };
    ensure!(at(&son)?.new, "somebody else of the household has none");
    Ok(())
}

fn a_cancellation(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    pack.change("capacity = 10", "capacity = 2")?;
    let campaign = Campaign::of(pack, database)?;
    let pair = |last: &str| Request {
        people: vec![("Ève".into(), last.into()), ("Luc".into(), last.into())],
        ..request("", "")
    };
    for (wanted, status) in [
        (pair("Un"), "confirmed"),
        (pair("Deux"), "waiting 1"),
        (request("Ida", "Trois"), "waiting 2"),
        (request("Max", "Quatre"), "waiting 3"),
    ] {
        ensure!(campaign.register("tablette-mende", &wanted)?? == status, "{status}");
    }
    let workshop = block_on(store::workshop::by_slug(campaign.store.read(), "tablette-mende"))?.context("it")?;
    let there = || block_on(store::registration::at_workshop(campaign.store.read(), workshop.id));
    let first = there()?[0].id;
    let stranger = block_on(cancel(&campaign.store, StructureId::new(), first));
    ensure!(stranger.is_err(), "another structure cancels nothing");
    let seated = block_on(cancel(&campaign.store, campaign.scope, first))?;
    ensure!(seated.len() == 1 && seated[0].participants[0].last_name == "Deux", "{seated:?}");
    ensure!(there()?.len() == 3, "who cancelled is gone");
    ensure!(block_on(cancel(&campaign.store, campaign.scope, first))?.is_empty(), "twice is once");
    ensure!(campaign.register("tablette-mende", &request("Max", "Quatre"))?? == "waiting 2", "the list moved up");
    Ok(())
}

fn more_seats(database: &TestDatabase) -> anyhow::Result<()> {
    let pack = TestPack::new()?;
    pack.change("capacity = 10", "capacity = 1")?;
    let campaign = Campaign::of(pack, database)?;
    for (last, status) in [("Un", "confirmed"), ("Deux", "waiting 1"), ("Trois", "waiting 2")] {
        ensure!(campaign.register("tablette-mende", &request("Ida", last))?? == status, "{last}");
    }
    campaign.pack.change("capacity = 1", "capacity = 2")?;
    campaign.again(RunOptions { reissue: true, ..RunOptions::default() })?;
    ensure!(campaign.register("tablette-mende", &request("Ida", "Deux"))?? == "confirmed", "who waited first is in");
    ensure!(campaign.register("tablette-mende", &request("Ida", "Trois"))?? == "waiting 1", "the next moved up");
    Ok(())
}

fn what_was_printed(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = Campaign::run(database)?;
    let lot = campaign.pack.out().join("letters/lot-001.pdf");
    let printed = std::fs::read(&lot)?;
    std::fs::remove_file(&lot)?;
    campaign.again(RunOptions::default())?;
    ensure!(std::fs::read(&lot)? == printed, "a lost file comes back as it was");

    let later = Campaign { now: campaign.now + TimeDelta::hours(1), ..campaign };
    let card = later.find("vidal")?;
    block_on(no_letters(&later.store, later.scope, card.id, Channels::POST, Source::Desk, later.now))?;
    let run = |reissue| {
        let options = RunOptions { reissue, ..RunOptions::default() };
        block_on(run_campaign(&later.store, &later.config, &later.pack.path(), options, later.now, &Silent))
    };
    let warned = run(false)?;
    ensure!(warned.written.is_empty() && std::fs::read(&lot)? == printed, "the printed lot stays");
    ensure!(warned.withdrawn.len() == 1 && warned.withdrawn[0].why == "ne veut plus de courrier", "{warned:?}");
    std::fs::remove_file(&lot)?;
    let refused = run(false);
    ensure!(refused.is_err_and(|e| e.to_string().contains("à l’identique")), "it cannot be made as it was");
    ensure!(!lot.exists(), "and nothing else is put in its place");
    let reissued = run(true)?;
    ensure!(reissued.withdrawn.is_empty() && lot.exists(), "made anew, on demand");
    ensure!(!later.letters()?.iter().any(|l| l[3] == card.id.to_string()), "without them");
    Ok(())
}

fn a_mended_contract(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = Campaign::run(database)?;
    let lot = campaign.pack.out().join("letters/lot-001.pdf");
    let printed = std::fs::read(&lot)?;
    campaign.pack.change("fund = \"l’Agirc-Arrco\"", "fund = \"la Carsat\"")?;
    campaign.again(RunOptions { reissue: true, ..RunOptions::default() })?;
    ensure!(campaign.find("pages")?.funds[0].0 == "la Carsat", "the desk names the fund as it is");
    ensure!(std::fs::read(&lot)? != printed, "the letters too");
    campaign.again(RunOptions::default())?;
    Ok(())
}

fn a_new_name(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = Campaign::run(database)?;
    campaign.pack.change("name = \"Numérique en Lozère\"", "name = \"Numérique 48\"")?;
    campaign.again(RunOptions { reissue: true, ..RunOptions::default() })?;
    let stored = block_on(store::campaign::by_slug(campaign.store.read(), "essai-2027"))?.context("the campaign")?;
    ensure!(
        stored.structure == campaign.scope && stored.campaign.structure.name == "Numérique 48",
        "the same structure"
    );
    Ok(())
}

fn another_campaigns_reference(database: &TestDatabase) -> anyhow::Result<()> {
    let campaign = Campaign::run(database)?;
    let unknown = (0..).map(Reference::draw).find(|drawn| {
        block_on(store::campaign::by_reference(campaign.store.read(), *drawn)).is_ok_and(|found| found.is_none())
    });
    let by_unknown = Request { reference: unknown.context("a free reference")?.to_string(), ..request("A", "B") };
    let refused = campaign.register("tablette-mende", &by_unknown)?;
    ensure!(matches!(refused, Err(RegisterError::Fields(ref e)) if e[0].field == "reference"), "{refused:?}");
    Ok(())
}
