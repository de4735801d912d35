//! The command, run as a process against an emulator in this one.

mod support;

mod collections;
mod connection;
#[cfg(unix)]
mod emulator;
#[cfg(unix)]
mod examples;
mod exit_codes;
mod export;
mod help_and_completions;
mod import;
mod keys;
mod kv;
mod login;
mod output;
#[cfg(unix)]
mod readme;
mod records;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod tour;
#[cfg(unix)]
mod verify;
