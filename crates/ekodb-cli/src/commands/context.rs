//! What every command is given.

use ekodb_client::{Client, Collection};
use serde_json::{Value as Json, json};

use crate::{
    connection::ConnectionArgs,
    failure::Failure,
    output::{Object, Output},
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

/// A JSON object in code; anything else is none.
pub(super) fn object(value: Json) -> Object {
    match value {
        Json::Object(members) => members,
        _ => Object::new(),
    }
}

/// A moment as people and programs read it.
pub(super) fn moment(time: std::time::SystemTime) -> Json {
    let time = chrono::DateTime::<chrono::Utc>::from(time);
    json!(time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}
