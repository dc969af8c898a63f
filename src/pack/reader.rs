//! Reads the keys of a TOML document, or the fields of a form, one by one, noting every mistake at its line or field
//! instead of stopping at the first. The same rules read a pack and a form; only what they say about where differs.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::{Mistake, Written};
use crate::domain::Invalid;

/// The mistakes found so far.
pub struct Mistakes<'s> {
    /// The document, or nothing for a form.
    source: Option<&'s str>,
    found: RefCell<Vec<Mistake>>,
}

/// One table of the document, or a form. Keys are taken out as they are read; those that remain are unknown.
pub struct Section<'m> {
    /// What the person sees: « [structure] », « [[workshop]] no 2 ».
    name: String,
    line: usize,
    /// What stands before the names of its fields in a form: « session.2. ».
    prefix: String,
    values: Table<'m>,
    mistakes: &'m Mistakes<'m>,
}

/// Keys with their lines and values.
type Table<'m> = BTreeMap<String, (usize, Value<'m>)>;

/// A value of a document or of a form.
enum Value<'m> {
    Text(Cow<'m, str>),
    /// Digits and radix.
    Number(String, u32),
    YesNo(bool),
    List(Vec<(usize, Value<'m>)>),
    Table(Table<'m>),
    Other,
}

impl<'s> Mistakes<'s> {
    /// No mistakes yet in `source`.
    pub fn new(source: &'s str) -> Self {
        Self { source: Some(source), found: RefCell::default() }
    }

    /// No mistakes yet in a form.
    pub fn of_form() -> Self {
        Self { source: None, found: RefCell::default() }
    }

    /// The mistakes in the order of the lines.
    pub fn into_sorted(self) -> Vec<Mistake> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|m| m.line);
        found
    }

    /// Notes a mistake.
    pub fn add(&self, line: usize, message: impl Into<String>) {
        self.note(line, String::new(), message.into());
    }

    fn note(&self, line: usize, key: String, message: String) {
        self.found.borrow_mut().push(Mistake { line, key, message });
    }

    fn line_of(&self, offset: usize) -> usize {
        let before = self.source.unwrap_or_default().as_bytes();
        before[..offset.min(before.len())].iter().filter(|b| **b == b'\n').count() + 1
    }

    fn table<'m>(&self, table: DeTable<'m>) -> Table<'m> {
        let rows = table.into_iter().map(|(key, value)| {
            let line = self.line_of(key.span().start);
            (key.into_inner().into_owned(), (line, self.value(value.into_inner())))
        });
        rows.collect()
    }

    fn value<'m>(&self, value: DeValue<'m>) -> Value<'m> {
        match value {
            DeValue::String(text) => Value::Text(text),
            DeValue::Integer(number) => Value::Number(number.as_str().to_owned(), number.radix()),
            DeValue::Boolean(value) => Value::YesNo(value),
            DeValue::Array(array) => {
                let values = array.into_iter().map(|v| (self.line_of(v.span().start), self.value(v.into_inner())));
                Value::List(values.collect())
            }
            DeValue::Table(table) => Value::Table(self.table(table)),
            _ => Value::Other,
        }
    }
}

impl<'m> Section<'m> {
    /// The whole document; nothing, with a mistake noted, where it is no TOML.
    pub fn document(source: &'m str, mistakes: &'m Mistakes<'m>) -> Option<Self> {
        match DeTable::parse(source) {
            Ok(table) => Some(Self::of("le fichier", 1, mistakes.table(table.into_inner()), mistakes)),
            Err(error) => {
                let line = error.span().map_or(1, |s| mistakes.line_of(s.start));
                mistakes.add(
                    line,
                    format!(
                        "cette ligne ne se lit pas : vérifiez les guillemets, les crochets et le signe « = ». (TOML : {})",
                        error.message().lines().next().unwrap_or_default()
                    ),
                );
                None
            }
        }
    }

