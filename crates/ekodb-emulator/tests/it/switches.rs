//! The other answers, where the evidence about the server says two things.

use serde_json::{Value, json};

use crate::support::{ADMIN, Admin, Server, builder};

#[tokio::test]
async fn a_batch_that_failed_in_part_is_207_behind_the_switch() {
    let mixed = json!({ "inserts": [{ "data": { "id": "1" } }, { "data": { "id": "1" } }] });
    let failed = json!({ "inserts": [{ "data": { "id": "1" } }] });
    let good = json!({ "inserts": [{ "data": { "id": "2" } }] });
    for (on, expected) in [(false, 200), (true, 207)] {
        let admin = Admin::start_with(builder().multi_status(on)).await;
        for (body, expected) in [(&mixed, expected), (&failed, 200), (&good, 200)] {
            let reply = admin.post("/api/batch/insert/t", body.clone()).await;
            assert_eq!(reply.status, expected, "{body}");
        }
        for (route, body) in [
            (
                "PUT /api/batch/update/t",
                json!({ "updates": [{ "id": "1", "data": {} }, { "id": "9", "data": {} }] }),
            ),
            (
                "DELETE /api/batch/delete/t",
                json!({ "deletes": [{ "id": "1" }, { "id": "9" }] }),
            ),
        ] {
            let reply = admin.ask(route, body).await;
            assert_eq!(reply.status, expected, "{route}");
        }
    }
}

#[tokio::test]
async fn a_collection_that_is_not_there_is_404_behind_the_switch() {
    for (on, expected) in [(false, 200), (true, 404)] {
        let admin = Admin::start_with(builder().refuse_unknown_collections(on)).await;
        admin.post("/api/insert/there", json!({})).await;
        for route in [
            "GET /api/collections/",
            "GET /api/schemas/",
            "POST /api/find/",
            "DELETE /api/collections/",
        ] {
            for (name, expected) in [("there", 200), ("missing", expected)] {
                let route = format!("{route}{name}");
                let reply = admin.ask(&route, json!({})).await;
                assert_eq!(reply.status, expected, "{route}");
                if expected == 404 {
                    let error = json!({ "error": "Collection 'missing' not found" });
                    assert_eq!(reply.body, error);
                }
            }
        }
        let distinct = admin.post("/api/distinct/missing/a", json!({})).await;
        assert_eq!(distinct.status, expected);
        let made = admin.post("/api/insert/new", json!({})).await;
        assert_eq!(made.status, 201);
    }
}

#[tokio::test]
async fn a_limited_key_that_lists_collections_is_refused_behind_the_switch() {
    for (on, expected) in [(false, 200), (true, 403)] {
        let admin = Admin::start_with(builder().admin_only_listing(on)).await;
        let limited = admin.limited(json!({ "users": ["read"] })).await;
        let reply = admin.server.get(&limited.token, "/api/collections").await;
        assert_eq!(reply.status, expected);
        assert_eq!(admin.get("/api/collections").await.status, 200);
    }
}

