//! A request as it arrived.

use serde_json::Value;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method, in capitals.
    pub method: String,
    /// The path as written, without the query.
    pub path: String,
    /// The query as written, without the question mark.
    pub query: Option<String>,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The token of the `Authorization` header.
    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    /// The body as JSON, or null.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Reads a request's head.
    pub(crate) fn parse(head: &str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut request = lines.next()?.split(' ');
        let method = request.next()?.to_owned();
        let target = request.next()?;
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Self {
            method,
            path: path.to_owned(),
            query,
            headers,
            body: Vec::new(),
        })
    }
}