    /// The fields of a form. A field left blank is not there. Of `name[]` every value counts, none ticked is an empty
    /// list; `name.2.key` is a field of the second of several sections.
    pub fn form(fields: &'m [(String, String)], mistakes: &'m Mistakes<'m>) -> Self {
        let mut values = Table::new();
        for (name, text) in fields {
            let text = text.trim();
            let value = Value::Text(text.into());
            if let Some(list) = name.strip_suffix("[]") {
                let list = values.entry(list.to_owned()).or_insert_with(|| (0, Value::List(Vec::new())));
                if let ((_, Value::List(list)), false) = (list, text.is_empty()) {
                    list.push((0, value));
                }
            } else if text.is_empty() {
            } else if let Some((section, (number, key))) =
                name.split_once('.').and_then(|(section, rest)| Some((section, rest.split_once('.')?)))
            {
                let sections = values.entry(section.to_owned()).or_insert_with(|| (0, Value::Table(Table::new())));
                if let (_, Value::Table(sections)) = sections {
                    let one = sections.entry(number.to_owned()).or_insert_with(|| (0, Value::Table(Table::new())));
                    if let (_, Value::Table(one)) = one {
                        one.insert(key.to_owned(), (0, value));
                    }
                }
            } else {
                values.entry(name.clone()).or_insert((0, value));
            }
        }
        Self::of("le formulaire", 0, values, mistakes)
    }

    fn of(name: &str, line: usize, values: Table<'m>, mistakes: &'m Mistakes<'m>) -> Self {
        Self { name: name.to_owned(), line, prefix: String::new(), values, mistakes }
    }

    /// The line where the section begins.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Whether this is a form rather than a document.
    pub fn is_form(&self) -> bool {
        self.mistakes.source.is_none()
    }

    /// Notes a mistake at a line.
    pub fn mistake(&self, line: usize, message: impl Into<String>) {
        self.mistakes.add(line, message);
    }

    /// Notes what is wrong with a key, as a sentence without its name: a form shows it beside the field.
    pub fn refuse(&self, line: usize, key: &str, message: &str) {
        let message = if self.is_form() { capitalised(message) } else { format!("« {key} » : {message}") };
        self.mistakes.note(line, format!("{}{key}", self.prefix), message);
    }

