//! Templates whose fields are checked against a known list before anything runs.
//!
//! Handlebars' strict mode sees a misspelt field only when it is reached, and never inside `{{#if}}`: here every field of
//! every branch is looked at once, when the template is read. Only `{{field}}`, `{{#if condition}}`, `{{#unless condition}}`
//! and `{{else}}` may be used: a text is written by people who do not program.

use std::collections::BTreeMap;

use handlebars::Template as Source;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use handlebars::{Handlebars, Path, TemplateErrorReason};

/// What a kind of template may use.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Fields, `{{field}}`.
    pub fields: &'static [&'static str],
    /// Conditions, `{{#if condition}}`.
    pub conditions: &'static [&'static str],
}

/// A template that can be filled: everything it names is known.
pub struct Template {
    registry: Handlebars<'static>,
    uses: Uses,
}

/// What a template names, with the line of each first use.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Uses {
    /// Fields.
    pub fields: BTreeMap<&'static str, usize>,
    /// Conditions.
    pub conditions: BTreeMap<&'static str, usize>,
}

/// Why a template is refused: the file, the line, what is wrong and what may be written there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file_name}{}\u{a0}: {message}", line.map(|l| format!(", ligne {l}")).unwrap_or_default())]
pub struct TemplateError {
    /// The file as the coordinator knows it.
    pub file_name: String,
    /// The line, from 1; none where the whole text is meant.
    pub line: Option<usize>,
    /// In French.
    pub message: String,
}

const NAME: &str = "text";

impl Template {
    /// Reads a template; an unknown field or condition, an unclosed block or any other construct is refused.
    pub fn parse(file_name: &str, source: &str, known: &Known) -> Result<Self, TemplateError> {
        let refused = |line, message| TemplateError { file_name: file_name.to_owned(), line, message };
        let template = Source::compile(source).map_err(|e| {
            let (line, message) = explain(source, &e);
            refused(line, message)
        })?;
        let (mut uses, mut mistakes) = (Uses::default(), Vec::new());
        collect(&template, 1, known, &mut uses, &mut mistakes);
        if let Some(first) = mistakes.first() {
            return Err(refused(Some(first.line), told(&mistakes)));
        }
        let mut registry = Handlebars::new();
        registry.register_escape_fn(handlebars::no_escape);
        registry.register_template(NAME, template);
        Ok(Self { registry, uses })
    }

    /// What it names.
    pub fn uses(&self) -> &Uses {
        &self.uses
    }

    /// The text with `value` of every field, in the branches where `holds` says so. Values are put in as they are.
    pub fn fill(&self, value: impl Fn(&str) -> String, holds: impl Fn(&str) -> bool) -> String {
        let fields = self.uses.fields.keys().map(|f| ((*f).to_owned(), value(f).into()));
        let conditions = self.uses.conditions.keys().map(|c| ((*c).to_owned(), holds(c).into()));
        let data: serde_json::Map<String, serde_json::Value> = fields.chain(conditions).collect();
        // Nothing is left that could fail: every name was checked and no helper but `if` and `unless` is used.
        self.registry.render(NAME, &data).unwrap_or_default()
    }
}

/// Something that may not stand in a template, and what may.
struct Mistake {
    line: usize,
    what: String,
    instead: String,
}

/// All mistakes in one text that goes on from the line of the first; what may be written instead is said once.
fn told(mistakes: &[Mistake]) -> String {
    let mut said = String::new();
    let mut instead: Vec<&str> = Vec::new();
    for (at, mistake) in mistakes.iter().enumerate() {
        if at > 0 {
            said.push_str(&format!(" Ligne {}\u{a0}: ", mistake.line));
        }
        said.push_str(&mistake.what);
        if !mistake.instead.is_empty() && !instead.contains(&mistake.instead.as_str()) {
            instead.push(&mistake.instead);
        }
    }
    [&[said.as_str()], instead.as_slice()].concat().join(" ")
}

