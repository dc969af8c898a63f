//! Make the package that a fund needs to write without giving names: the letter as PDF and as DOCX for its mail merge, the
//! communes with their numbers, the sheet for its return, and how to go about it.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::find_campaign::find_campaign;
use super::outputs::letter_facts;
use super::prepare_blind_mailing::{StoredBlindMailing, blind_mailings, offered};
use super::{Error, Result, Store};
use crate::audience::Nearest;
use crate::document::letter::{self, LetterTemplate, Manner, Recipient, Source};
use crate::domain::calendar;
use crate::domain::campaign::Campaign;
use crate::domain::commune::{Commune, Gazetteer};
use crate::domain::envelope::Window;
use crate::domain::id::StructureId;
use crate::domain::number::InvitationNumber;
use crate::domain::workshop::Workshop;
use crate::text::typography::french;

/// The package of a wave as a ZIP; the same bytes every time.
pub async fn make_blind_package(
    store: &Store,
    window: Window,
    scope: StructureId,
    slug: &str,
    wave: u8,
) -> Result<Vec<u8>> {
    let stored = find_campaign(store, scope, slug).await?;
    let mailings = blind_mailings(store, scope, slug).await?;
    let mailing = mailings.iter().find(|m| m.mailing.wave == wave);
    let mailing = mailing.ok_or_else(|| Error::NotFound(format!("Cette campagne n’a pas de vague {wave}.")))?;
    let package = Package::of(&stored.campaign, window, mailing);
    let parts = [
        ("LISEZ-MOI.txt", package.how_to().into_bytes()),
        ("lettre.pdf", package.pdf()?),
        ("lettre.docx", package.docx()?),
        ("communes.csv", package.communes()?),
        ("retour.xlsx", package.return_sheet().map_err(internal)?),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // Without a date of its own every part has the archive's first day, and the bytes do not depend on when they are made.
    let options = SimpleFileOptions::default();
    for (name, bytes) in parts {
        zip.start_file(format!("{slug}-vague-{wave}/{name}"), options).map_err(internal)?;
        zip.write_all(&bytes).map_err(internal)?;
    }
    Ok(zip.finish().map_err(internal)?.into_inner())
}

struct Package<'a> {
    campaign: &'a Campaign,
    window: Window,
    mailing: &'a StoredBlindMailing,
    communes: Vec<(&'static Commune, InvitationNumber, Vec<&'a Workshop>)>,
}

impl<'a> Package<'a> {
    fn of(campaign: &'a Campaign, window: Window, mailing: &'a StoredBlindMailing) -> Self {
        let gazetteer = Gazetteer::embedded();
        let workshops = offered(campaign);
        let nearest = Nearest::new(gazetteer, &workshops, &campaign.audience);
        let communes = mailing.mailing.communes.iter().filter_map(|(code, number)| {
            let ranked = nearest.from(*code).into_iter().map(|(at, _)| workshops[at]);
            let mut near: Vec<_> = ranked.take(letter::OFFERED).collect();
            // Few communes have no known centre.
            near.extend(workshops.iter().copied().take(if near.is_empty() { letter::OFFERED } else { 0 }));
            Some((gazetteer.get(*code)?, *number, near))
        });
        Self { campaign, window, mailing, communes: communes.collect() }
    }

