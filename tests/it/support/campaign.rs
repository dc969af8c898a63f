//! A small campaign in the database: three workshops, a couple with an invitation, an outlet, an account a role.

use allervers::config::{Config, Overrides};
use allervers::domain::address::PostalAddress;
use allervers::domain::campaign::{Audience, Campaign, LetterText, List};
use allervers::domain::channel::{Channel, Outlet};
use allervers::domain::contract::{Contract, Role as ListRole};
use allervers::domain::edition::Editions;
use allervers::domain::id::{CampaignId, HouseholdId, OutletId, RetireeId, StructureId};
use allervers::domain::number::{InvitationNumber, Reference};
use allervers::domain::phone::Phone;
use allervers::domain::price::{Cents, Price};
use allervers::domain::retiree::{Birth, Civility, Retiree};
use allervers::domain::structure::Structure;
use allervers::domain::user::Role;
use allervers::domain::workshop::{Session, Venue, Workshop};
use allervers::identity;
use allervers::service::add_user::add_user;
use allervers::store::audience::LetterPlace;
use allervers::store::delivery::RowCounts;
use allervers::store::listed::{Chunk, PersonColumns, RowPlace};
use allervers::store::{self, Store, StoreError};
use allervers::web::App;
use anyhow::Context;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::databases::TestDatabase;

/// The password of every account.
pub const PASSWORD: &str = "un mot de passe assez long";
/// The structure's phone, as pages show it.
pub const PHONE: &str = "04\u{a0}65\u{a0}71\u{a0}00\u{a0}10";
/// The text of its letter.
const LETTER: &str = "# {{sujet}}, {{lieu}}\n\n{{salutation}}\n\nAvec {{caisses}}, venez.\n\n{{ateliers}}\n\n{{reponse}}\n\n---\n\n{{origine}} {{droits}}";
/// The public address in the tests' settings.
pub const PUBLIC_URL: &str = "https://numerique.exemple.fr";

/// A campaign of « Numérique en Lozère ». `tablette-langogne` has 8 seats, `demarches-mende` 3 and costs 40 €, and
/// `arnaques-florac` has begun.
pub struct TestCampaign {
    /// The database.
    pub store: Store,
    /// The invitation of Yvette and Jean Pagès in Langogne.
    pub invitation: InvitationNumber,
    /// The town hall of Langogne's reference for `tablette-langogne`.
    pub reference: Reference,
    /// Their household.
    pub household: HouseholdId,
}

impl TestCampaign {
    /// Writes it into a fresh database.
    pub async fn in_database(database: &TestDatabase) -> anyhow::Result<Self> {
        let store = Store::open(&database.url, super::KEY.into()).await?;
        let definition = definition("lozere", "Numérique en Lozère", workshops());
        let (id, structure) = save(&store, &definition).await?;
        let household = pages_family(&store, structure, id, &definition.lists[0]).await?;
        let invitation = InvitationNumber::draw(2_827_153, 0);
        let saved = store::campaign::by_slug(store.read(), "lozere").await?.context("the campaign")?;
        let reference = Reference::draw(114);
        let at = saved.campaign.workshops.iter().position(|w| w.slug == "tablette-langogne").context("the workshop")?;
        let (outlet, workshop): (OutletId, _) = (saved.outlet_ids[1], saved.workshop_ids[at]);
        store
            .write(move |tx| {
                Box::pin(async move {
                    store::campaign::insert_reference(tx, structure, outlet, workshop, reference).await?;
                    store::audience::invite(
                        tx,
                        structure,
                        store::audience::Wave::First,
                        &[(household, invitation)],
                        Utc::now(),
                    )
                    .await?;
                    let invited = store::household::invitations(tx, structure, &[household]).await?;
                    let letter = LetterPlace {
                        invitation: invited[0].invitation,
                        lot: 3,
                        position: 118,
                        pages: 1,
                        content: None,
                        postcode: None,
                        commune: None,
                        kept: false,
                    };
                    store::audience::save_letters(tx, structure, id, &[letter], Utc::now()).await
                })
            })
            .await?;
        for (email, role) in [
            ("accueil@exemple.fr", Role::Desk),
            ("coordination@exemple.fr", Role::Coordinator),
            ("hub@exemple.fr", Role::Hub),
        ] {
            add_user(&store, email, role, None, PASSWORD, Utc::now()).await?;
        }
        Ok(Self { store, invitation, reference, household })
    }

    /// Adds another structure with a workshop and a desk of its own, `accueil@ailleurs.fr`.
    pub async fn and_another_structure(&self) -> anyhow::Result<()> {
        let elsewhere = workshop("photos-nimes", "Trier ses photos", "Nîmes", 30, 10, 0);
        save(&self.store, &definition("gard", "Numérique du Gard", vec![elsewhere])).await?;
        let named = Some("Numérique du Gard");
        add_user(&self.store, "accueil@ailleurs.fr", Role::Desk, named, PASSWORD, Utc::now()).await?;
        Ok(())
    }

    /// The pages over it.
    pub fn app(&self) -> anyhow::Result<App> {
        App::new(self.store.clone(), config()?)
    }

