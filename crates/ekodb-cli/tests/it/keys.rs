//! Keys: their values are shown once.

use serde_json::{Value as Json, json};

use crate::support::{World, run};

fn register(world: &World, arguments: &[&str]) -> Json {
    let mut all = vec!["keys", "register", "--json"];
    all.extend(arguments);
    let run = run(world.command(all));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("it is not shown again"), "{run:?}");
    serde_json::from_str(&run.stdout).expect("it is JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_value_of_a_key_is_shown_once_and_masked_afterwards() {
    let world = World::with_users().await;
    let key = register(
        &world,
        &["shop", "--read", "users,orders", "--write", "orders"],
    );
    let (id, value) = (
        key["id"].as_str().expect("it has an id"),
        key["key"].as_str().expect("it has a value"),
    );
    let mut as_shop = world.command(["records", "count", "users"]);
    as_shop.env("EKODB_API_KEY", value);
    assert_eq!(run(as_shop).stdout, "3\n");

    for format in ["table", "json", "ndjson", "csv"] {
        let list = world.ok(["keys", "list", "--output", format]);
        assert!(list.contains(id) && !list.contains(value), "{list}");
        let show = world.ok(["keys", "show", id, "--output", format]);
        assert!(show.contains("orders") && !show.contains(value), "{show}");
    }
    let masked = format!("…{}", &value[value.len() - 4..]);
    assert!(world.ok(["keys", "list"]).contains(&masked));

    world.ok(["keys", "revoke", id, "--yes"]);
    assert!(!world.ok(["keys", "list"]).contains(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_restricted_fields_sees_no_others() {
    let world = World::with_users().await;
    let key = register(&world, &["report", "--read", "users", "--fields", "name"]);
    let mut find = world.command(["records", "get", "users", "ada", "--json"]);
    find.env(
        "EKODB_API_KEY",
        key["key"].as_str().expect("it has a value"),
    );
    let record: Json = serde_json::from_str(&run(find).stdout).expect("it is JSON");
    assert_eq!(record, json!({"id": "ada", "name": "Ada"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_set_and_taken_away() {
    let world = World::with_users().await;
    let key = register(&world, &["shop", "--read", "users"]);
    let id = key["id"].as_str().expect("it has an id");
    let texts = [
        world.ok([
            "keys",
            "grant",
            id,
            "--read",
            "users,orders",
            "--write",
            "orders",
            "--fields",
            "name,age",
        ]),
        world.ok(["keys", "show", id]),
        world.ok(["keys", "ungrant", id, "orders", "absent"]),
        world.ok(["keys", "show", id]),
    ];
    insta::assert_snapshot!(texts.join("\n"));
    world.fails(["keys", "grant", id], 2);
    world.fails(["keys", "ungrant", id], 2);
    world.fails(
        ["keys", "grant", id, "--kv-read", "a:", "--fields", "name"],
        2,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_on_kv_prefixes_are_set_shown_and_taken_away() {
    let world = World::new().await;
    let key = register(
        &world,
        &[
            "shop",
            "--read",
            "users",
            "--kv-read",
            "a:,b:",
            "--kv-write",
            "b:",
        ],
    );
    let id = key["id"].as_str().expect("it has an id");
    let access = json!(["users: read", r#"KV "a:": read"#, r#"KV "b:": read, write"#]);
    assert_eq!(key["access"], access);
    let list = world.json(["keys", "list", "--json"]);
    assert!(
        list.as_array()
            .expect("it is a list")
            .iter()
            .any(|key| key["access"] == access),
        "{list}"
    );
    let texts = [
        world.ok(["keys", "grant", id, "--kv-write", "a:", "--kv-read", "c:"]),
        world.ok(["keys", "show", id]),
        world.ok(["keys", "ungrant", id, "users", "--kv", "a:,b:"]),
        world.ok(["keys", "show", id]),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}
