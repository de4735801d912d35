//! What every command is given.

use ekodb_client::{Client, Collection};
use serde_json::{Value as Json, json};

use crate::{
    connection::ConnectionArgs,
    failure::{Exit, Failure},
    output::Output,
};

/// The server to call and how to print.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) connection: ConnectionArgs,
    pub(crate) output: Output,
}

impl Context {
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.connection.client()
    }

    pub(crate) fn collection(&self, name: &str) -> Result<Collection, Failure> {
        Ok(self.client()?.collection(name))
    }
}

/// The failure of a command that did not find what was named.
pub(super) fn missing<'a>(what: &str, names: impl IntoIterator<Item = &'a str>) -> Failure {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let words = match names.len() {
        1 => format!("is no {what}"),
        _ => format!("are no {what}s"),
    };
    let message = format!("there {words} {}", names.join(", "));
    Failure::new(Exit::NotFound, message)
}

/// A moment as people and programs read it.
pub(super) fn moment(time: std::time::SystemTime) -> Json {
    let time = chrono::DateTime::<chrono::Utc>::from(time);
    json!(time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}