    /// The pages over it, where only the campaign says the public address, with these settings.
    pub fn app_with(&self, settings: &str) -> anyhow::Result<App> {
        App::new(self.store.clone(), read_config(settings)?)
    }

    /// Gives a workshop more seats, as an older version would have: nobody who waits gets one.
    pub async fn raise_capacity(&self, slug: &str, capacity: u16) -> anyhow::Result<()> {
        let found = self.workshop(slug).await?;
        let raised = Workshop { capacity, ..found.workshop };
        self.store
            .write::<_, StoreError, _>(move |tx| {
                let raised = raised.clone();
                Box::pin(async move { store::workshop::save(tx, found.structure, found.campaign, &raised).await })
            })
            .await
            .map_err(Into::into)
    }

    /// Moves a workshop so that its third session was yesterday.
    pub async fn hold_three_sessions(&self, slug: &str) -> anyhow::Result<()> {
        hold_three_sessions(&self.store, slug).await
    }

    /// The workshop with this slug, as registrations take it.
    pub async fn workshop(&self, slug: &str) -> anyhow::Result<store::workshop::StoredWorkshop> {
        store::workshop::by_slug(self.store.read(), slug).await?.context("the workshop")
    }
}

/// Moves a workshop so that its third session was yesterday.
pub async fn hold_three_sessions(store: &Store, slug: &str) -> anyhow::Result<()> {
    let found = store::workshop::by_slug(store.read(), slug).await?.context("the workshop")?;
    let mut workshop = found.workshop;
    let earlier = workshop.sessions[2].starts.date() - (Utc::now() - TimeDelta::days(1)).date_naive();
    for session in &mut workshop.sessions {
        session.starts -= earlier;
        session.ends -= earlier;
    }
    store
        .write::<_, StoreError, _>(move |tx| {
            let workshop = workshop.clone();
            Box::pin(async move { store::workshop::save(tx, found.structure, found.campaign, &workshop).await })
        })
        .await
        .map_err(Into::into)
}

/// The settings of the tests: the defaults, with a public address.
pub fn config() -> anyhow::Result<Config> {
    read_config(&format!("public_url = \"{PUBLIC_URL}\"\nfailures_allowed = 5\n"))
}

fn read_config(settings: &str) -> anyhow::Result<Config> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("config.toml");
    std::fs::write(&file, settings)?;
    // Of its own: what is made in one is none of another's business.
    let var = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("var-{:032x}", rand::random::<u128>()));
    Ok(Config::load(Some(&file), Overrides { var: Some(var), ..Overrides::default() })?)
}

fn workshops() -> Vec<Workshop> {
    vec![
        workshop("arnaques-florac", "Éviter les arnaques", "Florac", -10, 8, 0),
        workshop("demarches-mende", "Mes démarches en ligne", "Mende", 20, 3, 4000),
        workshop("tablette-langogne", "Débuter avec une tablette", "Langogne", 40, 8, 0),
    ]
}

