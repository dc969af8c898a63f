//! Begin a campaign in the office, from nothing or from another one whose workshops move to new days.

use chrono::TimeDelta;

use super::edit_campaign::{Around, EditError, FieldMistake};
use super::read_pack::commune;
use super::save_campaign::save_campaign;
use super::{Error, Store};
use crate::domain::campaign::{Audience, Campaign, LetterText, too_early, too_late};
use crate::domain::edition::Editions;
use crate::domain::id::StructureId;
use crate::domain::slug;
use crate::domain::workshop::Workshop;
use crate::pack::{self, CampaignFacts, Context};
use crate::store;
use crate::store::campaign::StoredCampaign;

/// The letter a new campaign begins with.
pub const STANDARD_LETTER: &str = include_str!("../../templates/letters/invitation.md");

/// The name of the audience of a campaign that no pack described.
const FIRST_AUDIENCE: &str = "Public de la campagne";

/// Whom a new campaign writes to until somebody chooses: CNAV's age for these workshops, what people drive in the country,
/// and the share that is written to later (field notes, section 8).
fn standard_audience() -> Audience {
    Audience { minimum_age: 60, within_km: 25.0, later_share: 0.15, ..Audience::default() }
}

/// Begins a campaign with the facts that were typed, and with all of `model`'s where one is named. Its slug is made from
/// its name where none was typed.
pub async fn create_campaign(
    store: &Store,
    scope: StructureId,
    fields: &[(String, String)],
    model: Option<&str>,
    around: &Around,
) -> Result<StoredCampaign, EditError> {
    let (fields, model, around) = (fields.to_vec(), model.map(str::to_owned), around.clone());
    store
        .write(move |tx| {
            let (fields, model, around) = (fields.clone(), model.clone(), around.clone());
            Box::pin(async move {
                let structure = store::structure::by_id(tx, scope).await?.ok_or_else(unfinished)?;
                let slug = new_slug(tx, &fields).await?;
                let (slug, facts) = match (slug, read_facts(&fields, &around)) {
                    (Ok(slug), Ok(facts)) => (slug, facts),
                    (slug, facts) => {
                        let mut mistakes: Vec<_> = slug.err().into_iter().collect();
                        mistakes.extend(facts.err().into_iter().flatten());
                        return Err(EditError::Fields(mistakes));
                    }
                };
                let campaign = match &model {
                    Some(model) => {
                        let model = store::campaign::of_structure(tx, scope, model).await?.ok_or_else(no_model)?;
                        let taken = store::workshop::slugs(tx).await?;
                        resumed(model.campaign, slug, facts, &around, taken)?
                    }
                    None => Campaign {
                        slug,
                        name: facts.name,
                        public_url: facts.public_url,
                        seed: facts.seed,
                        anchor: around.today,
                        posting_day: facts.posting_day,
                        reply_by: facts.reply_by,
                        seed_address: facts.seed_address,
                        structure,
                        funders: vec![],
                        venues: vec![],
                        workshops: vec![],
                        outlets: vec![],
                        lists: vec![],
                        audience: standard_audience(),
                        audience_name: FIRST_AUDIENCE.to_owned(),
                        other_audiences: vec![],
                        letter: LetterText {
                            file_name: "texts/lettre.md".to_owned(),
                            source: STANDARD_LETTER.to_owned(),
                        },
                        editions: Editions::default(),
                        partners: vec![],
                    },
                };
                Ok(save_campaign(tx, Some(scope), &campaign).await?)
            })
        })
        .await
}

fn read_facts(fields: &[(String, String)], around: &Around) -> Result<CampaignFacts, Vec<FieldMistake>> {
    let public_url = around.public_url.as_deref();
    pack::read_facts(fields, &Context { anchor: around.today, draft: true, public_url, commune: &commune })
}

/// The slug that was typed, or one made from the name.
async fn new_slug(tx: &store::Tx, fields: &[(String, String)]) -> Result<Result<String, FieldMistake>, EditError> {
    let get = |name: &str| fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim());
    let refused = |message: String| FieldMistake { field: "slug".to_owned(), message };
    let typed = get("slug");
    if !typed.is_empty() {
        return Ok(match slug::parse(typed) {
            Ok(slug) if store::campaign::is_taken(tx, &slug).await? || is_reserved(&slug) => {
                Err(refused(format!("« {slug} » est déjà pris, choisissez-en un autre.")))
            }
            read => read.map_err(|e| refused(e.to_string())),
        });
    }
    // Few campaigns share a name: the first free number is soon found.
    let mut taken = Vec::new();
    loop {
        let slug = slug::from_name(get("name"), |s| is_reserved(s) || taken.iter().any(|t| t == s));
        if !store::campaign::is_taken(tx, &slug).await? {
            return Ok(Ok(slug));
        }
        taken.push(slug);
    }
}

/// Words that the office's own addresses use where a campaign's slug stands.
pub fn is_reserved(slug: &str) -> bool {
    ["campagnes", "structure", "listes", "oppositions", "public", "refus", "comptes"].contains(&slug)
}

/// Another campaign's workshops, places, funders, outlets and letter, as many whole weeks later as the letters are.
fn resumed(
    model: Campaign,
    slug: String,
    facts: CampaignFacts,
    around: &Around,
    mut taken: Vec<String>,
) -> Result<Campaign, EditError> {
    let days = (facts.posting_day - model.posting_day).num_days();
    let shift = TimeDelta::weeks((days as f64 / 7.0).round() as i64);
    let mut workshops = Vec::new();
    for workshop in model.workshops {
        let later = moved(workshop, shift);
        let early = too_early(later.first_day(), facts.posting_day, facts.reply_by)
            .or_else(|| Some(format!("il commencerait {}", too_late(later.first_day(), around.today)?)));
        if let Some(why) = early {
            let message = format!("Reporté d’autant, « {} » ne va plus : {why}", later.slug);
            return Err(EditError::Fields(vec![FieldMistake { field: "posting_day".to_owned(), message }]));
        }
        let slug = slug::from_name(&later.slug, |s| taken.iter().any(|t| t == s));
        taken.push(slug.clone());
        workshops.push(Workshop { slug, ..later });
    }
    Ok(Campaign {
        slug,
        name: facts.name,
        public_url: facts.public_url,
        seed: facts.seed,
        anchor: around.today,
        posting_day: facts.posting_day,
        reply_by: facts.reply_by,
        seed_address: facts.seed_address,
        workshops,
        lists: vec![],
        ..model
    })
}

fn moved(mut workshop: Workshop, shift: TimeDelta) -> Workshop {
    for session in &mut workshop.sessions {
        session.starts += shift;
        session.ends += shift;
    }
    workshop
}

/// A structure that has only its name cannot run a campaign.
pub fn unfinished() -> Error {
    Error::Refused("Dites d’abord qui est votre structure : adresse, téléphone, signature.".to_owned())
}

fn no_model() -> Error {
    Error::NotFound("La campagne à reprendre n’existe pas dans votre structure.".to_owned())
}