/// `line` is where the template begins: handlebars knows no line for a branch after `{{else if}}`.
fn collect(template: &Source, line: usize, known: &Known, uses: &mut Uses, mistakes: &mut Vec<Mistake>) {
    for (i, element) in template.elements.iter().enumerate() {
        let line = template.mapping.get(i).map_or(line, |at| at.0);
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            TemplateElement::HtmlExpression(expression) | TemplateElement::Expression(expression) => {
                let plain = expression.params.is_empty() && expression.hash.is_empty();
                match bare_name(&expression.name).filter(|_| plain) {
                    None => mistakes.push(only_fields(line)),
                    Some(name) => match find(known.fields, name) {
                        Some(field) => {
                            uses.fields.entry(field).or_insert(line);
                        }
                        None => mistakes.push(unknown_field(line, name, known)),
                    },
                }
            }
            TemplateElement::HelperBlock(block) => {
                match condition_of(block, line, known) {
                    Ok(condition) => {
                        uses.conditions.entry(condition).or_insert(line);
                    }
                    Err(mistake) => mistakes.push(mistake),
                }
                for branch in [&block.template, &block.inverse].into_iter().flatten() {
                    collect(branch, line, known, uses, mistakes);
                }
            }
            _ => mistakes.push(only_fields(line)),
        }
    }
}

fn condition_of(block: &HelperTemplate, line: usize, known: &Known) -> Result<&'static str, Mistake> {
    let helper = bare_name(&block.name).filter(|h| matches!(*h, "if" | "unless")).ok_or_else(|| only_fields(line))?;
    let wrong = |what: String| Mistake { line, what, instead: list_conditions(known) };
    let [condition] = block.params.as_slice() else {
        return Err(wrong(format!("{{{{#{helper}}}}} attend une seule condition.")));
    };
    let name = bare_name(condition).ok_or_else(|| only_fields(line))?;
    find(known.conditions, name).ok_or_else(|| wrong(format!("la condition « {name} » n’existe pas.")))
}

fn find(known: &'static [&'static str], name: &str) -> Option<&'static str> {
    known.iter().copied().find(|k| *k == name)
}

fn bare_name(parameter: &Parameter) -> Option<&str> {
    match parameter {
        Parameter::Name(name) | Parameter::Path(Path::Relative((_, name))) => Some(name),
        _ => None,
    }
}

fn unknown_field(line: usize, name: &str, known: &Known) -> Mistake {
    let what = format!("le champ {{{{{name}}}}} n’existe pas.");
    Mistake { line, what, instead: format!("Champs possibles\u{a0}: {}.", known.fields.join(", ")) }
}

fn list_conditions(known: &Known) -> String {
    format!("Conditions possibles\u{a0}: {}.", known.conditions.join(", "))
}

fn only_fields(line: usize) -> Mistake {
    let what = "on ne peut écrire ici que {{champ}}, {{#if condition}}, {{#unless condition}}, {{else}} et {{/if}}.";
    Mistake { line, what: what.to_owned(), instead: String::new() }
}

/// What handlebars found wrong, in French, and where.
fn explain(source: &str, error: &handlebars::TemplateError) -> (Option<usize>, String) {
    if let Some((line, block)) = unclosed_block(source) {
        return (Some(line), format!("le bloc {{{{#{block}}}}} n’est pas fermé\u{a0}: il manque {{{{/{block}}}}}."));
    }
    let line = error.pos().map(|(line, _)| line);
    match error.reason() {
        TemplateErrorReason::MismatchingClosedHelper(open, close) => {
            (line, format!("le bloc {{{{#{open}}}}} est fermé par {{{{/{close}}}}}."))
        }
        _ => (line, "une accolade manque, ou un champ est mal écrit. Un champ s’écrit {{ainsi}}.".to_owned()),
    }
}

