//! Allervers: campaigns that bring offline people over 55 into digital workshops. The rooms, in the order of the data:

pub mod audience;
pub mod cli;
pub mod config;
pub mod document;
pub mod domain;
pub mod identity;
pub mod intake;
pub mod measure;
pub mod media;
pub mod pack;
pub mod service;
pub mod store;
pub mod text;
pub mod web;
