//! What the programs of `cargo xtask bench` share: how they are called, and the records that they
//! send and read.
//!
//! A program is called as `PROGRAM URL SCENARIO UNITS TASKS` and prints the nanoseconds that its
//! units took. A unit is a call, or a record where a scenario is about many. With 0 tasks
//! everything runs on one thread and nothing is warmed up, so that the counts of two runs can be
//! subtracted.
#![allow(
    clippy::print_stdout,
    missing_debug_implementations,
    reason = "the programs of a benchmark"
)]

mod record;

use std::time::{Duration, Instant};

pub use record::{
    Batch, Inserted, Item, NewProduct, Outcome, PAGE, Page, Product, Typed, TypedProduct,
};

/// What the token endpoint of the server gives out.
pub const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.bm90IGEgY2xhaW0.c2lnbmF0dXJlIG9mIHRoZSB0b2tlbg";

/// A client that is measured.
pub trait Contender: Clone + Send + Sync + Sized + 'static {
    /// Sets up a client for the server at `url`.
    fn new(url: &str) -> Self;

    /// Does so many units of a scenario, one after the other.
    ///
    /// # Panics
    ///
    /// If a call fails, or the scenario is unknown.
    fn run(&self, scenario: &str, units: usize) -> impl Future<Output = ()> + Send;
}

/// Runs what the command line says.
///
/// # Panics
///
/// As [`Contender::run`], or if the command line is another.
pub fn main<C: Contender>() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, scenario, units, tasks] = &arguments[..] else {
        panic!("usage: PROGRAM URL SCENARIO UNITS TASKS");
    };
    let units = units.parse().expect("UNITS is a number");
    let time = match tasks.parse().expect("TASKS is a number") {
        0 => one_thread::<C>(url, scenario, units),
        tasks => many_tasks::<C>(url, scenario, units, tasks),
    };
    println!("{}", time.as_nanos());
}

/// The scenario is not one of this contender.
///
/// # Panics
///
/// Always.
pub fn unknown(scenario: &str) -> ! {
    panic!("no such scenario: {scenario}")
}

fn one_thread<C: Contender>(url: &str, scenario: &str, units: usize) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    if scenario == "build" {
        return build::<C>(url, units);
    }
    let client = C::new(url);
    runtime.block_on(async {
        let start = Instant::now();
        client.run(scenario, units).await;
        start.elapsed()
    })
}

/// As many clients, one after the other. The first is not among them.
fn build<C: Contender>(url: &str, units: usize) -> Duration {
    let mut start = Instant::now();
    drop(C::new(url));
    if units > 1 {
        start = Instant::now();
        for _ in 0..units {
            drop(C::new(url));
        }
    }
    start.elapsed()
}

fn many_tasks<C: Contender>(url: &str, scenario: &str, units: usize, tasks: usize) -> Duration {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let client = C::new(url);
    runtime.block_on(async {
        spread(&client, scenario, units / 10, tasks).await;
        let start = Instant::now();
        spread(&client, scenario, units, tasks).await;
        start.elapsed()
    })
}

async fn spread<C: Contender>(client: &C, scenario: &str, units: usize, tasks: usize) {
    let each = units.div_ceil(tasks);
    let work: Vec<_> = (0..tasks)
        .map(|_| {
            let (client, scenario) = (client.clone(), scenario.to_owned());
            tokio::spawn(async move { client.run(&scenario, each).await })
        })
        .collect();
    for task in work {
        task.await.expect("a task that ends");
    }
}
