//! What all integration tests share: which tools a test needs, and what was left out for want of them.

pub mod browser;
pub mod campaign;
pub mod databases;
pub mod lists;
pub mod pack;
mod postgres;
pub mod visitor;

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::{LazyLock, Mutex};

use libtest_mimic::{Failed, Trial};

/// The secret key of the tests.
pub const KEY: [u8; 32] = [7; 32];

/// Something outside Rust that a test needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// poppler-utils: pdftotext, pdftoppm, pdffonts, pdfinfo.
    Poppler,
    /// qpdf.
    Qpdf,
    /// zbar-tools: zbarimg.
    Zbar,
    /// pdfua of PyPI, which knows the rules of accessible PDF.
    PdfUa,
    /// chromium and chromedriver.
    Browser,
    /// A PostgreSQL server, by the variable `ALLERVERS_TEST_POSTGRES`.
    Postgres,
}

impl Tool {
    fn is_there(self) -> bool {
        let runs = |program: &str, argument: &str| Command::new(program).arg(argument).output().is_ok();
        match self {
            Self::Poppler => runs("pdftotext", "-v"),
            Self::Qpdf => runs("qpdf", "--version"),
            Self::Zbar => runs("zbarimg", "--version"),
            Self::PdfUa => runs("pdfua", "--version"),
            Self::Browser => runs("chromedriver", "--version") && runs("chromium", "--version"),
            Self::Postgres => std::env::var_os("ALLERVERS_TEST_POSTGRES").is_some(),
        }
    }
}

static LEFT_OUT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// A test by its name and the tools it needs. Where one is missing the test is left out and listed, or, under
/// `scripts/test` (which sets `ALLERVERS_TEST_ALL`), fails.
pub fn trial(name: &str, needs: &[Tool], body: impl FnOnce() -> anyhow::Result<()> + Send + 'static) -> Trial {
    let missing: Vec<_> = needs.iter().filter(|tool| !tool.is_there()).collect();
    let must_run = std::env::var_os("ALLERVERS_TEST_ALL").is_some();
    if !missing.is_empty() && !must_run {
        LEFT_OUT.lock().unwrap().insert(format!("{name} (needs {missing:?})"));
        return Trial::test(name, || Ok(())).with_ignored_flag(true);
    }
    Trial::test(name, move || body().map_err(|e| Failed::from(format!("{e:#}"))))
}

static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Runtime::new().expect("a tokio runtime"));

/// Runs a future to its end. All tests share one multi-thread runtime, so a connection made in one call lives on in the
/// next.
pub fn block_on<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}

/// Lists on standard error what was left to `scripts/test`.
pub fn report_left_out() {
    let left_out = LEFT_OUT.lock().unwrap();
    if !left_out.is_empty() {
        eprintln!("left to scripts/test, {} tests:", left_out.len());
        left_out.iter().for_each(|name| eprintln!("  {name}"));
    }
}
