//! Exports: what they hold comes back as it was, and an emulator takes it as a seed.

use std::process::Stdio;

use ekodb_emulator::{Emulator, Seed};
use serde_json::{Value as Json, json};

use crate::support::{ADMIN_KEY, World, run};

/// Records of every kind of value.
fn kinds() -> Vec<Json> {
    vec![
        json!({"id": "a", "n": 1, "f": 1.0, "text": "2026-01-01", "list": [1, {"x": null}], "none": null}),
        json!({"id": "b", "price": {"type": "Decimal", "value": "1.50"}, "at": "2026-01-01T00:00:00Z"}),
        json!({"id": "c", "text": {"type": "String", "value": "2026-01-01T00:00:00Z"}}),
        json!({"id": "d", "v": {"type": "Vector", "value": [0.5, 1.0]}, "u": {"type": "UUID", "value": "0123e456-e89b-12d3-a456-426614174000"}}),
    ]
}

/// A world with users, and with teas that have a schema.
async fn with_users_and_teas() -> World {
    let world = World::with_users().await;
    world.ok("collections create teas --field price:Decimal:required");
    world.ok(r#"records insert teas '{"id": "t", "price": "1.50"}'"#);
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_imported_gives_the_same_records() {
    let world = World::new().await;
    world.seed("kinds", kinds()).await;
    for file in ["kinds.ndjson", "kinds.json"] {
        world.ok(format!("export kinds --to {file}"));
        world.ok(format!("import {file} again"));
        assert_eq!(
            world.records("again").await,
            world.records("kinds").await,
            "{file}"
        );
        world.ok("collections delete again --yes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_a_seed_of_the_emulator() {
    let world = with_users_and_teas().await;
    world.seed("kinds", kinds()).await;
    world.ok("export users teas kinds --schema --to dump.ndjson");
    world.ok("export users --to users.json");

    let other = Emulator::builder()
        .admin_key(ADMIN_KEY)
        .seed(Seed::path(world.path("dump.ndjson")))
        .start()
        .await
        .expect("the export is a seed");
    for collection in ["users", "teas", "kinds"] {
        for line in [
            format!("export {collection}"),
            format!("collections schema {collection} --json"),
        ] {
            let on_other = world.ok(format!("{line} --url {}", other.url()));
            assert_eq!(on_other, world.ok(line));
        }
    }
    Emulator::builder()
        .seed(Seed::path(world.path("users.json")))
        .start()
        .await
        .expect("an export of one collection is a seed too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_of_several_collections_is_imported_with_its_schemas() {
    let world = with_users_and_teas().await;
    let before = world.ok("export users teas --schema");
    world.ok("export users teas --schema --to dump.ndjson");
    for collection in ["users", "teas"] {
        world.ok(format!("collections delete {collection} --yes"));
    }
    world.ok("import dump.ndjson");
    assert_eq!(world.ok("export users teas --schema"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_has_a_column_for_each_field() {
    let world = World::with_users().await;
    let csv = "id,age,name,status,tags\nada,36,Ada,new,\nbob,9,Bob,open,\ncyd,101,Cyd,old,\"[\"\"x\"\",\"\"y\"\"]\"\n";
    assert_eq!(world.ok("export users --format csv"), csv);
    let two = world.ok("export users --format csv --fields name,id --filter 'age > 10'");
    assert_eq!(two, "name,id\nAda,ada\nCyd,cyd\n");
    world.ok("export users --to users.csv");
    world.ok("import users.csv again");
    assert_eq!(world.records("again").await, world.records("users").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_exists_is_not_replaced_unless_asked() {
    let world = World::with_users().await;
    world.write("users.ndjson", "precious");
    world.fails("export users --to users.ndjson", 2);
    assert_eq!(world.read("users.ndjson"), "precious");
    world.ok("export users --to users.ndjson --force");
    assert_eq!(world.read("users.ndjson").lines().count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_was_killed_goes_on_and_gives_the_same_file() {
    let world = World::new().await;
    world
        .seed(
            "n",
            (0..20_000).map(|n| json!({"id": format!("{n:05}"), "n": n})),
        )
        .await;
    for file in ["n.ndjson", "n.json", "n.csv"] {
        let format = file.split_once('.').expect("it has one").1;
        let whole = world.ok(format!("export n --format {format}"));
        let export = || world.command(format!("export n --to {file}"));
        let checkpoint = world.path(&format!("{file}.export-checkpoint"));
        let mut child = export()
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        tokio::task::block_in_place(|| {
            while !checkpoint.exists() {
                assert!(
                    child.try_wait().expect("it can be waited for").is_none(),
                    "it ended first"
                );
                std::thread::yield_now();
            }
            child.kill().expect("it can be killed");
            child.wait().expect("it can be waited for");
        });
        assert!(checkpoint.exists(), "{file}: it ended before it was killed");
        assert_ne!(world.read(file), whole);
        // What a crash leaves behind the checkpoint is cut off.
        let rest = run(export());
        assert_eq!(rest.code, Some(0), "{rest:?}");
        assert!(world.read(file) == whole, "{file} differs");
        assert!(!checkpoint.exists());
    }
}
