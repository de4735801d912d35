//! Matching a query parameter as the client writes it.

use httpmock::When;
use serde::Serialize;
use serde_json::Value;

/// Matches requests whose query has this value under a name: for a list, each of its items.
pub(crate) fn is(when: When, name: &str, value: &impl Serialize) -> When {
    match serde_json::to_value(value) {
        Ok(Value::Array(items)) if items.is_empty() => when.query_param_missing(name),
        Ok(Value::Array(items)) => items
            .into_iter()
            .fold(when, |when, item| when.query_param(name, text(item))),
        Ok(value) => when.query_param(name, text(value)),
        // The client refuses to send it: nothing is there to be matched.
        Err(_) => when.query_param_missing(name),
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpStream,
    };

    use httpmock::MockServer;
    use serde_json::json;

    /// Whether a request with this query is answered by a mock that wants `value` under `a`.
    fn matches(value: &serde_json::Value, query: &str) -> bool {
        let server = MockServer::start();
        server.mock(|when, then| {
            super::is(when, "a", value);
            then.status(204);
        });
        let mut stream = TcpStream::connect(server.address()).unwrap();
        write!(
            stream,
            "GET /?{query} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply.starts_with("HTTP/1.1 204")
    }

    #[test]
    fn a_query_is_matched_as_the_client_writes_it() {
        for (value, query) in [
            (json!("2026-01-01T00:00:00Z"), "a=2026-01-01T00%3A00%3A00Z"),
            (json!(["x", "y"]), "a=x&a=y"),
            (json!([1, 2]), "b=0&a=1&a=2"),
            (json!(true), "a=true"),
            (json!([]), "b=0"),
        ] {
            assert!(matches(&value, query), "{value} {query}");
        }
        assert!(!matches(&json!(["x", "y"]), "a=x"));
        assert!(!matches(&json!([]), "a=x"));
    }
}
