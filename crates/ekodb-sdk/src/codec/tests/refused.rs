//! What JSON or the server cannot carry is refused with the path to it, or carried exactly.

use std::collections::{BTreeMap, HashMap};

use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use super::super::{Items, Target, encode, operand};
use crate::{
    Record,
    value::{DateTime, Value, Vector},
};

fn refused(record: &impl Serialize) -> String {
    encode(record, Target::Insert).unwrap_err().to_string()
}

fn written(record: &impl Serialize, target: Target) -> Json {
    serde_json::from_slice(&encode(record, target).unwrap().into_body()).unwrap()
}

#[test]
fn a_float_that_is_not_finite_is_refused_wherever_it_is() {
    #[derive(Serialize)]
    struct Deep {
        list: Vec<Option<f32>>,
        by: HashMap<String, (u8, f64)>,
    }
    let deep = |list: f32, by: f64| Deep {
        list: vec![Some(1.0), Some(list)],
        by: HashMap::from([("a".to_owned(), (1, by))]),
    };
    for (record, path) in [
        (deep(f32::NAN, 1.0), "`list[1]`"),
        (deep(1.0, f64::INFINITY), "`by.a[1]`"),
        (deep(1.0, f64::NEG_INFINITY), "`by.a[1]`"),
    ] {
        let text = refused(&record);
        assert!(text.contains(path) && text.contains("not finite"), "{text}");
    }
    for (value, path) in [
        (Value::Float(f64::NAN), "`v`"),
        (Vector::from([0.0, f64::NAN]).into(), "`v[1]`"),
        (vec![1.0, f64::NAN].into(), "[1]"),
        (vec![vec![f64::INFINITY]].into(), "[0][0]"),
    ] {
        let text = refused(&Record::new().with("v", value));
        assert!(text.contains(path) && text.contains("not finite"), "{text}");
    }
    let mut items = Items::default();
    assert!(items.insert(&deep(f32::NAN, 1.0)).is_err());
    assert!(Items::default().update("a", &deep(1.0, f64::NAN)).is_err());
    assert!(operand(&[f64::NAN]).is_err());
}

#[test]
fn whole_numbers_beyond_64_bits_are_refused_and_others_exact() {
    let text = refused(&BTreeMap::from([("n", u128::MAX)]));
    assert!(text.contains("`n`") && text.contains("64 bits"), "{text}");
    assert!(encode(&BTreeMap::from([("n", i128::MIN)]), Target::Insert).is_err());
    let exact = BTreeMap::from([("n", u128::from(u64::MAX)), ("one", 1)]);
    let expected = json!({"n": u64::MAX, "one": 1});
    assert_eq!(written(&exact, Target::Insert), expected);
}

#[test]
fn names_are_texts_or_what_is_one_as_text() {
    let nested = BTreeMap::from([("a", BTreeMap::from([(1, "x"), (-2, "y")]))]);
    let expected = json!({"a": {"1": "x", "-2": "y"}});
    assert_eq!(written(&nested, Target::Insert), expected);
    assert!(refused(&BTreeMap::from([(1, "x")])).contains("must be a text"));
    let list = BTreeMap::from([("a", BTreeMap::from([(vec![1], "x")]))]);
    assert!(refused(&list).contains("`a`"));
}

#[test]
fn a_name_that_is_written_twice_is_refused() {
    #[derive(Serialize)]
    struct Twice {
        n: u8,
        #[serde(flatten)]
        rest: BTreeMap<String, u8>,
    }
    let [twice, other] = ["n", "m"].map(|name| Twice {
        n: 1,
        rest: BTreeMap::from([(name.to_owned(), 2)]),
    });
    assert!(refused(&twice).contains("`n`: it is written twice"));
    assert_eq!(written(&other, Target::Insert), json!({"n": 1, "m": 2}));
}

