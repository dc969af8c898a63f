//! Writes a campaign as a pack: absolute days, a fixed order, the same campaign giving the same bytes.

use std::fmt::Write;

use chrono::NaiveDateTime;

use super::outlet::usual_pieces;
use crate::domain::campaign::Campaign;
use crate::domain::channel::Outlet;
use crate::domain::contract::{Contract, Role};
use crate::domain::edition::Editions;
use crate::domain::funder::Funder;
use crate::domain::partner::Partner;
use crate::domain::price::Cents;
use crate::domain::structure::Structure;
use crate::domain::workshop::{Venue, Workshop};

/// `campaign.toml` of a campaign and of the lists it goes with: file names and contracts. The other files it names are
/// found under [`letter_path`], [`logo_path`] and [`list_path`].
pub fn write(campaign: &Campaign, lists: &[(String, Contract)]) -> String {
    let mut out = Toml(String::new());
    out.comment(&format!("{}. Dossier de campagne écrit par Allervers.", campaign.name));
    out.comment("Chaque rubrique est expliquée dans campaigns/README.md.");
    out.section("[campaign]");
    out.text("name", &campaign.name);
    out.text("public_url", &campaign.public_url);
    out.number("seed", campaign.seed);
    out.comment("Le jour du premier lancement, celui que « J » désigne.");
    out.text("anchor", &campaign.anchor.to_string());
    out.text("posting_day", &campaign.posting_day.to_string());
    out.text("reply_by", &campaign.reply_by.to_string());
    out.text("letter", &letter_path(campaign));
    if let Some(address) = &campaign.seed_address {
        out.texts("seed_address", address.lines().iter().map(String::as_str));
    }
    structure(&mut out, &campaign.structure);
    audience(&mut out, campaign);
    for one in &campaign.funders {
        funder(&mut out, one);
    }
    for one in &campaign.venues {
        venue(&mut out, one);
    }
    for one in &campaign.workshops {
        workshop(&mut out, one);
    }
    for one in &campaign.outlets {
        outlet(&mut out, one);
    }
    editions(&mut out, &campaign.editions);
    for one in &campaign.partners {
        partner(&mut out, one);
    }
    if !lists.is_empty() {
        out.0.push('\n');
        out.comment("Les fichiers des listes sont des données personnelles : ils ne sont pas dans ce dossier. Avant");
        out.comment("« allervers run », posez-les dans lists/ sous ces noms.");
    }
    for (file_name, one) in lists {
        contract(&mut out, file_name, one);
    }
    out.0
}

/// Where the letter's text stands in a pack: where it stood, unless that was outside of it.
pub fn letter_path(campaign: &Campaign) -> String {
    let path = campaign.letter.file_name.as_str();
    let plain = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && part.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c))
    };
    let inside = path.starts_with("texts/") && path.split('/').all(plain);
    if inside { path.to_owned() } else { "texts/lettre.md".to_owned() }
}

/// Where a funder's logo stands in a pack.
pub fn logo_path(funder: &Funder) -> Option<String> {
    let logo = funder.logo.as_ref()?;
    Some(format!("logos/{}.{}", funder.slug, logo.kind().ending()))
}

/// Where the structure's logo stands in a pack.
pub fn structure_logo_path(structure: &Structure) -> Option<String> {
    Some(format!("logos/structure.{}", structure.logo.as_ref()?.kind().ending()))
}

/// Where the picture of the signature stands in a pack.
pub fn signature_path(structure: &Structure) -> Option<String> {
    Some(format!("logos/signature.{}", structure.signature.as_ref()?.kind().ending()))
}

/// Where a list stands in a pack.
pub fn list_path(file_name: &str) -> String {
    format!("lists/{file_name}")
}

fn structure(out: &mut Toml, structure: &Structure) {
    out.section("[structure]");
    out.text("name", &structure.name);
    out.text("street", &structure.street);
    out.text("postcode", structure.postcode.as_str());
    out.text("town", &structure.town);
    out.text("phone", &structure.phone.to_string().replace('\u{a0}', " "));
    out.text("hours", &structure.hours);
    out.text("data_email", &structure.data_email);
    out.text("signatory", &structure.signatory);
    if let Some(colour) = structure.colour {
        out.text("colour", &colour.to_string());
    }
    if let Some(path) = structure_logo_path(structure) {
        out.text("logo", &path);
    }
    if let Some(path) = signature_path(structure) {
        out.text("signature", &path);
    }
}

fn editions(out: &mut Toml, editions: &Editions) {
    if *editions == Editions::default() {
        return;
    }
    out.section("[documents]");
    out.text("design", editions.design.code());
    out.text("flyer", editions.flyer.code());
    out.text("poster", editions.poster.code());
    out.yes_or_no("tabs", editions.tabs);
    out.texts("also", editions.also.iter().map(|f| f.code()));
}

fn partner(out: &mut Toml, partner: &Partner) {
    out.section("[[partner]]");
    out.text("name", &partner.name);
    out.text("help", &partner.help);
    out.optional_text("place", &partner.place);
    if let Some(phone) = &partner.phone {
        out.text("phone", &phone.to_string().replace('\u{a0}', " "));
    }
    out.optional_text("hours", &partner.hours);
}

fn audience(out: &mut Toml, campaign: &Campaign) {
    out.0.push('\n');
    out.0.push_str(&super::audience::write_chosen(&campaign.audience_name, &campaign.audience));
    for other in &campaign.other_audiences {
        out.0.push('\n');
        out.0.push_str(&super::audience::write_other(other));
    }
}

