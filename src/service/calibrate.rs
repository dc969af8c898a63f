//! Make the calibration page for envelopes, from the windows in the settings.

use super::{Error, Result};
use crate::config::{Config, EnvelopeWindow};
use crate::document::sheet::{Window, calibration};

/// The page as a PDF.
pub fn calibrate(config: &Config) -> Result<Vec<u8>> {
    let window = |w: &EnvelopeWindow| Window {
        name: w.name.clone(),
        x_mm: w.x_mm,
        y_mm: w.y_mm,
        width_mm: w.width_mm,
        height_mm: w.height_mm,
    };
    let windows: Vec<_> = config.windows.iter().map(window).collect();
    calibration(config.window.address, &windows)
        .map_err(|why| Error::Refused(format!("La page d’essai ne peut pas être faite\u{a0}: {why}")))
}
