//! French typography and the fields of templates.
