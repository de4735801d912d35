//! What every example begins with.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "it is a program of its own, and tells a person what happens"
)]

use std::time::{SystemTime, UNIX_EPOCH};

use ekodb_client::Client;
use ekodb_emulator::Emulator;

/// A client for the deployment that EKODB_API_URL and EKODB_API_KEY name, or else for an emulator
/// of its own, which stops when it is dropped.
pub(crate) async fn connect() -> Result<(Client, Option<Emulator>), Box<dyn std::error::Error>> {
    if std::env::var_os("EKODB_API_URL").is_some() {
        let client = Client::from_env()?;
        println!("Using the deployment at {}.", client.base_url());
        return Ok((client, None));
    }
    let emulator = Emulator::builder().start().await?;
    println!(
        "EKODB_API_URL is not set: started the emulator at {}.",
        emulator.url()
    );
    let client = Client::builder()
        .base_url(emulator.url())
        .api_key(emulator.admin_key())
        .build()?;
    Ok((client, Some(emulator)))
}

/// A name that no deployment holds yet.
pub(crate) fn unique(name: &str) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    format!("{name}_{}", since.unwrap_or_default().as_millis())
}
