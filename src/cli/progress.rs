//! Progress: bars on a terminal, a plain line a step elsewhere.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use crate::service::progress::Progress;

/// Shows progress on standard error.
pub struct Shown {
    terminal: bool,
    step: Mutex<(String, ProgressBar)>,
}

impl Shown {
    /// Bars if standard error is a terminal.
    pub fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), step: Mutex::new((String::new(), ProgressBar::hidden())) }
    }
}

impl Progress for Shown {
    fn begin(&self, step: &str, total: u64) {
        let bar = if self.terminal {
            let bar = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template("{msg:32} {bar:30} {pos} sur {len}") {
                bar.set_style(style);
            }
            bar.set_message(step.to_owned());
            bar
        } else {
            ProgressBar::hidden()
        };
        if let Ok(mut current) = self.step.lock() {
            *current = (step.to_owned(), bar);
        }
    }

    fn reach(&self, done: u64) {
        if let Ok(current) = self.step.lock() {
            current.1.set_position(done);
        }
    }

    fn end(&self, result: &str) {
        if let Ok(current) = self.step.lock() {
            current.1.finish_and_clear();
            eprintln!("{} : {result}", current.0);
        }
    }
}
