//! Filters, sorting, paging, projections and joins over HTTP.

use serde_json::{Value, json};

use super::support::{condition, logical, with_unique};
use crate::support::Admin;

async fn people() -> Admin {
    let admin = Admin::plain().await;
    for person in [
        json!({ "id": "1", "name": "Ada", "age": 36, "city": "London", "tags": ["math"] }),
        json!({ "id": "2", "name": "Bob", "age": 25, "city": "Paris", "tags": [] }),
        json!({ "id": "3", "name": "Cid", "age": 36, "city": "Paris" }),
        json!({ "id": "4", "name": "Dee", "city": "Rome", "address": { "zip": "00100" } }),
    ] {
        admin.insert("people", person).await;
    }
    admin
}

#[tokio::test]
async fn a_filter_selects() {
    let admin = people().await;
    for (filter, expected) in [
        (condition("age", "Gte", json!(30)), json!(["1", "3"])),
        (
            condition("city", "In", json!(["Rome", "London"])),
            json!(["1", "4"]),
        ),
        (condition("name", "Contains", json!("e")), json!(["4"])),
        (condition("tags", "Contains", json!("math")), json!(["1"])),
        (
            condition("address.zip", "StartsWith", json!("00")),
            json!(["4"]),
        ),
        (
            condition("id", "In", json!(["4", "2", "9"])),
            json!(["2", "4"]),
        ),
        (condition("age", "Eq", json!(null)), json!(["4"])),
        (
            logical(
                "And",
                json!([
                    condition("city", "Eq", json!("Paris")),
                    logical("Not", json!([condition("age", "LessThan", json!(30))])),
                ]),
            ),
            json!(["3"]),
        ),
        (
            logical(
                "Or",
                json!([
                    condition("id", "Eq", json!("1")),
                    condition("age", "Lt", json!(30))
                ]),
            ),
            json!(["1", "2"]),
        ),
    ] {
        let query = json!({ "filter": filter });
        assert_eq!(
            admin.found("people", query, "id").await,
            expected,
            "{filter}"
        );
    }
}

#[tokio::test]
async fn a_filter_of_another_grammar_is_refused_whether_or_not_the_collection_exists() {
    let admin = people().await;
    for collection in ["people", "nowhere"] {
        for filter in [
            json!({}),
            json!({ "name": "Ada" }),
            json!({ "type": "expression", "content": { "field": "name", "operator": "Eq", "value": "Ada" } }),
            condition("name", "Regex", json!("A.*")),
            logical("And", json!([])),
        ] {
            let reply = admin.find(collection, json!({ "filter": filter })).await;
            assert_eq!(reply.status, 400, "{filter}");
            assert!(
                reply.body["error"]
                    .as_str()
                    .unwrap()
                    .starts_with("Invalid filter: ")
            );
        }
    }
}

