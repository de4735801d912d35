//! Keys: their values are shown once.

use serde_json::{Value as Json, json};

use crate::support::World;

fn register(world: &World, options: &str) -> Json {
    let run = world.run(format!("keys register --json {options}"));
    assert!(run.stderr.contains("it is not shown again"), "{run:?}");
    run.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_value_of_a_key_is_shown_once_and_masked_afterwards() {
    let world = World::with_users().await;
    let key = register(&world, "shop --read users,orders --write orders");
    let (id, value) = (
        key["id"].as_str().expect("it has an id"),
        key["key"].as_str().expect("it has a value"),
    );
    assert_eq!(world.run_as(value, "records count users").stdout, "3\n");

    for format in ["table", "json", "ndjson", "csv"] {
        let list = world.ok(format!("keys list --output {format}"));
        assert!(list.contains(id) && !list.contains(value), "{list}");
        let show = world.ok(format!("keys show {id} --output {format}"));
        assert!(show.contains("orders") && !show.contains(value), "{show}");
    }
    let masked = format!("…{}", &value[value.len() - 4..]);
    assert!(world.ok("keys list").contains(&masked));

    world.ok(format!("keys revoke {id} --yes"));
    assert!(!world.ok("keys list").contains(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_restricted_fields_sees_no_others() {
    let world = World::with_users().await;
    let key = register(&world, "report --read users --fields name");
    let value = key["key"].as_str().expect("it has a value");
    let record = world.run_as(value, "records get users ada --json").json();
    assert_eq!(record, json!({"id": "ada", "name": "Ada"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_set_and_taken_away() {
    let world = World::with_users().await;
    let key = register(&world, "shop --read users");
    let id = key["id"].as_str().expect("it has an id");
    let texts = [
        world.ok(format!(
            "keys grant {id} --read users,orders --write orders --fields name,age"
        )),
        world.ok(format!("keys show {id}")),
        world.ok(format!("keys ungrant {id} orders absent")),
        world.ok(format!("keys show {id}")),
    ];
    insta::assert_snapshot!(texts.join("\n"));
    world.fails(format!("keys grant {id}"), 2);
    world.fails(format!("keys ungrant {id}"), 2);
    world.fails(format!("keys grant {id} --kv-read a: --fields name"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_on_kv_prefixes_are_set_shown_and_taken_away() {
    let world = World::new().await;
    let key = register(&world, "shop --read users --kv-read a:,b: --kv-write b:");
    let id = key["id"].as_str().expect("it has an id");
    let access = json!(["users: read", r#"KV "a:": read"#, r#"KV "b:": read, write"#]);
    assert_eq!(key["access"], access);
    let list = world.json("keys list --json");
    assert!(
        list.as_array()
            .expect("it is a list")
            .iter()
            .any(|key| key["access"] == access),
        "{list}"
    );
    let texts = [
        world.ok(format!("keys grant {id} --kv-write a: --kv-read c:")),
        world.ok(format!("keys show {id}")),
        world.ok(format!("keys ungrant {id} users --kv a:,b:")),
        world.ok(format!("keys show {id}")),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}
