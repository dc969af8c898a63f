//! The letter's text: Markdown with fields, read once and checked before anything is printed.
//!
//! Fields are filled inside text nodes, after the Markdown is parsed: a name with an asterisk stays a name. To this end
//! the template is first filled with one private character a field, and only its conditions are decided.

use super::fields::host;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::text::template::{Known, Template, TemplateError};
use crate::text::typography;

/// The fields of a letter. `{{ateliers}}` (dates, place, price) and `{{reponse}}` (the box with phone, invitation number
/// and QR code) stand alone in their paragraph. What follows the line `---` is the small print at the foot.
///
/// | field | what it says |
/// |---|---|
/// | `salutation` | « Madame, Monsieur, » |
/// | `numero` | the invitation number |
/// | `sujet`, `lieu`, `age` | topic, « à Langogne » and minimum age of the nearest workshop |
/// | `date_limite` | « mardi 26 janvier » |
/// | `structure`, `ville`, `telephone`, `horaires`, `mail`, `site`, `signataire` | who writes |
/// | `caisses`, `Caisses` | « l’Agirc-Arrco et la MSA », the second for the beginning of a sentence |
/// | `origine` | where the address comes from, for what, on which basis, until when |
/// | `droits` | the rights and where to claim them |
///
/// `{{signature}}`, alone too, is the picture of the signature where there is one, and who signs.
///
/// Conditions: `plusieurs_ateliers`, `plusieurs_caisses`, and `gratuit`, of the nearest workshop as `prix` is.
pub const KNOWN: Known = Known {
    fields: &[
        "salutation",
        "numero",
        "sujet",
        "lieu",
        "age",
        "date",
        "heures",
        "adresse",
        "prix",
        "date_limite",
        "structure",
        "ville",
        "telephone",
        "horaires",
        "mail",
        "site",
        "signataire",
        "signature",
        "caisses",
        "Caisses",
        "origine",
        "droits",
        "ateliers",
        "reponse",
        "coupon",
    ],
    conditions: &["plusieurs_ateliers", "plusieurs_caisses", "gratuit"],
};

/// What may be written in a letter, as it is written, and what it becomes; for who writes one.
pub const MEANINGS: &[(&str, &str)] = &[
    ("{{salutation}}", "« Madame, Monsieur, » selon les personnes du foyer"),
    ("{{numero}}", "le numéro d’invitation, « 48 27 15 36 »"),
    ("{{sujet}}", "le sujet de l’atelier le plus proche"),
    ("{{lieu}}", "« à Langogne », « au Malzieu-Ville »"),
    ("{{adresse}}", "le nom du lieu et sa rue"),
    ("{{date}}", "« mardi 2 février 2027 », la première séance"),
    ("{{heures}}", "« 14 h à 16 h »"),
    ("{{prix}}", "« Gratuit », ou « 40 € pour 8 séances »"),
    ("{{age}}", "l’âge à partir duquel on est invité"),
    ("{{date_limite}}", "jusqu’à quand appeler, « mardi 19 janvier »"),
    ("{{structure}}, {{ville}}, {{telephone}}, {{horaires}}, {{mail}}, {{site}}", "ce que dit la page de la structure"),
    ("{{signataire}}", "qui signe"),
    ("{{signature}}", "l’image de la signature s’il y en a une, et qui signe, seul dans son paragraphe"),
    ("{{caisses}}, {{Caisses}}", "les caisses qui ont donné l’adresse, la seconde avec une majuscule"),
    ("{{ateliers}}", "le tableau des ateliers, seul dans son paragraphe"),
    ("{{reponse}}", "le cadre avec téléphone, numéro et code QR, seul dans son paragraphe"),
    ("{{coupon}}", "le coupon à découper et à renvoyer, seul dans son paragraphe"),
    ("{{origine}}", "d’où vient l’adresse ; obligatoire"),
    ("{{droits}}", "le droit de s’opposer ; obligatoire"),
    (
        "{{#if plusieurs_ateliers}}…{{else}}…{{/if}}",
        "selon qu’un ou deux ateliers sont proposés ; aussi plusieurs_caisses, et gratuit, qui dit le prix de l’atelier le plus proche",
    ),
    ("# Titre, ## Sous-titre", "un titre, et un plus petit"),
    ("**gras**", "des mots en gras"),
    ("- un point", "une liste ; « 1. » pour une liste numérotée"),
    ("[Numérique](https://exemple.fr)", "un lien : les mots, puis l’adresse à taper"),
    ("---", "le trait au-dessus des petites lignes"),
];