/// Bodies with one member too many, which is a typing error most of the time.
#[tokio::test]
async fn members_that_the_api_does_not_have_are_refused_unless_loose() {
    for (on, expected) in [(false, 400), (true, 200)] {
        let admin = Admin::start_with(builder().loose(on)).await;
        let key = admin.limited(json!({})).await;
        let grant = format!("/api/auth/keys/{}/permissions/collections/t", key.id);
        admin
            .post("/api/insert/t", json!({ "id": "1", "n": 1 }))
            .await;
        for (route, body, at) in [
            (
                "POST /api/auth/token",
                json!({ "api_key": ADMIN, "x": 1 }),
                "x",
            ),
            ("POST /api/find/t", json!({ "limits": 1 }), "limits"),
            (
                "POST /api/find/t",
                json!({ "sort": [{ "field": "n", "ascending": true, "x": 1 }] }),
                "sort.0.x",
            ),
            ("POST /api/distinct/t/n", json!({ "x": 1 }), "x"),
            (
                "PUT /api/update/t/1/action/increment",
                json!({ "field": "n", "value": 1, "x": 1 }),
                "x",
            ),
            (
                "POST /api/batch/insert/t",
                json!({ "inserts": [{ "data": {}, "x": 1 }] }),
                "inserts.0.x",
            ),
            (
                "PUT /api/schemas/t",
                json!({ "constraints": {}, "fields": {} }),
                "fields",
            ),
            (
                "PUT /api/config",
                json!({ "use_typed_values": true, "x": 1 }),
                "x",
            ),
            (
                &*format!("PUT {grant}"),
                json!({ "read": true, "write": true, "x": 1 }),
                "x",
            ),
            (
                &*format!("PATCH {grant}"),
                json!({ "select": [] }),
                "select",
            ),
        ] {
            let reply = admin.ask(route, body).await;
            assert_eq!(reply.status, expected, "{route}: {}", reply.body);
            if expected == 400 {
                let error = reply.body["error"].as_str().unwrap();
                assert!(
                    error.contains(&format!("unknown member '{at}'")),
                    "{route}: {error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn records_may_have_any_members_and_a_schema_may_be_sent_as_it_was_read() {
    let admin = Admin::start().await;
    let record = json!({ "anything": 1, "inner": { "goes": [{ "here": 1 }] } });
    let reply = admin.post("/api/insert/t", record).await;
    assert_eq!(reply.status, 201);
    admin.collection("users").await;
    let schema = admin.get("/api/schemas/users").await.body;
    let reply = admin.post("/api/collections/copy", schema).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
}

/// Each with a member too many at another place of the grammar.
fn filters_with_too_much() -> Vec<Value> {
    let condition = || json!({ "field": "n", "operator": "Eq", "value": 1 });
    let plus = |mut object: Value| {
        object["x"] = json!(1);
        object
    };
    let good = json!({ "type": "Condition", "content": condition() });
    let group = |of: Value| json!({ "operator": "Or", "expressions": [of, good] });
    let bad = json!({ "type": "Condition", "content": plus(condition()) });
    vec![
        plus(good.clone()),
        bad.clone(),
        json!({ "type": "Logical", "content": plus(group(good.clone())) }),
        json!({ "type": "Logical", "content": group(bad) }),
    ]
}

#[tokio::test]
async fn members_that_a_filter_does_not_have_are_refused_unless_loose() {
    for (on, expected) in [(false, 400), (true, 200)] {
        let admin = Admin::start_with(builder().loose(on)).await;
        for filter in filters_with_too_much() {
            for path in ["/api/find/t", "/api/distinct/t/n"] {
                let body = json!({ "filter": filter });
                let reply = admin.post(path, body).await;
                assert_eq!(reply.status, expected, "{path} {filter}");
                assert!(on || reply.body.to_string().contains("unknown member 'x'"));
            }
        }
    }
}

#[tokio::test]
async fn members_that_an_index_does_not_have_are_refused_unless_loose() {
    for (on, expected) in [(false, 400), (true, 201)] {
        let admin = Admin::start_with(builder().loose(on)).await;
        for (name, index, member) in [
            ("a", json!({ "type": "btree", "order": 3 }), "order"),
            (
                "b",
                json!({ "type": "hash", "language": "english" }),
                "language",
            ),
            ("c", json!({ "dimension": 3, "type": "text" }), "dimension"),
            (
                "d",
                json!({ "type": "vector", "dimensions": 3 }),
                "dimensions",
            ),
        ] {
            let field = json!({ "field_type": "String", "index": index });
            let body = json!({ "fields": { "f": field } });
            let path = format!("/api/collections/{name}");
            let reply = admin.post(&path, body).await;
            assert_eq!(reply.status, expected, "{index}: {}", reply.body);
            let text = format!("unknown member '{member}' of the index of field 'f'");
            assert!(
                on || reply.body.to_string().contains(&text),
                "{}",
                reply.body
            );
        }
    }
}

#[tokio::test]
async fn query_parameters_that_the_api_does_not_have_are_refused_unless_loose() {
    for (on, expected) in [(false, 400), (true, 200)] {
        let admin = Admin::start_with(builder().loose(on)).await;
        admin.post("/api/insert/t", json!({ "id": "1" })).await;
        for route in [
            "POST /api/find/t?limit=1",
            "GET /api/find/t/1?bypass_ripple=true&fields=n",
            "PUT /api/update/t/1?select=n",
            "POST /api/distinct/t/n?x",
            "GET /api/collections?internal=false",
            "GET /api/auth/keys/me/permissions/kv?prefixes=a",
        ] {
            let reply = admin.ask(route, json!({})).await;
            assert_eq!(reply.status, expected, "{route}: {}", reply.body);
            assert!(on || reply.body.to_string().contains("unknown parameter '"));
        }
    }
}

#[tokio::test]
async fn a_restore_brings_back_unless_it_only_clears_the_mark_of_deletion() {
    for on in [false, true] {
        let admin = Admin::start_with(builder().restore_clears_only(on)).await;
        for id in ["1", "2"] {
            let record = json!({ "id": id });
            admin.post("/api/insert/t", record).await;
            let path = format!("/api/delete/t/{id}");
            admin.delete(&path).await;
        }
        let one = admin.post("/api/trash/t/1", json!({})).await;
        let rest = admin.post("/api/trash/t", json!({})).await;
        let expected = match on {
            false => json!({ "restored": true, "status": "restored" }),
            true => json!({ "restored": false, "status": "success" }),
        };
        assert_eq!((one.status.as_u16(), one.body), (200, expected));
        assert_eq!(rest.body["cleared_count"], 1);
        assert_eq!(rest.body["records_restored"], u64::from(!on));
        for id in ["1", "2"] {
            let read = admin.get(&format!("/api/find/t/{id}")).await;
            match on {
                false => assert_eq!(read.status, 200),
                true => assert_eq!(read.body, json!({ "error": "Record not found" })),
            }
            let again = admin.post(&format!("/api/trash/t/{id}"), json!({})).await;
            assert_eq!(again.status, 404);
        }
    }
}

#[tokio::test]
async fn a_name_unlike_every_recorded_one_is_warned_about_or_refused() {
    for on in [false, true] {
        let admin = Admin::start_with(builder().strict_names(on)).await;
        for (name, usual) in [
            ("a_9", true),
            ("Users", false),
            ("a-b", false),
            ("a%20b", false),
            ("caf%C3%A9", false),
        ] {
            for (path, body) in [
                ("/api/insert/", json!({})),
                ("/api/find/", json!({})),
                (
                    "/api/collections/new",
                    json!({ "fields": { "f": { "field_type": "String" } } }),
                ),
            ] {
                let path = format!("{path}{name}");
                let reply = admin.post(&path, body).await;
                let warning = reply.headers.get("warning");
                assert_eq!(warning.is_some(), !usual && !on, "{path}");
                match on && !usual {
                    true => assert_eq!(reply.status, 400, "{path}"),
                    false => assert!(reply.status.is_success(), "{path}: {}", reply.body),
                }
            }
        }
        let seeded = admin.emulator.seed_records("Users", [json!({})]).await;
        assert_eq!(seeded.is_ok(), !on, "{seeded:?}");
    }
}

/// The numbers of 40 records as a query finds them.
async fn order(server: &Server, query: Value) -> Vec<i64> {
    let admin = server.admin().await;
    let reply = server.post(&admin, "/api/find/t", query).await;
    let records = reply.body.as_array().unwrap();
    let number = |record: &Value| record["n"]["value"].as_i64().unwrap();
    records.iter().map(number).collect()
}

#[tokio::test]
async fn shuffled_records_have_an_order_of_their_own_that_stays() {
    let mut orders = vec![(0..40).collect::<Vec<_>>()];
    for seed in [1, 2] {
        let server = Server::start_with(builder().shuffle(seed)).await;
        let records = (0..40).map(|n| json!({ "id": n.to_string(), "n": n, "same": 1 }));
        server.emulator.seed_records("t", records).await.unwrap();
        let whole = order(&server, json!({})).await;
        let mut sorted = whole.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..40).collect::<Vec<_>>());
        assert!(!orders.contains(&whole));

        let mut pages = Vec::new();
        for skip in (0..40).step_by(7) {
            pages.extend(order(&server, json!({ "skip": skip, "limit": 7 })).await);
        }
        assert_eq!(pages, whole);
        let by_same = json!({ "sort": [{ "field": "same", "ascending": true }] });
        assert_eq!(order(&server, by_same).await, whole);
        let by_n = json!({ "sort": [{ "field": "n", "ascending": true }] });
        assert_eq!(order(&server, by_n).await, sorted);

        // Others that come and go do not move those that stay.
        let more = (40..50).map(|n| json!({ "id": n.to_string(), "n": n }));
        server.emulator.seed_records("t", more).await.unwrap();
        let mut after = order(&server, json!({})).await;
        after.retain(|n| *n < 40);
        assert_eq!(after, whole);
        orders.push(whole);
    }
}
