//! Form fields as templates show them: label over field, the error beside it, what was typed kept.

use serde::Serialize;

use super::extract::Fields;
use crate::domain::channel::Channel;
use crate::service::register::FieldError;

/// A text field.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    hint: Option<&'static str>,
    optional: bool,
    value: String,
    error: Option<String>,
}

/// A field that cannot be taken, for the summary at the top of a form.
#[derive(Debug, Clone, Serialize)]
pub struct Mistake {
    field: &'static str,
    message: String,
}

/// An answer to « Comment avez-vous connu l’atelier ? ».
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    code: &'static str,
    label: &'static str,
    chosen: bool,
}

impl Field {
    /// A field for text; `autocomplete` is a token of HTML's own list.
    pub fn text(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        let (hint, optional, value, error) = (None, false, String::new(), None);
        Self { name, label, kind: "text", autocomplete, hint, optional, value, error }
    }

    /// A phone number.
    pub fn phone(label: &'static str) -> Self {
        Self { kind: "tel", ..Self::text("phone", label, "tel") }
    }

    /// An e-mail address, which nobody must have.
    pub fn email(label: &'static str) -> Self {
        Self { kind: "email", ..Self::text("email", label, "email") }.optional()
    }

    /// First name and surname of who comes along.
    pub fn companion() -> [Self; 2] {
        [Self::text("companion_first_name", "Prénom", "off"), Self::text("companion_last_name", "Nom", "off")]
    }

    /// The number of a letter.
    pub fn invitation() -> Self {
        Self::text("invitation", "Numéro d’invitation", "off")
            .optional()
            .hint("Si vous avez reçu une lettre : 8 chiffres, dans le cadre.")
    }

    /// May be left empty, and says so.
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// A line of help under the label.
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// Written beforehand.
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// A day.
    pub fn day(self) -> Self {
        Self { kind: "date", ..self }
    }

    /// With what is wrong, if anything is.
    pub fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }

    /// What was typed, and what is wrong with it.
    pub fn filled(self, typed: &Fields, errors: &[FieldError]) -> Self {
        let value = typed.get(self.name).to_owned();
        Self { value, error: error_of(errors, self.name), ..self }
    }
}

/// The mistakes of a form, in the order of its fields.
pub fn mistakes(errors: &[FieldError]) -> Vec<Mistake> {
    errors.iter().map(|e| Mistake { field: e.field, message: e.message.clone() }).collect()
}

/// What is wrong with this field, if anything.
pub fn error_of(errors: &[FieldError], field: &str) -> Option<String> {
    errors.iter().find(|e| e.field == field).map(|e| e.message.clone())
}

/// Every answer about the source, never one chosen beforehand.
pub fn answers(typed: &Fields, unknown: &'static str) -> Vec<Answer> {
    let given = typed.get("heard_from");
    let answer = |channel: &Channel| Answer {
        code: channel.code(),
        label: if *channel == Channel::Unknown { unknown } else { channel.label() },
        chosen: channel.code() == given,
    };
    Channel::ALL.iter().map(answer).collect()
}
