//! What a record of a reply is in a type of the caller's.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value as Json, json};

use super::super::decode;
use crate::Error;

fn read<T: DeserializeOwned>(reply: Json) -> Result<T, Error> {
    decode(reply.to_string().into()).map_err(|error| error.with_operation("get_record"))
}

#[test]
fn only_the_outermost_type_of_a_member_goes() {
    let reply = json!({
        "id": "a",
        "own": {"type": "Object", "value": {"type": "Object", "value": {"n": 1}}},
        "list": {"type": "Array", "value": [{"type": "Integer", "value": 1}]},
    });
    let read: Json = read(reply).unwrap();
    let expected = json!({
        "id": "a",
        "own": {"type": "Object", "value": {"n": 1}},
        "list": [{"type": "Integer", "value": 1}],
    });
    assert_eq!(read, expected);
}

#[test]
fn a_plain_reply_stays_as_it_is() {
    let reply = json!({"id": "a", "n": 1, "own": {"type": "String", "value": "x"}});
    let read: Json = read(reply.clone()).unwrap();
    assert_eq!(read, reply);
}

#[test]
fn enums_and_newtypes_are_read() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "kind")]
    enum Event {
        Paid { amount: u32 },
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Wrapped(Option<Event>);
    let reply = json!({
        "id": "a",
        "kind": {"type": "String", "value": "Paid"},
        "amount": {"type": "Integer", "value": 3},
    });
    let read: Wrapped = read(reply).unwrap();
    assert_eq!(read, Wrapped(Some(Event::Paid { amount: 3 })));
}

#[test]
fn a_record_that_is_an_enum_is_read_with_the_content_of_its_variant() {
    #[derive(Debug, PartialEq, Deserialize)]
    enum Event {
        Seen(std::collections::BTreeMap<String, i64>),
        Moved { x: i64, to: Vec<String> },
        Count(i64),
        Both(i64, String),
    }
    let object = |content: Json| json!({"type": "Object", "value": content});
    let array = |content: Json| json!({"type": "Array", "value": content});
    for (variant, typed, plain, expected) in [
        (
            "Seen",
            object(json!({"a": 1})),
            json!({"a": 1}),
            Event::Seen([("a".to_owned(), 1)].into()),
        ),
        (
            "Moved",
            object(json!({"x": 1, "to": ["a"]})),
            json!({"x": 1, "to": ["a"]}),
            Event::Moved {
                x: 1,
                to: vec!["a".to_owned()],
            },
        ),
        (
            "Count",
            json!({"type": "Integer", "value": 1}),
            json!(1),
            Event::Count(1),
        ),
        (
            "Both",
            array(json!([1, "a"])),
            json!([1, "a"]),
            Event::Both(1, "a".to_owned()),
        ),
    ] {
        for content in [typed, plain] {
            let reply = json!({"id": "a", variant: content, "ttl": "2026-01-01T00:00:00Z"});
            let read: Event = read(reply).unwrap();
            assert_eq!(read, expected);
        }
    }
}

#[test]
fn a_wrong_value_is_named_by_its_path_and_never_quoted() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "it is only read")]
    struct User {
        address: Address,
    }
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "it is only read")]
    struct Address {
        zip: u32,
        kind: Kind,
    }
    #[derive(Debug, Deserialize)]
    enum Kind {
        Home,
    }
    for (address, expected) in [
        (
            json!({"zip": "s3cret: `x`, expected"}),
            "field `address.zip`: invalid type, expected u32",
        ),
        (
            json!({"zip": -77}),
            "field `address.zip`: invalid value, expected u32",
        ),
        (
            json!({"zip": 1, "kind": "s3cret"}),
            "field `address.kind`: unknown variant, expected `Home`",
        ),
    ] {
        let reply = json!({"id": "a", "address": {"type": "Object", "value": address}});
        let error = read::<User>(reply).unwrap_err();
        let text = error.to_string();
        assert_eq!(
            text,
            format!("get_record: the record `a` cannot be read: {expected}")
        );
    }
}

#[test]
fn what_a_type_says_of_a_value_is_not_repeated() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "it is only read")]
    struct User {
        id: crate::value::Uuid,
    }
    let error = read::<User>(json!({"id": "s3cret"})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "get_record: the record `s3cret` cannot be read: field `id`: the type refused the value"
    );
}
