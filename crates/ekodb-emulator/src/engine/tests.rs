//! The database by itself: collections, records, grants and queries, without a server.

mod tables;

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::operations::{BatchUpdate, NewKey};
use super::query::FindQuery;
use super::schema::SchemaRequest;
use super::store::Snapshot;
use super::{
    Actions, ApiKey, CollectionGrant, Database, Error, GrantPatch, Progress, Projection, Rules,
    Seed,
};

/// A database in memory, and its admin key.
async fn open() -> (Arc<Database>, ApiKey) {
    open_with(Rules::default()).await
}

async fn open_with(rules: Rules) -> (Arc<Database>, ApiKey) {
    let database = Database::in_memory(rules).unwrap();
    let identity = database.identity(None).await.unwrap();
    let admin = database.key_by_value(&identity.admin_key).unwrap();
    (Arc::new(database), admin)
}

async fn reply_with_plain_values(database: &Database) {
    let update = serde_json::from_value(json!({ "use_typed_values": false })).unwrap();
    database.update_switches(update).await.unwrap();
}

fn object(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

fn schema(value: Value) -> SchemaRequest {
    serde_json::from_value(value).unwrap()
}

/// Registers a key with one grant.
async fn register(
    database: &Database,
    admin: &ApiKey,
    name: &str,
    grant: CollectionGrant,
) -> ApiKey {
    let new = NewKey {
        label: None,
        description: None,
        is_admin: false,
        collections: [(name.to_owned(), grant)].into(),
        value: None,
    };
    database.register_key(admin.key.clone(), new).await.unwrap()
}

/// All records that a query finds.
fn find(
    database: &Arc<Database>,
    key: &ApiKey,
    name: &str,
    query: Value,
) -> Result<Vec<Value>, Error> {
    let query: FindQuery = serde_json::from_value(query).unwrap();
    let cursor = database.find(key, name.to_owned(), Projection::default(), &query)?;
    let mut found = Vec::new();
    let Some(mut cursor) = cursor else {
        return Ok(found);
    };
    let mut take = |record| {
        found.push(Value::Object(record));
        ControlFlow::Continue(())
    };
    while cursor.advance(&mut take)? == Progress::Underway {}
    Ok(found)
}

fn condition(field: &str, operator: &str, value: Value) -> Value {
    json!({ "type": "Condition", "content": { "field": field, "operator": operator, "value": value } })
}

#[tokio::test]
async fn records_keep_the_rules_of_their_collection() {
    let (database, admin) = open().await;
    let request = schema(json!({ "fields": {
        "name": { "field_type": "String", "required": true, "unique": true },
        "age": { "field_type": "Integer", "min": 0, "default": 18 },
    } }));
    database
        .create_collection("users".to_owned(), request)
        .await
        .unwrap();
    reply_with_plain_values(&database).await;

    let insert = async |members: Value| {
        database
            .insert(&admin, None, "users".to_owned(), object(members))
            .await
    };
    let ada = insert(json!({ "name": "Ada" })).await.unwrap();
    let taken = insert(json!({ "name": "Ada" })).await;
    assert!(matches!(taken, Err(Error::NotUnique(field)) if field == "name"));
    assert!(matches!(
        insert(json!({ "age": 3 })).await,
        Err(Error::Violation(_))
    ));
    assert!(matches!(
        insert(json!({ "name": "B", "age": -1 })).await,
        Err(Error::Violation(_))
    ));

    let stored = database
        .get(&admin, None, ("users", &ada), Projection::default())
        .unwrap();
    assert_eq!(
        Value::Object(stored),
        json!({ "id": ada, "name": "Ada", "age": 18 })
    );
}

#[tokio::test]
async fn records_are_changed_deleted_and_restored() {
    let (database, admin) = open().await;
    reply_with_plain_values(&database).await;
    let all = Projection::default;
    let place = |id: &str| ("notes".to_owned(), id.to_owned());
    let members = object(json!({ "id": "1", "n": 1 }));
    database
        .insert(&admin, None, "notes".to_owned(), members)
        .await
        .unwrap();

    let members = object(json!({ "text": "a" }));
    let updated = database
        .update(&admin, None, place("1"), members, all())
        .await
        .unwrap();
    assert_eq!(
        Value::Object(updated),
        json!({ "id": "1", "n": 1, "text": "a" })
    );

    let actions = [("increment", "n", json!(4)), ("append", "text", json!("b"))];
    let actions = actions.map(|(name, field, value)| (name.to_owned(), field.to_owned(), value));
    let actions = Actions::new(actions).unwrap();
    let changed = database
        .apply_actions(&admin, place("1"), actions, all())
        .await
        .unwrap();
    assert_eq!(
        Value::Object(changed),
        json!({ "id": "1", "n": 5, "text": "ab" })
    );

    database
        .delete(&admin, None, place("1"), all())
        .await
        .unwrap();
    let gone = database.get(&admin, None, ("notes", "1"), all());
    assert!(matches!(gone, Err(Error::RecordDeleted)));
    database
        .restore_record("notes".to_owned(), "1".to_owned())
        .await
        .unwrap();
    assert!(database.get(&admin, None, ("notes", "1"), all()).is_ok());
}

#[tokio::test]
async fn a_batch_stores_what_it_can() {
    let (database, admin) = open().await;
    let records = [
        json!({ "id": "1" }),
        json!({ "id": "1" }),
        json!({ "id": 2 }),
    ];
    let records = records.map(object).to_vec();
    let outcome = database
        .insert_batch(&admin, None, "notes".to_owned(), records)
        .await
        .unwrap();
    assert_eq!(outcome.successful, ["1"]);
    assert!(matches!(
        outcome.failed[0],
        (Some(_), Error::RecordExists(_))
    ));
    assert!(matches!(outcome.failed[1], (None, Error::Draft(_))));

    let updates = ["1", "3"].map(|id| BatchUpdate {
        id: id.to_owned(),
        members: object(json!({ "n": 1 })),
    });
    let outcome = database
        .update_batch(&admin, None, "notes".to_owned(), updates.to_vec())
        .await
        .unwrap();
    assert_eq!(outcome.successful, ["1"]);
    assert!(matches!(
        outcome.failed[0],
        (Some(_), Error::RecordNotFound)
    ));

    let outcome = database
        .delete_batch(&admin, None, "notes".to_owned(), vec!["1".to_owned()])
        .await
        .unwrap();
    assert_eq!(outcome.successful, ["1"]);
}

#[tokio::test]
async fn queries_filter_sort_and_join() {
    let (database, admin) = open().await;
    reply_with_plain_values(&database).await;
    for (collection, members) in [
        ("users", json!({ "id": "a", "age": 36 })),
        ("users", json!({ "id": "b", "age": 20 })),
        ("users", json!({ "id": "c", "age": 50 })),
        ("posts", json!({ "id": "p", "user": "a" })),
    ] {
        database
            .insert(&admin, None, collection.to_owned(), object(members))
            .await
            .unwrap();
    }
    let ids = |found: Vec<Value>| {
        found
            .into_iter()
            .map(|record| record["id"].clone())
            .collect::<Vec<_>>()
    };

    let older = json!({
        "filter": condition("age", "Gt", json!(30)),
        "sort": [{ "field": "age", "ascending": false }],
    });
    assert_eq!(
        ids(find(&database, &admin, "users", older).unwrap()),
        ["c", "a"]
    );

    let joined = json!({
        "limit": 1,
        "join": {
            "collections": ["posts"], "local_field": "id", "foreign_field": "user", "as_field": "posts",
        },
    });
    let found = find(&database, &admin, "users", joined).unwrap();
    assert_eq!(found[0]["posts"], json!([{ "id": "p", "user": "a" }]));
    assert_eq!(
        database.distinct(&admin, "users", "age", None).unwrap(),
        [20, 36, 50]
    );
    assert!(
        find(&database, &admin, "unknown", json!({}))
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_grant_bounds_what_a_key_sees_and_sets() {
    let (database, admin) = open().await;
    let members = object(json!({ "id": "1", "name": "Ada", "salary": 7 }));
    database
        .insert(&admin, None, "users".to_owned(), members)
        .await
        .unwrap();
    let reader = CollectionGrant {
        read: true,
        exclude_fields: Some(vec!["salary".to_owned()]),
        ..CollectionGrant::default()
    };
    let key = register(&database, &admin, "users", reader).await;

    let seen = find(&database, &key, "users", json!({})).unwrap();
    assert!(seen[0].get("name").is_some() && seen[0].get("salary").is_none());
    let filter = json!({ "filter": condition("salary", "Eq", json!(7)) });
    assert!(matches!(
        find(&database, &key, "users", filter),
        Err(Error::Denied(_))
    ));
    assert!(key.require_write("users").is_err());
    assert_eq!(database.collection_names(&key).unwrap(), ["users"]);

    let patch: GrantPatch =
        serde_json::from_value(json!({ "write": true, "writable_fields": ["name"] })).unwrap();
    let change = database
        .change_grant(key.id.clone(), "users".to_owned(), patch)
        .await
        .unwrap();
    assert!(!change.before.unwrap().write && change.after.unwrap().write);
    let key = database.key_by_id(&key.id).unwrap().unwrap();
    let refused = object(json!({ "salary": 8 }));
    let refused = database
        .insert(&key, None, "users".to_owned(), refused)
        .await;
    assert!(matches!(refused, Err(Error::Denied(_))));
    let allowed = object(json!({ "name": "Grace" }));
    assert!(
        database
            .insert(&key, None, "users".to_owned(), allowed)
            .await
            .is_ok()
    );

    database.revoke_key(key.key.clone()).await.unwrap();
    assert!(matches!(
        database.key_by_value(&key.key),
        Err(Error::InvalidApiKey)
    ));
}

#[tokio::test]
async fn unknown_collections_are_empty_or_refused() {
    let (database, admin) = open().await;
    assert!(database.schema("unknown").unwrap().fields.is_empty());
    assert!(
        database
            .delete_collection("unknown".to_owned())
            .await
            .is_ok()
    );

    let rules = Rules {
        refuse_unknown_collections: true,
        ..Rules::default()
    };
    let (strict, _) = open_with(rules).await;
    assert!(matches!(
        strict.schema("unknown"),
        Err(Error::CollectionNotFound(_))
    ));
    assert!(matches!(
        strict.delete_collection("unknown".to_owned()).await,
        Err(Error::CollectionNotFound(_))
    ));
    assert!(matches!(
        find(&strict, &admin, "unknown", json!({})),
        Err(Error::CollectionNotFound(_))
    ));
}

#[tokio::test]
async fn seeds_and_snapshots_make_and_restore_states() {
    let (database, admin) = open().await;
    let seed = || Seed::records("users", [json!({ "name": "Ada" })]);
    database.seed(seed()).await.unwrap();
    let snapshot = database.snapshot().await.unwrap().unwrap();
    database.seed(seed()).await.unwrap();
    assert_eq!(
        database.collection_info(&admin, "users").unwrap().records,
        1
    );

    database
        .delete_collection("users".to_owned())
        .await
        .unwrap();
    assert!(database.restore(snapshot, 0).await.unwrap());
    assert_eq!(
        database.collection_info(&admin, "users").unwrap().records,
        1
    );
    assert!(!database.restore(Snapshot(99), 0).await.unwrap());

    database.reset(&admin.key).await.unwrap();
    assert!(database.collection_names(&admin).unwrap().is_empty());
}
