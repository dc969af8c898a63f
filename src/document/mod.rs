//! Text to frames to PDF: same input, same bytes. No database, no clock.
