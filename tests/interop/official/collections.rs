//! Collections and their schemas.

use std::collections::HashMap;

use ekodb_emulator::Emulator;
use official::admin::ApiKeyAction;
use official::{
    DistanceMetric, Error, FieldType, FieldTypeSchema, IndexConfig, Schema, SchemaConstraintUpdate,
    VectorIndexAlgorithm,
};

use crate::support::{Server, schema, status};

#[tokio::test]
async fn a_collection_is_created_listed_and_deleted() {
    let server = Server::start().await;
    let client = server.client();
    assert!(client.list_collections().await.expect("listed").is_empty());
    for name in ["users", "my collection", "a/b", "日本"] {
        let created = client.create_collection(name, schema()).await;
        created.expect("admins create");
        assert!(client.collection_exists(name).await.expect("answered"));
        client.delete_collection(name).await.expect("admins delete");
        assert!(!client.collection_exists(name).await.expect("answered"));
    }
}

#[tokio::test]
async fn user_collections_are_listed_without_internal_ones() {
    let builder = Emulator::builder().internal_collections(["audit__ek0_testing"]);
    let server = Server::start_with(builder).await;
    let client = server.client();
    let created = client.create_collection("users", schema()).await;
    created.expect("admins create");
    let mut all = client.list_collections().await.expect("listed");
    all.sort();
    assert_eq!(all, ["audit__ek0_testing", "users"]);
    assert_eq!(
        client.list_user_collections().await.expect("listed"),
        ["users"]
    );
}

#[tokio::test]
async fn a_collection_that_exists_is_said_to_exist() {
    let server = Server::start().await;
    let client = server.client();
    let created = client.create_collection("users", schema()).await;
    created.expect("admins create");
    let again = client.create_collection("users", schema()).await;
    let Err(Error::Api { code, message }) = again else {
        panic!("{again:?}");
    };
    assert_eq!(code, 409);
    // The official examples go by this text.
    assert!(message.contains("already exists"), "{message}");
}

#[tokio::test]
async fn deleting_a_collection_that_never_was_succeeds() {
    let server = Server::start().await;
    let deleted = server.client().delete_collection("never").await;
    deleted.expect("recorded servers answer 200");
}

#[tokio::test]
async fn a_schema_comes_back_as_it_was_sent() {
    let server = Server::start().await;
    let client = server.client();
    let sent = rich_schema();
    let created = client.create_collection("users", sent.clone()).await;
    created.expect("admins create");
    let schema = client.get_schema("users").await.expect("read");
    assert_eq!(schema.fields, sent.fields);
    assert_eq!(schema.version, 1);
    let collection = client.get_collection("users").await.expect("read");
    assert_eq!(collection.collection.fields, sent.fields);
}

fn rich_schema() -> Schema {
    let vector = IndexConfig::Vector {
        algorithm: VectorIndexAlgorithm::HNSW,
        metric: DistanceMetric::DotProduct,
        m: 8,
        ef_construction: 100,
        ef_search: Some(40),
        dimension: Some(3),
    };
    let text = IndexConfig::Text {
        language: "english".to_owned(),
        analyzer: None,
    };
    Schema::new()
        .add_field(
            "email",
            FieldTypeSchema::new("String")
                .required()
                .unique()
                .pattern("^[^@]+@[^@]+$")
                .with_index(IndexConfig::Hash),
        )
        .add_field(
            "age",
            FieldTypeSchema::new("Integer")
                .default_value(FieldType::Integer(18))
                .range(Some(FieldType::Integer(0)), Some(FieldType::Integer(150)))
                .with_index(IndexConfig::BTree),
        )
        .add_field(
            "status",
            FieldTypeSchema::new("String").enums(vec![
                FieldType::String("active".to_owned()),
                FieldType::String("suspended".to_owned()),
            ]),
        )
        .add_field("bio", FieldTypeSchema::new("String").with_index(text))
        .add_field(
            "embedding",
            FieldTypeSchema::new("Vector").with_index(vector),
        )
}

#[tokio::test]
async fn the_schema_of_an_unknown_collection_is_empty() {
    let server = Server::start().await;
    let client = server.client();
    let schema = client.get_schema("never").await.expect("not an error");
    assert!(schema.fields.is_empty());
    let collection = client.get_collection("never").await.expect("not an error");
    assert!(collection.collection.fields.is_empty());
}

#[tokio::test]
async fn an_update_of_constraints_changes_what_it_names() {
    let server = Server::start().await;
    let client = server.client();
    let created = client.create_collection("users", rich_schema()).await;
    created.expect("admins create");
    let update = SchemaConstraintUpdate {
        max: Some(120.0),
        required: Some(true),
        ..SchemaConstraintUpdate::default()
    };
    let updated = client
        .update_schema_constraints("users", HashMap::from([("age".to_owned(), update)]))
        .await;
    updated.expect("admins update");
    let schema = client.get_schema("users").await.expect("read");
    assert_eq!(schema.version, 2);
    let age = &schema.fields["age"];
    assert!(age.required);
    assert_eq!(age.max, Some(FieldType::Float(120.0)));
    assert_eq!(age.min, Some(FieldType::Integer(0)), "kept");
    assert_eq!(
        schema.fields["email"],
        rich_schema().fields["email"],
        "kept"
    );
}

#[tokio::test]
async fn a_refused_schema_is_told_in_the_servers_words() {
    let server = Server::start().await;
    let client = server.client();
    for (schema, words) in [
        (
            Schema::new().add_field("a", FieldTypeSchema::new("boolean")),
            "Invalid field type: 'boolean' - must be one of: String, Integer,",
        ),
        (Schema::new(), "Schema must contain at least one field"),
    ] {
        let refused = client.create_collection("users", schema).await;
        let Err(Error::Api { code: 400, message }) = refused else {
            panic!("{refused:?}");
        };
        assert!(message.contains(words), "{message}");
    }
}

#[tokio::test]
async fn a_limited_key_sees_the_collections_it_was_granted() {
    let server = Server::start().await;
    let admin = server.client();
    for name in ["users", "orders"] {
        let created = admin.create_collection(name, schema()).await;
        created.expect("admins create");
    }
    let key = server.limited("users", &[ApiKeyAction::Read]).await;
    let client = server.client_of(&key.key);
    assert_eq!(client.list_collections().await.expect("listed"), ["users"]);
    client.get_schema("users").await.expect("it may read");
    client.get_collection("users").await.expect("it may read");
    assert_eq!(status(client.get_schema("orders").await), 403);
    assert_eq!(status(client.get_collection("orders").await), 403);
}

#[tokio::test]
async fn a_deleted_collection_is_restored_with_its_schema() {
    let server = Server::start().await;
    let client = server.client();
    let created = client.create_collection("users", rich_schema()).await;
    created.expect("admins create");
    client.delete_collection("users").await.expect("deleted");
    client.restore_collection("users").await.expect("restored");
    let schema = client.get_schema("users").await.expect("read");
    assert_eq!(schema.fields, rich_schema().fields);
}
