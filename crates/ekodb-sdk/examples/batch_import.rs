//! Importing many records, with progress, and an account of every one that the server refused.
//!
//!     cargo run --example batch_import                  # 5,000 records that are made up
//!     cargo run --example batch_import -- users.ndjson  # a JSON object on each line
#![allow(clippy::print_stdout, reason = "it tells a person what happens")]

mod support;

use std::{
    error::Error,
    fs::File,
    io::{BufRead, BufReader, Cursor, Read},
};

use ekodb_client::{Collection, CollectionSchema, Field, Record};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

/// How many records are in memory at a time. `insert_many` makes as many calls of them as the
/// server's limit asks for.
const CHUNK: usize = 2_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, _emulator) = support::connect().await?;
    let collection = client.collection(support::unique("batch_import"));
    let schema = CollectionSchema::new().field("age", Field::integer().min(0));
    collection.create(schema).await?;

    let outcome = run(&collection).await;
    collection.delete_collection().await?;
    outcome
}

async fn run(collection: &Collection) -> Result<(), Box<dyn Error>> {
    let (input, bytes): (Box<dyn Read>, u64) = match std::env::args_os().nth(1) {
        Some(path) => {
            let file = File::open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let bytes = file.metadata()?.len();
            (Box::new(file), bytes)
        }
        None => {
            let text = made_up(5_000);
            let bytes = text.len() as u64;
            (Box::new(Cursor::new(text)), bytes)
        }
    };
    // Drawn on standard error, and only if that is a terminal.
    let style = "{bar:40} {percent}% · {bytes}/{total_bytes} · {eta} left";
    let bar = ProgressBar::new(bytes).with_style(ProgressStyle::with_template(style)?);
    import(collection, BufReader::new(bar.wrap_read(input)), &bar).await?;
    println!(
        "The collection holds {} records.",
        collection.count().await?
    );
    Ok(())
}

async fn import(
    collection: &Collection,
    input: impl BufRead,
    bar: &ProgressBar,
) -> Result<(), Box<dyn Error>> {
    let mut lines = input.lines().zip(1..).peekable();
    let (mut stored, mut refused) = (0, 0);
    while lines.peek().is_some() {
        let chunk = lines.by_ref().take(CHUNK).map(parse);
        let outcome = collection
            .insert_many(chunk.collect::<Result<Vec<_>, _>>()?)
            .await?;
        stored += outcome.succeeded.len();
        refused += outcome.failed.len();
        for failure in &outcome.failed {
            let why = failure
                .message
                .as_deref()
                .unwrap_or("the server does not say why");
            bar.suspend(|| println!("Refused: {why}."));
        }
        if let Some(interruption) = outcome.interruption {
            bar.suspend(|| println!("Stored {stored} records before it failed."));
            return Err(interruption.error.into());
        }
    }
    bar.finish_and_clear();
    println!("Stored {stored} records; the server refused {refused}.");
    Ok(())
}

fn parse((line, number): (std::io::Result<String>, usize)) -> Result<Record, Box<dyn Error>> {
    serde_json::from_str(&line?).map_err(|error| format!("line {number}: {error}").into())
}

/// People, two of whom no schema would take.
fn made_up(number: u64) -> String {
    let age = |n| match n {
        1_234 | 4_321 => -1,
        n => i64::try_from(n % 90).unwrap_or_default(),
    };
    let person = |n| json!({ "id": format!("person-{n}"), "age": age(n) });
    (0..number).map(|n| format!("{}\n", person(n))).collect()
}
