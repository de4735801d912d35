//! Checks of arguments before anything is sent.

use crate::Error;

/// Checks a value that stands in the path of a URL. `what` names it in the error.
pub(crate) fn segment(what: &str, value: &str) -> Result<(), Error> {
    ekodb_api::check_segment(value).map_err(|error| {
        let value = value.escape_debug();
        Error::invalid_argument(format!("the {what} `{value}` {error}"))
    })
}

/// Checks the collection and the id of a record.
pub(crate) fn record(collection: &str, id: &str) -> Result<(), Error> {
    segment("collection", collection)?;
    segment("record id", id)
}

/// Checks field names: none may be blank.
pub(crate) fn field_names<'a>(
    what: &str,
    names: impl IntoIterator<Item = &'a String>,
) -> Result<(), Error> {
    let mut names = names.into_iter();
    match names.position(|name| name.trim().is_empty()) {
        None => Ok(()),
        Some(index) => Err(Error::invalid_argument(format!(
            "`{what}[{index}]` is blank: name a field, or leave the entry out"
        ))),
    }
}