fn funder(out: &mut Toml, funder: &Funder) {
    out.section("[[funder]]");
    out.text("slug", &funder.slug);
    out.text("name", &funder.name);
    out.number("minimum_age", funder.minimum_age.into());
    out.yes_or_no("home_only", funder.home_only);
    out.texts("mentions", funder.mentions.iter().map(String::as_str));
    if let Some(path) = logo_path(funder) {
        out.text("logo", &path);
    }
}

fn venue(out: &mut Toml, venue: &Venue) {
    let bare = venue.slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let key = if bare && !venue.slug.is_empty() { venue.slug.clone() } else { quoted(&venue.slug) };
    out.section(&format!("[venues.{key}]"));
    out.text("name", &venue.name);
    out.text("street", &venue.street);
    out.optional_text("directions", &venue.directions);
    out.text("postcode", venue.postcode.as_str());
    out.text("town", &venue.town);
}

fn workshop(out: &mut Toml, workshop: &Workshop) {
    out.section("[[workshop]]");
    out.text("slug", &workshop.slug);
    out.text("topic", &workshop.topic);
    out.text("short_topic", &workshop.short_topic);
    out.text("summary", &workshop.summary);
    if let Some(funder) = &workshop.funder {
        out.text("funder", funder);
    }
    out.number("minimum_age", workshop.minimum_age.into());
    out.text("price", &amount(workshop.price.0));
    out.number("capacity", workshop.capacity.into());
    out.text("venue", &workshop.venue.slug);
    out.optional_text("support", &workshop.support);
    let first = workshop.first();
    if workshop.is_regular() {
        out.text("first_session", &workshop.first_day().to_string());
        out.hours(first.starts, first.ends);
        out.number("sessions", workshop.sessions.len() as u64);
        return;
    }
    for session in &workshop.sessions {
        out.section("[[workshop.session]]");
        out.text("day", &session.starts.date().to_string());
        out.hours(session.starts, session.ends);
        if let Some(venue) = &session.venue {
            out.text("venue", &venue.slug);
        }
    }
}

fn outlet(out: &mut Toml, outlet: &Outlet) {
    out.section("[[outlet]]");
    out.text("slug", &outlet.slug);
    out.text("name", &outlet.name);
    out.text("channel", outlet.channel.code());
    out.text("cost", &amount(outlet.cost));
    if outlet.cost_per_piece.0 > 0 {
        out.text("cost_per_piece", &amount(outlet.cost_per_piece));
    }
    if let Some(reach) = outlet.reach {
        out.number("reach", reach);
    }
    if outlet.pieces != usual_pieces(outlet.channel) {
        out.texts("pieces", outlet.pieces.iter().map(|p| p.code()));
    }
}

fn contract(out: &mut Toml, file_name: &str, contract: &Contract) {
    out.section("[[list]]");
    out.text("file", &list_path(file_name));
    out.section("[list.contract]");
    out.text("fund", &contract.fund);
    out.text("role", if contract.role == Role::Processor { "processor" } else { "controller" });
    out.text("purpose", &contract.purpose);
    out.text("legal_basis", &contract.legal_basis);
    out.text("convention", &contract.convention);
    out.text("dpo", &contract.dpo);
    out.text("received_on", &contract.received_on.to_string());
    out.text("purge_on", &contract.purge_on.to_string());
    out.yes_or_no("matching", contract.matching);
    out.texts("mentions", contract.mentions.iter().map(String::as_str));
    if !contract.approved_by.is_empty() {
        out.text("approved_by", &contract.approved_by);
    }
    if let Some(day) = contract.approved_on {
        out.text("approved_on", &day.to_string());
    }
    if let Some(digest) = &contract.approved_content {
        out.text("approved_content", digest);
    }
}

/// « gratuit », « 40 € » or « 1,77 € », with plain spaces.
fn amount(cents: Cents) -> String {
    match (cents.0 / 100, cents.0 % 100) {
        (0, 0) => "gratuit".to_owned(),
        (euros, 0) => format!("{euros} €"),
        (euros, cents) => format!("{euros},{cents:02} €"),
    }
}

/// A text as TOML writes it on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A TOML document being written.
struct Toml(String);

impl Toml {
    /// An empty line, unless a comment leads in, and the section's head.
    fn section(&mut self, head: &str) {
        self.line(format_args!("\n{head}"));
    }

    fn comment(&mut self, text: &str) {
        self.line(format_args!("# {}", text.replace(['\n', '\r'], " ")));
    }

    fn text(&mut self, key: &str, text: &str) {
        self.line(format_args!("{key} = {}", quoted(text)));
    }

    fn optional_text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.text(key, text);
        }
    }

    fn texts<'t>(&mut self, key: &str, texts: impl Iterator<Item = &'t str>) {
        let texts: Vec<_> = texts.map(quoted).collect();
        self.line(format_args!("{key} = [{}]", texts.join(", ")));
    }

    fn number(&mut self, key: &str, number: u64) {
        self.line(format_args!("{key} = {number}"));
    }

    fn yes_or_no(&mut self, key: &str, value: bool) {
        self.line(format_args!("{key} = {value}"));
    }

    fn hours(&mut self, starts: NaiveDateTime, ends: NaiveDateTime) {
        self.text("starts", &starts.format("%H:%M").to_string());
        self.text("ends", &ends.format("%H:%M").to_string());
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // A String takes whatever is written to it.
        let _always = writeln!(self.0, "{line}");
    }
}
