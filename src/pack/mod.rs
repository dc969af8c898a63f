//! A campaign as a file: every mistake is reported with file, line and what is expected. No database.
