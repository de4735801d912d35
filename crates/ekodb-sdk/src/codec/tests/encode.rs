//! What a record is in a request.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::super::{Target, encode};
use crate::{
    ErrorKind, Record,
    value::{Decimal, Vector},
};

fn encoded(record: &impl Serialize) -> Json {
    serde_json::from_slice(&encode(record, Target::Insert).unwrap().into_body()).unwrap()
}

fn price() -> Decimal {
    "1.5".parse().unwrap()
}

#[test]
fn typed_values_keep_their_type_through_options_newtypes_and_flattened_parts() {
    #[derive(Serialize)]
    struct Price(Decimal);
    #[derive(Serialize)]
    struct Part {
        face: Vector,
    }
    #[derive(Serialize)]
    struct Product {
        price: Price,
        old: Option<Price>,
        #[serde(flatten)]
        part: Part,
        #[serde(flatten)]
        rest: BTreeMap<String, Decimal>,
    }
    let product = Product {
        price: Price(price()),
        old: Some(Price(price())),
        part: Part {
            face: Vector::from([1.0]),
        },
        rest: [("more".to_owned(), price())].into(),
    };
    let decimal = json!({"type": "Decimal", "value": "1.5"});
    assert_eq!(
        encoded(&product),
        json!({
            "price": decimal, "old": decimal, "more": decimal,
            "face": {"type": "Vector", "value": [1.0]},
        })
    );
}

#[test]
fn typed_values_inside_objects_and_lists_are_plain() {
    let record = HashMap::from([("prices", [price()])]);
    assert_eq!(encoded(&record), json!({"prices": ["1.5"]}));
    let record = HashMap::from([("price", HashMap::from([("net", price())]))]);
    assert_eq!(encoded(&record), json!({"price": {"net": "1.5"}}));
}

#[test]
fn enums_are_records_where_serde_writes_them_as_maps() {
    #[derive(Serialize)]
    #[serde(tag = "kind")]
    enum Event {
        Paid { price: Decimal },
        Nested(Inner),
    }
    #[derive(Serialize)]
    struct Inner {
        price: Decimal,
    }
    let decimal = json!({"type": "Decimal", "value": "1.5"});
    for (event, kind) in [
        (Event::Paid { price: price() }, "Paid"),
        (Event::Nested(Inner { price: price() }), "Nested"),
    ] {
        assert_eq!(encoded(&event), json!({"kind": kind, "price": decimal}));
    }
}

#[test]
fn the_id_and_the_time_to_live_are_never_wrapped() {
    let record = json!({"id": null, "ttl": {"type": "String", "value": "1h"}});
    let expected = json!({"ttl": {"type": "String", "value": "1h"}});
    assert_eq!(encoded(&record), expected);
}

#[test]
fn what_is_no_map_is_refused() {
    for record in [json!(1), json!("a"), json!([1]), json!(null)] {
        let error = encode(&record, Target::Insert).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    }
}

#[test]
fn an_untyped_record_is_plain_for_other_serializers() {
    let record = Record::new().with_id("a").with("price", price());
    let plain = serde_json::to_value(&record).unwrap();
    assert_eq!(plain, json!({"id": "a", "price": "1.5"}));
    let typed = json!({"id": "a", "price": {"type": "Decimal", "value": "1.5"}});
    assert_eq!(encoded(&record), typed);
}
