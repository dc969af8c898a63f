//! The logos of a campaign, each decoded once, and what a workshop's pieces show of them.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::document::flyer::Credits;
use crate::document::picture::Picture;
use crate::domain::campaign::Campaign;
use crate::domain::logo::Logo;
use crate::domain::workshop::Workshop;
use crate::service::{Error, Result};

/// The logos of a campaign, ready to be placed.
pub struct Logos<'c> {
    campaign: &'c Campaign,
    structure: Option<Rc<Picture>>,
    funders: HashMap<&'c str, Rc<Picture>>,
}

impl<'c> Logos<'c> {
    /// Decodes the logos of a campaign.
    pub fn of(campaign: &'c Campaign) -> Result<Self> {
        let decode = |logo: &Logo, whose: &str| {
            Picture::of(logo)
                .map_err(|why| Error::Refused(format!("Le logo de {whose} ne peut pas être imprimé\u{a0}: {why}")))
        };
        let structure = &campaign.structure;
        let own = structure.logo.as_ref().map(|logo| decode(logo, &structure.name)).transpose()?;
        let mut funders = HashMap::new();
        for funder in &campaign.funders {
            if let Some(logo) = &funder.logo {
                funders.insert(funder.slug.as_str(), decode(logo, &funder.name)?);
            }
        }
        Ok(Self { campaign, structure: own, funders })
    }

    /// Who makes what is about no workshop.
    pub fn own(&self) -> Credits {
        Credits { structure: self.structure.clone(), ..Credits::default() }
    }

    /// Who makes a workshop's pieces and who pays for it.
    pub fn credits(&self, workshop: &Workshop) -> Credits {
        let funder = workshop.funder.as_deref().and_then(|slug| self.campaign.funder(slug));
        let logo = funder.and_then(|f| Some((f.name.clone(), Rc::clone(self.funders.get(f.slug.as_str())?))));
        Credits {
            structure: self.structure.clone(),
            funders: logo.into_iter().collect(),
            mentions: funder.map(|f| f.mentions.clone()).unwrap_or_default(),
        }
    }
}

/// The same as facts of an output; null where a workshop's pieces show neither logo nor mention.
pub fn facts(campaign: &Campaign, workshop: &Workshop) -> Value {
    let hash = |logo: &Option<Logo>| logo.as_ref().map(|l| hex::encode(Sha256::digest(l.bytes())));
    let funder = workshop.funder.as_deref().and_then(|slug| campaign.funder(slug));
    let own = hash(&campaign.structure.logo);
    match funder.filter(|f| f.logo.is_some() || !f.mentions.is_empty()) {
        None if own.is_none() => Value::Null,
        funder => json!({
            "structure": own,
            "funder": funder.map(|f| &f.name),
            "logo": funder.and_then(|f| hash(&f.logo)),
            "mentions": funder.map(|f| &f.mentions),
        }),
    }
}
