//! The questions of a registration, as the public form and the desk's ask them.

use serde::Serialize;

use super::extract::Fields;
use super::field::{Answer, Field, Mistake, answers, error_of, mistakes};
use super::view::WorkshopView;
use crate::service::list_workshops::WorkshopSeats;
use crate::service::register::FieldError;

/// The fields, with what was typed and what is wrong with it.
#[derive(Debug, Serialize)]
pub struct Questions {
    workshop: WorkshopView,
    /// First name and surname of who comes.
    first: [Field; 2],
    /// The same of a companion.
    second: Option<[Field; 2]>,
    /// Phone and e-mail.
    pub reach: [Field; 2],
    answers: Vec<Answer>,
    answers_error: Option<String>,
    pub mistakes: Vec<Mistake>,
    /// There are not enough seats: the button is for the waiting list.
    pub waits: bool,
}

/// The wording of one form.
pub struct Wording {
    /// First name and surname of who comes.
    pub first: [Field; 2],
    /// The same of a companion.
    pub second: Option<[Field; 2]>,
    /// Phone and e-mail.
    pub reach: [Field; 2],
    /// « Je ne sais plus ».
    pub unknown: &'static str,
}

impl Questions {
    /// The questions for a workshop at which so many seats are wanted.
    pub fn new(found: &WorkshopSeats, seats: u32, asked: Wording, typed: &Fields, errors: &[FieldError]) -> Self {
        let filled = |fields: [Field; 2]| fields.map(|field| field.filled(typed, errors));
        Self {
            workshop: WorkshopView::from(found),
            first: filled(asked.first),
            second: asked.second.map(filled),
            reach: filled(asked.reach),
            answers: answers(typed, asked.unknown),
            answers_error: error_of(errors, "heard_from"),
            mistakes: mistakes(errors),
            waits: found.open_seats < seats,
        }
    }
}
