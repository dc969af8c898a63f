//! French typography and the fields of templates. Knows nothing of paper, mail or pages.

pub mod system;
pub mod template;
pub mod typography;
pub mod written_dates;
