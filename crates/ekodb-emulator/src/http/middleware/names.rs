//! Names of collections in paths that are unlike every recorded one.

use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{HeaderValue, WARNING};

use crate::engine::{Database, Error, NameError, is_like_recorded};
use crate::http::error::ApiError;

const TEXT: HeaderValue = HeaderValue::from_static(
    "299 ekodb-emulator \"The name of the collection has other characters than a-z, 0-9 and _, which no recorded \
     name has; --strict-names refuses it\"",
);

/// Warns about such a name in a header of the reply, or refuses it.
pub(crate) async fn check_collection_name(
    State(database): State<Arc<Database>>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    // A path that is not UTF-8 is refused by whoever reads it.
    let unlike = params.is_ok_and(|params| {
        let mut params = params.iter();
        params.any(|(parameter, name)| parameter == "collection" && !is_like_recorded(name))
    });
    if unlike && database.rules().strict_names {
        return Err(Error::from(NameError::UnlikeRecorded).into());
    }
    let mut response = next.run(request).await;
    if unlike {
        response.headers_mut().insert(WARNING, TEXT);
    }
    Ok(response)
}