#[tokio::test]
async fn a_filter_without_end_is_refused() {
    let admin = people().await;
    let many: Vec<Value> = (0..100_000).map(Value::from).collect();
    let filter = condition("age", "In", json!(many));
    assert_eq!(
        admin
            .find("people", json!({ "filter": filter }))
            .await
            .status,
        400
    );
    let mut deep = condition("age", "Eq", json!(1)).to_string();
    for _ in 0..1000 {
        deep = format!(
            r#"{{"type":"Logical","content":{{"operator":"Not","expressions":[{deep}]}}}}"#
        );
    }
    let request = admin
        .request(reqwest::Method::POST, "/api/find/people")
        .bearer_auth(&admin.token)
        .body(format!(r#"{{"filter":{deep}}}"#));
    assert_eq!(crate::support::send(request).await.status, 400);
}

#[tokio::test]
async fn a_sort_goes_by_one_field_then_the_next_and_then_by_insertion() {
    let admin = people().await;
    let by = |field: &str, ascending: bool| json!({ "field": field, "ascending": ascending });
    for (sort, expected) in [
        (json!([by("age", true)]), json!(["4", "2", "1", "3"])),
        (json!([by("age", false)]), json!(["1", "3", "2", "4"])),
        (
            json!([by("city", true), by("name", false)]),
            json!(["1", "3", "2", "4"]),
        ),
        (json!([]), json!(["1", "2", "3", "4"])),
    ] {
        let query = json!({ "sort": sort });
        assert_eq!(admin.found("people", query, "id").await, expected, "{sort}");
    }
    for sort in [
        json!({ "age": 1 }),
        json!([{ "field": "age" }]),
        json!(["age"]),
    ] {
        let reply = admin.find("people", json!({ "sort": sort })).await;
        assert_eq!(reply.status, 400, "{sort}");
    }
}

#[tokio::test]
async fn skip_and_limit_cut_a_page() {
    let admin = people().await;
    let sort = json!([{ "field": "name", "ascending": false }]);
    for (page, expected) in [
        (json!({ "limit": 2 }), json!(["1", "2"])),
        (json!({ "skip": 1, "limit": 2 }), json!(["2", "3"])),
        (json!({ "skip": 3 }), json!(["4"])),
        (json!({ "skip": 9, "limit": 2 }), json!([])),
        (json!({ "limit": 0 }), json!([])),
        (json!({ "limit": 2, "sort": sort }), json!(["4", "3"])),
        (
            json!({ "skip": 1, "limit": 2, "sort": sort }),
            json!(["3", "2"]),
        ),
        (
            json!({ "skip": u64::MAX, "limit": u64::MAX, "sort": sort }),
            json!([]),
        ),
    ] {
        assert_eq!(
            admin.found("people", page.clone(), "id").await,
            expected,
            "{page}"
        );
    }
    for page in [json!({ "limit": -1 }), json!({ "skip": "1" })] {
        assert_eq!(
            admin.find("people", page.clone()).await.status,
            400,
            "{page}"
        );
    }
}

#[tokio::test]
async fn a_sorted_page_of_many_is_the_right_one() {
    let admin = Admin::plain().await;
    let count = 10_000_u64;
    // A permutation: the multiplier has no factor in common with the count.
    let inserts: Vec<_> = (0..count)
        .map(|n| json!({ "data": { "n": n * 7919 % count } }))
        .collect();
    let body = json!({ "inserts": inserts });
    let reply = admin.post("/api/batch/insert/many", body).await;
    assert_eq!(reply.body["successful"].as_array().unwrap().len(), 10_000);
    let query = json!({ "sort": [{ "field": "n", "ascending": true }], "skip": 5000, "limit": 3 });
    let page = admin.found("many", query, "n").await;
    assert_eq!(page, json!([5000, 5001, 5002]));
}

#[tokio::test]
async fn a_projection_chooses_fields_and_the_id_always_comes() {
    let admin = people().await;
    let filter = condition("id", "Eq", json!("2"));
    for (query, expected) in [
        (
            json!({ "select_fields": ["name"] }),
            json!({ "id": "2", "name": "Bob" }),
        ),
        (
            json!({ "exclude_fields": ["id", "age", "tags"] }),
            json!({ "id": "2", "name": "Bob", "city": "Paris" }),
        ),
        (json!({ "select_fields": [] }), json!({ "id": "2" })),
    ] {
        let mut query = query;
        query["filter"] = filter.clone();
        let reply = admin.find("people", query).await;
        assert_eq!(reply.body, json!([expected]));
    }
}

#[tokio::test]
async fn a_join_adds_a_list_of_the_records_whose_field_is_equal() {
    let admin = people().await;
    admin
        .put("/api/config", json!({ "use_typed_values": true }))
        .await;
    for order in [
        json!({ "id": "o1", "person": "1", "total": 5 }),
        json!({ "id": "o2", "person": "1", "total": 7 }),
        json!({ "id": "o3", "person": "9" }),
    ] {
        admin.insert("orders", order).await;
    }
    let query = json!({
        "filter": condition("id", "In", json!(["1", "2"])),
        "select_fields": ["name"],
        "join": { "collections": ["orders", "nowhere"], "local_field": "id", "foreign_field": "person", "as_field": "orders" },
    });
    let reply = admin.find("people", query).await;
    let typed = |kind: &str, value: Value| json!({ "type": kind, "value": value });
    let order = |id: &str, total: i64| json!({ "id": id, "person": typed("String", json!("1")), "total": typed("Integer", json!(total)) });
    assert_eq!(
        reply.body,
        json!([
            { "id": "1", "name": typed("String", json!("Ada")), "orders": [order("o1", 5), order("o2", 7)] },
            { "id": "2", "name": typed("String", json!("Bob")), "orders": [] },
        ])
    );
}

#[tokio::test]
async fn a_join_finds_by_id_too() {
    let admin = people().await;
    let record = json!({ "id": "o1", "person": "4" });
    admin.insert("orders", record).await;
    let query = json!({
        "join": { "collections": ["people"], "local_field": "person", "foreign_field": "id", "as_field": "who" },
    });
    let reply = admin.find("orders", query).await;
    assert_eq!(reply.body[0]["who"][0]["name"], "Dee");
    let query = json!({ "join": { "collections": [], "local_field": "a", "foreign_field": "b", "as_field": "c" } });
    assert_eq!(admin.find("orders", query).await.status, 400);
}

#[tokio::test]
async fn decimals_are_compared_sorted_and_listed_as_numbers() {
    let admin = Admin::plain().await;
    let fields = json!({ "price": { "field_type": "Decimal" } });
    admin.with_schema("t", fields).await;
    for (id, price) in [
        ("a", json!("10")),
        ("b", json!("3.50")),
        ("c", json!("9.99")),
        ("d", json!("3.5")),
        ("e", json!("-1e1")),
        ("f", json!(7)),
    ] {
        admin.insert("t", json!({ "id": id, "price": price })).await;
    }
    for (query, expected) in [
        (
            json!({ "sort": [{ "field": "price", "ascending": true }] }),
            json!(["e", "b", "d", "f", "c", "a"]),
        ),
        (
            json!({ "filter": condition("price", "Eq", json!("3.500")) }),
            json!(["b", "d"]),
        ),
        (
            json!({ "filter": condition("price", "Eq", json!(3.5)) }),
            json!(["b", "d"]),
        ),
        (
            json!({ "filter": condition("price", "Gt", json!("9")) }),
            json!(["a", "c"]),
        ),
        (
            json!({ "filter": condition("price", "In", json!(["7.0", 10])) }),
            json!(["a", "f"]),
        ),
    ] {
        let ids = admin.found("t", query.clone(), "id").await;
        assert_eq!(ids, expected, "{query}");
    }
    let distinct = admin.post("/api/distinct/t/price", json!({})).await;
    assert_eq!(
        distinct.body["values"],
        json!(["-1e1", "3.50", "7", "9.99", "10"])
    );
}

#[tokio::test]
async fn decimals_of_one_value_are_duplicates() {
    let admin = with_unique("price", "Decimal").await;
    admin.insert("t", json!({ "price": "3.5" })).await;
    let body = json!({ "price": "3.50" });
    let reply = admin.post("/api/insert/t", body).await;
    assert_eq!(reply.status, 409);
}
