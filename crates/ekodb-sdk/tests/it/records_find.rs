//! Queries against the emulator.

use ekodb_client::{
    Collection, ErrorKind, Record, Value,
    query::{Filter, Join, field},
    value::{DateTime, Decimal, Uuid},
};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::stage::{Stage, kind};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Item {
    id: String,
    n: i64,
    even: bool,
}

async fn items(stage: &Stage, count: i64) -> Collection<Item> {
    let items = stage.admin.collection("items").typed::<Item>();
    let records = (0..count).map(|n| Item {
        id: format!("r{n:05}"),
        n,
        even: n % 2 == 0,
    });
    let outcome = items.insert_many(records).chunk_size(5000).await.unwrap();
    outcome.into_result().unwrap();
    items
}

fn numbers(items: &[Item]) -> Vec<i64> {
    items.iter().map(|item| item.n).collect()
}

#[tokio::test]
async fn a_query_gives_a_page_in_its_order() {
    let stage = Stage::start().await;
    let items = items(&stage, 20).await;
    let page = items
        .find()
        .filter(field("n").gte(5))
        .filter(field("even").eq(true))
        .sort_desc("n")
        .skip(1)
        .limit(3)
        .await
        .unwrap();
    assert_eq!(numbers(&page), [16, 14, 12]);
}

#[tokio::test]
async fn a_second_order_decides_among_equals() {
    let stage = Stage::start().await;
    let items = items(&stage, 4).await;
    let page = items.find().sort_desc("even").sort_asc("n").await.unwrap();
    assert_eq!(numbers(&page), [0, 2, 1, 3]);
}