/// The last block opened and never closed, with its line.
fn unclosed_block(source: &str) -> Option<(usize, String)> {
    let mut open = Vec::new();
    for (at, _) in source.match_indices("{{") {
        let tag = &source[at + 2..];
        let name = |t: &str| -> String { t.trim_start().chars().take_while(|c| c.is_alphanumeric()).collect() };
        if let Some(tag) = tag.strip_prefix('#') {
            open.push((source[..at].matches('\n').count() + 1, name(tag)));
        } else if tag.starts_with('/') {
            open.pop();
        }
    }
    open.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known = Known { fields: &["nom", "date"], conditions: &["gratuit"] };

    fn refusal(source: &str) -> String {
        Template::parse("lettre.md", source, &KNOWN).err().expect("refused").to_string()
    }

    #[test]
    fn fields_and_conditions_are_filled() {
        let template = Template::parse("t.md", "{{nom}} {{#if gratuit}}rien{{else}}{{date}}{{/if}}", &KNOWN).unwrap();
        assert_eq!(template.fill(|f| format!("<{f}>"), |_| false), "<nom> <date>");
        assert_eq!(template.fill(|f| format!("<{f}>"), |_| true), "<nom> rien");
        assert_eq!(template.uses().fields.keys().copied().collect::<Vec<_>>(), ["date", "nom"]);
    }

    #[test]
    fn an_unknown_field_is_named_with_its_line_and_what_exists() {
        let message = refusal("Bonjour\n\n{{nome}}");
        assert!(message.starts_with("lettre.md, ligne 3\u{a0}:"), "{message}");
        assert!(message.contains("{{nome}}") && message.contains("nom, date"), "{message}");
    }

    #[test]
    fn fields_in_every_branch_are_looked_at() {
        for (source, line) in [
            ("{{#if gratuit}}\n{{prix}}\n{{/if}}", 2),
            ("{{#if gratuit}}\na\n{{else}}\n{{prix}}\n{{/if}}", 4),
            ("{{#if gratuit}}{{else if gratuit}}\n\n{{prix}}{{/if}}", 3),
        ] {
            let message = refusal(source);
            assert!(message.contains("{{prix}}") && message.contains(&format!("ligne {line}\u{a0}")), "{message}");
        }
        assert!(refusal("{{#if payant}}x{{/if}}").contains("Conditions possibles\u{a0}: gratuit."));
    }

    #[test]
    fn all_mistakes_are_said_at_once() {
        let message = refusal("{{toto}}\n{{#if titi}}\n{{tutu}}{{/if}}");
        assert_eq!(
            message,
            "lettre.md, ligne 1\u{a0}: le champ {{toto}} n’existe pas. Ligne 2\u{a0}: la condition « titi » n’existe pas. \
                   Ligne 3\u{a0}: le champ {{tutu}} n’existe pas. Champs possibles\u{a0}: nom, date. \
                   Conditions possibles\u{a0}: gratuit."
        );
    }

    #[test]
    fn a_block_that_is_not_closed_is_found() {
        let message = refusal("a\n{{#if gratuit}}\nb\n");
        assert!(message.contains("ligne 2") && message.contains("{{/if}}"), "{message}");
        assert!(refusal("a\n\n{{nom").contains("ligne 3"), "{}", refusal("a\n\n{{nom"));
    }

    #[test]
    fn nothing_but_fields_and_conditions_is_allowed() {
        for source in
            ["{{> pied}}", "{{#each nom}}{{/each}}", "{{lookup nom date}}", "{{nom.x}}", "{{@root}}", "{{#if}}{{/if}}"]
        {
            assert!(Template::parse("t.md", source, &KNOWN).is_err(), "{source}");
        }
    }

    #[test]
    fn values_are_never_templates() {
        let template = Template::parse("t.md", "{{nom}}", &KNOWN).unwrap();
        assert_eq!(template.fill(|_| "{{date}} <b>".into(), |_| true), "{{date}} <b>");
    }
}
