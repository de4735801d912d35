//! The command `ekodb-emulator`.

use std::process::ExitCode;

/// Gives memory back once a large request is done, which the system's allocator does not: it keeps
/// some for each thread that had one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    ekodb_emulator::cli::main().await
}