    fn source(&self) -> Source<'a> {
        Source::Fund(&self.mailing.mailing.terms)
    }

    fn template(&self) -> Result<LetterTemplate> {
        let letter = &self.campaign.letter;
        LetterTemplate::parse(&letter.file_name, &letter.source).map_err(|e| Error::Refused(e.to_string()))
    }

    /// A page for each commune, with what the fund fills standing in the window.
    fn pdf(&self) -> Result<Vec<u8>> {
        let recipients = self.communes.iter().map(|(commune, number, workshops)| {
            let line6 = commune.deliveries.first().map(|(code, label)| format!("{} {label}", code.as_str()));
            Recipient {
                address: letter::specimen_address(&line6.unwrap_or_default()),
                salutation: letter::SALUTATION,
                invitation: *number,
                url: format!("{}/i/{}", self.campaign.public_url, number.digits()),
                workshops: workshops.clone(),
                source: self.source(),
            }
        });
        let mut bytes = Vec::new();
        let printed = letter::print(
            &self.template()?,
            &letter_facts(self.campaign, self.window),
            Manner::default(),
            recipients,
            &mut bytes,
        )
        .and_then(|letters| Ok(letters.into_iter().collect::<std::result::Result<Vec<_>, _>>().map_err(|why| *why)?));
        printed.map_err(|e| Error::Refused(format!("La lettre ne peut pas être faite : {e}")))?;
        Ok(bytes)
    }

    fn docx(&self) -> Result<Vec<u8>> {
        let (facts, workshops) = (letter_facts(self.campaign, self.window), offered(self.campaign));
        letter::merge_document(&self.template()?, &facts, &self.source(), &workshops)
            .map_err(|e| Error::Refused(format!("La lettre ne peut pas être faite : {e}")))
    }

    /// One line a commune: who is written to there, and the values of the letter's fields.
    fn communes(&self) -> Result<Vec<u8>> {
        // The mark tells spreadsheets that this is UTF-8.
        let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer("\u{feff}".as_bytes().to_vec());
        let own = ["commune_insee", "commune", "codes_postaux", "age_min", "age_max", "vague"].map(str::to_owned);
        let facts = letter_facts(self.campaign, self.window);
        for (at, (commune, number, workshops)) in self.communes.iter().enumerate() {
            let values = letter::commune_values(&facts, &self.source(), workshops, *number);
            if at == 0 {
                out.write_record(own.iter().chain(values.iter().map(|(name, _)| name))).map_err(internal)?;
            }
            let mailing = &self.mailing.mailing;
            let mut postcodes: Vec<_> = commune.deliveries.iter().map(|(code, _)| code.as_str()).collect();
            postcodes.dedup();
            let cells = [
                commune.code.as_str().to_owned(),
                commune.name.clone(),
                postcodes.join(" "),
                mailing.minimum_age.to_string(),
                mailing.maximum_age.map(|age| age.to_string()).unwrap_or_default(),
                mailing.wave.to_string(),
            ];
            let values = values.into_iter().map(|(_, value)| plain_spaces(&value));
            out.write_record(cells.into_iter().chain(values)).map_err(internal)?;
        }
        out.into_inner().map_err(internal)
    }

    /// The sheet that the fund fills and sends back.
    fn return_sheet(&self) -> std::result::Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
        let mailing = &self.mailing.mailing;
        let mut book = Workbook::new();
        let made = ExcelDateTime::parse_from_str(&self.mailing.created_at.format("%Y-%m-%dT%H:%M:%S").to_string())?;
        book.set_properties(&DocProperties::new().set_title("Feuille de retour").set_creation_datetime(&made));
        let title = Format::new().set_bold().set_font_size(14);
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let head =
            Format::new().set_bold().set_text_wrap().set_background_color("E7F0EE").set_border(FormatBorder::Thin);
        let cell = Format::new().set_border(FormatBorder::Thin);
        let fill = Format::new().set_border(FormatBorder::Thin).set_background_color("FFF6D6");
        let sheet = book.add_worksheet();
        sheet.set_name("Retour")?;
        for (column, width) in [(0, 13.0), (1, 32.0), (2, 18.0), (3, 18.0), (4, 22.0)] {
            sheet.set_column_width(column, width)?;
        }
        sheet.write_string_with_format(0, 0, format!("{}, vague {}", self.campaign.name, mailing.wave), &title)?;
        sheet.merge_range(1, 0, 1, 4, FILLING, &wrapped)?;
        sheet.set_row_height(1, 52)?;
        for (column, name) in (0..).zip(RETURN_COLUMNS) {
            sheet.write_string_with_format(2, column, name, &head)?;
        }
        for (row, (commune, number, _)) in (3..).zip(&self.communes) {
            sheet.write_string_with_format(row, 0, commune.code.as_str(), &cell)?;
            sheet.write_string_with_format(row, 1, &commune.name, &cell)?;
            sheet.write_string_with_format(row, 2, plain_spaces(&number.to_string()), &cell)?;
            sheet.write_blank(row, 3, &fill)?;
            sheet.write_blank(row, 4, &fill)?;
        }
        sheet.set_freeze_panes(3, 2)?;
        book.save_to_buffer()
    }

    fn how_to(&self) -> String {
        let (campaign, mailing) = (self.campaign, &self.mailing.mailing);
        let ages = match mailing.maximum_age {
            Some(most) => format!("de {} à {most} ans", mailing.minimum_age),
            None => format!("de {} ans et plus", mailing.minimum_age),
        };
        let structure = &campaign.structure;
        french(&format!(
            "{name}, vague {wave}\n\n\
             {fund} écrit elle-même à ses assurés {ages} dans {communes} communes. Aucun nom ne sort de chez elle.\n\n\
             communes.csv : une ligne par commune (code INSEE), avec le code de réponse et les ateliers les plus proches.\n\
             lettre.docx : la lettre à fusionner. Les champs ligne1 à ligne6 sont ceux de l’adresse (NF Z10-011), de votre \
             fichier ; tous les autres sont des colonnes de communes.csv, à joindre par le code INSEE.\n\
             lettre.pdf : la même lettre, une page par commune, pour relecture.\n\
             retour.xlsx : à remplir après l’envoi, puis à renvoyer à {mail}.\n\n\
             Envoi prévu le {day}. Questions : {signatory}, {phone}.\n",
            name = campaign.name,
            wave = mailing.wave,
            fund = capitalised(&mailing.terms.fund),
            communes = self.communes.len(),
            mail = structure.data_email,
            day = calendar::long_date(campaign.posting_day),
            signatory = structure.signatory,
            phone = structure.phone,
        ))
    }
}

/// The columns of the return sheet; [`crate::intake::read_return_sheet`] knows them again.
const RETURN_COLUMNS: [&str; 5] =
    ["Code INSEE", "Commune", "Code de réponse", "Lettres envoyées", "Lettres revenues (NPAI)"];
const FILLING: &str = "Remplissez les deux colonnes jaunes. Un nombre trop petit pour être donné s’écrit « <5 » ; pour \
                       donner un seul nombre pour plusieurs communes, fusionnez leurs cellules. Une case vide, ou \
                       « n.c. », veut dire : pas de réponse. Zéro s’écrit 0.";

/// Mail merges and spreadsheets stumble over no-break spaces.
fn plain_spaces(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}
