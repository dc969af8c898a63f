//! What a person overrules of what the reader finds by itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field::Field;

/// How to read a list, where somebody knows better. What is left empty is found by the reader.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Choices {
    /// What each column holds, by its name in the header; `None` for a column that says nothing of use.
    pub columns: BTreeMap<String, Option<Field>>,
}
