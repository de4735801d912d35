//! Proofs of the token manager. The pure parts are driven by `tests/token-scenarios.json`, the rest
//! runs on paused time.

mod calls;
mod fuzz;
mod hot_path;
mod scenarios;
mod secrets;
mod simulation;
mod single_flight;
mod steps;
mod support;
