//! The command `ekodb`.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Two threads, also on a machine with one core: a question may block one of them.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return ekodb_cli::cannot_start(&error),
    };
    let code = runtime.block_on(ekodb_cli::run(std::env::args_os()));
    // A question that nobody answers must not keep the process.
    runtime.shutdown_background();
    code
}