/// The fields that differ from one household to the next, where all others depend on workshops and lists alone.
const PERSONAL: [&str; 2] = ["salutation", "numero"];

/// Without these no letter is printed (RGPD art. 14 and 21).
const LEGAL: [(&str, &str); 2] = [("origine", "d’où viennent les données"), ("droits", "le droit de s’opposer")];

/// A letter's text, ready to be filled.
pub struct LetterTemplate {
    template: Template,
}

/// The text in one choice of conditions.
#[derive(Debug, Default)]
pub struct Text {
    /// What stands above the line.
    pub body: Vec<Block>,
    /// The small print.
    pub small: Vec<Block>,
}

/// A block of the text.
#[derive(Debug, PartialEq)]
pub enum Block {
    /// `# …`
    Heading(Rank, Vec<Inline>),
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// An item of a list, with its number where it has one.
    Item(Option<u64>, Vec<Inline>),
    /// `{{ateliers}}`
    Workshops,
    /// `{{reponse}}`
    Reply,
    /// `{{coupon}}`
    Stub,
    /// `{{signature}}`
    Signature,
}

/// How large a heading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// `#`
    First,
    /// `##` and below.
    Second,
}

/// A piece of a block.
#[derive(Debug, PartialEq)]
pub struct Inline {
    /// Between `**`.
    pub bold: bool,
    /// What it says.
    pub content: Content,
}

/// What a piece says.
#[derive(Debug, PartialEq)]
pub enum Content {
    /// These words; a line feed ends the line.
    Words(String),
    /// A field's value.
    Field(&'static str),
}

impl LetterTemplate {
    /// Reads a letter's text. Refused, with file name and line: unknown fields, unclosed blocks, Markdown that a letter
    /// cannot have, and a text that in any of its branches lacks the source of the data or the right to object.
    pub fn parse(file_name: &str, source: &str) -> Result<Self, TemplateError> {
        let refused = |line, message: String| TemplateError { file_name: file_name.to_owned(), line, message };
        if let Some(at) = source.find(|c| ('\u{e000}'..='\u{f8ff}').contains(&c)) {
            let line = source[..at].matches('\n').count() + 1;
            return Err(refused(Some(line), "un caractère à usage privé ne peut pas être imprimé.".to_owned()));
        }
        let template = Template::parse(file_name, source, &KNOWN).map_err(|mut error| {
            // What is missing whatever the rest becomes is said with it.
            for (field, what) in LEGAL.iter().filter(|(field, _)| !source.contains(field)) {
                error.message.push_str(&format!(" Et {}", without(field, what)));
            }
            error
        })?;
        let letter = Self { template };
        for choice in 0..1 << KNOWN.conditions.len() {
            let text = letter.text_if(|i| choice >> i & 1 == 1).map_err(|message| refused(None, message))?;
            for (field, what) in LEGAL {
                if !text.blocks().any(|b| b.uses(|f| f == field)) {
                    return Err(match letter.line_of(&[field]) {
                        Some(line) => refused(
                            Some(line),
                            format!(
                                "{{{{{field}}}}} est dans un {{{{#if}}}}\u{a0}: mettez-le hors de toute condition, pour dire {what} à tout le monde."
                            ),
                        ),
                        None => refused(None, without(field, what)),
                    });
                }
            }
            if let Some(line) = text.small.iter().any(Block::is_personal).then(|| letter.line_of(&PERSONAL)) {
                return Err(refused(
                    line,
                    "la salutation et le numéro ne vont pas dans les petites lignes.".to_owned(),
                ));
            }
        }
        Ok(letter)
    }

