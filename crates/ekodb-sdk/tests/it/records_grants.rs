//! Records through the eyes of a limited key.

use ekodb_client::{Client, CollectionGrant, ErrorKind, NewKey, Permission, Record};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::stage::{Stage, kind};

#[derive(Debug, Serialize, Deserialize)]
struct User {
    name: String,
    email: String,
}

/// A client whose key has this grant on `users`, where Ada is.
async fn client_with(stage: &Stage, grant: CollectionGrant) -> Client {
    let ada = Record::new()
        .with_id("ada")
        .with("name", "Ada")
        .with("email", "ada@example.org");
    stage.admin.collection("users").insert(ada).await.unwrap();
    let new = NewKey::limited("limited").allow("users", [Permission::Read]);
    let registered = stage.admin.keys().register(new).await.unwrap();
    let id = registered.record.id.unwrap();
    let granted = stage.admin.keys().key(&id).collection("users");
    granted.put(grant).await.unwrap();
    stage.admin.with_api_key(registered.key).unwrap()
}

#[tokio::test]
async fn a_field_that_the_grant_hides_is_named_with_a_hint_at_the_grant() {
    let stage = Stage::start().await;
    let grant = CollectionGrant::read_only().select_fields(["name"]);
    let client = client_with(&stage, grant).await;
    let users = client.collection("users").typed::<User>();
    let error = users.get("ada").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidReply);
    insta::assert_snapshot!(
        error,
        @"get_record: the record `ada` cannot be read: missing field `email`; it was never stored, the query leaves it out, or the key's grant hides it (`select_fields`, `exclude_fields`): make it an `Option` or ask for the grant"
    );
    let found = users.find().await.unwrap_err().to_string();
    let start = "find_records: the record `ada` cannot be read: missing field `email`; it was";
    assert!(found.starts_with(start), "{found}");
    let untyped = client.collection("users").get("ada").await.unwrap();
    assert_eq!(untyped, Record::new().with_id("ada").with("name", "Ada"));
}

#[tokio::test]
async fn a_field_of_another_type_is_named_without_its_value() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Numbered {
        email: u32,
    }
    let stage = Stage::start().await;
    let client = client_with(&stage, CollectionGrant::read_only()).await;
    let users = client.collection("users").typed::<Numbered>();
    let error = users.get("ada").await.unwrap_err();
    insta::assert_snapshot!(
        error,
        @"get_record: the record `ada` cannot be read: field `email`: invalid type, expected u32"
    );
    assert!(!format!("{error:?}").contains("ada@"), "{error:?}");
}

#[tokio::test]
async fn a_field_that_may_not_be_written_is_named() {
    let stage = Stage::start().await;
    let grant = CollectionGrant::read_write().writable_fields(["name"]);
    let client = client_with(&stage, grant).await;
    let users = client.collection("users").typed::<User>();
    let name = json!({"name": "Ada L."});
    users.update("ada", name).await.unwrap();
    let email = json!({"email": "x"});
    let error = users.update("ada", email).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert!(error.to_string().contains("email"), "{error}");
}

#[tokio::test]
async fn a_key_that_may_only_read_cannot_write() {
    let stage = Stage::start().await;
    let client = client_with(&stage, CollectionGrant::read_only()).await;
    let users = client.collection("users");
    let record = Record::new().with("name", "Eve");
    let denied = ErrorKind::PermissionDenied;
    assert_eq!(kind(users.insert(&record).await), denied);
    assert_eq!(kind(users.insert_many([&record]).await), denied);
    assert_eq!(kind(users.update("ada", &record).await), denied);
    assert_eq!(kind(users.upsert("ada", &record).await), denied);
    assert_eq!(kind(users.delete("ada").await), denied);
    assert_eq!(kind(users.delete_many(["ada"]).await), denied);
    assert_eq!(users.count().await.unwrap(), 1);
}