#[tokio::test]
async fn a_stream_gives_every_record_once() {
    let stage = Stage::start().await;
    let items = items(&stage, 1234).await;
    let all: Vec<Item> = items.find().stream().try_collect().await.unwrap();
    assert_eq!(numbers(&all), (0..1234).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stream_is_stable_where_the_order_has_equals() {
    let stage = Stage::start().await;
    let items = items(&stage, 1100).await;
    let stream = items.find().sort_asc("even").stream();
    let mut all = numbers(&stream.try_collect::<Vec<_>>().await.unwrap());
    assert!(all[..550].iter().all(|n| n % 2 == 1));
    all.sort_unstable();
    assert_eq!(all, (0..1100).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stream_keeps_to_limit_and_skip() {
    let stage = Stage::start().await;
    let items = items(&stage, 1300).await;
    for (skip, limit, expected) in [(10, 700, 10..710), (1290, 700, 1290..1300), (0, 0, 0..0)] {
        let stream = items.find().skip(skip).limit(limit).stream();
        let all: Vec<Item> = stream.try_collect().await.unwrap();
        assert_eq!(numbers(&all), expected.collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_stream_can_be_dropped_at_any_point() {
    let stage = Stage::start().await;
    let items = items(&stage, 600).await;
    let mut stream = items.find().stream();
    assert_eq!(stream.try_next().await.unwrap().unwrap().n, 0);
    drop(stream);
    assert_eq!(items.count().await.unwrap(), 600);
}

#[tokio::test]
async fn a_query_counts_and_tells_whether_there_is_any() {
    let stage = Stage::start().await;
    let items = items(&stage, 30).await;
    let even = items.find().filter(field("even").eq(true));
    assert_eq!(even.clone().count().await.unwrap(), 15);
    assert_eq!(even.clone().limit(4).count().await.unwrap(), 4);
    assert!(even.clone().exists().await.unwrap());
    assert_eq!(even.sort_desc("n").first().await.unwrap().unwrap().n, 28);
    let none = items.find().filter(field("n").gt(99));
    assert!(!none.clone().exists().await.unwrap());
    assert_eq!(none.clone().first().await.unwrap(), None);
    assert_eq!(none.count().await.unwrap(), 0);
}

#[tokio::test]
async fn distinct_values_come_sorted_and_once() {
    let stage = Stage::start().await;
    let items = items(&stage, 6).await;
    let narrow = items.find().filter(field("n").lt(3));
    let few = narrow.distinct("n").await.unwrap();
    assert_eq!(few, [json!(0), json!(1), json!(2)]);
    let both = items.find().distinct("even").await.unwrap();
    assert_eq!(both, [json!(false), json!(true)]);
}

#[tokio::test]
async fn a_projection_gives_the_fields_asked_for_and_the_id() {
    let stage = Stage::start().await;
    items(&stage, 1).await;
    let items = stage.admin.collection("items");
    let selected = items.find().select(["n"]).first().await.unwrap().unwrap();
    let read = items.get("r00000").exclude(["even"]).await.unwrap();
    for record in [selected, read] {
        assert_eq!(record, Record::new().with_id("r00000").with("n", 0));
    }
}

#[tokio::test]
async fn joined_records_come_without_their_types() {
    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct Order {
        user_id: String,
        user: Vec<User>,
    }
    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct User {
        id: String,
        name: String,
    }
    let stage = Stage::start().await;
    let ada = Record::new().with_id("ada").with("name", "Ada");
    stage.admin.collection("users").insert(ada).await.unwrap();
    let orders = stage.admin.collection("orders");
    let order = Record::new().with("user_id", "ada");
    orders.insert(order).await.unwrap();
    let join = Join::new("users").on("user_id", "id").into_field("user");

    let typed = orders.typed::<Order>();
    let found = typed.find().join(join.clone()).await.unwrap();
    let user = User {
        id: "ada".to_owned(),
        name: "Ada".to_owned(),
    };
    assert_eq!(found[0].user, [user]);

    let record = orders.find().join(join).first().await.unwrap().unwrap();
    let expected = vec![json!({"id": "ada", "name": "Ada"})];
    assert_eq!(record.get("user"), Some(&Value::Array(expected)));
    assert_eq!(record.get("user_id"), Some(&Value::from("ada")));
}

#[tokio::test]
async fn a_query_without_the_name_of_a_field_is_not_sent() {
    let stage = Stage::start().await;
    let items = stage.admin.collection("items");
    for query in [
        items.find().filter(field("n").eq(1) & !field("").eq(1)),
        items.find().sort_asc(""),
        items.find().select([""]),
    ] {
        assert_eq!(kind(query.await), ErrorKind::InvalidArgument);
    }
}

#[tokio::test]
async fn decimals_are_compared_and_sorted_as_numbers_and_other_types_as_what_they_are() {
    let stage = Stage::start().await;
    let prices = stage.admin.collection("prices");
    let decimal = |text: &str| text.parse::<Decimal>().unwrap();
    let at = |text: &str| text.parse::<DateTime>().unwrap();
    let key = |digit: char| -> Uuid {
        let digits = digit.to_string().repeat(12);
        format!("00000000-0000-4000-8000-{digits}").parse().unwrap()
    };
    for (price, sold, article) in [
        ("9.5", "2026-03-01T00:00:00Z", 'a'),
        ("12.50", "2026-02-01T00:00:00Z", 'b'),
        ("100", "2026-01-01T00:00:00Z", 'c'),
    ] {
        let record = Record::new()
            .with("price", decimal(price))
            .with("sold", at(sold))
            .with("article", key(article));
        prices.insert(record).await.unwrap();
    }
    let found = async |filter: Filter| -> Vec<String> {
        let query = prices.find().filter(filter).sort_asc("price");
        let page = query.await.unwrap();
        let price = |record: &Record| match record.get("price") {
            Some(Value::Decimal(price)) => price.to_string(),
            other => panic!("{other:?}"),
        };
        page.iter().map(price).collect()
    };
    let price = || field("price");
    assert_eq!(found(price().gt(0)).await, ["9.5", "12.50", "100"]);
    assert_eq!(found(price().lt(10)).await, ["9.5"]);
    assert_eq!(found(price().lt(decimal("10.0"))).await, ["9.5"]);
    assert_eq!(found(price().eq(decimal("12.5"))).await, ["12.50"]);
    let two = [decimal("1e2"), decimal("9.50")];
    assert_eq!(found(price().is_in(two)).await, ["9.5", "100"]);
    let february = at("2026-02-01T00:00:00Z");
    assert_eq!(found(field("sold").gte(february)).await, ["9.5", "12.50"]);
    assert_eq!(found(field("article").eq(key('c'))).await, ["100"]);
}
