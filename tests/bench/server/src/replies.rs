//! The replies, written out once.

use std::{fmt::Write as _, time::SystemTime};

/// How many records a page has, and a batch.
const PAGE: usize = 500;

/// The replies of each route.
pub(crate) struct Replies {
    /// Of two, every other page is the second: the client takes one that comes again for an error.
    routes: Vec<(&'static str, Vec<Vec<u8>>)>,
    unknown: Vec<u8>,
}

impl Replies {
    pub(crate) fn new() -> Self {
        let ids: Vec<String> = (0..PAGE)
            .map(|number| format!("\"{}\"", id(number)))
            .collect();
        let one = |status, body: &str| vec![reply(status, body)];
        let token = "eyJhbGciOiJIUzI1NiJ9.bm90IGEgY2xhaW0.c2lnbmF0dXJlIG9mIHRoZSB0b2tlbg";
        Self {
            routes: vec![
                (
                    "POST /api/auth/token",
                    one("200 OK", &format!("{{\"token\":\"{token}\"}}")),
                ),
                (
                    "GET /api/collections",
                    one(
                        "200 OK",
                        r#"{"collections":["customers","orders","products","users"]}"#,
                    ),
                ),
                ("GET /api/find/typed/", one("200 OK", &typed(7, 7))),
                ("GET /api/find/plain/", one("200 OK", &plain(7, 7))),
                (
                    "POST /api/insert/",
                    one("201 Created", &format!("{{\"id\":\"{}\"}}", id(7))),
                ),
                ("POST /api/find/typed", pages(typed)),
                ("POST /api/find/plain", pages(plain)),
                (
                    "POST /api/batch/insert/",
                    one(
                        "200 OK",
                        &format!("{{\"successful\":[{}],\"failed\":[]}}", ids.join(",")),
                    ),
                ),
            ],
            unknown: reply("404 Not Found", r#"{"error":"not a route of this server"}"#),
        }
    }

    /// The reply to a request, by its first line and what its body skips.
    pub(crate) fn to(&self, first_line: &str, body: &[u8]) -> &[u8] {
        self.routes
            .iter()
            .find(|(route, _)| first_line.starts_with(route))
            .map_or(&self.unknown, |(_, replies)| match &replies[..] {
                [only] => only,
                replies => &replies[skipped(body) / PAGE % replies.len()],
            })
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

fn skipped(body: &[u8]) -> usize {
    let text = String::from_utf8_lossy(body);
    let (_, number) = text.split_once("\"skip\":").unwrap_or_default();
    let end = number.find(|c: char| !c.is_ascii_digit());
    number[..end.unwrap_or(number.len())].parse().unwrap_or(0)
}

/// Two pages, which differ in their ids alone. A record is written with the number in its id and
/// that in its values.
fn pages(record: fn(usize, usize) -> String) -> Vec<Vec<u8>> {
    let page = |first: usize| {
        let records: Vec<String> = (0..PAGE)
            .map(|number| record(first + number, number))
            .collect();
        reply("200 OK", &format!("[{}]", records.join(",")))
    };
    vec![page(0), page(PAGE)]
}

fn id(number: usize) -> String {
    format!("01JDN5ZC{number:08}")
}

fn plain(key: usize, number: usize) -> String {
    let id = id(key);
    format!(
        r#"{{"id":"{id}","name":"Green tea, {number} grams","price":{number}.75,"stock":{number},"active":true,"tags":["tea","loose"]}}"#
    )
}

fn typed(key: usize, number: usize) -> String {
    let mut text = format!("{{\"id\":\"{}\"", id(key));
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