    /// What a reader would miss in some branch: how to answer; where, when and for how much to come. In French.
    pub fn missing(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        let mut once = |what| {
            if !missing.contains(&what) {
                missing.push(what);
            }
        };
        for choice in 0..1 << KNOWN.conditions.len() {
            let holds = |condition: &str| {
                KNOWN.conditions.iter().position(|c| *c == condition).is_some_and(|i| choice >> i & 1 == 1)
            };
            let text = self.text(holds);
            let has = |block: &Block| text.blocks().any(|b| b == block);
            let says = |field: &str| text.blocks().any(|b| b.uses(|f| f == field));
            let answered = has(&Block::Reply) || has(&Block::Stub) || says("telephone") && says("numero");
            if !answered {
                once(
                    "La lettre ne dit pas comment répondre : ajoutez {{reponse}}, seul dans son paragraphe, ou {{telephone}} et {{numero}}.",
                );
            }
            // A text for free workshops says so in its own words.
            let priced = says("prix") || holds("gratuit") && self.template.uses().conditions.contains_key("gratuit");
            let told = has(&Block::Workshops) || says("date") && (says("lieu") || says("adresse")) && priced;
            if !told {
                once(
                    "La lettre ne dit pas où, quand et à quel prix venir : ajoutez {{ateliers}}, seul dans son paragraphe, ou {{date}}, {{lieu}} et {{prix}}.",
                );
            }
        }
        missing
    }

    /// Does it show the picture of the signature?
    pub fn is_signed(&self) -> bool {
        self.template.uses().fields.contains_key("signature")
    }

    /// The text in the branches that hold.
    pub fn text(&self, holds: impl Fn(&str) -> bool) -> Text {
        // Every choice of conditions was read by `parse`.
        self.text_if(|i| holds(KNOWN.conditions[i])).unwrap_or_default()
    }

    fn text_if(&self, holds: impl Fn(usize) -> bool) -> Result<Text, String> {
        let index = |names: &[&str], name: &str| names.iter().position(|n| *n == name).unwrap_or_default();
        let filled = self
            .template
            .fill(|f| placeholder(index(KNOWN.fields, f)).to_string(), |c| holds(index(KNOWN.conditions, c)));
        read(&typography::french(&filled))
    }

    fn line_of(&self, fields: &[&str]) -> Option<usize> {
        fields.iter().find_map(|f| self.template.uses().fields.get(f).copied())
    }
}

impl Text {
    fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.body.iter().chain(&self.small)
    }
}

impl Block {
    /// Does it say something that only one household gets?
    pub fn is_personal(&self) -> bool {
        self.uses(|f| PERSONAL.contains(&f))
    }

    fn uses(&self, wanted: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Heading(_, inlines) | Self::Paragraph(inlines) | Self::Item(_, inlines) => {
                inlines.iter().any(|i| matches!(i.content, Content::Field(f) if wanted(f)))
            }
            Self::Workshops | Self::Reply | Self::Stub | Self::Signature => false,
        }
    }
}

fn without(field: &str, what: &str) -> String {
    format!("il manque {{{{{field}}}}}\u{a0}: sans dire {what}, aucune lettre n’est imprimée.")
}

fn placeholder(index: usize) -> char {
    u32::try_from(index).ok().and_then(|i| char::from_u32(0xe000 + i)).unwrap_or('\u{e000}')
}

