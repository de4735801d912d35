//! Lists the collections of a deployment.
#![allow(clippy::print_stdout, reason = "it says hello")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let client = ekodb_client::Client::from_env()?;
    println!(
        "{:?}",
        runtime.block_on(client.collections().list().into_future())?
    );
    Ok(())
}
