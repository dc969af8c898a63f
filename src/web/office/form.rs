//! The office's forms: controls in groups, each with its label over it and its error beside it; what was typed is kept.

use serde::Serialize;

use crate::service::edit_campaign::FieldMistake;

/// A control as the template shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Control {
    name: String,
    label: &'static str,
    /// `text`, `date`, `time`, `number`, `email`, `tel`, `file`, `hidden`; or `area`, `select`, `tick`, `ticks`.
    kind: &'static str,
    hint: Option<String>,
    optional: bool,
    value: String,
    /// Of a text area.
    rows: u8,
    options: Vec<Choice>,
    error: Option<String>,
}

/// One of the values of a list or of tick boxes.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// Controls under a heading, in one column or, where they are short and belong together, side by side.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    legend: String,
    hint: Option<&'static str>,
    controls: Vec<Control>,
    /// Rows of controls side by side, each with a button that takes it away.
    rows: Vec<Row>,
    /// Buttons that only change the form.
    buttons: Vec<Button>,
    /// What is wrong with the group as a whole, and the name that the summary links to.
    error: Option<String>,
    id: &'static str,
}

/// Controls side by side.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    label: String,
    controls: Vec<Control>,
    remove: Option<Button>,
}

/// A button that sends the form with `action` set.
#[derive(Debug, Clone, Serialize)]
pub struct Button {
    value: String,
    label: String,
}

/// What was typed and what is wrong with it, from which controls are made.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'t> {
    /// Names and texts.
    pub fields: &'t [(String, String)],
    /// Mistakes, by field.
    pub mistakes: &'t [FieldMistake],
}

impl Typed<'_> {
    /// The first text of a field.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<String> {
        self.mistakes.iter().find(|m| m.field == name).map(|m| m.message.clone())
    }

    /// A line of text.
    pub fn text(&self, name: impl Into<String>, label: &'static str) -> Control {
        let name = name.into();
        Control {
            label,
            kind: "text",
            hint: None,
            optional: false,
            value: self.get(&name).to_owned(),
            rows: 0,
            options: Vec::new(),
            error: self.error(&name),
            name,
        }
    }

    /// Something that the browser knows a way to type.
    pub fn input(&self, kind: &'static str, name: impl Into<String>, label: &'static str) -> Control {
        Control { kind, ..self.text(name, label) }
    }

    /// Something that the form carries and nobody sees.
    pub fn hidden(&self, name: &str) -> Control {
        Control { kind: "hidden", ..self.text(name, "") }
    }

    /// Several lines of text.
    pub fn area(&self, name: &str, label: &'static str, rows: u8) -> Control {
        Control { kind: "area", rows, ..self.text(name, label) }
    }

    /// One of these values; `none` is the text for none of them.
    pub fn select(
        &self,
        name: impl Into<String>,
        label: &'static str,
        none: Option<&str>,
        values: impl Iterator<Item = (String, String)>,
    ) -> Control {
        let control = self.text(name, label);
        let none = none.map(|label| (String::new(), label.to_owned()));
        let options = none.into_iter().chain(values);
        let chosen = control.value.clone();
        let options = options.map(|(value, label)| Choice { chosen: value == chosen, value, label }).collect();
        Control { kind: "select", options, ..control }
    }

    /// A box to tick.
    pub fn tick(&self, name: &str, label: &'static str) -> Control {
        Control { kind: "tick", ..self.text(name, label) }
    }

    /// Boxes to tick, of which every value counts.
    pub fn ticks(&self, name: &str, label: &'static str, values: impl Iterator<Item = (String, String)>) -> Control {
        let ticked = |value: &str| self.fields.iter().any(|(n, v)| n.strip_suffix("[]") == Some(name) && v == value);
        let options = values.map(|(value, label)| Choice { chosen: ticked(&value), value, label }).collect();
        Control { kind: "ticks", options, ..self.text(name, label) }
    }
}

impl Control {
    /// May be left empty, and says so.
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// A line of help under the label.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl Group {
    /// Controls one under the other.
    pub fn new(legend: impl Into<String>, controls: Vec<Control>) -> Self {
        Self { legend: legend.into(), hint: None, controls, rows: Vec::new(), buttons: Vec::new(), error: None, id: "" }
    }

    /// A line of help under the heading.
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// Rows of controls, the buttons under them, and what is wrong with all of them, where the summary links to.
    pub fn with_rows(self, id: &'static str, rows: Vec<Row>, buttons: Vec<Button>, error: Option<String>) -> Self {
        Self { rows, buttons, error, id, ..self }
    }
}

impl Row {
    /// Controls side by side, and what takes them away.
    pub fn new(label: String, controls: Vec<Control>, remove: Option<Button>) -> Self {
        Self { label, controls, remove }
    }
}

impl Button {
    /// A button.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}
