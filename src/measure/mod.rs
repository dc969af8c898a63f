//! Which channel brought whom, at what cost. No database.