#[test]
fn bytes_are_bytes_as_a_field_and_numbers_inside_a_value() {
    struct Raw;
    impl Serialize for Raw {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(&[1, 2])
        }
    }
    let field = written(&BTreeMap::from([("a", Raw)]), Target::Insert);
    assert_eq!(field, json!({"a": {"type": "Bytes", "value": "AQI="}}));
    let inside = written(&BTreeMap::from([("a", [Raw])]), Target::Insert);
    assert_eq!(inside, json!({"a": [[1, 2]]}));
}

#[test]
fn a_value_that_is_nested_too_deep_is_refused() {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    assert!(refused(&json!({ "a": deep })).contains("nested too deep"));
}

#[test]
fn a_moment_of_expiry_is_left_as_it_is_by_an_update_and_is_a_time_to_live_of_a_new_record() {
    let record = json!({"ttl": "2999-01-01T00:00:00Z", "n": 1});
    assert_eq!(written(&record, Target::Update), json!({"n": 1}));
    let inserted = written(&record, Target::Insert);
    assert!(inserted["ttl"].as_u64() > Some(1_000_000));
    let past = json!({"ttl": "1999-01-01T00:00:00Z"});
    assert!(refused(&past).contains("`ttl`"));
    for ttl in [json!({ "ttl": 60 }), json!({ "ttl": "5m" })] {
        assert_eq!(written(&ttl, Target::Update), ttl);
    }
}

#[test]
fn an_update_with_a_record_of_a_plain_reply_has_only_what_was_set() {
    let plain = br#"{"id":"a","price":"1.5","at":"2026-01-01T00:00:00Z","n":1}"#;
    let mut record: Record = super::super::decode(plain.to_vec().into()).unwrap();
    record.set("n", 2);
    let changes = encode(&record, Target::Update).unwrap().without_id("a");
    let changes: Json = serde_json::from_slice(&changes.unwrap().into_body()).unwrap();
    assert_eq!(changes, json!({"n": 2}));
    // As a new record it has all of them, as they were written.
    let expected = json!({"id": "b", "price": "1.5", "at": "2026-01-01T00:00:00Z", "n": 2});
    let inserted = written(&record.clone().with_id("a"), Target::Insert);
    assert_eq!(inserted["at"], expected["at"]);
    let copied = written(&record.with_id("b"), Target::Update);
    assert_eq!(copied["price"], expected["price"]);
    assert_eq!(copied["id"], "b");
}

#[test]
fn an_object_of_ones_own_survives_whatever_type_it_has() {
    #[derive(Serialize)]
    struct Own {
        r#type: &'static str,
        value: &'static str,
    }
    let own = Own {
        r#type: "Decimal",
        value: "1.5",
    };
    let wrapped = json!({"a": {"type": "Object", "value": {"type": "Decimal", "value": "1.5"}}});
    let record = BTreeMap::from([("a", own)]);
    assert_eq!(written(&record, Target::Insert), wrapped);
    let texts = BTreeMap::from([("type", "Decimal"), ("value", "1.5")]);
    let record = BTreeMap::from([("a", texts)]);
    assert_eq!(written(&record, Target::Insert), wrapped);
    let object = json!({"type": "Decimal", "value": "1.5"});
    let record = Record::new().with("a", object);
    assert_eq!(written(&record, Target::Insert), wrapped);
}

#[test]
fn an_object_of_ones_own_survives_in_a_map_of_values() {
    #[derive(Serialize, serde::Deserialize)]
    struct Own {
        a: BTreeMap<String, crate::Value>,
    }
    let object = json!({"type": "Object", "value": {"type": "Decimal", "value": "1.5"}});
    let reply = json!({"id": "a", "a": object}).to_string();
    let own: Own = super::super::decode(reply.into()).unwrap();
    assert_eq!(written(&own, Target::Update), json!({"a": object}));
}

#[test]
fn a_moment_is_written_as_the_server_takes_it() {
    let at: DateTime = "2026-01-01T00:00:00Z".parse().unwrap();
    let record = BTreeMap::from([("at", at)]);
    let expected = json!({"at": {"type": "DateTime", "value": "2026-01-01T00:00:00Z"}});
    assert_eq!(written(&record, Target::Insert), expected);
}
