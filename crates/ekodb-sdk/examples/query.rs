//! Finding records: filters, order, pages, streams, joins and distinct values.
//!
//!     cargo run --example query
#![allow(clippy::print_stdout, reason = "it tells a person what happens")]

mod support;

use ekodb_client::{
    Client, CollectionSchema, Error, Field, Index, Record,
    query::{Join, field},
};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct User {
    name: String,
    age: i64,
    city: String,
}

/// An order as a join gives it, with the users it belongs to.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    total: f64,
    user: Vec<User>,
}

const PEOPLE: [(&str, &str, i64, &str); 6] = [
    ("ada", "Ada", 36, "London"),
    ("alan", "Alan", 41, "Manchester"),
    ("barbara", "Barbara", 17, "Boston"),
    ("edsger", "Edsger", 72, "Rotterdam"),
    ("grace", "Grace", 85, "New York"),
    ("niklaus", "Niklaus", 89, "London"),
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _emulator) = support::connect().await?;
    let users = support::unique("query_users");
    let orders = support::unique("query_orders");
    // An index makes filters on the field fast.
    let schema = CollectionSchema::new().field("age", Field::integer().index(Index::btree()));
    client.collection(&users).create(schema).await?;
    client
        .collection(&orders)
        .create(CollectionSchema::new().field("user_id", Field::string()))
        .await?;

    let outcome = tour(&client, &users, &orders).await;
    client.collection(&users).delete_collection().await?;
    client.collection(&orders).delete_collection().await?;
    Ok(outcome?)
}

async fn tour(client: &Client, users: &str, orders: &str) -> Result<(), Error> {
    let people = client.collection(users).typed::<User>();
    for (id, name, age, city) in PEOPLE {
        let (name, city) = (name.to_owned(), city.to_owned());
        people.upsert(id, User { name, age, city }).await?;
    }

    // A page: awaited, it is a list.
    let adults = field("age").gte(18) & !field("city").eq("London");
    let page = people
        .find()
        .filter(adults.clone())
        .sort_desc("age")
        .limit(2)
        .await?;
    for user in &page {
        println!("{} is {} and lives in {}.", user.name, user.age, user.city);
    }
    println!(
        "{} match in all.",
        people.find().filter(adults).count().await?
    );

    // All of it, however much: a page is in memory at a time.
    let mut stream = people.find().filter(field("name").contains("a")).stream();
    while let Some(user) = stream.try_next().await? {
        println!("{} has an a.", user.name);
    }

    let cities = people.find().distinct("city").await?;
    println!("They live in {} cities.", cities.len());
    let first = people.find().filter(field("age").lt(18)).first().await?;
    println!("The first minor: {:?}.", first.map(|user| user.name));

    // With records of another collection beside them.
    let order = Record::new().with("user_id", "ada").with("total", 12.5);
    client.collection(orders).insert(order).await?;
    let joined = client
        .collection(orders)
        .typed::<Order>()
        .find()
        .join(Join::new(users).on("user_id", "id").into_field("user"))
        .await?;
    for Order { total, user } in &joined {
        let names: Vec<_> = user.iter().map(|user| user.name.as_str()).collect();
        println!("An order of {total} by {}.", names.join(", "));
    }
    Ok(())
}
