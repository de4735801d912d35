//! The other answers, where the evidence about the server says two things.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ADMIN, Server, builder, send};

#[tokio::test]
async fn a_batch_that_failed_in_part_is_207_behind_the_switch() {
    let mixed = json!({ "inserts": [{ "data": { "id": "1" } }, { "data": { "id": "1" } }] });
    let failed = json!({ "inserts": [{ "data": { "id": "1" } }] });
    let good = json!({ "inserts": [{ "data": { "id": "2" } }] });
    for (on, expected) in [(false, 200), (true, 207)] {
        let server = Server::start_with(builder().multi_status(on)).await;
        let admin = server.admin().await;
        for (body, expected) in [(&mixed, expected), (&failed, 200), (&good, 200)] {
            let reply = server
                .post(&admin, "/api/batch/insert/t", body.clone())
                .await;
            assert_eq!(reply.status, expected, "{body}");
        }
        for (method, path, body) in [
            (
                Method::PUT,
                "/api/batch/update/t",
                json!({ "updates": [{ "id": "1", "data": {} }, { "id": "9", "data": {} }] }),
            ),
            (
                Method::DELETE,
                "/api/batch/delete/t",
                json!({ "deletes": [{ "id": "1" }, { "id": "9" }] }),
            ),
        ] {
            let request = server.request(method, path).bearer_auth(&admin);
            assert_eq!(send(request.json(&body)).await.status, expected, "{path}");
        }
    }
}

#[tokio::test]
async fn a_collection_that_is_not_there_is_404_behind_the_switch() {
    for (on, expected) in [(false, 200), (true, 404)] {
        let server = Server::start_with(builder().refuse_unknown_collections(on)).await;
        let admin = server.admin().await;
        server.post(&admin, "/api/insert/there", json!({})).await;
        for (method, path) in [
            (Method::GET, "/api/collections/"),
            (Method::GET, "/api/schemas/"),
            (Method::POST, "/api/find/"),
            (Method::DELETE, "/api/collections/"),
        ] {
            for (name, expected) in [("there", 200), ("missing", expected)] {
                let path = format!("{path}{name}");
                let request = server.request(method.clone(), &path).bearer_auth(&admin);
                let reply = send(request.json(&json!({}))).await;
                assert_eq!(reply.status, expected, "{method} {path}");
                if expected == 404 {
                    let error = json!({ "error": "Collection 'missing' not found" });
                    assert_eq!(reply.body, error);
                }
            }
        }
        let distinct = server
            .post(&admin, "/api/distinct/missing/a", json!({}))
            .await;
        assert_eq!(distinct.status, expected);
        let made = server.post(&admin, "/api/insert/new", json!({})).await;
        assert_eq!(made.status, 201);
    }
}

#[tokio::test]
async fn a_limited_key_that_lists_collections_is_refused_behind_the_switch() {
    for (on, expected) in [(false, 200), (true, 403)] {
        let server = Server::start_with(builder().admin_only_listing(on)).await;
        let limited = server.limited(json!({ "users": ["read"] })).await;
        let reply = server.get(&limited.token, "/api/collections").await;
        assert_eq!(reply.status, expected);
        let admin = server.admin().await;
        assert_eq!(server.get(&admin, "/api/collections").await.status, 200);
    }
}

