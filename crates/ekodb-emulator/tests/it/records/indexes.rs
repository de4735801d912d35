//! With an index or without: the same answers.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::support::{condition, logical};

use crate::support::Admin;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-3_i64..3).prop_map(|n| json!(n)),
        prop_oneof![Just(0.5), Just(-0.0), Just(2.0), Just(1e300)].prop_map(|n| json!(n)),
        "[ab]{0,2}".prop_map(|text| json!(text)),
        Just(json!("2026-01-01T00:00:00Z")),
        Just(json!("2026-01-01T01:00:00+01:00")),
        Just(json!(true)),
        Just(json!(null)),
        Just(json!([1])),
        prop_oneof![
            Just("1"),
            Just("1.0"),
            Just("-1"),
            Just("10e-1"),
            Just("2.50")
        ]
        .prop_map(|text| json!(text)),
    ]
}

fn filter() -> impl Strategy<Value = Value> {
    let one = (
        prop_oneof![Just("v"), Just("id")],
        prop_oneof![
            Just("Eq"),
            Just("Ne"),
            Just("Gt"),
            Just("Gte"),
            Just("Lt"),
            Just("Lte"),
            Just("StartsWith")
        ],
        value(),
    )
        .prop_map(|(field, operator, value)| condition(field, operator, value));
    let listed =
        prop::collection::vec(value(), 0..4).prop_map(|values| condition("v", "In", json!(values)));
    let leaf = prop_oneof![one, listed];
    leaf.prop_recursive(2, 8, 3, |part| {
        (
            prop_oneof![Just("And"), Just("Or")],
            prop::collection::vec(part, 1..3),
        )
            .prop_map(|(operator, parts)| logical(operator, json!(parts)))
    })
}

fn kind() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("Number"),
        Just("String"),
        Just("DateTime"),
        Just("Boolean"),
        Just("Decimal"),
        Just("Array")
    ]
}

/// The same records in a collection whose field has an index, and in one whose field has none. The
/// type of the field is changed on the way, so that values of two types stand in the index.
#[test]
fn an_index_changes_no_answer() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let admin = runtime.block_on(Admin::plain());
    let mut cases = TestRunner::new(ProptestConfig::with_cases(40));
    let values = || prop::collection::vec(value(), 0..10);
    let strategy = (
        kind(),
        values(),
        kind(),
        values(),
        prop::collection::vec(filter(), 1..12),
    );
    cases
        .run(&strategy, |(kind, values, then, more, filters)| {
            runtime.block_on(async {
                let index = json!({ "type": "btree" });
                for (name, index) in [("scanned", json!(null)), ("indexed", index)] {
                    admin.delete(&format!("/api/collections/{name}")).await;
                    let field = json!({ "v": { "field_type": kind, "index": index } });
                    admin.with_schema(name, field).await;
                    for (place, value) in values.iter().enumerate() {
                        admin
                            .post(
                                &format!("/api/insert/{name}"),
                                json!({ "id": format!("a{place}"), "v": value }),
                            )
                            .await;
                    }
                    let body = json!({ "constraints": { "v": { "field_type": then } } });
                    let reply = admin.put(&format!("/api/schemas/{name}"), body).await;
                    prop_assert_eq!(reply.status, 200);
                    for (place, value) in more.iter().enumerate() {
                        admin
                            .post(
                                &format!("/api/insert/{name}"),
                                json!({ "id": format!("b{place}"), "v": value }),
                            )
                            .await;
                    }
                }
                for filter in filters {
                    let query = json!({ "filter": filter });
                    let scanned = admin.found("scanned", query.clone(), "v").await;
                    let indexed = admin.found("indexed", query, "v").await;
                    prop_assert_eq!(scanned, indexed, "{}", filter);
                }
                Ok(())
            })
        })
        .unwrap();
}

#[tokio::test]
async fn an_index_follows_updates_and_deletions() {
    let admin = Admin::plain().await;
    let fields = json!({ "n": { "field_type": "Integer", "index": { "type": "btree" } } });
    admin.with_schema("t", fields).await;
    for n in 0..5 {
        let record = json!({ "id": n.to_string(), "n": n });
        admin.insert("t", record).await;
    }
    admin.update("t/1", json!({ "n": 30 })).await;
    admin.delete("/api/delete/t/4").await;
    for (filter, expected) in [
        (condition("n", "Eq", json!(1)), json!([])),
        (condition("n", "Eq", json!(30)), json!(["1"])),
        (condition("n", "Gte", json!(3)), json!(["1", "3"])),
        (condition("n", "Lt", json!(3)), json!(["0", "2"])),
    ] {
        let query = json!({ "filter": filter });
        assert_eq!(admin.found("t", query, "id").await, expected, "{filter}");
    }
}
