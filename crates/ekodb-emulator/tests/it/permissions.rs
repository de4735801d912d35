use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Admin, Key, Server, builder, send};

fn grant(read: bool, write: bool) -> Value {
    json!({
        "read": read, "write": write,
        "select_fields": null, "exclude_fields": null, "writable_fields": null,
    })
}

/// A started emulator, and a key without rights.
async fn with_key() -> (Admin, Key) {
    let admin = Admin::start().await;
    let key = admin.limited(json!({})).await;
    (admin, key)
}

fn of(key: &Key, rest: &str) -> String {
    format!("/api/auth/keys/{}/permissions{rest}", key.id)
}

#[tokio::test]
async fn a_key_reads_its_own_permissions_as_me_and_by_its_id() {
    let server = Server::start().await;
    let key = server.limited(json!({ "users": ["read"] })).await;
    for path in [of(&key, ""), "/api/auth/keys/me/permissions".to_owned()] {
        let reply = server.get(&key.token, &path).await;
        assert_eq!(reply.status, 200);
        let expected =
            json!({ "admin": false, "collections": { "users": grant(true, false) }, "kv": [] });
        assert_eq!(reply.body, expected);
    }
}

#[tokio::test]
async fn an_admin_reads_everybodys_permissions_and_a_limited_key_nobody_elses() {
    let admin = Admin::start().await;
    let (one, other) = (
        admin.limited(json!({})).await,
        admin.limited(json!({})).await,
    );
    assert_eq!(admin.get(&of(&one, "")).await.status, 200);
    for rest in ["", "/collections", "/collections/users", "/kv", "/kv/a"] {
        let reply = admin.server.get(&one.token, &of(&other, rest)).await;
        assert_eq!(reply.status, 403, "{rest}");
    }
    let reply = admin.get("/api/auth/keys/me/permissions").await;
    assert_eq!(reply.body["admin"], true);
}

#[tokio::test]
async fn a_key_is_named_by_its_id_never_by_its_value() {
    let (admin, key) = with_key().await;
    for id in [
        key.value.as_str(),
        "ME",
        &key.id.to_uppercase(),
        &key.id[1..],
    ] {
        let reply = admin.get(&format!("/api/auth/keys/{id}/permissions")).await;
        assert_eq!(reply.status, 400);
        assert!(
            !reply.body.to_string().contains(&key.value),
            "the value is not repeated"
        );
    }
    let unknown = "0".repeat(32);
    let reply = admin
        .get(&format!("/api/auth/keys/{unknown}/permissions"))
        .await;
    reply.is(404, json!({ "error": "API key not found" }));
}

#[tokio::test]
async fn changes_are_for_admins_even_on_ones_own_key() {
    let server = Server::start().await;
    let key = server.limited(json!({ "users": ["read"] })).await;
    let body = json!({ "read": true, "write": true });
    for path in [
        of(&key, "/collections/users"),
        of(&key, "/kv/a"),
        "/api/auth/keys/me/permissions/collections/users".to_owned(),
    ] {
        for reply in [
            server.put(&key.token, &path, body.clone()).await,
            server.patch(&key.token, &path, body.clone()).await,
            server.delete(&key.token, &path).await,
        ] {
            reply.is(403, json!({ "error": "This operation needs an admin key" }));
        }
    }
    let reply = server
        .get(&key.token, "/api/auth/keys/me/permissions/collections")
        .await;
    assert_eq!(reply.body, json!({ "users": grant(true, false) }));
}

#[tokio::test]
async fn put_makes_a_grant_and_then_replaces_it_whole() {
    let (admin, key) = with_key().await;
    let path = of(&key, "/collections/users");

    let full = json!({
        "read": true, "write": true,
        "select_fields": ["a"], "exclude_fields": [], "writable_fields": ["b"],
    });
    let made = admin.put(&path, full.clone()).await;
    made.is(200, json!({ "before": null, "after": full }));

    let replaced = admin
        .put(&path, json!({ "read": true, "write": false }))
        .await;
    assert_eq!(
        replaced.body,
        json!({ "before": full, "after": grant(true, false) })
    );
    assert_eq!(admin.get(&path).await.body, grant(true, false));
}

