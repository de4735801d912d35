//! Records: written, found, changed and deleted, as the client does by default, in MessagePack.

use std::time::Duration;

use official::admin::ApiKeyAction;
use official::options::InsertOptions;
use official::{
    Client, DistinctValuesQuery, Error, FieldType, JoinConfig, QueryBuilder, Record, get_int_value,
    get_string_value,
};
use serde_json::{Value, json};

use crate::support::{Server, status};

/// A client with its defaults: it writes records as MessagePack.
fn default_client(server: &Server, key: &str) -> Client {
    Client::builder()
        .base_url(server.emulator.url())
        .api_key(key)
        .build()
        .expect("the settings are complete")
}

fn person(name: &str, age: i64) -> Record {
    Record::new().field("name", name).field("age", age)
}

/// Ada, Bob and Cyd, who are 36, 25 and 41.
async fn people() -> (Server, Client) {
    let server = Server::start().await;
    let client = default_client(&server, server.emulator.admin_key());
    for (id, name, age) in [("a", "Ada", 36), ("b", "Bob", 25), ("c", "Cyd", 41)] {
        let record = person(name, age).field("id", id);
        client.insert("people", record, None).await.expect("new");
    }
    (server, client)
}

fn value(record: &Record, field: &str) -> Value {
    let typed = record.get(field).expect("the field is there");
    serde_json::to_value(typed).expect("a field is JSON")
}

fn names(records: &[Record]) -> Vec<String> {
    let name = |record| get_string_value(&value(record, "name")).expect("a string");
    records.iter().map(name).collect()
}

#[tokio::test]
async fn a_record_is_found_under_the_id_that_its_insertion_gave() {
    let server = Server::start().await;
    let client = default_client(&server, server.emulator.admin_key());
    let inserted = client.insert("people", person("Ada", 36), None).await;
    let inserted = inserted.expect("a new record");
    let id = inserted.get_string("id").expect("an id");
    let found = client.find_by_id("people", id, None).await.expect("there");
    assert_eq!(found.get_string("id"), Some(id));
    assert_eq!(found.get_string("name"), Some("Ada"));
    assert_eq!(get_int_value(&value(&found, "age")), Some(36));
    assert!(client.collection_exists("people").await.expect("answered"));
}

#[tokio::test]
async fn a_record_that_is_not_there_is_not_found() {
    let (_server, client) = people().await;
    let missing = client.find_by_id("people", "x", None).await;
    assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
    assert!(!client.exists("people", "x").await.expect("answered"));
    assert!(client.exists("people", "a").await.expect("answered"));
    client.delete("people", "a", None).await.expect("deleted");
    assert!(!client.exists("people", "a").await.expect("answered"));
}

#[tokio::test]
async fn the_query_builder_filters_sorts_and_pages() {
    let (_server, client) = people().await;
    for (query, expected) in [
        (QueryBuilder::new().eq("name", "Bob"), vec!["Bob"]),
        (
            QueryBuilder::new().gte("age", 36).sort_desc("age"),
            vec!["Cyd", "Ada"],
        ),
        (QueryBuilder::new().gt("age", 25).lt("age", 41), vec!["Ada"]),
        (QueryBuilder::new().starts_with("name", "C"), vec!["Cyd"]),
        (
            QueryBuilder::new().contains("name", "d").sort_asc("name"),
            vec!["Ada", "Cyd"],
        ),
        (
            QueryBuilder::new()
                .in_array("name", vec![json!("Ada"), json!("Bob")])
                .sort_desc("name"),
            vec!["Bob", "Ada"],
        ),
        (
            QueryBuilder::new().sort_asc("age").skip(1).limit(1),
            vec!["Ada"],
        ),
    ] {
        let found = client.find("people", query.build(), None).await;
        assert_eq!(names(&found.expect("a good query")), expected);
    }
    let second = client.paginate("people", 2, 2).await.expect("a page");
    assert_eq!(second.len(), 1);
    assert_eq!(client.count_documents("people").await.expect("counted"), 3);
    let one = client.find_one("people", "age", 41).await.expect("found");
    assert_eq!(names(&[one.expect("there is one")]), ["Cyd"]);
}

#[tokio::test]
async fn a_projection_keeps_the_id() {
    let (_server, client) = people().await;
    let fields = Some(vec!["name".to_owned()]);
    let found = client
        .find_by_id_with_projection("people", "a", fields, None)
        .await;
    let found = found.expect("there");
    assert_eq!(found.get_string("id"), Some("a"));
    assert!(found.contains_key("name") && !found.contains_key("age"));
}

#[tokio::test]
async fn a_join_adds_the_records_of_another_collection() {
    let (_server, client) = people().await;
    let order = Record::new().field("person", "a").field("item", "tea");
    client.insert("orders", order, None).await.expect("new");
    let join = JoinConfig::single("people", "person", "id", "buyer");
    let join = serde_json::to_value(join).expect("it is JSON");
    let query = QueryBuilder::new().join(join).build();
    let orders = client.find("orders", query, None).await.expect("found");
    let buyers = value(&orders[0], "buyer");
    assert_eq!(get_string_value(&buyers[0]["name"]).as_deref(), Some("Ada"));
}

#[tokio::test]
async fn an_update_merges_and_an_upsert_makes_what_is_not_there() {
    let (_server, client) = people().await;
    let change = Record::new().field("age", 37_i64);
    let updated = client.update("people", "a", change, None).await;
    let updated = updated.expect("there");
    assert_eq!(get_int_value(&value(&updated, "age")), Some(37));
    assert_eq!(updated.get_string("name"), Some("Ada"), "kept");

    for age in [1, 2] {
        let upserted = client
            .upsert("people", "new", person("Eve", age), None)
            .await;
        upserted.expect("made, then updated");
        let found = client
            .find_by_id("people", "new", None)
            .await
            .expect("there");
        assert_eq!(get_int_value(&value(&found, "age")), Some(age));
    }
}

