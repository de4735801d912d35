//! One record at a time.

use std::time::Duration;

use ekodb_client::{
    Action, Collection,
    ErrorKind::{InvalidArgument, InvalidRequest, NotFound},
    Record, Value,
    records::Upserted,
    value::{self, Bytes, DateTime, Decimal, Uuid, Vector},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::stage::{Stage, kind};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct User {
    id: Option<String>,
    name: String,
    age: u32,
    #[serde(default)]
    tags: Vec<String>,
}

fn ada() -> User {
    User {
        id: None,
        name: "Ada".to_owned(),
        age: 36,
        tags: vec!["admin".to_owned()],
    }
}

fn users(stage: &Stage) -> Collection<User> {
    stage.admin.collection("users").typed()
}

#[tokio::test]
async fn a_record_of_ones_own_type_comes_back_as_it_went() {
    let stage = Stage::start().await;
    let id = users(&stage).insert(ada()).await.unwrap();
    let read = users(&stage).get(&id).await.unwrap();
    let expected = User {
        id: Some(id),
        ..ada()
    };
    assert_eq!(read, expected);
}

#[tokio::test]
async fn an_id_of_ones_own_is_used() {
    let stage = Stage::start().await;
    let user = User {
        id: Some("ada/1 ä".to_owned()),
        ..ada()
    };
    let id = users(&stage).insert(&user).await.unwrap();
    assert_eq!(id, "ada/1 ä");
    assert_eq!(users(&stage).get(&id).await.unwrap(), user);
}

#[tokio::test]
async fn every_type_of_value_survives_a_round_trip() {
    let stage = Stage::start().await;
    let things = stage.admin.collection("things");
    let moment: DateTime = "2026-01-31T12:00:00Z".parse().unwrap();
    let id: Uuid = "6f1d0f2e-6c1b-4a53-9a3e-0d6f5b0a7c11".parse().unwrap();
    let price: Decimal = "12.50".parse().unwrap();
    let record = Record::new()
        .with("null", None::<bool>)
        .with("boolean", true)
        .with("integer", i64::MIN)
        .with("float", 1.0)
        .with("string", "text")
        .with("like_a_moment", "2026-01-31T12:00:00Z")
        .with("moment", moment)
        .with("uuid", id)
        .with("price", price)
        .with("pause", value::Duration::from(Duration::from_millis(1500)))
        .with("bytes", Bytes::from(vec![0, 255]))
        .with("binary", Value::Binary(vec![1, 2].into()))
        .with("vector", Vector::from([0.1, -2.0]))
        .with("set", Value::Set(vec![json!(1), json!("a")]))
        .with("array", vec![1, 2])
        .with("object", json!({"a": {"b": [null]}}));
    let id = things.insert(&record).await.unwrap();
    let read = things.get(&id).await.unwrap();
    assert_eq!(read, record.with_id(id));
}

#[tokio::test]
async fn an_object_of_ones_own_with_type_and_value_survives_a_round_trip() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Event {
        payload: serde_json::Value,
        nested: serde_json::Value,
    }
    let stage = Stage::start().await;
    let events = stage.admin.collection("events").typed::<Event>();
    for payload in [
        json!({"type": "String", "value": "x"}),
        json!({"type": "Vector", "value": "none"}),
        json!({"type": "Invoice", "value": 1}),
        json!({"type": "Object", "value": {"type": "Integer", "value": 1}}),
    ] {
        let event = Event {
            nested: json!({"inside": payload.clone(), "list": [payload.clone()]}),
            payload,
        };
        let id = events.insert(&event).await.unwrap();
        assert_eq!(events.get(id).await.unwrap(), event);
    }
}

#[tokio::test]
async fn an_object_with_type_and_value_survives_plain_replies_too() {
    let stage = Stage::start().await;
    stage.admin.config().use_typed_values(false).await.unwrap();
    let events = stage.admin.collection("events");
    let record = Record::new()
        .with("count", 1)
        .with("payload", json!({"type": "String", "value": "x"}));
    let id = events.insert(&record).await.unwrap();
    assert_eq!(events.get(&id).await.unwrap(), record.with_id(id));
}

#[tokio::test]
async fn typed_values_of_ones_own_type_are_stored_with_their_type() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Product {
        price: Decimal,
        sold: Option<DateTime>,
        face: Vector,
        prices: Vec<Decimal>,
    }
    let stage = Stage::start().await;
    let products = stage.admin.collection("products");
    let product = Product {
        price: "0.10".parse().unwrap(),
        sold: Some("2026-01-31T12:00:00.5Z".parse().unwrap()),
        face: Vector::from([1.0]),
        prices: vec!["1.1".parse().unwrap()],
    };
    let id = products.typed::<Product>().insert(&product).await.unwrap();
    let record = products.get(&id).await.unwrap();
    for (field, value) in [
        ("price", product.price.clone().into()),
        ("sold", product.sold.into()),
        ("face", product.face.clone().into()),
        ("prices", Value::Array(vec![json!("1.1")])),
    ] {
        assert_eq!(record.get(field), Some(&value));
    }
    assert_eq!(products.typed::<Product>().get(id).await.unwrap(), product);
}

#[tokio::test]
async fn an_update_keeps_the_fields_that_it_does_not_have() {
    let stage = Stage::start().await;
    let id = users(&stage).insert(ada()).await.unwrap();
    let after = users(&stage).update(&id, json!({"age": 37})).await.unwrap();
    assert_eq!((after.age, after.name.as_str()), (37, "Ada"));
    assert_eq!(users(&stage).get(id).await.unwrap(), after);
}

