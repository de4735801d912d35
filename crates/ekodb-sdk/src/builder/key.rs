//! What cannot be an API key.

use super::refusal::refuse;
use crate::{auth::ApiKey, error::Error};

/// The key, unless it cannot be one. The error never repeats it.
pub(super) fn checked(key: ApiKey) -> Result<ApiKey, Error> {
    let text = key.expose();
    if text.trim().is_empty() {
        return Err(refuse(
            "api_key is empty or blank",
            "write the key from the dashboard of your deployment",
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(refuse(
            "api_key holds a line break or another control character",
            "write the key alone, without the end of its line",
        ));
    }
    if text.trim() != text {
        return Err(refuse(
            "api_key begins or ends with white space",
            "write the key alone",
        ));
    }
    Ok(key)
}
