//! The command `ekodb-emulator`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    ekodb_emulator::cli::main().await
}
