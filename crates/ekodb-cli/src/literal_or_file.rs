//! Arguments that are text or JSON, of the command line, a file or standard input.

use std::io::{self, Read};

use serde_json::Value as Json;

use crate::{failure::Failure, json_text, output::Object};

/// The text of an argument: as it is, of the file in `@FILE`, or of standard input in `-`.
pub(crate) fn read_text(argument: &str) -> Result<String, Failure> {
    if argument == "-" {
        let mut text = String::new();
        io::stdin()
            .lock()
            .read_to_string(&mut text)
            .map_err(|error| Failure::io("cannot read standard input", &error))?;
        return Ok(text);
    }
    match argument.strip_prefix('@') {
        None => Ok(argument.to_owned()),
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| Failure::io(format_args!("cannot read {path}"), &error)),
    }
}

/// The JSON of an argument, see [`read_text`].
pub(crate) fn read_json(argument: &str) -> Result<Json, Failure> {
    let text = read_text(argument)?;
    json_text::parse(text.as_bytes()).map_err(|reason| {
        Failure::usage(format!("the argument is {reason}"))
            .hint("write it in single quotes, such as '{\"name\": \"Ada\"}', or as @FILE, or - for standard input")
    })
}

/// The JSON object of an argument, see [`read_text`].
pub(crate) fn read_object(argument: &str) -> Result<Object, Failure> {
    match read_json(argument)? {
        Json::Object(members) => Ok(members),
        _ => Err(Failure::usage(
            "the argument must be a JSON object, such as '{\"name\": \"Ada\"}'",
        )),
    }
}
