//! The replies, written out once.

use std::{fmt::Write as _, time::SystemTime};

/// How many records a page has, and a batch.
const PAGE: usize = 500;

/// One reply for each route.
pub(crate) struct Replies {
    routes: Vec<(&'static str, Vec<u8>)>,
    unknown: Vec<u8>,
}

impl Replies {
    pub(crate) fn new() -> Self {
        let ids: Vec<String> = (0..PAGE)
            .map(|number| format!("\"{}\"", id(number)))
            .collect();
        let token = "eyJhbGciOiJIUzI1NiJ9.bm90IGEgY2xhaW0.c2lnbmF0dXJlIG9mIHRoZSB0b2tlbg";
        Self {
            routes: vec![
                (
                    "POST /api/auth/token",
                    reply("200 OK", &format!("{{\"token\":\"{token}\"}}")),
                ),
                (
                    "GET /api/collections",
                    reply(
                        "200 OK",
                        r#"{"collections":["customers","orders","products","users"]}"#,
                    ),
                ),
                ("GET /api/find/typed/", reply("200 OK", &typed(7))),
                ("GET /api/find/plain/", reply("200 OK", &plain(7))),
                (
                    "POST /api/insert/",
                    reply("201 Created", &format!("{{\"id\":\"{}\"}}", id(7))),
                ),
                ("POST /api/find/typed", reply("200 OK", &page(typed))),
                ("POST /api/find/plain", reply("200 OK", &page(plain))),
                (
                    "POST /api/batch/insert/",
                    reply(
                        "200 OK",
                        &format!("{{\"successful\":[{}],\"failed\":[]}}", ids.join(",")),
                    ),
                ),
            ],
            unknown: reply("404 Not Found", r#"{"error":"not a route of this server"}"#),
        }
    }

    /// The reply to a request, by its first line.
    pub(crate) fn to(&self, first_line: &str) -> &[u8] {
        self.routes
            .iter()
            .find(|(route, _)| first_line.starts_with(route))
            .map_or(&self.unknown, |(_, reply)| reply)
    }
}

fn reply(status: &str, body: &str) -> Vec<u8> {
    let date = httpdate::fmt_http_date(SystemTime::now());
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ndate: {date}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn page(record: fn(usize) -> String) -> String {
    let records: Vec<String> = (0..PAGE).map(record).collect();
    format!("[{}]", records.join(","))
}

fn id(number: usize) -> String {
    format!("01JDN5ZC{number:08}")
}

fn plain(number: usize) -> String {
    let id = id(number);
    format!(
        r#"{{"id":"{id}","name":"Green tea, {number} grams","price":{number}.75,"stock":{number},"active":true,"tags":["tea","loose"]}}"#
    )
}

fn typed(number: usize) -> String {
    let mut text = format!("{{\"id\":\"{}\"", id(number));
    for (name, kind, value) in [
        ("name", "String", format!("\"Green tea, {number} grams\"")),
        ("price", "Float", format!("{number}.75")),
        ("stock", "Integer", number.to_string()),
        ("active", "Boolean", "true".to_owned()),
        ("tags", "Array", r#"["tea","loose"]"#.to_owned()),
    ] {
        let _ = write!(
            text,
            ",\"{name}\":{{\"type\":\"{kind}\",\"value\":{value}}}"
        );
    }
    text + "}"
}
