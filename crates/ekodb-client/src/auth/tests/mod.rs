//! Proofs of the token manager. The pure parts are driven by `tests/token-scenarios.json`, the rest runs on paused time.

mod calls;
mod scenarios;
mod simulation;
mod single_flight;
mod steps;
mod support;
