//! Every verb of the surface, waited for. What can be awaited can be waited for by construction;
//! this shows that a script can say all of it, and gets the outcome that an async application gets.

use ekodb_client::{
    Action, Client, CollectionGrant, CollectionGrantPatch, CollectionSchema, ErrorKind, Field,
    FieldConstraints, KvGrantPatch, NewKey, Permission, Record, SchemaUpdate,
    blocking::{Wait, WaitEach},
    query::field,
    records::Upserted,
};
use serde_json::json;

use crate::blocking::Server;

#[test]
fn records() {
    let server = Server::start();
    let users = server.client().collection("users");
    let ada = || Record::new().with_id("ada").with("age", 36);
    assert_eq!(users.insert(ada()).wait().unwrap(), "ada");
    let upserted = users.upsert("ada", ada()).wait().unwrap();
    assert_eq!(upserted, Upserted::Updated);
    let changes = json!({ "city": "London" });
    users.update("ada", changes).wait().unwrap();
    let increment = Action::increment("age", 1);
    users.act("ada", increment).wait().unwrap();
    let actions = [Action::increment("age", 1), Action::decrement("age", 2)];
    users.act_all("ada", actions).wait().unwrap();
    let read = users.get("ada").wait().unwrap();
    assert_eq!(read.get("age"), Some(&36.into()));
    assert_eq!(read.get("city"), Some(&"London".into()));

    let others = ["bob", "cyd"].map(|id| Record::new().with_id(id).with("age", 20));
    let outcome = users.insert_many(others).wait().unwrap();
    outcome.into_result().unwrap();
    let changes = [("bob", json!({ "age": 21 }))];
    let outcome = users.update_many(changes).wait().unwrap();
    outcome.into_result().unwrap();
    let found = users.get_many(["bob", "nobody"]).wait().unwrap();
    assert!(found[0].is_some() && found[1].is_none());
    let outcome = users.delete_many(["cyd"]).wait().unwrap();
    outcome.into_result().unwrap();
    assert_eq!(users.count().wait().unwrap(), 2);
    users.delete("bob").wait().unwrap();
    assert!(!users.exists("bob").wait().unwrap());
    users.restore_record("bob").wait().unwrap();
    assert!(users.exists("bob").wait().unwrap());
    let missing = users.get("cyd").wait().unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
}

#[test]
fn queries() {
    let server = Server::start();
    let users = server.client().collection("users");
    let ages = (20..25).map(|age| Record::new().with("age", age));
    let outcome = users.insert_many(ages).wait().unwrap();
    outcome.into_result().unwrap();
    let query = || users.find().filter(field("age").gte(22)).sort_desc("age");
    assert_eq!(query().wait().unwrap().len(), 3);
    let first = query().first().wait().unwrap().unwrap();
    assert_eq!(first.get("age"), Some(&24.into()));
    assert_eq!(query().count().wait().unwrap(), 3);
    assert!(query().exists().wait().unwrap());
    assert_eq!(query().distinct("age").wait().unwrap().len(), 3);
    let streamed: Result<Vec<_>, _> = query().stream().wait_each().collect();
    assert_eq!(streamed.unwrap(), query().wait().unwrap());
}

#[test]
fn collections_schemas_and_trash() {
    let server = Server::start();
    let client = server.client();
    let books = client.collection("books");
    let schema = CollectionSchema::new().field("title", Field::string());
    books.create(schema).wait().unwrap();
    let required = FieldConstraints::new().required(true);
    let update = SchemaUpdate::new().field("title", required);
    books.update_schema(update).wait().unwrap();
    assert!(books.schema().wait().unwrap().fields["title"].required);
    books.details().wait().unwrap();
    let collections = client.collections();
    assert_eq!(collections.list().wait().unwrap(), ["books"]);
    let without = collections.list_without_internal().wait().unwrap();
    assert_eq!(without, ["books"]);
    let tea = Record::new().with("title", "Tea");
    books.insert(tea).wait().unwrap();
    books.delete_collection().wait().unwrap();
    assert!(!collections.exists("books").wait().unwrap());
    books.restore().wait().unwrap();
    assert!(collections.exists("books").wait().unwrap());
}