#[tokio::test]
async fn patch_keeps_what_is_absent_clears_what_is_null_and_replaces_what_is_a_list() {
    let (admin, key) = with_key().await;
    let path = of(&key, "/collections/users");
    let before = json!({
        "read": true, "write": false,
        "select_fields": null, "exclude_fields": ["ssn"], "writable_fields": ["w"],
    });
    admin.put(&path, before.clone()).await;

    let body = json!({ "select_fields": ["name"], "exclude_fields": null });
    let reply = admin.patch(&path, body).await;
    assert_eq!(reply.status, 200);
    let after = json!({
        "read": true, "write": false,
        "select_fields": ["name"], "exclude_fields": null, "writable_fields": ["w"],
    });
    assert_eq!(reply.body, json!({ "before": before, "after": after }));

    let reply = admin.patch(&path, json!({ "select_fields": [] })).await;
    assert_eq!(
        reply.body["after"]["select_fields"],
        json!([]),
        "empty is not null"
    );
    let reply = admin.patch(&path, json!({})).await;
    assert_eq!(reply.body["before"], reply.body["after"]);
}

#[tokio::test]
async fn patch_makes_a_missing_grant_from_what_is_sent() {
    let (admin, key) = with_key().await;
    let path = of(&key, "/collections/users");
    let reply = admin.patch(&path, json!({ "read": true })).await;
    reply.is(200, json!({ "before": null, "after": grant(true, false) }));

    let reply = admin
        .patch(&of(&key, "/kv/a"), json!({ "write": true }))
        .await;
    let after = json!({ "prefix": "a", "read": false, "write": true });
    assert_eq!(reply.body, json!({ "before": null, "after": after }));
}

#[tokio::test]
async fn delete_says_what_was_taken_away_and_is_idempotent() {
    let admin = Admin::start().await;
    let key = admin.limited(json!({ "users": ["read"] })).await;
    let path = of(&key, "/collections/users");
    let first = admin.delete(&path).await;
    first.is(200, json!({ "before": grant(true, false), "after": null }));
    let second = admin.delete(&path).await;
    second.is(200, json!({ "before": null, "after": null }));
}

#[tokio::test]
async fn a_grant_that_is_not_there_is_not_found() {
    let server = Server::start().await;
    let key = server.limited(json!({})).await;
    for (rest, error) in [
        (
            "/collections/users",
            "This key has no grant on collection 'users'",
        ),
        ("/kv/a%3A", "This key has no grant on prefix 'a:'"),
    ] {
        let reply = server.get(&key.token, &of(&key, rest)).await;
        reply.is(404, json!({ "error": error }));
    }
}

#[tokio::test]
async fn grants_on_prefixes_are_made_listed_changed_and_taken_away() {
    let (admin, key) = with_key().await;
    let path = of(&key, "/kv/users%3A");
    let before = json!({ "prefix": "users:", "read": true, "write": false });
    let after = json!({ "prefix": "users:", "read": true, "write": true });

    let made = admin
        .put(&path, json!({ "read": true, "write": false }))
        .await;
    assert_eq!(made.body, json!({ "before": null, "after": before }));
    assert_eq!(admin.get(&path).await.body, before);

    let changed = admin.patch(&path, json!({ "write": true })).await;
    assert_eq!(changed.body, json!({ "before": before, "after": after }));

    admin
        .put(
            &of(&key, "/kv/other"),
            json!({ "read": true, "write": false }),
        )
        .await;
    for (query, expected) in [("", 2), ("?prefix=users%3A", 1), ("?prefix=none", 0)] {
        let listed = admin
            .server
            .get(&key.token, &of(&key, &format!("/kv{query}")))
            .await;
        assert_eq!(listed.body.as_array().unwrap().len(), expected, "{query}");
    }

    let removed = admin.delete(&path).await;
    assert_eq!(removed.body, json!({ "before": after, "after": null }));
}

#[tokio::test]
async fn a_put_on_a_prefix_must_grant_something() {
    let (admin, key) = with_key().await;
    let reply = admin
        .put(&of(&key, "/kv/a"), json!({ "read": false, "write": false }))
        .await;
    assert_eq!(reply.status, 400);
}