/// Eight weekly sessions from 14 to 16, the first in so many days.
fn workshop(slug: &str, topic: &str, town: &str, in_days: i64, capacity: u16, price_cents: u64) -> Workshop {
    let first = (Utc::now() + TimeDelta::days(in_days)).date_naive();
    let at = |week: u64, hour: u32| -> NaiveDateTime {
        (first + Days::new(7 * week)).and_time(NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour"))
    };
    let (postcode, commune) = match town {
        "Langogne" => ("48300", "48080"),
        "Mende" => ("48000", "48095"),
        "Nîmes" => ("30000", "30189"),
        _ => ("48400", "48061"),
    };
    Workshop {
        slug: slug.to_owned(),
        topic: topic.to_owned(),
        short_topic: topic.split(' ').next_back().unwrap_or_default().to_owned(),
        summary: "Écrire à ses proches, faire ses démarches, éviter les arnaques. Nous prêtons une tablette."
            .to_owned(),
        minimum_age: 55,
        price: Price(Cents(price_cents)),
        capacity,
        venue: Venue {
            slug: allervers::domain::slug::from_name(town, |_| false),
            name: format!("Médiathèque de {town}"),
            street: "9 place de l’Exemple".to_owned(),
            directions: "parking devant".to_owned(),
            postcode: postcode.parse().expect("a postcode"),
            town: town.to_owned(),
            commune: commune.parse().expect("a commune"),
        },
        sessions: (0..8).map(|week| Session { starts: at(week, 14), ends: at(week, 16), venue: None }).collect(),
        support: "avec le soutien de l’Agirc-Arrco".to_owned(),
        funder: None,
    }
}

fn definition(slug: &str, structure: &str, workshops: Vec<Workshop>) -> Campaign {
    let today = Utc::now().date_naive();
    let outlet = |slug: &str, channel, euros: u64, reach, piece: u64| Outlet {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        channel,
        cost: Cents(euros * 100),
        cost_per_piece: Cents(piece),
        reach,
        pieces: vec![],
    };
    Campaign {
        slug: slug.to_owned(),
        name: "Lozère, hiver".to_owned(),
        public_url: PUBLIC_URL.to_owned(),
        seed: 48,
        anchor: today,
        posting_day: today,
        reply_by: today + Days::new(14),
        seed_address: None,
        structure: Structure {
            name: structure.to_owned(),
            street: "3 place de l’Exemple".to_owned(),
            postcode: "48000".parse().expect("a postcode"),
            town: "Mende".to_owned(),
            phone: Phone::parse("04 65 71 00 10").expect("a phone"),
            hours: "du lundi au vendredi, de 9 h à 17 h".to_owned(),
            data_email: "donnees@exemple.fr".to_owned(),
            signatory: "Claude Exemple".to_owned(),
            colour: None,
            logo: None,
            signature: None,
        },
        funders: vec![],
        venues: vec![],
        workshops,
        outlets: vec![
            outlet("courriers", Channel::Letter, 0, None, 152),
            outlet("mairie-langogne", Channel::Poster, 60, Some(1200), 0),
            outlet("bulletin", Channel::Bulletin, 180, Some(5200), 0),
            outlet("stand", Channel::Stand, 140, Some(210), 0),
            outlet("radio", Channel::Radio, 0, None, 0),
        ],
        lists: vec![List {
            file_name: "liste.csv".to_owned(),
            sha256: slug.repeat(8),
            contract: contract(today),
            by_hand: false,
        }],
        audience: Audience { minimum_age: 60, within_km: 25.0, later_share: 0.15, ..Audience::default() },
        audience_name: "Public du dossier".to_owned(),
        other_audiences: vec![],
        letter: LetterText { file_name: "lettre.md".to_owned(), source: LETTER.to_owned() },
        editions: Editions::default(),
        partners: vec![],
    }
}

/// A campaign without workshops.
pub async fn empty_campaign(store: &Store, slug: &str, structure: &str) -> anyhow::Result<()> {
    save(store, &definition(slug, structure, vec![])).await?;
    Ok(())
}

/// The terms of the tests' lists.
pub fn contract(today: NaiveDate) -> Contract {
    Contract {
        fund: "l’Agirc-Arrco".to_owned(),
        role: ListRole::Controller,
        purpose: "proposer des ateliers".to_owned(),
        legal_basis: "Nous écrivons dans le cadre d’une mission d’intérêt public.".to_owned(),
        convention: "convention du 2 novembre 2026".to_owned(),
        dpo: "dpo@exemple.fr".to_owned(),
        received_on: today,
        purge_on: today + Days::new(200),
        matching: true,
        mentions: vec![],
        approved_by: String::new(),
        approved_on: None,
        approved_content: None,
    }
}

async fn save(store: &Store, definition: &Campaign) -> anyhow::Result<(CampaignId, StructureId)> {
    let saved = definition.clone();
    let id = store
        .write(move |tx| {
            let saved = saved.clone();
            Box::pin(async move { store::campaign::save(tx, &saved).await })
        })
        .await?;
    let stored = store::campaign::by_slug(store.read(), &definition.slug).await?.context("the campaign")?;
    Ok((id, stored.structure))
}

async fn pages_family(
    store: &Store,
    scope: StructureId,
    campaign: CampaignId,
    list: &List,
) -> anyhow::Result<HouseholdId> {
    let household = HouseholdId::new();
    let people = [("Yvette", Civility::Madame, 1947, Some("04 65 71 92 48")), ("Jean", Civility::Monsieur, 1945, None)];
    let mut chunk = Chunk::default();
    chunk.household(household, "1");
    for (row, (first_name, civility, born, phone)) in (1..).zip(people) {
        let retiree = Retiree {
            civility: Some(civility),
            usage_name: "PAGÈS".to_owned(),
            first_name: first_name.to_owned(),
            birth: Birth::Year(born),
            phone: phone.map(|p| Phone::parse(p).expect("a phone")),
            address: PostalAddress {
                line4: "12 RUE DES ECOLES".to_owned(),
                line6: "48300 LANGOGNE".to_owned(),
                postcode: "48300".parse().ok(),
                commune: "48080".parse().ok(),
                ..PostalAddress::default()
            },
            ..Retiree::default()
        };
        let search_name = format!(" {}", identity::search_key(&format!("PAGÈS {first_name} Langogne")));
        let place = RowPlace { id: RetireeId::new(), row, same_as: None, household };
        chunk.person(place, &PersonColumns::of(&retiree), &search_name);
    }
    let (list, now): (List, DateTime<Utc>) = (list.clone(), Utc::now());
    let purge_on = list.contract.purge_on;
    let delivery = store
        .write::<_, StoreError, _>(move |tx| {
            let (list, facts) = (list.clone(), r#"{"header":[],"dropped":[]}"#.to_owned());
            Box::pin(async move { store::delivery::stage(tx, scope, campaign, &list, facts, now).await })
        })
        .await?;
    let rows = chunk.prepare(store.read(), scope, campaign, delivery, purge_on)?;
    store.bring_in(rows).await?;
    store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                store::delivery::finish(tx, delivery, RowCounts { accepted: 2, corrected: 0, refused: 0 }, None)
                    .await?;
                store::delivery::commit(tx, delivery).await.map(|_| ())
            })
        })
        .await?;
    Ok(household)
}