#[test]
fn keys_and_grants() {
    let server = Server::start();
    let keys = server.client().keys();
    let new = |label: &str| NewKey::limited(label).allow("users", [Permission::Read]);
    let [first, second] =
        ["first", "second"].map(|label| keys.register(new(label)).wait().unwrap());
    assert!(keys.list().wait().unwrap().len() >= 2);
    let id = first.record.id.unwrap();
    let permissions = keys.key(&id);
    let granted = permissions.get().wait().unwrap().collections;
    assert!(granted.contains_key("users"));
    keys.me().get().wait().unwrap();

    let users = permissions.collection("users");
    users.put(CollectionGrant::read_write()).wait().unwrap();
    let patch = CollectionGrantPatch::new().write(false);
    users.patch(patch).wait().unwrap();
    assert_eq!(users.get().wait().unwrap(), CollectionGrant::read_only());
    users.delete().wait().unwrap();
    assert!(permissions.collections().wait().unwrap().is_empty());

    let sessions = permissions.kv("sessions:");
    let both = [Permission::Read, Permission::Write];
    sessions.put(both).wait().unwrap();
    let patch = KvGrantPatch::new().write(false);
    sessions.patch(patch).wait().unwrap();
    let grant = sessions.get().wait().unwrap();
    assert_eq!(permissions.kv_grants().wait().unwrap(), [grant]);
    sessions.delete().wait().unwrap();

    keys.revoke(&id).wait().unwrap();
    keys.revoke_value(&second.key).wait().unwrap();
    let revoked = server.client().with_api_key(second.key).unwrap();
    let refused = revoked.token().wait().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unauthenticated);
}

#[test]
fn the_server_itself() {
    let server = Server::start();
    let client: Client = server.client();
    assert!(client.health().wait().unwrap().is_ok());
    assert!(client.health().detailed().wait().unwrap().version.is_some());
    let change = client.config().use_typed_values(false).wait().unwrap();
    assert_eq!(change.use_typed_values, Some(false));
    assert!(!client.token().wait().unwrap().expose().is_empty());
}

#[test]
fn the_key_value_store() {
    let server = Server::start();
    let kv = server.client().kv();
    kv.set("a", 1).wait().unwrap();
    assert_eq!(kv.get("a").wait().unwrap(), Some(1));
    let stored = kv.set_many([("b", 2)]).wait().unwrap();
    assert!(stored.is_complete());
    let read = kv.get_many::<u32, _>(["a", "b"]).wait().unwrap();
    assert_eq!(read, [Some(1), Some(2)]);
    assert_eq!(kv.find().wait().unwrap().len(), 2);
    let found = kv.find().pattern("^b").stream().wait_each();
    let found: Vec<_> = found.map(|entry| entry.unwrap().key).collect();
    assert_eq!(found, ["b"]);
    assert!(kv.delete("a").wait().unwrap());
    assert!(!kv.exists("a").wait().unwrap());
}

#[test]
fn transactions() {
    let server = Server::start();
    let client = server.client();
    let insert = |transaction: ekodb_client::Transaction| async move {
        transaction.collection("t").insert(Record::new()).await
    };
    client.transact(insert).wait().unwrap();
    let transaction = client.begin().wait().unwrap();
    let records = transaction.collection("t");
    records.insert(Record::new()).wait().unwrap();
    let savepoint = transaction.savepoint("one").wait().unwrap();
    records.insert(Record::new()).wait().unwrap();
    savepoint.rollback().wait().unwrap();
    transaction.commit().wait().unwrap();
    assert_eq!(client.collection("t").count().wait().unwrap(), 2);
}
