//! Data that an emulator starts with, or gets while it runs: JSON documents and lines of JSON.

mod json;
mod line;
mod loader;
mod ndjson;
mod problem;
mod progress;
#[expect(clippy::module_inception, reason = "the type that the module is about")]
mod seed;
mod source;

pub use progress::{SeedProgress, Seeded};
pub use seed::Seed;
