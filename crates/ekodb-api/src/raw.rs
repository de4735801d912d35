//! Requests that are named by a method and a path, such as those of a command line.

use bytes::Bytes;

use crate::{Auth, Client, Error, Operation, Outgoing, Privilege, Replay};

impl Client {
    /// Prepares a request of a path such as `/api/collections?exclude_internal=true`, whether the
    /// API's document has it or not. What it is known by, and whether it may be sent twice, is
    /// taken from the operation that has this method and path; else it takes a token, and only a
    /// GET may be sent twice.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] if the method is not one of GET, POST, PUT, PATCH and DELETE, or
    /// the path does not begin with a slash or has a segment `.` or `..`.
    pub fn prepare_raw(
        &self,
        method: &str,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<Outgoing, Error> {
        let refused = |problem: &str| Err(Error::InvalidRequest(problem.to_owned()));
        let Some(unknown) = UNKNOWN.iter().find(|operation| operation.method == method) else {
            return refused("the method is not one of GET, POST, PUT, PATCH and DELETE");
        };
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let Some(segments) = path.strip_prefix('/') else {
            return refused("the path does not begin with a slash, as /api/collections does");
        };
        // A URL would take them out, and lead elsewhere.
        let is_dots = |segment: &str| {
            let segment = segment.to_ascii_lowercase().replace("%2e", ".");
            segment == "." || segment == ".."
        };
        if segments.split(['/', '\\']).any(is_dots) {
            return refused("the path has a segment `.` or `..`");
        }
        let url = self.base().raw_url(path, query);
        let operation = known(method, path).unwrap_or(unknown);
        Ok(Outgoing::new(operation, url, body))
    }
}

/// What is assumed of a request that the document does not have.
static UNKNOWN: [Operation; 5] = [
    unknown("GET", Replay::Idempotent),
    unknown("POST", Replay::Never),
    unknown("PUT", Replay::Never),
    unknown("PATCH", Replay::Never),
    unknown("DELETE", Replay::Never),
];

const fn unknown(method: &'static str, replay: Replay) -> Operation {
    Operation {
        id: "raw",
        method,
        path: "/",
        auth: Auth::Bearer,
        privilege: Privilege::Any,
        replay,
        success: 200,
        has_reply: true,
        deprecated: false,
        takes_transaction: false,
    }
}

/// The operation with a method and a path; of several that fit, the one with the fewest parameters.
fn known(method: &str, path: &str) -> Option<&'static Operation> {
    let fits = |operation: &&Operation| {
        let mut segments = path.split('/');
        let fit = operation.path.split('/').all(|expected| {
            let segment = segments.next();
            segment.is_some_and(|segment| {
                segment == expected || (expected.starts_with('{') && !segment.is_empty())
            })
        });
        operation.method == method && fit && segments.next().is_none()
    };
    Operation::all()
        .iter()
        .filter(fits)
        .min_by_key(|operation| operation.path.matches('{').count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Base;

    fn prepared(method: &str, path: &str) -> Result<Outgoing, Error> {
        let base = Base::parse("https://eko.example/prefix").expect("it is a URL");
        Client::without_transport(base).prepare_raw(method, path, None)
    }

    #[test]
    fn a_request_is_known_by_the_operation_that_has_its_path() {
        for (method, path, id) in [
            (
                "GET",
                "/api/collections?exclude_internal=true",
                "list_collections",
            ),
            ("GET", "/api/collections/users", "get_collection"),
            ("POST", "/api/find/users", "find_records"),
            ("GET", "/api/find/users/", "raw"),
            ("GET", "/api/functions", "raw"),
        ] {
            let request = prepared(method, path).expect("it is valid");
            assert_eq!(request.operation().id, id, "{path}");
            let url = format!("https://eko.example/prefix{path}");
            assert_eq!(request.url().as_str(), url);
        }
    }

    #[test]
    fn what_would_lead_elsewhere_is_refused() {
        for (method, path) in [
            ("GET", "api/collections"),
            ("GET", "https://other.example/"),
            ("GET", "/api/../x"),
            ("GET", "/api/%2E%2e/x"),
            ("GET", "/api\\..\\x"),
            ("CONNECT", "/api"),
        ] {
            assert!(prepared(method, path).is_err(), "{method} {path}");
        }
        let request = prepared("GET", "//other.example/x").expect("it stays on the server");
        assert_eq!(request.url().host_str(), Some("eko.example"));
    }
}
