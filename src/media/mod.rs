//! One workshop, each medium's text within its limits.

pub mod panneaupocket;
