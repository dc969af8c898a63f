//! What the sections of a pack hold that stand once in it: the campaign's facts, the structure, the audience; and its lists.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::course::{self, Places, TellBy};
use super::{CampaignFacts, Context, NamedFile, Pack, Section, audience, edition, funder, outlet};
use crate::domain::calendar::resolve_day;
use crate::domain::colour::Colour;
use crate::domain::contract::{Contract, Role};
use crate::domain::edition::Editions;
use crate::domain::phone::Phone;
use crate::domain::seed_address::SeedAddress;
use crate::domain::structure::Structure;
use crate::domain::{Invalid, slug};

/// The whole pack. Everything is read before anything is missed, so that all mistakes are found at once.
pub fn pack(document: &mut Section<'_>, context: &Context<'_>) -> Option<Pack> {
    let mut campaign = document.section("campaign");
    let (mut structure_logo, mut signature) = (None, None);
    let structure = document.section("structure").and_then(|mut s| {
        structure_logo = funder::picture(&mut s, "logo", "logos/structure.png");
        signature = funder::picture(&mut s, "signature", "logos/signature.png");
        self::structure(s)
    });
    let audience = document.section("audience");
    let anchor = campaign.as_mut().and_then(|section| anchor(section, context.anchor)).unwrap_or(context.anchor);
    let context = &Context { anchor, ..*context };
    let (venues, venues_known) = course::venues(document, context);
    let audience = audience.and_then(|section| audience::chosen(section, &venues, venues_known));
    let mut names: BTreeSet<_> = audience.iter().map(|chosen| chosen.name.clone()).collect();
    let others =
        all(document.optional_sections("audiences"), |s| audience::other(s, &venues, venues_known, &mut names));
    let head = campaign.and_then(|section| head(section, context));
    let mut slugs = BTreeSet::new();
    let funders = all(document.optional_sections("funder"), |s| funder::in_pack(s, &mut slugs));
    let places = Places {
        venues: &venues,
        venues_known,
        funders: &funders.iter().flatten().map(|(funder, _)| funder.clone()).collect::<Vec<_>>(),
        funders_known: funders.is_some(),
        tell_by: head.as_ref().map(|(facts, _)| TellBy {
            today: anchor,
            posting_day: facts.posting_day,
            reply_by: facts.reply_by,
        }),
        anchor,
    };
    let mut slugs = BTreeSet::new();
    let workshops = all(document.repeated("workshop", context.draft), |mut s| {
        let slug = unique_slug(&mut s, &mut slugs, "debuter-langogne");
        let workshop = course::workshop(&mut s, slug, &places);
        s.finish();
        workshop
    });
    let mut slugs = BTreeSet::new();
    let outlets = all(document.repeated("outlet", context.draft), |mut s| {
        let slug = unique_slug(&mut s, &mut slugs, "mairie-langogne");
        let outlet = outlet::outlet(&mut s, slug);
        s.finish();
        outlet
    });
    let editions = match document.optional_section("documents") {
        Some(mut s) => {
            let editions = edition::editions(&mut s);
            s.finish();
            editions
        }
        None => Some(Editions::default()),
    };
    let mut named = BTreeSet::new();
    let partners = all(document.optional_sections("partner"), |mut s| {
        let partner = edition::partner(&mut s);
        if partner.as_ref().is_some_and(|partner| !named.insert(partner.name.clone())) {
            s.refuse(0, "name", "deux partenaires portent ce nom : distinguez-les, par leur commune par exemple.");
        }
        s.finish();
        partner
    });
    let lists = all(document.optional_sections("list"), |s| list(s, anchor));
    let ((facts, letter), mut workshops, mut funders, mut others) = (head?, workshops?, funders?, others?);
    others.sort_by(|a, b| a.name.cmp(&b.name));
    workshops.sort_by(|a, b| (a.first().starts, &a.slug).cmp(&(b.first().starts, &b.slug)));
    funders.sort_by(|(a, _), (b, _)| a.slug.cmp(&b.slug));
    Some(Pack {
        facts,
        anchor,
        structure: structure?,
        structure_logo,
        signature,
        funders,
        venues: venues.into_values().collect(),
        workshops,
        outlets: outlets?,
        editions: editions?,
        partners: partners?,
        audience: audience?,
        other_audiences: others,
        letter,
        lists: lists?,
    })
}

