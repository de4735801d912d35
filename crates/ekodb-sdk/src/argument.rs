//! Checks of arguments before anything is sent.

use crate::{Error, ErrorKind};

/// Checks a value that stands in the path of a URL. `what` names it in the error.
pub(crate) fn segment(what: &str, value: &str) -> Result<(), Error> {
    ekodb_api::check_segment(value).map_err(|error| {
        Error::new(
            ErrorKind::InvalidArgument,
            format!("the {what} `{}` {error}", value.escape_debug()),
        )
    })
}

/// Checks the collection and the id of a record.
pub(crate) fn record(collection: &str, id: &str) -> Result<(), Error> {
    segment("collection", collection)?;
    segment("record id", id)
}

/// Checks a list of field names: none may be blank.
pub(crate) fn field_names(what: &str, names: &[String]) -> Result<(), Error> {
    match names.iter().position(|name| name.trim().is_empty()) {
        None => Ok(()),
        Some(index) => Err(Error::new(
            ErrorKind::InvalidArgument,
            format!("`{what}[{index}]` is blank: name a field, or leave the entry out"),
        )),
    }
}
