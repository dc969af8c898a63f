//! Settings: the commented defaults, then a file, then `ALLERVERS_*` variables, then the command line; validated once.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::domain::envelope::Window;
use crate::domain::postage::Tariff;

/// The defaults, as shipped.
const DEFAULTS: &str = include_str!("../config.default.toml");

/// The settings of one process. `config.default.toml` explains each.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Folder of the database and of what `run` writes.
    pub var: PathBuf,
    /// The database's URL, or empty for SQLite in `var`.
    database: String,
    /// What QR codes lead to; empty where the pack decides.
    public_url: String,
    /// Letters in a print lot.
    pub lot_size: usize,
    /// What posting a letter costs, by day and weight.
    pub postage: Vec<Tariff>,
    /// Whether letters are printed on both sides of the paper.
    pub two_sided: bool,
    /// Hours a login lasts.
    pub session_hours: u32,
    /// Days that registrations are kept after the last session.
    pub participants_kept_days: u32,
    /// Megabytes that a list may have.
    pub max_list_megabytes: u64,
    /// Failures from one address within ten minutes before it must wait.
    pub failures_allowed: u32,
    /// Where letters have their address.
    pub window: Window,
    /// Windows of envelopes, for the calibration page.
    pub windows: Vec<EnvelopeWindow>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// The window of an envelope on the folded sheet, in millimetres from its upper left corner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvelopeWindow {
    /// What the envelope is called.
    pub name: String,
    /// Left edge.
    pub x_mm: f64,
    /// Upper edge.
    pub y_mm: f64,
    /// Width.
    pub width_mm: f64,
    /// Height.
    pub height_mm: f64,
}

/// What the command line sets.
#[derive(Debug, Default, Serialize)]
pub struct Overrides {
    /// `--var`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub var: Option<PathBuf>,
    /// `--database`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value of the wrong kind, an unknown name, an unreadable file.
    #[error("Réglage illisible : {}. Les réglages possibles sont décrits dans config.default.toml.", in_french(.0))]
    Unreadable(#[from] Box<figment::Error>),
    /// The file of settings cannot be read.
    #[error("Fichier de réglages {}", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// A value outside its bounds.
    #[error("Réglage « {0} » : {1}")]
    Invalid(&'static str, &'static str),
    /// A window for which no letter can be made.
    #[error("Réglage « window » : {0}")]
    Window(#[from] crate::domain::Invalid),
}

/// What is wrong with a setting, and which one it is.
fn in_french(error: &figment::Error) -> String {
    use figment::error::Kind;
    let name = error.path.join(".");
    match &error.kind {
        Kind::UnknownField(unknown, _) => format!("« {unknown} » n’est pas un réglage"),
        Kind::MissingField(missing) => format!("« {missing} » manque"),
        Kind::InvalidType(found, _) | Kind::InvalidValue(found, _) => {
            format!("« {name} » ne peut pas valoir {found}")
        }
        // The TOML reader speaks English, but shows the line.
        _ if name.is_empty() => format!("le fichier n’est pas en TOML\n{error}\n"),
        _ => format!("« {name} » ne se comprend pas"),
    }
}

impl Config {
    /// Reads the settings.
    pub fn load(file: Option<&Path>, overrides: Overrides) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file {
            std::fs::read_to_string(file).map_err(|error| ConfigError::File(file.to_owned(), error))?;
            figment = figment.merge(Toml::file_exact(file));
        }
        // The log's filter, a list's password and the variables of the tests share the prefix and are no settings.
        let setting = |name: &str| !matches!(name, "log" | "list_password") && !name.starts_with("test_");
        let variables = Env::prefixed("ALLERVERS_").filter(move |name| setting(&name.as_str().to_ascii_lowercase()));
        let config: Self =
            figment.merge(variables).merge(Serialized::defaults(overrides)).extract().map_err(Box::new)?;
        if config.lot_size == 0 {
            return Err(ConfigError::Invalid("lot_size", "il faut au moins une lettre par lot."));
        }
        config.window.check()?;
        let inside = |w: &EnvelopeWindow| {
            w.x_mm >= 0.0
                && w.y_mm >= 0.0
                && w.width_mm > 0.0
                && w.height_mm > 0.0
                && w.x_mm + w.width_mm <= 210.0
                && w.y_mm + w.height_mm <= 99.0
        };
        if !config.windows.iter().all(inside) {
            return Err(ConfigError::Invalid("windows", "une fenêtre tient dans la feuille pliée, 210 × 99 mm."));
        }
        let url = &config.database;
        if !(url.is_empty()
            || url.starts_with("sqlite:")
            || url.starts_with("postgres://")
            || url.starts_with("postgresql://"))
        {
            return Err(ConfigError::Invalid(
                "database",
                "écrivez postgres://utilisateur@hôte/base, ou laissez vide pour SQLite.",
            ));
        }
        Ok(config)
    }

    /// The database's URL: by default the SQLite file in `var`.
    pub fn database_url(&self) -> String {
        if self.database.is_empty() {
            format!("sqlite:{}", self.var.join("allervers.sqlite").display())
        } else {
            self.database.clone()
        }
    }

    /// The public URL where the settings give one.
    pub fn public_url(&self) -> Option<&str> {
        (!self.public_url.is_empty()).then_some(&self.public_url)
    }
}