/// A list's contract.
pub fn contract(section: &mut Section<'_>, anchor: NaiveDate) -> Option<Contract> {
    let fund = section.text("fund", "l’Agirc-Arrco");
    let role = section.parsed("role", "controller", |role| match role {
        "controller" => Ok(Role::Controller),
        "processor" => Ok(Role::Processor),
        _ => Err(Invalid::new("écrivez « controller » (la structure décide, sous convention) ou « processor » (la caisse écrit par votre intermédiaire).")),
    });
    let purpose = section.text("purpose", "vous proposer des ateliers près de chez vous");
    let legal_basis = section.text("legal_basis", "La MSA agit dans sa mission d’intérêt public.");
    let convention = section.text("convention", "convention du 2 novembre 2026");
    let dpo = section.text("dpo", "dpo@exemple.fr");
    let received_on = section.parsed("received_on", "2026-11-02", |day| resolve_day(day, anchor));
    let purge = section.text_at("purge_on", "2027-06-30");
    let purge_on = purge.and_then(|(line, day)| {
        let day = section.understood(line, "purge_on", resolve_day(&day, anchor))?;
        if received_on.is_some_and(|received| day <= received) {
            section.mistake(line, "« purge_on » : la date d’effacement doit suivre la date de réception.");
            return None;
        }
        Some(day)
    });
    let matching = section.yes_or_no("matching");
    let mentions = section.optional_texts("mentions").map(|(_, texts)| texts).unwrap_or_default();
    let approved_by = section.optional_text("approved_by");
    let approved_on = section.optional_parsed("approved_on", |day| resolve_day(day, anchor));
    if approved_on.is_some() && approved_by.is_empty() {
        section.mistake(
            section.line_of("approved_on"),
            "« approved_on » dit quand le bon à tirer a été donné : dites aussi par qui, avec « approved_by ».",
        );
        return None;
    }
    let approved_content = section.optional_parsed("approved_content", digest);
    if approved_content.is_some() && approved_on.is_none() {
        section.mistake(
            section.line_of("approved_content"),
            "« approved_content » dit ce qui a été approuvé : dites aussi quand, avec « approved_on ».",
        );
        return None;
    }
    Some(Contract {
        fund: fund?,
        role: role?,
        purpose: purpose?,
        legal_basis: legal_basis?,
        convention: convention?,
        dpo: dpo?,
        received_on: received_on?,
        purge_on: purge_on?,
        matching: matching?,
        mentions,
        approved_by,
        approved_on,
        approved_content,
    })
}

/// The digest that a proof bears.
fn digest(written: &str) -> Result<String, Invalid> {
    let digest = written.trim();
    if digest.len() >= 12 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Ok(digest.to_owned());
    }
    Err(Invalid::new("recopiez ce que porte le haut de l’épreuve après « ÉPREUVE », par exemple « 39be9e6414c9 »."))
}

/// The day that « J » stands for, where the pack says it: an exported pack keeps the day of its first run.
fn anchor(section: &mut Section<'_>, first_run: NaiveDate) -> Option<NaiveDate> {
    section.optional_parsed("anchor", |day| resolve_day(day, first_run))
}

fn head(mut section: Section<'_>, context: &Context<'_>) -> Option<(CampaignFacts, NamedFile)> {
    let facts = facts(&mut section, context);
    let letter = section.text_at("letter", "texts/lettre.md").map(|(line, path)| NamedFile { path, line });
    section.finish();
    Some((facts?, letter?))
}

