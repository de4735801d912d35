//! The body of a find.

use serde::Deserialize;
use serde_json::Value;

use super::error::QueryError;
use super::filter::Filter;
use crate::engine::input::UnknownMembers;

/// What is looked for and how it is wanted.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct FindQuery {
    #[serde(default)]
    filter: Option<Value>,
    #[serde(default)]
    sort: Option<Vec<SortField>>,
    #[serde(default)]
    pub(crate) limit: Option<usize>,
    #[serde(default)]
    pub(crate) skip: Option<usize>,
    #[serde(default)]
    pub(crate) join: Option<Join>,
    #[serde(default)]
    pub(crate) select_fields: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) exclude_fields: Option<Vec<String>>,
    // There is nothing here to go past, but a wrong type is refused; official clients send `null`.
    #[serde(default, rename = "bypass_cache")]
    _bypass_cache: Option<bool>,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

/// A field to sort by.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SortField {
    pub(crate) field: String,
    pub(super) ascending: bool,
}

/// Records of other collections to add.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Join {
    pub(crate) collections: Vec<String>,
    pub(crate) local_field: String,
    pub(crate) foreign_field: String,
    pub(crate) as_field: String,
}

impl FindQuery {
    pub(crate) fn filter(&self, unknown: UnknownMembers) -> Result<Option<Filter>, QueryError> {
        let parse = |filter| Filter::parse(filter, unknown);
        self.filter.as_ref().map(parse).transpose()
    }

    pub(crate) fn sort(&self) -> &[SortField] {
        self.sort.as_deref().unwrap_or_default()
    }
}
