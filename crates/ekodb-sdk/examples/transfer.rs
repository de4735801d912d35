//! Moving money between two accounts: both change or neither does, and nobody's change is lost.
//!
//!     cargo run --example transfer
#![allow(clippy::print_stdout, reason = "it tells a person what happens")]

mod support;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use ekodb_client::{Client, Error, ErrorKind, IsolationLevel, Record};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Account {
    balance: i64,
}

/// Why a transfer is not made.
#[derive(Debug)]
enum Refusal {
    NotEnough { balance: i64 },
    Failed(Error),
}

/// What the client fails with becomes a refusal of ours.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _emulator) = support::connect().await?;
    let name = support::unique("accounts");
    let accounts = client.collection(&name);
    for (id, balance) in [("ada", 100), ("grace", 0)] {
        let account = Record::new().with_id(id).with("balance", balance);
        accounts.insert(account).await?;
    }

    transfer(&client, &name, 30, 0).await.map_err(text)?;
    show(&client, &name, "Ada has sent 30").await?;

    // Somebody else changes an account while the transfer is made: its commit meets a conflict, and
    // all of it runs again.
    let runs = transfer(&client, &name, 30, 1).await.map_err(text)?;
    println!("Another change came between: the transfer ran {runs} times.");
    show(&client, &name, "Grace got 5 beside it").await?;

    match transfer(&client, &name, 1000, 0).await {
        Err(Refusal::NotEnough { balance }) => {
            println!("1000 are not sent: Ada has {balance}, and nothing has changed.");
        }
        other => println!("Unexpected: {other:?}"),
    }
    show(&client, &name, "In the end").await?;
    accounts.delete_collection().await?;
    Ok(())
}

/// Sends an amount from Ada to Grace. In the first `disturbed` runs somebody else changes Grace's
/// account meanwhile. Returns how often it ran.
async fn transfer(
    client: &Client,
    name: &str,
    amount: i64,
    disturbed: u32,
) -> Result<u32, Refusal> {
    let (outside, name) = (client.clone(), name.to_owned());
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    client
        .transact(move |transaction| {
            let accounts = transaction.collection(&name).typed::<Account>();
            let others = outside.collection(&name).typed::<Account>();
            let run = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                let ada = accounts.get("ada").await?.balance;
                let grace = accounts.get("grace").await?.balance;
                if ada < amount {
                    // An error rolls the transaction back, and is not tried again.
                    return Err(Refusal::NotEnough { balance: ada });
                }
                accounts
                    .update(
                        "ada",
                        Account {
                            balance: ada - amount,
                        },
                    )
                    .await?;
                if run < disturbed {
                    others
                        .update("grace", Account { balance: grace + 5 })
                        .await?;
                }
                accounts
                    .update(
                        "grace",
                        Account {
                            balance: grace + amount,
                        },
                    )
                    .await?;
                Ok(())
            }
        })
        .isolation(IsolationLevel::Serializable)
        .await
        .inspect_err(|refusal| {
            if let Refusal::Failed(error) = refusal
                && error.kind() == ErrorKind::CommitOutcomeUnknown
            {
                println!("Ask `transaction_status` before this is done again: {error}");
            }
        })?;
    Ok(runs.load(Ordering::Relaxed))
}

async fn show(client: &Client, name: &str, when: &str) -> Result<(), Error> {
    let accounts = client.collection(name).typed::<Account>();
    let (ada, grace) = (accounts.get("ada").await?, accounts.get("grace").await?);
    println!(
        "{when}: Ada has {}, Grace has {}.",
        ada.balance, grace.balance
    );
    Ok(())
}

fn text(refusal: Refusal) -> String {
    format!("the transfer is refused: {refusal:?}")
}
