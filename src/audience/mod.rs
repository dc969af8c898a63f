//! Whom to write to. No database.