#[tokio::test]
async fn a_record_that_was_read_can_be_written_back() {
    let stage = Stage::start().await;
    let sessions = stage.admin.collection("sessions");
    let session = Record::new().with("visits", 1);
    let hour = Duration::from_secs(3600);
    let id = sessions.insert(&session).ttl(hour).await.unwrap();
    let mut read = sessions.get(&id).await.unwrap();
    assert!(read.expires_at().is_some());
    read.set("visits", 2);
    let after = sessions.update(&id, &read).await.unwrap();
    assert_eq!(after.get("visits"), Some(&Value::Integer(2)));
    assert_eq!(after.expires_at(), read.expires_at());
}

#[tokio::test]
async fn an_id_cannot_be_changed_by_an_update() {
    let stage = Stage::start().await;
    let id = users(&stage).insert(ada()).await.unwrap();
    let outcome = users(&stage).update(&id, json!({"id": "other"})).await;
    assert_eq!(kind(outcome), InvalidArgument);
}

#[tokio::test]
async fn actions_change_a_field_on_the_server() {
    let stage = Stage::start().await;
    let users = users(&stage);
    let id = users.insert(ada()).await.unwrap();
    for (action, age, tags) in [
        (Action::increment("age", 4), 40, vec!["admin"]),
        (Action::decrement("age", 1), 39, vec!["admin"]),
        (Action::multiply("age", 2), 78, vec!["admin"]),
        (Action::modulo("age", 50), 28, vec!["admin"]),
        (Action::divide("age", 2), 14, vec!["admin"]),
        (Action::push("tags", "b"), 14, vec!["admin", "b"]),
        (Action::unshift("tags", "c"), 14, vec!["c", "admin", "b"]),
        (Action::remove("tags", "admin"), 14, vec!["c", "b"]),
        (Action::pop("tags"), 14, vec!["c"]),
        (Action::push("tags", "d"), 14, vec!["c", "d"]),
        (Action::shift("tags"), 14, vec!["d"]),
        (Action::clear("tags"), 14, vec![]),
    ] {
        let after = users.act(&id, action.clone()).await.unwrap();
        assert_eq!(after.age, age, "{action:?}");
        assert_eq!(after.tags, tags, "{action:?}");
    }
    let after = users.act(&id, Action::append("name", " L.")).await.unwrap();
    assert_eq!(after.name, "Ada L.");
}

#[tokio::test]
async fn a_sequence_of_actions_runs_in_its_order() {
    let stage = Stage::start().await;
    let users = users(&stage);
    let id = users.insert(ada()).await.unwrap();
    let actions = [
        Action::increment("age", 4),
        Action::multiply("age", 2),
        Action::pop("tags"),
    ];
    let after = users.act_all(id, actions).await.unwrap();
    assert_eq!((after.age, after.tags), (80, vec![]));
}

#[tokio::test]
async fn an_action_that_does_not_fit_the_field_is_refused_by_name() {
    let stage = Stage::start().await;
    let users = users(&stage);
    let id = users.insert(ada()).await.unwrap();
    let acted = users.act(&id, Action::increment("name", 1)).await;
    let error = acted.unwrap_err();
    assert_eq!(error.kind(), InvalidRequest);
    assert!(error.to_string().contains("increment"), "{error}");
}

#[tokio::test]
async fn an_amount_that_is_not_finite_is_not_sent() {
    let stage = Stage::start().await;
    let action = Action::increment("age", f64::NAN);
    let outcome = users(&stage).act("x", action).await;
    assert_eq!(kind(outcome), InvalidArgument);
}

#[tokio::test]
async fn a_deleted_record_is_not_found_and_can_be_restored() {
    let stage = Stage::start().await;
    let users = users(&stage);
    let id = users.insert(ada()).await.unwrap();
    assert!(users.exists(&id).await.unwrap());
    users.delete(&id).await.unwrap();
    assert!(!users.exists(&id).await.unwrap());
    assert_eq!(kind(users.get(&id).await), NotFound);
    assert_eq!(kind(users.delete(&id).await), NotFound);
    users.restore_record(&id).await.unwrap();
    assert_eq!(users.get(&id).await.unwrap().name, "Ada");
}

#[tokio::test]
async fn an_upsert_inserts_and_then_updates() {
    let stage = Stage::start().await;
    let users = users(&stage);
    for (age, upserted) in [(36, Upserted::Inserted), (37, Upserted::Updated)] {
        let user = User { age, ..ada() };
        assert_eq!(users.upsert("ada", user).await.unwrap(), upserted);
    }
    assert_eq!(users.get("ada").await.unwrap().age, 37);
    assert_eq!(users.count().await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_no_map_and_no_struct_is_no_record() {
    let stage = Stage::start().await;
    let error = users(&stage).update("x", 5).await.unwrap_err();
    assert_eq!(error.kind(), InvalidArgument);
    assert!(error.to_string().contains("a struct or a map"), "{error}");
}

#[tokio::test]
async fn ids_that_cannot_travel_in_a_url_are_refused() {
    let stage = Stage::start().await;
    let users = users(&stage);
    for id in ["", ".", "..", "a\nb"] {
        assert_eq!(kind(users.get(id).await), InvalidArgument);
        assert_eq!(kind(users.delete(id).await), InvalidArgument);
        assert_eq!(kind(users.update(id, ada()).await), InvalidArgument);
        assert_eq!(kind(users.upsert(id, ada()).await), InvalidArgument);
        let acted = users.act(id, Action::pop("tags")).await;
        assert_eq!(kind(acted), InvalidArgument);
        let user = User {
            id: Some(id.to_owned()),
            ..ada()
        };
        assert_eq!(kind(users.insert(user).await), InvalidArgument);
    }
}