#[tokio::test]
async fn actions_change_one_field() {
    let (_server, client) = people().await;
    let by = FieldType::Integer(2);
    let changed = client
        .update_with_action("people", "a", "increment", "age", by.clone())
        .await
        .expect("a number");
    assert_eq!(get_int_value(&value(&changed, "age")), Some(38));
    let step = |action: &str| (action.to_owned(), "age".to_owned(), by.clone());
    let steps = vec![step("increment"), step("multiply"), step("decrement")];
    let changed = client
        .update_with_action_sequence("people", "a", steps)
        .await;
    assert_eq!(
        get_int_value(&value(&changed.expect("numbers"), "age")),
        Some(78)
    );
    let refused = client
        .update_with_action("people", "a", "increment", "name", by)
        .await;
    assert_eq!(status(refused), 400);
}

#[tokio::test]
async fn batches_insert_update_and_delete() {
    let (_server, client) = people().await;
    let records = vec![person("Dan", 1), person("Eve", 2)];
    let inserted = client
        .batch_insert("people", records, None)
        .await
        .expect("new");
    assert_eq!(inserted.len(), 2);
    let id = |at: usize| inserted[at].get_string("id").expect("an id").to_owned();
    let updates = vec![(id(0), Record::new().field("age", 10_i64))];
    client
        .batch_update("people", updates, None)
        .await
        .expect("there");
    let dan = client
        .find_by_id("people", &id(0), None)
        .await
        .expect("there");
    assert_eq!(get_int_value(&value(&dan, "age")), Some(10));
    let deleted = client
        .batch_delete("people", vec![id(0), id(1)], None)
        .await;
    assert_eq!(deleted.expect("there"), 2);
    assert_eq!(client.count_documents("people").await.expect("counted"), 3);
}

#[tokio::test]
async fn distinct_values_come_sorted() {
    let (_server, client) = people().await;
    let again = client.insert("people", person("Ada", 1), None).await;
    again.expect("new");
    let query = DistinctValuesQuery::new();
    let distinct = client.distinct_values("people", "name", query).await;
    let distinct = distinct.expect("answered");
    assert_eq!(distinct.values, [json!("Ada"), json!("Bob"), json!("Cyd")]);
    assert_eq!(distinct.count, 3);
}

#[tokio::test]
async fn a_deleted_record_is_restored() {
    let (_server, client) = people().await;
    client.delete("people", "a", None).await.expect("deleted");
    assert!(
        client
            .restore_deleted("people", "a")
            .await
            .expect("answered")
    );
    let found = client.find_by_id("people", "a", None).await.expect("back");
    assert_eq!(found.get_string("name"), Some("Ada"));
}

#[tokio::test]
async fn a_record_goes_when_its_time_is_over() {
    let (server, client) = people().await;
    let options = InsertOptions::new().ttl("30s");
    let record = person("Eve", 1).field("id", "by-option");
    let inserted = client.insert("people", record, Some(options)).await;
    inserted.expect("new");
    let record = person("Eve", 1).field("id", "by-field").with_ttl("30s");
    client.insert("people", record, None).await.expect("new");
    server.emulator.advance(Duration::from_secs(29));
    assert_eq!(client.count_documents("people").await.expect("counted"), 5);
    server.emulator.advance(Duration::from_secs(2));
    for id in ["by-option", "by-field"] {
        let gone = client.find_by_id("people", id, None).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{id}: {gone:?}");
    }
    assert_eq!(client.count_documents("people").await.expect("counted"), 3);
}

#[tokio::test]
async fn each_access_puts_off_the_end_where_that_is_wanted() {
    let (server, client) = people().await;
    let record = person("Eve", 1).field("id", "used");
    let record = record.with_ttl_update_on_access("30s", true);
    client.insert("people", record, None).await.expect("new");
    for _ in 0..3 {
        server.emulator.advance(Duration::from_secs(20));
        let found = client.find_by_id("people", "used", None).await;
        found.expect("it was used in time");
        // A write is behind the renewal in the queue: once it is done, so is that.
        let other = client.insert("orders", Record::new(), None).await;
        other.expect("new");
    }
    server.emulator.advance(Duration::from_secs(31));
    assert!(!client.exists("people", "used").await.expect("answered"));
}

#[tokio::test]
async fn a_limited_key_does_what_it_was_granted_and_no_more() {
    let (server, _) = people().await;
    let reader = server.limited("people", &[ApiKeyAction::Read]).await;
    let reader = default_client(&server, &reader.key);
    reader
        .find_by_id("people", "a", None)
        .await
        .expect("it reads");
    assert_eq!(
        status(reader.insert("people", person("X", 1), None).await),
        403
    );
    assert_eq!(
        status(reader.update("people", "a", person("X", 1), None).await),
        403
    );
    assert_eq!(status(reader.delete("people", "a", None).await), 403);
    assert_eq!(status(reader.find_by_id("orders", "a", None).await), 403);

    let writer = server.limited("people", &[ApiKeyAction::Write]).await;
    let writer = default_client(&server, &writer.key);
    writer
        .insert("people", person("X", 1), None)
        .await
        .expect("it writes");
    assert_eq!(status(writer.find_by_id("people", "a", None).await), 403);
    assert_eq!(
        status(writer.insert("orders", person("X", 1), None).await),
        403
    );
}