fn read(markdown: &str) -> Result<Text, String> {
    let mut text = Text::default();
    let mut inlines = Vec::new();
    let mut bold = false;
    let mut link = None;
    let mut small = false;
    // The numbers of the lists that are open, and the item whose words have not ended yet.
    let mut lists: Vec<Option<u64>> = Vec::new();
    let mut item: Option<Option<u64>> = None;
    // Tables are known to be refused.
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        let mut finish = |block: &dyn Fn(Vec<Inline>) -> Block, inlines: &mut Vec<Inline>| -> Result<(), String> {
            let place = if small { &mut text.small } else { &mut text.body };
            if !inlines.is_empty() {
                place.push(block_of(block, std::mem::take(inlines))?);
            }
            Ok(())
        };
        match event {
            Event::Text(words) => push_words(&mut inlines, bold, &words),
            Event::SoftBreak => push_words(&mut inlines, bold, " "),
            Event::HardBreak => push_words(&mut inlines, bold, "\n"),
            Event::Start(Tag::Strong) => bold = true,
            // On paper a link is what people type.
            Event::Start(Tag::Link { dest_url, .. }) => {
                let typed = host(&dest_url).trim_start_matches("mailto:").to_owned();
                link = Some((inlines.len(), typed));
            }
            Event::End(TagEnd::Link) => {
                if let Some((begins, typed)) = link.take() {
                    let says_it = inlines[begins.saturating_sub(1)..]
                        .iter()
                        .any(|i| matches!(&i.content, Content::Words(words) if words.contains(&typed)));
                    if !says_it {
                        push_words(&mut inlines, bold, &format!(" ({typed})"));
                    }
                }
            }
            Event::End(TagEnd::Strong) => bold = false,
            Event::End(TagEnd::Heading(level)) => {
                let rank = if level == HeadingLevel::H1 { Rank::First } else { Rank::Second };
                finish(&|inlines| Block::Heading(rank, inlines), &mut inlines)?;
            }
            Event::Start(Tag::Item) => {
                item = lists.last().copied();
                if let Some(Some(number)) = lists.last_mut() {
                    *number += 1;
                }
            }
            Event::Start(Tag::List(first)) => {
                if let Some(number) = item.take() {
                    finish(&|inlines| Block::Item(number, inlines), &mut inlines)?;
                }
                lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                lists.pop();
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item) => match item.take() {
                Some(number) => finish(&|inlines| Block::Item(number, inlines), &mut inlines)?,
                None => finish(&Block::Paragraph, &mut inlines)?,
            },
            Event::Rule => small = true,
            Event::Start(Tag::Heading { .. } | Tag::Paragraph) => {}
            _ => {
                return Err("une lettre n’a que des titres (#, ##), des paragraphes, des listes (-, 1.), du gras (**), des liens et le trait (---) au-dessus des petites lignes. Le seul tableau est {{ateliers}}.".to_owned());
            }
        }
    }
    Ok(text)
}

fn push_words(inlines: &mut Vec<Inline>, bold: bool, words: &str) {
    for c in words.chars() {
        let field = KNOWN.fields.iter().enumerate().find(|(i, _)| placeholder(*i) == c);
        match (field, inlines.last_mut()) {
            (Some((_, field)), _) => inlines.push(Inline { bold, content: Content::Field(field) }),
            (None, Some(Inline { bold: same, content: Content::Words(last) })) if *same == bold => last.push(c),
            (None, _) => inlines.push(Inline { bold, content: Content::Words(c.to_string()) }),
        }
    }
}

