//! Replies that no server would send, in every kind of type.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::super::{Page, Target, decode, encode, id_of, is_record};
use crate::{
    Record,
    value::{DateTime, Decimal, Uuid},
};

#[derive(Debug, Deserialize, Serialize)]
struct Mixed {
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    value: Option<Decimal>,
    #[serde(default)]
    data: Vec<Choice>,
    #[serde(flatten)]
    rest: BTreeMap<String, Json>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Choice {
    Moment(DateTime),
    Key(Uuid),
    Number(f64),
    Other(Json),
}

#[test]
fn what_is_read_of_any_reply_can_be_written_or_is_refused() {
    ekodb_fuzz::check!(|input: &[u8]| {
        for document in ekodb_fuzz::documents(input, &ekodb_fuzz::WORDS) {
            round_trip::<Record>(&document);
            round_trip::<Mixed>(&document);
            round_trip::<Json>(&document);
            round_trip::<BTreeMap<String, Choice>>(&document);
        }
    });
}

fn round_trip<T: Serialize + for<'de> Deserialize<'de>>(document: &[u8]) {
    let reply = Bytes::copy_from_slice(document);
    let read = decode::<T>(reply.clone());
    if let Ok(record) = &read {
        assert!(is_record(reply).is_ok());
        for target in [Target::Insert, Target::Update] {
            let written = encode(record, target).map(super::super::Encoded::into_body);
            if let Ok(body) = written {
                let body = std::str::from_utf8(&body).expect("JSON is UTF-8");
                assert!(serde_json::from_str::<Json>(body).is_ok(), "{body}");
                id_of(body);
            }
        }
    }
    let list = [b"[", document, b",", document, b"]"].concat();
    if let Ok(mut page) = Page::new(list.into(), None, usize::MAX) {
        let first = page.next::<T>();
        assert!(read.is_err() || first.is_some_and(|first| first.is_ok()));
        while page.next::<T>().is_some_and(|record| record.is_ok()) {}
    }
}
