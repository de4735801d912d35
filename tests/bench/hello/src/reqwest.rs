//! Lists the collections of a deployment.
#![allow(clippy::print_stdout, reason = "it says hello")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let url = format!("{}/api/collections", std::env::var("EKODB_API_URL")?);
    let token = std::env::var("EKODB_TOKEN")?;
    let text = runtime.block_on(async {
        let reply = reqwest::Client::new()
            .get(url)
            .bearer_auth(token)
            .send()
            .await?;
        reply.error_for_status()?.text().await
    })?;
    println!("{text}");
    Ok(())
}
