//! Reads the keys of a TOML document one by one, noting every mistake with its line instead of stopping at the first.

use std::cell::RefCell;
use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Mistake;
use crate::domain::Invalid;

/// The mistakes found so far.
pub struct Mistakes<'s> {
    source: &'s str,
    found: RefCell<Vec<Mistake>>,
}

/// One table of the document. Keys are taken out as they are read; those that remain are unknown.
pub struct Section<'m> {
    /// What the person sees: « [structure] », « [[workshop]] no 2 ».
    name: String,
    line: usize,
    values: BTreeMap<String, (usize, DeValue<'m>)>,
    mistakes: &'m Mistakes<'m>,
}

impl<'s> Mistakes<'s> {
    /// No mistakes yet in `source`.
    pub fn new(source: &'s str) -> Self {
        Self { source, found: RefCell::default() }
    }

    /// The mistakes in the order of the lines.
    pub fn into_sorted(self) -> Vec<Mistake> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|m| m.line);
        found
    }

    /// Notes a mistake.
    pub fn add(&self, line: usize, message: impl Into<String>) {
        self.found.borrow_mut().push(Mistake { line, message: message.into() });
    }

    fn line_of(&self, offset: usize) -> usize {
        self.source.as_bytes()[..offset.min(self.source.len())].iter().filter(|b| **b == b'\n').count() + 1
    }
}

impl<'m> Section<'m> {
    /// The whole document; nothing, with a mistake noted, where it is no TOML.
    pub fn document(source: &'m str, mistakes: &'m Mistakes<'m>) -> Option<Self> {
        match DeTable::parse(source) {
            Ok(table) => Some(Self::of("le fichier", 1, table.into_inner(), mistakes)),
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

    fn of(name: &str, line: usize, table: DeTable<'m>, mistakes: &'m Mistakes<'m>) -> Self {
        let values = table
            .into_iter()
            .map(|(key, value)| {
                let line = mistakes.line_of(key.span().start);
                (key.into_inner().into_owned(), (line, value.into_inner()))
            })
            .collect();
        Self { name: name.to_owned(), line, values, mistakes }
    }

    /// The line where the section begins.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Notes a mistake at a line.
    pub fn mistake(&self, line: usize, message: impl Into<String>) {
        self.mistakes.add(line, message);
    }

    /// A sub-table that must be there.
    pub fn section(&mut self, key: &str) -> Option<Section<'m>> {
        match self.values.remove(key) {
            Some((line, DeValue::Table(table))) => Some(Self::of(&format!("[{key}]"), line, table, self.mistakes)),
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

    /// The line of a key that nobody has taken yet; the section's own where there is none.
    pub fn line_of(&self, key: &str) -> usize {
        self.values.get(key).map_or(self.line, |(line, _)| *line)
    }

    /// The named sub-tables of a table that must be there, in the order of their names.
    pub fn named_sections(&mut self, key: &str) -> Vec<(String, Section<'m>)> {
        let Some(inner) = self.section(key) else { return Vec::new() };
        let mut sections = Vec::new();
        for (name, (line, value)) in inner.values {
            match value {
                DeValue::Table(table) => {
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
        let tables: Vec<Spanned<DeValue<'m>>> = match self.values.remove(key) {
            Some((_, DeValue::Array(array))) if !array.is_empty() => array.into_iter().collect(),
            Some((line, _)) => {
                self.wrong(line, key, &format!("une ou plusieurs sections « [[{key}]] »")).unwrap_or_default()
            }
            None => {
                self.mistakes.add(self.line, format!("il manque au moins une section « [[{key}]] »."));
                Vec::new()
            }
        };
        let mut sections = Vec::new();
        for (number, table) in (1..).zip(tables) {
            let line = self.mistakes.line_of(table.span().start);
            match table.into_inner() {
                DeValue::Table(inner) => {
                    sections.push(Self::of(&format!("[[{key}]] no {number}"), line, inner, self.mistakes));
                }
                _ => self.mistakes.add(line, format!("« {key} » doit être écrit en sections « [[{key}]] ».")),
            }
        }
        sections
    }

    /// A text that must be there and not be blank, with its line.
    pub fn text_at(&mut self, key: &str, example: &str) -> Option<(usize, String)> {
        match self.values.remove(key) {
            Some((line, DeValue::String(text))) if !text.trim().is_empty() => Some((line, text.trim().to_owned())),
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
            Some((_, DeValue::String(text))) => text.trim().to_owned(),
            Some((line, _)) => self.wrong(line, key, "un texte entre guillemets").unwrap_or_default(),
            None => String::new(),
        }
    }

    /// Texts in brackets that may be left out.
    pub fn optional_texts(&mut self, key: &str) -> Option<(usize, Vec<String>)> {
        let (line, value) = self.values.remove(key)?;
        let texts = match value {
            DeValue::Array(array) => array
                .into_iter()
                .map(|v| match v.into_inner() {
                    DeValue::String(text) => Some(text.trim().to_owned()),
                    _ => None,
                })
                .collect(),
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
        let text = match &value {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.as_str().to_owned(),
            _ => return self.wrong(line, key, "un texte entre guillemets"),
        };
        self.understood(line, key, read(&text))
    }

    /// A whole number within bounds that must be there.
    pub fn number(&mut self, key: &str, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let expected = format!("un nombre entier de {} à {}", range.start(), range.end());
        match self.values.remove(key) {
            Some((line, DeValue::Integer(number))) => {
                match u64::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| range.contains(n)) {
                    Some(number) => Some(number),
                    None => self.wrong(line, key, &expected),
                }
            }
            Some((line, _)) => self.wrong(line, key, &expected),
            None => self.missing(key, &range.start().to_string()),
        }
    }

    /// A whole number that may be left out.
    pub fn optional_number(&mut self, key: &str, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        if self.values.contains_key(key) { self.number(key, range) } else { None }
    }

    /// `true` or `false`, that must be there.
    pub fn yes_or_no(&mut self, key: &str) -> Option<bool> {
        match self.values.remove(key) {
            Some((_, DeValue::Boolean(value))) => Some(value),
            Some((line, _)) => self.wrong(line, key, "true (oui) ou false (non), sans guillemets"),
            None => self.missing(key, "true"),
        }
    }

    /// Reports the keys that nobody took: misspelt, most often.
    pub fn finish(self) {
        for (key, (line, _)) in self.values {
            self.mistakes.add(line, format!("« {key} » n’est pas connu dans {} : vérifiez l’orthographe.", self.name));
        }
    }

    /// The value, or a mistake at its line.
    pub fn understood<T>(&self, line: usize, key: &str, read: Result<T, Invalid>) -> Option<T> {
        read.map_err(|e| self.mistakes.add(line, format!("« {key} » : {e}"))).ok()
    }

    fn wrong<T>(&self, line: usize, key: &str, expected: &str) -> Option<T> {
        self.mistakes.add(line, format!("« {key} » : il faut {expected}."));
        None
    }

    fn missing<T>(&self, key: &str, example: &str) -> Option<T> {
        self.mistakes
            .add(self.line, format!("il manque « {key} » dans {}, par exemple : {key} = \"{example}\".", self.name));
        None
    }
}
