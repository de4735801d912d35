//! What a test pays for an emulator of its own: starting one, and resetting it, also after ten
//! thousand resets.
//!
//!     cargo bench -p ekodb-emulator --bench control

use divan::Bencher;
use ekodb_emulator::Emulator;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be built")
}

async fn start() -> Emulator {
    let started = Emulator::builder().start().await;
    started.expect("an emulator in memory starts")
}

#[divan::bench]
fn start_and_stop(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    bencher.bench_local(|| runtime.block_on(start()));
}

#[divan::bench(args = [1, 10_000])]
fn reset_after(bencher: Bencher<'_, '_>, resets: u32) {
    let runtime = runtime();
    let emulator = runtime.block_on(start());
    let reset = || runtime.block_on(emulator.reset()).expect("it resets");
    (0..resets).for_each(|_| reset());
    bencher.bench_local(reset);
}

#[divan::bench]
fn snapshot_and_restore(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let emulator = runtime.block_on(start());
    bencher.bench_local(|| {
        runtime
            .block_on(async {
                let snapshot = emulator.snapshot().await?;
                emulator.restore(snapshot).await?;
                emulator.reset().await
            })
            .expect("it returns to a snapshot");
    });
}
