//! What a registration can be.

use super::Invalid;

/// Whether a registration has its seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It has its seats.
    Confirmed,
    /// It waits, in the order of arrival.
    Waiting,
    /// It was cancelled; its seats are free again.
    Cancelled,
}

/// How a registration came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryMode {
    /// By the public pages.
    Web,
    /// By phone, through the desk.
    Phone,
    /// By the JSON call.
    Api,
}

macro_rules! codes {
    ($type:ident: $($variant:ident = $code:literal),*) => {
        impl $type {
            /// The code in the database and in the API.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
        impl std::str::FromStr for $type {
            type Err = Invalid;

            fn from_str(code: &str) -> Result<Self, Invalid> {
                match code {
                    $($code => Ok(Self::$variant),)*
                    _ => Err(Invalid::new(format!("« {code} » est inconnu."))),
                }
            }
        }
    };
}

codes!(Status: Confirmed = "confirmed", Waiting = "waiting", Cancelled = "cancelled");
codes!(EntryMode: Web = "web", Phone = "phone", Api = "api");