/// Bodies with one member too many, which is a typing error most of the time.
#[tokio::test]
async fn members_that_the_api_does_not_have_are_refused_unless_loose() {
    for (on, expected) in [(false, 400), (true, 200)] {
        let server = Server::start_with(builder().loose(on)).await;
        let admin = server.admin().await;
        let key = server.limited(json!({})).await;
        let grant = format!("/api/auth/keys/{}/permissions/collections/t", key.id);
        server
            .post(&admin, "/api/insert/t", json!({ "id": "1", "n": 1 }))
            .await;
        for (method, path, body, at) in [
            (
                Method::POST,
                "/api/auth/token",
                json!({ "api_key": ADMIN, "x": 1 }),
                "x",
            ),
            (
                Method::POST,
                "/api/find/t",
                json!({ "limits": 1 }),
                "limits",
            ),
            (
                Method::POST,
                "/api/find/t",
                json!({ "sort": [{ "field": "n", "ascending": true, "x": 1 }] }),
                "sort.0.x",
            ),
            (Method::POST, "/api/distinct/t/n", json!({ "x": 1 }), "x"),
            (
                Method::PUT,
                "/api/update/t/1/action/increment",
                json!({ "field": "n", "value": 1, "x": 1 }),
                "x",
            ),
            (
                Method::POST,
                "/api/batch/insert/t",
                json!({ "inserts": [{ "data": {}, "x": 1 }] }),
                "inserts.0.x",
            ),
            (
                Method::PUT,
                "/api/schemas/t",
                json!({ "constraints": {}, "fields": {} }),
                "fields",
            ),
            (
                Method::PUT,
                "/api/config",
                json!({ "use_typed_values": true, "x": 1 }),
                "x",
            ),
            (
                Method::PUT,
                grant.as_str(),
                json!({ "read": true, "write": true, "x": 1 }),
                "x",
            ),
            (
                Method::PATCH,
                grant.as_str(),
                json!({ "select": [] }),
                "select",
            ),
        ] {
            let request = server.request(method.clone(), path).bearer_auth(&admin);
            let reply = send(request.json(&body)).await;
            assert_eq!(reply.status, expected, "{method} {path}: {}", reply.body);
            if expected == 400 {
                let error = reply.body["error"].as_str().unwrap();
                assert!(
                    error.contains(&format!("unknown member '{at}'")),
                    "{path}: {error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn records_may_have_any_members_and_a_schema_may_be_sent_as_it_was_read() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let record = json!({ "anything": 1, "inner": { "goes": [{ "here": 1 }] } });
    let reply = server.post(&admin, "/api/insert/t", record).await;
    assert_eq!(reply.status, 201);
    server.collection("users").await;
    let schema = server.get(&admin, "/api/schemas/users").await.body;
    let reply = server.post(&admin, "/api/collections/copy", schema).await;
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
        let server = Server::start_with(builder().loose(on)).await;
        let admin = server.admin().await;
        for filter in filters_with_too_much() {
            for path in ["/api/find/t", "/api/distinct/t/n"] {
                let body = json!({ "filter": filter });
                let reply = server.post(&admin, path, body).await;
                assert_eq!(reply.status, expected, "{path} {filter}");
                assert!(on || reply.body.to_string().contains("unknown member 'x'"));
            }
        }
    }
}

#[tokio::test]
async fn members_that_an_index_does_not_have_are_refused_unless_loose() {
    for (on, expected) in [(false, 400), (true, 201)] {
        let server = Server::start_with(builder().loose(on)).await;
        let admin = server.admin().await;
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
            let reply = server.post(&admin, &path, body).await;
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
        let server = Server::start_with(builder().loose(on)).await;
        let admin = server.admin().await;
        server
            .post(&admin, "/api/insert/t", json!({ "id": "1" }))
            .await;
        for (method, path) in [
            (Method::POST, "/api/find/t?limit=1"),
            (Method::GET, "/api/find/t/1?bypass_ripple=true&fields=n"),
            (Method::PUT, "/api/update/t/1?select=n"),
            (Method::POST, "/api/distinct/t/n?x"),
            (Method::GET, "/api/collections?internal=false"),
            (Method::GET, "/api/auth/keys/me/permissions/kv?prefixes=a"),
        ] {
            let request = server.request(method, path).bearer_auth(&admin);
            let reply = send(request.json(&json!({}))).await;
            assert_eq!(reply.status, expected, "{path}: {}", reply.body);
            assert!(on || reply.body.to_string().contains("unknown parameter '"));
        }
    }
}

#[tokio::test]
async fn a_restore_brings_back_unless_it_only_clears_the_mark_of_deletion() {
    for on in [false, true] {
        let server = Server::start_with(builder().restore_clears_only(on)).await;
        let admin = server.admin().await;
        for id in ["1", "2"] {
            let record = json!({ "id": id });
            server.post(&admin, "/api/insert/t", record).await;
            let path = format!("/api/delete/t/{id}");
            server.delete(&admin, &path).await;
        }
        let one = server.post(&admin, "/api/trash/t/1", json!({})).await;
        let rest = server.post(&admin, "/api/trash/t", json!({})).await;
        let expected = match on {
            false => json!({ "restored": true, "status": "restored" }),
            true => json!({ "restored": false, "status": "success" }),
        };
        assert_eq!((one.status.as_u16(), one.body), (200, expected));
        assert_eq!(rest.body["cleared_count"], 1);
        assert_eq!(rest.body["records_restored"], u64::from(!on));
        for id in ["1", "2"] {
            let read = server.get(&admin, &format!("/api/find/t/{id}")).await;
            match on {
                false => assert_eq!(read.status, 200),
                true => assert_eq!(read.body, json!({ "error": "Record not found" })),
            }
            let again = server
                .post(&admin, &format!("/api/trash/t/{id}"), json!({}))
                .await;
            assert_eq!(again.status, 404);
        }
    }
}

#[tokio::test]
async fn a_name_unlike_every_recorded_one_is_warned_about_or_refused() {
    for on in [false, true] {
        let server = Server::start_with(builder().strict_names(on)).await;
        let admin = server.admin().await;
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
                let reply = server.post(&admin, &path, body).await;
                let warning = reply.headers.get("warning");
                assert_eq!(warning.is_some(), !usual && !on, "{path}");
                match on && !usual {
                    true => assert_eq!(reply.status, 400, "{path}"),
                    false => assert!(reply.status.is_success(), "{path}: {}", reply.body),
                }
            }
        }
        let seeded = server.emulator.seed_records("Users", [json!({})]).await;
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
