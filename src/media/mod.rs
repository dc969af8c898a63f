//! One workshop, each medium's text within its limits.
