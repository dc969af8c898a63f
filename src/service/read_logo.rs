//! Read a logo: it is stored only if it can be drawn.

use crate::document::picture::Picture;
use crate::domain::Invalid;
use crate::domain::logo::Logo;

/// The logo in these bytes. Refused, with the reason, if it is too large, of another kind or broken.
pub fn read_logo(bytes: &[u8]) -> Result<Logo, Invalid> {
    let logo = Logo::read(bytes)?;
    Picture::of(&logo).map_err(|why| Invalid::new(why.to_string()))?;
    Ok(logo)
}