#[tokio::test]
async fn a_change_that_is_malformed_is_refused() {
    let admin = Admin::start().await;
    let key = admin.limited(json!({ "users": ["read"] })).await;
    let path = of(&key, "/collections/users");
    for body in [
        json!({ "read": true }),
        json!({ "read": true, "write": null }),
        json!({ "read": true, "write": "yes" }),
        json!({ "read": true, "write": true, "select_fields": "name" }),
        json!({ "read": true, "write": true, "writable_fields": [" "] }),
        json!({ "read": true, "write": true, "select_fields": ["address.city"] }),
        json!({ "read": true, "write": true, "writable_fields": ["name", ".n"] }),
    ] {
        assert_eq!(
            admin.put(&path, body.clone()).await.status,
            400,
            "PUT {body}"
        );
    }
    for body in [
        json!({ "read": null }),
        json!({ "write": 1 }),
        json!({ "exclude_fields": [1] }),
        json!({ "exclude_fields": [""] }),
        json!({ "exclude_fields": ["address.city"] }),
    ] {
        assert_eq!(
            admin.patch(&path, body.clone()).await.status,
            400,
            "PATCH {body}"
        );
    }
    assert_eq!(admin.get(&path).await.body, grant(true, false));
}

#[tokio::test]
async fn a_changed_grant_acts_on_tokens_already_out() {
    let admin = Admin::start().await;
    admin.collection("users").await;
    let key = admin.limited(json!({})).await;
    assert_eq!(
        admin
            .server
            .get(&key.token, "/api/collections/users")
            .await
            .status,
        403
    );
    let path = of(&key, "/collections/users");
    admin
        .put(&path, json!({ "read": true, "write": false }))
        .await;
    assert_eq!(
        admin
            .server
            .get(&key.token, "/api/collections/users")
            .await
            .status,
        200
    );
    admin.delete(&path).await;
    assert_eq!(
        admin
            .server
            .get(&key.token, "/api/collections/users")
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn names_that_no_path_can_carry_are_refused() {
    let (admin, key) = with_key().await;
    for name in [
        "%00",
        "%0A",
        "%7F",
        "%C2%85",
        "%E2%80%8B",
        "%EF%BB%BF",
        "%E2%80%AE",
    ] {
        for kind in ["collections", "kv"] {
            let path = of(&key, &format!("/{kind}/{name}"));
            let reply = admin
                .put(&path, json!({ "read": true, "write": true }))
                .await;
            assert_eq!(reply.status, 400, "{path}");
        }
    }
}

#[tokio::test]
async fn a_legacy_server_does_not_know_the_permission_resources() {
    let admin = Admin::start_with(builder().legacy_permissions(true)).await;
    for path in ["", "/collections", "/collections/users", "/kv", "/kv/a"] {
        let path = format!("/api/auth/keys/me/permissions{path}");
        let reply = admin.get(&path).await;
        reply.is(405, json!({ "code": 405, "message": "Method Not Allowed" }));
    }
}

/// Any name that the rule for facets lets through, with the characters that URLs give a meaning.
fn facet() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9/:+%?#&=;@ \\\\.~-]{1,24}",
        "\\PC{1,12}",
        Just("雪/⛄:%2F".to_owned()),
    ]
    .prop_filter("the rule refuses it", |name| {
        ekodb_api::check_segment(name).is_ok()
    })
}

#[test]
fn every_name_the_rule_allows_comes_back_as_it_was_sent() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (admin, key) = runtime.block_on(with_key());
    let mut cases = TestRunner::new(ProptestConfig::with_cases(128));
    cases
        .run(&facet(), |name| {
            runtime.block_on(async {
                let segment = ekodb_api::encode_path(&name);
                let collection = of(&key, &format!("/collections/{segment}"));
                let body = json!({ "read": true, "write": false });
                let reply = admin.put(&collection, body.clone()).await;
                prop_assert_eq!(reply.status, 200);
                let all = admin.get(&of(&key, "/collections")).await;
                prop_assert_eq!(all.body, json!({ name.as_str(): grant(true, false) }));
                admin.delete(&collection).await;

                let prefix = of(&key, &format!("/kv/{segment}"));
                let reply = admin.put(&prefix, body).await;
                prop_assert_eq!(&reply.body["after"]["prefix"], &json!(name.as_str()));
                let listed = send(
                    admin
                        .request(Method::GET, &of(&key, "/kv"))
                        .query(&[("prefix", &name)])
                        .bearer_auth(&admin.token),
                )
                .await;
                prop_assert_eq!(&listed.body[0]["prefix"], &json!(name.as_str()));
                admin.delete(&prefix).await;
                Ok(())
            })
        })
        .unwrap();
}