fn block_of(block: &dyn Fn(Vec<Inline>) -> Block, inlines: Vec<Inline>) -> Result<Block, String> {
    let alone = |field: &str| matches!(inlines.as_slice(), [Inline { content: Content::Field(f), .. }] if *f == field);
    if alone("ateliers") {
        return Ok(Block::Workshops);
    }
    if alone("reponse") {
        return Ok(Block::Reply);
    }
    if alone("coupon") {
        return Ok(Block::Stub);
    }
    if alone("signature") {
        return Ok(Block::Signature);
    }
    let block = block(inlines);
    if block.uses(|f| matches!(f, "ateliers" | "reponse" | "coupon" | "signature")) {
        return Err("{{ateliers}}, {{reponse}}, {{coupon}} et {{signature}} doivent être seuls dans leur paragraphe."
            .to_owned());
    }
    Ok(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEGAL_LINES: &str = "\n\n---\n\n{{origine}} {{droits}}";

    fn refusal(source: &str) -> String {
        LetterTemplate::parse("lettre.md", source).err().expect("refused").to_string()
    }

    #[test]
    fn a_letter_without_source_or_right_to_object_is_refused() {
        assert!(refusal("Bonjour {{origine}}").contains("{{droits}}"));
        assert!(refusal("Bonjour {{droits}}").contains("{{origine}}"));
        let hidden = refusal("{{origine}}\n\n{{#if gratuit}}{{droits}}{{/if}}");
        assert!(
            hidden.contains("{{droits}} est dans un {{#if}}") && hidden.contains("ligne 3"),
            "also where only one branch has it: {hidden}"
        );
        let both = refusal("{{toto}} {{origine}}");
        assert!(both.contains("{{toto}} n’existe pas") && both.contains("il manque {{droits}}"), "{both}");
        assert!(LetterTemplate::parse("lettre.md", LEGAL_LINES).is_ok());
    }

    #[test]
    fn the_text_is_blocks_with_fields() {
        let source = format!(
            "# Titre\n\n{{{{salutation}}}}\n\nun **deux {{{{site}}}}** :\\\ntrois\n\n- a\n- b\n\n{{{{ateliers}}}}{LEGAL_LINES}"
        );
        let text = LetterTemplate::parse("lettre.md", &source).unwrap().text(|_| true);
        assert_eq!(text.body.len(), 6);
        assert!(text.body[1].is_personal() && !text.body[2].is_personal());
        let Block::Paragraph(inlines) = &text.body[2] else { panic!("{:?}", text.body) };
        assert_eq!(inlines[2], Inline { bold: true, content: Content::Field("site") });
        assert_eq!(inlines[3].content, Content::Words("\u{a0}:\ntrois".to_owned()));
        assert_eq!(text.body[5], Block::Workshops);
        assert_eq!(text.small.len(), 1);
    }

    #[test]
    fn lists_keep_their_numbers_and_headings_their_rank() {
        let source = format!("## Sous-titre\n\n3. a\n4. b\n\n   c\n\n- d\n  1. e{LEGAL_LINES}");
        let text = LetterTemplate::parse("lettre.md", &source).unwrap().text(|_| true);
        let kinds = text.body.iter().map(|block| match block {
            Block::Heading(rank, _) => format!("{rank:?}"),
            Block::Item(number, _) => number.map_or("-".to_owned(), |n| n.to_string()),
            _ => "p".to_owned(),
        });
        assert_eq!(kinds.collect::<Vec<_>>(), ["Second", "3", "4", "p", "-", "1"]);
    }

    #[test]
    fn a_letter_that_cannot_be_answered_is_known() {
        let missing = |body: &str| {
            let source = format!("{body}{LEGAL_LINES}");
            LetterTemplate::parse("lettre.md", &source).unwrap().missing().len()
        };
        assert_eq!(missing("Venez !"), 2);
        assert_eq!(missing("{{ateliers}}\n\n{{reponse}}"), 0);
        assert_eq!(missing("{{ateliers}}\n\n{{#if gratuit}}\n{{reponse}}\n{{/if}}"), 1);
        assert_eq!(
            missing("{{date}} {{lieu}} {{#if gratuit}}gratuit{{else}}{{prix}}{{/if}} {{telephone}} {{numero}}"),
            0
        );
        assert_eq!(missing("{{ateliers}}\n\nAppelez le {{telephone}}."), 1);
    }

    #[test]
    fn what_a_letter_cannot_have_is_refused() {
        for wrong in
            ["| a | b |\n|---|---|\n| 1 | 2 |", "![](x.png)", "`code`", "<b>x</b>", "voir {{ateliers}} ici", "*penché*"]
        {
            assert!(LetterTemplate::parse("lettre.md", &format!("{wrong}{LEGAL_LINES}")).is_err(), "{wrong}");
        }
        let personal = refusal("{{origine}}{{droits}}\n\n---\n\n{{salutation}}");
        assert!(personal.contains("ligne 5"), "{personal}");
        assert!(refusal("a\n\n\u{e000}{{origine}}{{droits}}").contains("ligne 3"));
    }
}