    /// A sub-table that must be there.
    pub fn section(&mut self, key: &str) -> Option<Section<'m>> {
        match self.values.remove(key) {
            Some((line, Value::Table(table))) => Some(Self::of(&format!("[{key}]"), line, table, self.mistakes)),
            Some((line, _)) => self.wrong(line, key, &format!("une section « [{key}] »")),
            None => {
                self.mistakes.add(self.line, format!("il manque la section « [{key}] »."));
                None
            }
        }
    }

    /// A sub-table that may be left out.
    pub fn optional_section(&mut self, key: &str) -> Option<Section<'m>> {
        if self.values.contains_key(key) { self.section(key) } else { None }
    }

    /// The keys that nobody has taken yet.
    pub fn keys(&self) -> Vec<String> {
        self.values.keys().cloned().collect()
    }

    /// The named sub-tables of a table that may be left out, in the order of their names.
    pub fn named_sections(&mut self, key: &str) -> Vec<(String, Section<'m>)> {
        if !self.values.contains_key(key) {
            return Vec::new();
        }
        let Some(inner) = self.section(key) else { return Vec::new() };
        let mut sections = Vec::new();
        for (name, (line, value)) in inner.values {
            match value {
                Value::Table(table) => {
                    let section = Self::of(&format!("[{key}.{name}]"), line, table, self.mistakes);
                    sections.push((name, section));
                }
                _ => self.mistakes.add(line, format!("« {name} » doit être une section « [{key}.{name}] ».")),
            }
        }
        sections
    }

    /// The repeated sections of a key (`[[key]]`), at least one.
    pub fn sections(&mut self, key: &str) -> Vec<Section<'m>> {
        if !self.values.contains_key(key) {
            self.mistakes.add(self.line, format!("il manque au moins une section « [[{key}]] »."));
        }
        self.optional_sections(key)
    }

    /// The repeated sections of a key: at least one, but in a draft.
    pub fn repeated(&mut self, key: &str, draft: bool) -> Vec<Section<'m>> {
        if draft { self.optional_sections(key) } else { self.sections(key) }
    }

    /// The repeated sections of a key, of which there may be none. A form's come in the order of their numbers.
    pub fn optional_sections(&mut self, key: &str) -> Vec<Section<'m>> {
        let tables = match self.values.remove(key) {
            None => return Vec::new(),
            Some((_, Value::List(list))) => list,
            Some((_, Value::Table(numbered))) if self.is_form() => return self.numbered(key, numbered),
            Some((line, _)) => {
                self.wrong(line, key, &format!("une ou plusieurs sections « [[{key}]] »")).unwrap_or_default()
            }
        };
        let mut sections = Vec::new();
        for (number, (line, table)) in (1..).zip(tables) {
            match table {
                Value::Table(inner) => {
                    sections.push(Self::of(&format!("[[{key}]] no {number}"), line, inner, self.mistakes));
                }
                _ => self.mistakes.add(line, format!("« {key} » doit être écrit en sections « [[{key}]] ».")),
            }
        }
        sections
    }

    fn numbered(&self, key: &str, numbered: Table<'m>) -> Vec<Section<'m>> {
        let mut sections: Vec<_> = numbered
            .into_iter()
            .filter_map(|(number, (_, value))| match value {
                Value::Table(table) => {
                    let mut section = Self::of("le formulaire", 0, table, self.mistakes);
                    section.prefix = format!("{key}.{number}.");
                    Some((number.parse::<u32>().ok()?, section))
                }
                _ => None,
            })
            .collect();
        sections.sort_by_key(|(number, _)| *number);
        sections.into_iter().map(|(_, section)| section).collect()
    }

    /// The line of a key that is not yet read, or that of the section.
    pub fn line_of(&self, key: &str) -> usize {
        self.values.get(key).map_or(self.line, |(line, _)| *line)
    }

    /// Whether a key is there and not yet read.
    pub fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// A text that must be there and not be blank, with its line.
    pub fn text_at(&mut self, key: &str, example: &str) -> Option<(usize, String)> {
        match self.values.remove(key) {
            Some((line, Value::Text(text))) if !text.trim().is_empty() => Some((line, text.trim().to_owned())),
            Some((line, _)) => self.wrong(line, key, &format!("un texte entre guillemets, par exemple « {example} »")),
            None => self.missing(key, example),
        }
    }

    /// A text that must be there.
    pub fn text(&mut self, key: &str, example: &str) -> Option<String> {
        self.text_at(key, example).map(|(_, text)| text)
    }

    /// A text that may be left out; empty then.
    pub fn optional_text(&mut self, key: &str) -> String {
        match self.values.remove(key) {
            Some((_, Value::Text(text))) => text.trim().to_owned(),
            Some((line, _)) => self.wrong(line, key, "un texte entre guillemets").unwrap_or_default(),
            None => String::new(),
        }
    }

    /// A text that may be left out, with its line. Blanks are kept: a delimiter may be one.
    pub fn optional_written(&mut self, key: &str) -> Option<Written> {
        match self.values.remove(key)? {
            (line, Value::Text(text)) => Some(Written { line, text: text.into_owned() }),
            (line, _) => self.wrong(line, key, "un texte entre guillemets"),
        }
    }

    /// The texts of a sub-table that may be left out, each under the name it has there.
    pub fn optional_written_all(&mut self, key: &str) -> Vec<(String, Written)> {
        if !self.values.contains_key(key) {
            return Vec::new();
        }
        let Some(mut inner) = self.section(key) else { return Vec::new() };
        let names: Vec<String> = inner.values.keys().cloned().collect();
        names.into_iter().filter_map(|name| Some((name.clone(), inner.optional_written(&name)?))).collect()
    }

    /// Texts in brackets that may be left out; in a form, ticked boxes or lines.
    pub fn optional_texts(&mut self, key: &str) -> Option<(usize, Vec<String>)> {
        let (line, value) = self.values.remove(key)?;
        let texts = match value {
            Value::List(list) => list
                .into_iter()
                .map(|(_, v)| match v {
                    Value::Text(text) => Some(text.trim().to_owned()),
                    _ => None,
                })
                .collect(),
            Value::Text(lines) if self.is_form() => {
                Some(lines.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect())
            }
            _ => None,
        };
        match texts {
            Some(texts) => Some((line, texts)),
            None => self.wrong(line, key, "une liste de textes, par exemple [\"un\", \"deux\"]"),
        }
    }

    /// A text that must be there and that `read` understands.
    pub fn parsed<T>(&mut self, key: &str, example: &str, read: impl FnOnce(&str) -> Result<T, Invalid>) -> Option<T> {
        let (line, text) = self.text_at(key, example)?;
        self.understood(line, key, read(&text))
    }

    /// A text or whole number that may be left out, and that `read` understands.
    pub fn optional_parsed<T>(&mut self, key: &str, read: impl FnOnce(&str) -> Result<T, Invalid>) -> Option<T> {
        let (line, value) = self.values.remove(key)?;
        let text = match value {
            Value::Text(text) => text.into_owned(),
            Value::Number(digits, _) => digits,
            _ => return self.wrong(line, key, "un texte entre guillemets"),
        };
        self.understood(line, key, read(&text))
    }

    /// A whole number within bounds that must be there.
    pub fn number(&mut self, key: &str, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let expected = format!("un nombre entier de {} à {}", range.start(), range.end());
        let number = |digits: &str, radix| u64::from_str_radix(digits, radix).ok().filter(|n| range.contains(n));
        let (line, read) = match self.values.remove(key) {
            Some((line, Value::Number(digits, radix))) => (line, number(&digits, radix)),
            Some((line, Value::Text(text))) if self.is_form() => {
                let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
                (line, number(&digits, 10))
            }
            Some((line, _)) => (line, None),
            None => return self.missing(key, &range.start().to_string()),
        };
        read.or_else(|| self.wrong(line, key, &expected))
    }

    /// A whole number that may be left out.
    pub fn optional_number(&mut self, key: &str, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        if self.has(key) { self.number(key, range) } else { None }
    }

    /// `true` or `false`, that must be there; in a form a box, ticked or not.
    pub fn yes_or_no(&mut self, key: &str) -> Option<bool> {
        match self.values.remove(key) {
            Some((_, Value::YesNo(value))) => Some(value),
            Some((_, Value::Text(_))) if self.is_form() => Some(true),
            Some((line, _)) => self.wrong(line, key, "true (oui) ou false (non), sans guillemets"),
            None if self.is_form() => Some(false),
            None => self.missing(key, "true"),
        }
    }

    /// `true` or `false`, or nothing for false.
    pub fn optional_yes_or_no(&mut self, key: &str) -> Option<bool> {
        if self.has(key) { self.yes_or_no(key) } else { Some(false) }
    }

    /// Reports the keys that nobody took: misspelt, most often. A form may hold other things.
    pub fn finish(self) {
        if self.is_form() {
            return;
        }
        for (key, (line, _)) in self.values {
            self.mistakes.add(line, format!("« {key} » n’est pas connu dans {} : vérifiez l’orthographe.", self.name));
        }
    }

    /// The value, or a mistake at its line.
    pub fn understood<T>(&self, line: usize, key: &str, read: Result<T, Invalid>) -> Option<T> {
        read.map_err(|e| self.refuse(line, key, &e.to_string())).ok()
    }

    fn wrong<T>(&self, line: usize, key: &str, expected: &str) -> Option<T> {
        self.refuse(line, key, &format!("il faut {expected}."));
        None
    }

    fn missing<T>(&self, key: &str, example: &str) -> Option<T> {
        if self.is_form() {
            self.refuse(self.line, key, &format!("ce champ est à remplir, par exemple : {example}."));
        } else {
            let message = format!("il manque « {key} » dans {}, par exemple : {key} = \"{example}\".", self.name);
            self.mistakes.note(self.line, key.to_owned(), message);
        }
        None
    }
}

fn capitalised(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
