//! Lists the collections of a deployment.
#![allow(clippy::print_stdout, reason = "it says hello")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let client = official::Client::builder()
        .base_url(std::env::var("EKODB_API_URL")?)
        .api_key(std::env::var("EKODB_API_KEY")?)
        .build()?;
    println!("{:?}", runtime.block_on(client.list_collections())?);
    Ok(())
}
