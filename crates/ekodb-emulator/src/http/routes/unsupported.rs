//! Paths without a route: 501 for what ekoDB has and the emulator has not, 404 outside the API,
//! else what the server answers.

use http::Uri;

use crate::http::error::ApiError;

/// The first segments after `/api/` of the groups that are not emulated, and their names in errors.
const GROUPS: &[(&str, &str)] = &[
    ("analytics", "analytics"),
    ("chat", "chat"),
    ("chat_models", "chat models"),
    ("embed", "embeddings"),
    ("functions", "functions"),
    ("indexes", "indexes"),
    ("query", "query plans"),
    ("replication", "replication"),
    ("ripples", "ripples"),
    ("route", "user-defined routes"),
    ("schedules", "schedules"),
    ("search", "search"),
    ("subscribe", "subscriptions"),
    ("wal", "the write-ahead log"),
    ("ws", "WebSockets"),
];

pub(crate) async fn answer(uri: Uri) -> ApiError {
    let mut segments = uri.path().split('/').skip(1);
    let group = match (segments.next(), segments.next()) {
        (Some("api"), Some(group)) => group,
        (Some("api"), None) => return ApiError::MethodNotAllowed,
        _ => return ApiError::NoPage,
    };
    match GROUPS.iter().find(|(name, _)| *name == group) {
        Some((_, what)) => ApiError::NotEmulated(what),
        None => ApiError::MethodNotAllowed,
    }
}
