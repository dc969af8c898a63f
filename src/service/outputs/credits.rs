//! The logos of a campaign, each decoded once, and what a workshop's pieces show of them.

use std::collections::HashMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
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

    /// Who makes what is about all workshops and who pays for any of them.
    pub fn all_credits(&self) -> Credits {
        let mut all = self.own();
        for credits in self.campaign.workshops.iter().map(|w| self.credits(w)) {
            for (name, logo) in credits.funders {
                if all.funders.iter().all(|(known, _)| *known != name) {
                    all.funders.push((name, logo));
                }
            }
            for mention in credits.mentions {
                if !all.mentions.contains(&mention) {
                    all.mentions.push(mention);
                }
            }
        }
        all
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

/// The same as facts of an output: pictures by their hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditFacts {
    structure: Option<String>,
    funder: Option<String>,
    logo: Option<String>,
    mentions: Vec<String>,
}

/// What a text shows of them: the mentions; nothing where there are none.
pub fn words(campaign: &Campaign, workshop: &Workshop) -> Option<CreditFacts> {
    let words = facts(campaign, workshop).filter(|facts| !facts.mentions.is_empty());
    words.map(|facts| CreditFacts { structure: None, logo: None, ..facts })
}

/// What a workshop's pieces show of logos and mentions; nothing where they show none.
pub fn facts(campaign: &Campaign, workshop: &Workshop) -> Option<CreditFacts> {
    let hash = |logo: &Option<Logo>| logo.as_ref().map(|l| hex::encode(Sha256::digest(l.bytes())));
    let funder = workshop.funder.as_deref().and_then(|slug| campaign.funder(slug));
    let funder = funder.filter(|f| f.logo.is_some() || !f.mentions.is_empty());
    let structure = hash(&campaign.structure.logo);
    (structure.is_some() || funder.is_some()).then(|| CreditFacts {
        structure,
        funder: funder.map(|f| f.name.clone()),
        logo: funder.and_then(|f| hash(&f.logo)),
        mentions: funder.map(|f| f.mentions.clone()).unwrap_or_default(),
    })
}
