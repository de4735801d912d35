//! The operations of the contract that queries stand on.

use ekodb_api::types;
use serde_json::{Map, Value as Json};

use super::filter;
use crate::{Error, ErrorKind, argument, request::Call};

/// One page, its records as they came.
pub(super) async fn page(
    call: Call,
    collection: String,
    query: types::FindQuery,
) -> Result<Vec<Map<String, Json>>, Error> {
    argument::segment("collection", &collection)?;
    check(&query)?;
    let reply = call
        .run(
            call.api()
                .find_records()
                .collection(collection)
                .body(query)
                .prepare(),
        )
        .await?;
    Ok(reply.into_iter().map(|record| record.0).collect())
}

/// The distinct values of a field.
pub(super) async fn distinct(
    call: Call,
    collection: String,
    field: String,
    query: types::DistinctQuery,
) -> Result<Vec<Json>, Error> {
    argument::segment("collection", &collection)?;
    argument::segment("field", &field)?;
    if let Some(filter) = &query.filter {
        filter::check(filter)?;
    }
    let reply = call
        .run({
            let api = call.api();
            let request = api.distinct_values().collection(collection).field(field);
            request.body(query).prepare()
        })
        .await?;
    Ok(reply.values)
}

fn check(query: &types::FindQuery) -> Result<(), Error> {
    if let Some(filter) = &query.filter {
        filter::check(filter)?;
    }
    if query.sort.iter().any(|sort| sort.field.is_empty()) {
        return Err(Error::new(
            ErrorKind::InvalidArgument,
            "an order of the query names no field",
        ));
    }
    argument::field_names("select", &query.select_fields)?;
    argument::field_names("exclude", &query.exclude_fields)
}
