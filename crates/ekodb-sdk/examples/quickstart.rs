//! The main job, from an API key to a limited key that is refused what it was not granted.
//!
//!     cargo run --example quickstart
//!
//! Without EKODB_API_URL it starts the embedded emulator. With EKODB_API_URL and EKODB_API_KEY (an
//! admin key) it does the same against that deployment, and removes what it made.
#![allow(clippy::print_stdout, reason = "it tells a person what happens")]

mod support;

use std::time::SystemTime;

use ekodb_client::{Client, CollectionSchema, Error, ErrorKind, Field, KeyId, NewKey, Permission};
use ekodb_emulator::Emulator;
use support::unique;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, emulator) = support::connect().await?;

    // Names of its own, so that it never touches what a deployment already holds.
    let tour = Tour {
        orders: unique("quickstart_orders"),
        salaries: unique("quickstart_salaries"),
        label: unique("quickstart"),
    };

    let outcome = tour.walk(&client, emulator.as_ref()).await;
    tour.clean_up(&client).await?;
    outcome?;
    println!("\nDone. In production only the URL and the key change.");
    Ok(())
}

struct Tour {
    orders: String,
    salaries: String,
    label: String,
}

impl Tour {
    async fn walk(&self, admin: &Client, emulator: Option<&Emulator>) -> Result<(), Error> {
        let health = admin.health().await?;
        println!("The server says it is {}.", health.status);

        let token = admin.token().await?;
        match token.expires_at() {
            Some(at) => println!(
                "Exchanged the API key for a token, valid until {}.",
                rfc3339(at)
            ),
            None => {
                println!("Exchanged the API key for a token that does not say when it expires.")
            }
        }

        for name in [&self.orders, &self.salaries] {
            let schema = CollectionSchema::new()
                .field("title", Field::string().required())
                .field("amount", Field::float().min(0));
            admin.collection(name).create(schema).await?;
            println!("Created the collection {name}.");
        }

        let registered = admin
            .keys()
            .register(
                NewKey::limited(&self.label)
                    .description("made by the quickstart, removed at its end")
                    .allow(&self.orders, [Permission::Read, Permission::Write]),
            )
            .await?;
        println!(
            "Registered the limited key {}, which may use {} only.",
            self.label, self.orders
        );

        let limited = admin.with_api_key(registered.key)?;
        println!("The admin key sees {}.", list(&self.mine(admin).await?));
        println!(
            "The limited key sees {}.",
            list(&self.mine(&limited).await?)
        );

        refused(
            "read the schema of salaries",
            limited.collection(&self.salaries).schema().await,
        )?;
        refused(
            "delete orders",
            limited.collection(&self.orders).delete_collection().await,
        )?;
        refused(
            "register another key",
            limited.keys().register(NewKey::limited("x")).await,
        )?;

        // From here on the token that the client holds is of no use.
        match emulator {
            Some(emulator) => {
                emulator.expire_tokens();
                println!("Every token has just expired.");
            }
            None => {
                limited.invalidate_token();
                println!("The client has just forgotten its token.");
            }
        }
        println!(
            "The limited key still sees {}: the client fetched a new token by itself.",
            list(&self.mine(&limited).await?)
        );
        Ok(())
    }

    /// Those of this run's collections that the client may see.
    async fn mine(&self, client: &Client) -> Result<Vec<String>, Error> {
        let mut names = client.collections().list().await?;
        names.retain(|name| [&self.orders, &self.salaries].contains(&name));
        Ok(names)
    }

    /// Removes what the run made, also after a failure.
    async fn clean_up(&self, admin: &Client) -> Result<(), Error> {
        for name in [&self.orders, &self.salaries] {
            admin.collection(name).delete_collection().await?;
        }
        let ids: Vec<KeyId> = admin
            .keys()
            .list()
            .await?
            .into_iter()
            .filter(|key| key.label.as_deref() == Some(&self.label))
            .filter_map(|key| key.id)
            .collect();
        for id in &ids {
            admin.keys().revoke(id).await?;
        }
        println!("Deleted both collections and revoked {} key.", ids.len());
        Ok(())
    }
}

/// Says that the server refused what it should, and fails if it did not.
fn refused<T>(what: &str, outcome: Result<T, Error>) -> Result<(), Error> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            println!("The limited key may not {what}: {error}.");
            Ok(())
        }
        Err(error) => Err(error),
        Ok(_) => {
            println!("Unexpected: the limited key was allowed to {what}.");
            Ok(())
        }
    }
}

fn list(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        names => names.join(" and "),
    }
}

fn rfc3339(at: SystemTime) -> String {
    chrono::DateTime::<chrono::Utc>::from(at).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
