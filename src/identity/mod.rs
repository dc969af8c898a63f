//! Are these the same person, the same household?