/// A campaign's own facts, of a pack or a form.
pub fn facts(section: &mut Section<'_>, context: &Context<'_>) -> Option<CampaignFacts> {
    let name = section.text("name", "Lozère, hiver 2027");
    let public_url = match context.public_url {
        Some(url) => {
            section.optional_text("public_url");
            section.understood(section.line(), "ALLERVERS_PUBLIC_URL", public_url(url))
        }
        None => section.parsed("public_url", "https://numerique.exemple.fr", public_url),
    };
    let seed = section.number("seed", 0..=i64::MAX as u64);
    let posting_day = section.parsed("posting_day", "J+21 lundi", |day| resolve_day(day, context.anchor));
    let reply = section.text_at("reply_by", "J+36 mardi");
    let reply_by = reply.and_then(|(line, day)| {
        let day = section.understood(line, "reply_by", resolve_day(&day, context.anchor))?;
        if posting_day.is_some_and(|posting| day <= posting) {
            section.refuse(line, "reply_by", "la date limite de réponse doit suivre le jour d’envoi des lettres.");
            return None;
        }
        Some(day)
    });
    let seed_given = section.has("seed_address");
    let seed_address = section
        .optional_texts("seed_address")
        .filter(|(_, lines)| !lines.is_empty())
        .map(|(line, lines)| section.understood(line, "seed_address", SeedAddress::try_from(lines)));
    if seed_given && matches!(seed_address, Some(None)) {
        return None;
    }
    Some(CampaignFacts {
        seed_address: seed_address.flatten(),
        name: name?,
        public_url: public_url?,
        seed: seed?,
        posting_day: posting_day?,
        reply_by: reply_by?,
    })
}

fn public_url(url: &str) -> Result<String, Invalid> {
    let url = url.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let plain = |h: &str| {
        !h.is_empty()
            && h.chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '/' | '_' | '~'))
    };
    match host {
        Some(host) if plain(host) => Ok(url.to_owned()),
        _ => Err(Invalid::new(format!(
            "« {url} » n’est pas une adresse de site : écrivez par exemple « https://numerique.exemple.fr ». C’est là que mènent les QR codes."
        ))),
    }
}

/// The structure, of a pack or a form.
pub fn structure(mut section: Section<'_>) -> Option<Structure> {
    let name = section.text("name", "Numérique en Lozère");
    let street = section.text("street", "3 place de l’Exemple");
    let postcode = section.parsed("postcode", "48000", str::parse);
    let town = section.text("town", "Mende");
    let phone = section.parsed("phone", "04 65 71 00 10", Phone::parse);
    let hours = section.text("hours", "du lundi au vendredi, de 9 h à 17 h");
    let data_email = section.parsed("data_email", "donnees@exemple.fr", |email| {
        let plausible = email.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
        if plausible {
            Ok(email.to_owned())
        } else {
            Err(Invalid::new(format!("« {email} » n’est pas une adresse électronique.")))
        }
    });
    let signatory = section.text("signatory", "Claude Exemple, coordination de Numérique en Lozère");
    let colour_given = section.has("colour");
    let colour = section.optional_parsed("colour", Colour::parse_deep);
    section.finish();
    if colour_given && colour.is_none() {
        return None;
    }
    Some(Structure {
        name: name?,
        street: street?,
        postcode: postcode?,
        town: town?,
        phone: phone?,
        hours: hours?,
        data_email: data_email?,
        signatory: signatory?,
        colour,
        logo: None,
        signature: None,
    })
}

fn list(mut section: Section<'_>, anchor: NaiveDate) -> Option<(NamedFile, Contract)> {
    let file = section.text_at("file", "lists/liste.csv").map(|(line, path)| NamedFile { path, line });
    let contract = section.section("contract").and_then(|mut inner| {
        let contract = contract(&mut inner, anchor);
        inner.finish();
        contract
    });
    section.finish();
    Some((file?, contract?))
}

/// A short name that no section before has.
pub fn unique_slug(section: &mut Section<'_>, seen: &mut BTreeSet<String>, example: &str) -> Option<String> {
    let (line, text) = section.text_at("slug", example)?;
    let slug = section.understood(line, "slug", slug::parse(&text))?;
    if !seen.insert(slug.clone()) {
        let message = format!("« {slug} » est déjà pris plus haut, choisissez-en un autre.");
        section.refuse(line, "slug", &message);
        return None;
    }
    Some(slug)
}

/// All of the sections, or nothing where one has a mistake; every section is read.
fn all<'m, T>(sections: Vec<Section<'m>>, mut read: impl FnMut(Section<'m>) -> Option<T>) -> Option<Vec<T>> {
    let read: Vec<_> = sections.into_iter().map(&mut read).collect();
    read.into_iter().collect()
}
