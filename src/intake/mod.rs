//! A funder's file: bytes to rows to retirees. No database.
