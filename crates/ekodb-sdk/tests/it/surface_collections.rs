//! Collections and schemas over real HTTP, against the emulator.

use ekodb_client::{
    Collection, CollectionSchema,
    ErrorKind::{Conflict, InvalidArgument, InvalidRequest, NotFound},
    Field, FieldConstraints, FieldType, Index, SchemaUpdate,
};

use crate::stage::{Stage, kind};

fn people() -> CollectionSchema {
    CollectionSchema::new()
        .field(
            "email",
            Field::string().required().unique().regex("^[^@]+@[^@]+$"),
        )
        .field("age", Field::integer().min(0).max(150).default_value(18))
        .field("status", Field::string().one_of(["active", "inactive"]))
        .field("bio", Field::string().index(Index::text("english")))
        .field(
            "face",
            Field::vector().index(
                Index::vector(3)
                    .algorithm("hnsw")
                    .metric("cosine")
                    .hnsw(16, 200),
            ),
        )
}

/// An emulator with the collection `people`.
async fn with_people() -> (Stage, Collection) {
    let stage = Stage::start().await;
    let collection = stage.admin.collection("people");
    collection.create(people()).await.unwrap();
    (stage, collection)
}

#[tokio::test]
async fn a_created_collection_is_listed_and_exists() {
    let stage = Stage::start().await;
    let collections = stage.admin.collections();
    assert!(!collections.exists("people").await.unwrap());
    let people_collection = stage.admin.collection("people");
    people_collection.create(people()).await.unwrap();
    assert!(collections.exists("people").await.unwrap());
    let listed = collections.list_without_internal().await.unwrap();
    assert_eq!(listed, ["people"]);
    let listed = collections.list().await.unwrap();
    assert!(listed.contains(&"people".to_owned()));
}

#[tokio::test]
async fn a_schema_reads_back_as_it_was_created() {
    let (_stage, collection) = with_people().await;
    let read = collection.schema().await.unwrap();
    assert_eq!(read.fields, people().fields);
    assert_eq!(read.version, Some(1));
    assert!(read.created_at.is_some());
}

#[tokio::test]
async fn creating_a_collection_that_exists_is_a_conflict() {
    let (_stage, collection) = with_people().await;
    let error = collection.create(people()).await.unwrap_err();
    assert_eq!(error.kind(), Conflict);
    let message = error.message().unwrap();
    assert!(message.contains("already exists"), "{error}");
    assert_eq!(error.operation(), Some("create_collection"));
}

#[tokio::test]
async fn a_type_that_the_server_does_not_know_is_refused_in_its_own_words() {
    let stage = Stage::start().await;
    let schema = CollectionSchema::new().field("flag", Field::new(FieldType::from("boolean")));
    let people = stage.admin.collection("people");
    let error = people.create(schema).await.unwrap_err();
    assert_eq!(error.kind(), InvalidRequest);
    assert_eq!(error.status(), Some(400));
    let message = error.message().unwrap();
    assert!(message.starts_with("Invalid field type: 'boolean'"));
}

#[tokio::test]
async fn a_schema_without_fields_is_refused_before_anything_is_sent() {
    let stage = Stage::start().await;
    let before = stage.emulator.requests();
    let people = stage.admin.collection("people");
    let created = people.create(CollectionSchema::new()).await;
    assert_eq!(kind(created), InvalidArgument);
    assert_eq!(stage.emulator.requests(), before);
}

#[tokio::test]
async fn a_schema_update_changes_what_it_names_and_nothing_else() {
    let (_stage, collection) = with_people().await;
    let update = SchemaUpdate::new().field("age", FieldConstraints::new().min(18).required(true));
    collection.update_schema(update).await.unwrap();
    let read = collection.schema().await.unwrap();
    let mut expected = people();
    let age = expected.fields.get_mut("age").unwrap();
    age.required = true;
    age.min = Some(18.into());
    assert_eq!(read.fields, expected.fields);
    assert_eq!(read.version, Some(2));
}

