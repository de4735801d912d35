//! Collections and their schemas.

use serde_json::json;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_is_created_described_deleted_and_restored() {
    let world = World::new().await;
    world.ok("collections create teas --field name:String:required:unique --field price:Decimal");
    assert_eq!(world.ok("collections list"), "NAME\nteas\n");
    insta::assert_snapshot!(world.ok("collections schema teas"));
    assert_eq!(
        world.json("collections show teas --json")["record_count"],
        json!(0)
    );
    world.fails("collections create teas --field name:String", 6);

    world.ok(r#"records insert teas '{"name": "Assam", "price": "3.50"}'"#);
    world.ok("collections delete teas --yes");
    assert_eq!(world.json("collections list --json"), json!([]));
    assert_eq!(world.ok("collections restore teas -q"), "1\n");
    assert_eq!(world.ok("records count teas"), "1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_was_printed_creates_the_same_collection() {
    let world = World::new().await;
    world.ok("collections create a --field name:String:required --field tags:Array");
    let schema = world.ok("collections schema a --json");
    world.write("schema.json", &schema);
    world.ok("collections create b --schema @schema.json");
    assert_eq!(world.ok("collections schema b --json"), schema);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_wrong_is_explained() {
    let world = World::new().await;
    for (field, expected) in [
        ("name", "expected NAME:TYPE"),
        ("name:string", "types begin with a capital"),
        ("name:String:big", "not `big`"),
    ] {
        let error = world.fails(format!("collections create c --field {field}"), 2);
        assert!(error.contains(expected), "{error}");
    }
}
