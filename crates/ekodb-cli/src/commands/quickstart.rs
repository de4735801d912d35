//! `ekodb quickstart`.

use clap::Args;
use ekodb_client::ApiKey;
use ekodb_emulator::Emulator;
use futures::future::BoxFuture;

use super::Context;
use crate::{connection::ConnectionArgs, failure::Failure};

/// Show what this command does, against a server that is started for it and gone afterwards
///
/// Nothing is installed, stored or sent anywhere: the server is the emulator, in memory.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb quickstart")]
pub(crate) struct Quickstart {}

/// Each step: what it shows, and its command line.
const STEPS: [(&str, &str); 6] = [
    (
        "A collection with a schema. Without one, the first record creates it.",
        "collections create users --field name:String:required --field age:Integer",
    ),
    (
        "Records are JSON.",
        r#"records insert users '[{"id": "ada", "name": "Ada", "age": 36}, {"id": "bob", "name": "Bob", "age": 9}, {"id": "cyd", "name": "Cyd", "age": 101}]'"#,
    ),
    (
        "A filter is an expression.",
        r#"records find users 'age >= 18 and not (name starts_with "C")'"#,
    ),
    (
        "What changes is named, and the rest stays.",
        r#"records update users ada '{"age": 37}'"#,
    ),
    (
        "In production an application gets a key that may do only what it needs.",
        "keys register web-shop --read users --fields name",
    ),
    (
        "An export can be imported, and seeds the emulator.",
        "export users",
    ),
];

impl Quickstart {
    /// Runs each step by `run`, which is given the words of a command line and the server to use.
    pub(crate) async fn run(
        self,
        context: &Context,
        run: impl Fn(Vec<String>, ConnectionArgs) -> BoxFuture<'static, Result<(), Failure>>,
    ) -> Result<(), Failure> {
        let emulator = Emulator::builder()
            .start()
            .await
            .map_err(|error| Failure::failed(format!("the emulator cannot be started: {error}")))?;
        let key = ApiKey::new(emulator.admin_key());
        let mut connection = context.connection.clone();
        connection.preset = Some((emulator.url().to_owned(), key));
        for (what, line) in STEPS {
            context.output.text(&format!("# {what}\n$ ekodb {line}"))?;
            // The quotes of all steps are closed, so all of them are words.
            let words = shlex::split(line).unwrap_or_default();
            let words = std::iter::once("ekodb".to_owned()).chain(words);
            run(words.collect(), connection.clone()).await?;
            context.output.text("")?;
        }
        context.output.text(
            "# Next: `ekodb emulator` starts a server to work with, `ekodb login` connects to a \
             deployment, and `ekodb help` lists the commands.",
        )?;
        emulator.shutdown().await;
        Ok(())
    }
}