#[tokio::test]
async fn a_collection_that_does_not_exist_reads_as_an_empty_one() {
    let stage = Stage::start().await;
    let nowhere = stage.admin.collection("nowhere");
    assert!(nowhere.schema().await.unwrap().fields.is_empty());
    let details = nowhere.details().await.unwrap();
    assert!(details.schema.unwrap().fields.is_empty());
    let exists = stage.admin.collections().exists("nowhere");
    assert!(!exists.await.unwrap());
}

#[tokio::test]
async fn the_description_of_a_collection_holds_its_schema() {
    let (_stage, collection) = with_people().await;
    let details = collection.details().await.unwrap();
    assert_eq!(details.schema.unwrap().fields, people().fields);
}

#[tokio::test]
async fn deleting_is_idempotent() {
    let (stage, collection) = with_people().await;
    collection.delete_collection().await.unwrap();
    let exists = stage.admin.collections().exists("people");
    assert!(!exists.await.unwrap());
    collection.delete_collection().await.unwrap();
}

#[tokio::test]
async fn a_deleted_collection_can_be_restored() {
    let (_stage, collection) = with_people().await;
    collection.delete_collection().await.unwrap();
    collection.restore().await.unwrap();
}

#[tokio::test]
async fn restoring_a_record_that_the_trash_does_not_hold_is_not_found() {
    let stage = Stage::start().await;
    let restored = stage.admin.collection("people").restore_record("nobody");
    assert_eq!(kind(restored.await), NotFound);
}

#[tokio::test]
async fn names_that_cannot_travel_are_refused_before_anything_is_sent() {
    let stage = Stage::start().await;
    let before = stage.emulator.requests();
    for name in ["", ".", "..", "a\nb", "a\u{200B}b"] {
        let collection = stage.admin.collection(name);
        let other = stage.admin.collection("a");
        for refused in [
            kind(collection.delete_collection().await),
            kind(collection.details().await),
            kind(collection.restore().await),
            kind(other.restore_record(name).await),
        ] {
            assert_eq!(refused, InvalidArgument, "{name:?}");
        }
    }
    assert_eq!(stage.emulator.requests(), before);
}

#[tokio::test]
async fn odd_names_travel_as_one_segment_and_arrive_intact() {
    let stage = Stage::start().await;
    for name in [
        "a/b", "a b", "%2F", "a?b", "a#b", "雪", "a\\b", "a+b", "a%b", "users:",
    ] {
        stage.admin.collection(name).create(people()).await.unwrap();
        let all = stage.admin.collections().list().await.unwrap();
        assert!(all.contains(&name.to_owned()), "{name} did not arrive");
    }
}

#[tokio::test]
async fn the_config_is_read_and_its_switches_are_confirmed() {
    let stage = Stage::start().await;
    for typed in [false, true] {
        let change = stage.admin.config().use_typed_values(typed).await.unwrap();
        assert_eq!(change.use_typed_values, Some(typed));
        let config = stage.admin.config().get().await.unwrap();
        assert_eq!(config.use_typed_values, Some(typed));
    }
    for durable in [false, true] {
        let change = stage.admin.config().durable_operations(durable);
        let change = change.await.unwrap();
        assert_eq!(change.durable_operations, Some(durable));
        assert_eq!(change.use_typed_values, None);
        let config = stage.admin.config().get().await.unwrap();
        assert_eq!(config.durable_operations, Some(durable));
    }
}

#[tokio::test]
async fn internal_collections_are_listed_unless_they_are_left_out() {
    let internal = "audit__ek0_testing";
    let emulator = ekodb_emulator::Emulator::builder().internal_collections([internal]);
    let stage = Stage::with(emulator.start().await.unwrap());
    let people_collection = stage.admin.collection("people");
    people_collection.create(people()).await.unwrap();
    let collections = stage.admin.collections();
    let mut all = collections.list().await.unwrap();
    all.sort();
    assert_eq!(all, [internal, "people"]);
    let without = collections.list_without_internal().await.unwrap();
    assert_eq!(without, ["people"]);
}
