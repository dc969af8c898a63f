//! What a handler asks for: the form's fields, who is logged in and for which structure, where the request comes from.

mod client;
mod fields;
mod submitted;
mod user;

pub use client::Client;
pub use fields::Fields;
pub use submitted::{Submitted, bare_name};
pub use user::{COOKIE, Coordinator, Desk, Office, session_of};
