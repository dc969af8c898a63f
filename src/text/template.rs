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
        let mut uses = Uses::default();
        collect(&template, 1, known, &mut uses).map_err(|(line, message)| refused(Some(line), message))?;
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

type Refusal = (usize, String);

/// `line` is where the template begins: handlebars knows no line for a branch after `{{else if}}`.
fn collect(template: &Source, line: usize, known: &Known, uses: &mut Uses) -> Result<(), Refusal> {
    for (i, element) in template.elements.iter().enumerate() {
        let line = template.mapping.get(i).map_or(line, |at| at.0);
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            TemplateElement::HtmlExpression(expression) | TemplateElement::Expression(expression) => {
                let plain = expression.params.is_empty() && expression.hash.is_empty();
                let name = bare_name(&expression.name).filter(|_| plain).ok_or_else(|| only_fields(line))?;
                let field = find(known.fields, name).ok_or_else(|| (line, unknown_field(name, known)))?;
                uses.fields.entry(field).or_insert(line);
            }
            TemplateElement::HelperBlock(block) => collect_block(block, line, known, uses)?,
            _ => return Err(only_fields(line)),
        }
    }
    Ok(())
}

fn collect_block(block: &HelperTemplate, line: usize, known: &Known, uses: &mut Uses) -> Result<(), Refusal> {
    let helper = bare_name(&block.name).filter(|h| matches!(*h, "if" | "unless")).ok_or_else(|| only_fields(line))?;
    let [condition] = block.params.as_slice() else {
        return Err((line, format!("{{{{#{helper}}}}} attend une seule condition. {}", list_conditions(known))));
    };
    let name = bare_name(condition).ok_or_else(|| only_fields(line))?;
    let condition = find(known.conditions, name)
        .ok_or_else(|| (line, format!("la condition « {name} » n’existe pas. {}", list_conditions(known))))?;
    uses.conditions.entry(condition).or_insert(line);
    [&block.template, &block.inverse].into_iter().flatten().try_for_each(|branch| collect(branch, line, known, uses))
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

fn unknown_field(name: &str, known: &Known) -> String {
    format!("le champ {{{{{name}}}}} n’existe pas. Champs possibles\u{a0}: {}.", known.fields.join(", "))
}

fn list_conditions(known: &Known) -> String {
    format!("Conditions possibles\u{a0}: {}.", known.conditions.join(", "))
}

fn only_fields(line: usize) -> Refusal {
    (line, "on ne peut écrire ici que {{champ}}, {{#if condition}}, {{#unless condition}}, {{else}} et {{/if}}.".into())
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
