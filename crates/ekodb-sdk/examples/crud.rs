//! Records of a type of your own: stored, read, changed by the client and by the server, and
//! deleted.
//!
//!     cargo run --example crud
#![allow(clippy::print_stdout, reason = "it tells a person what happens")]

mod support;

use std::time::Duration;

use ekodb_client::{
    Action, Client, CollectionSchema, Error, ErrorKind, Field, Record,
    value::{DateTime, Decimal, Value},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Serialize, Deserialize)]
struct Product {
    title: String,
    price: Decimal,
    stock: i64,
    tags: Vec<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _emulator) = support::connect().await?;
    let name = support::unique("crud_products");
    let schema = CollectionSchema::new()
        .field("title", Field::string().required())
        .field("stock", Field::integer().min(0));
    client.collection(&name).create(schema).await?;

    let outcome = async {
        typed(&client, &name).await?;
        untyped(&client, &name).await
    };
    let outcome = outcome.await;
    client.collection(&name).delete_collection().await?;
    Ok(outcome?)
}

/// A type of your own in, and the same type out.
async fn typed(client: &Client, name: &str) -> Result<(), Error> {
    let products = client.collection(name).typed::<Product>();
    let tea = Product {
        title: "Assam".to_owned(),
        price: "12.90".parse().expect("a decimal number"),
        stock: 10,
        tags: vec!["black".to_owned()],
    };

    let id = products.insert(&tea).await?;
    println!("Inserted a product, and the server named it {id}.");

    let read = products.get(&id).await?;
    println!("Read it back: {} at {}.", read.title, read.price);

    // Only the fields that are named change.
    let dearer = products
        .update(&id, json!({ "title": "Assam TGFOP" }))
        .await?;
    println!("Renamed it to {}; {} are left.", dearer.title, dearer.stock);

    // The server counts, so that two buyers at once are two.
    let actions = [Action::decrement("stock", 1), Action::push("tags", "sold")];
    let sold = products.act_all(&id, actions).await?;
    println!("Sold one: {} are left, tagged {:?}.", sold.stock, sold.tags);

    let done = products.upsert("green", &tea).await?;
    println!("Upserted a product of our own id: {done:?}.");

    products.delete(&id).await?;
    match products.get(&id).await {
        Err(error) if error.kind() == ErrorKind::NotFound => println!("Deleted it: {error}."),
        Err(error) => return Err(error),
        Ok(_) => println!("Unexpected: it is still there."),
    }
    println!("The collection holds {} record.", products.count().await?);
    Ok(())
}

/// Fields as they come, with the server's types.
async fn untyped(client: &Client, name: &str) -> Result<(), Error> {
    let records = client.collection(name);
    let offer = Record::new()
        .with_id("offer")
        .with("title", "Tasting box")
        .with("ends", DateTime::now());

    // Gone by itself after an hour.
    records.insert(offer).ttl(Duration::from_secs(3600)).await?;
    let offer = records.get("offer").await?;
    if let Some(Value::DateTime(ends)) = offer.get("ends") {
        println!("The offer ends on {ends}, and the server still knows that this is a time.");
    }
    Ok(())
}
