//! Values and their types on the way in and out.

use std::collections::HashMap;

use official::{Client, FieldType, FieldTypeSchema, NumberValue, Record, Schema};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Server, status};

const UUID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// What a value has become once it was inserted and found.
async fn roundtrip(client: &Client, value: FieldType) -> Value {
    let record = Record::new().field("field", value);
    let inserted = client.insert("values", record, None).await.expect("new");
    let id = inserted.get_string("id").expect("an id");
    let found = client.find_by_id("values", id, None).await.expect("there");
    serde_json::to_value(found.get("field").expect("kept")).expect("a field is JSON")
}

#[tokio::test]
async fn a_value_comes_back_with_the_type_it_is_taken_for() {
    let server = Server::start().await;
    let client = server.client();
    let inner = HashMap::from([("a".to_owned(), FieldType::Integer(1))]);
    for (value, kind, expected) in [
        (FieldType::Boolean(true), "Boolean", json!(true)),
        (FieldType::Integer(i64::MIN), "Integer", json!(i64::MIN)),
        (FieldType::Float(1.5), "Float", json!(1.5)),
        (FieldType::number_int(3), "Integer", json!(3)),
        (
            FieldType::Number(NumberValue::Float(0.5)),
            "Float",
            json!(0.5),
        ),
        (FieldType::string("Ada"), "String", json!("Ada")),
        (FieldType::string(UUID), "String", json!(UUID)),
        (
            FieldType::string("2026-01-02T03:04:05Z"),
            "DateTime",
            json!("2026-01-02T03:04:05+00:00"),
        ),
        (
            FieldType::array(vec![FieldType::Integer(1), FieldType::Null]),
            "Array",
            json!([1, null]),
        ),
        (
            FieldType::set(vec![FieldType::string("a")]),
            "Array",
            json!(["a"]),
        ),
        (FieldType::Object(inner), "Object", json!({ "a": 1 })),
        (FieldType::Null, "Null", json!(null)),
        (
            FieldType::vector(vec![0.5, 1.0]),
            "Vector",
            json!([0.5, 1.0]),
        ),
    ] {
        let found = roundtrip(&client, value).await;
        assert_eq!(found, json!({ "type": kind, "value": expected }));
    }
}

#[tokio::test]
async fn a_schema_gives_texts_their_types() {
    let server = Server::start().await;
    let client = server.client();
    let schema = Schema::new()
        .add_field("uuid", FieldTypeSchema::new("UUID"))
        .add_field("price", FieldTypeSchema::new("Decimal"))
        .add_field("when", FieldTypeSchema::new("DateTime"));
    let created = client.create_collection("values", schema).await;
    created.expect("an admin creates");
    let record = Record::new()
        .field("id", "1")
        .field("uuid", UUID)
        .field("price", "12.340")
        .field("when", "2026-01-02T03:04:05Z");
    client.insert("values", record, None).await.expect("new");
    let found = client.find_by_id("values", "1", None).await.expect("there");
    let value = |field: &str| serde_json::to_value(found.get(field)).expect("a field is JSON");
    for (field, kind, expected) in [
        ("uuid", "UUID", UUID),
        ("price", "Decimal", "12.340"),
        ("when", "DateTime", "2026-01-02T03:04:05+00:00"),
    ] {
        assert_eq!(value(field), json!({ "type": kind, "value": expected }));
    }
}

#[tokio::test]
async fn a_uuid_that_the_client_writes_as_bytes_is_refused() {
    let server = Server::start().await;
    let record = Record::new().field("field", FieldType::uuid(Uuid::from_u128(5)));
    let refused = server.client().insert("values", record, None).await;
    assert_eq!(status(refused), 400);
}
