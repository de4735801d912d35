//! `ekodb kv`.

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::{Context, context::missing, find::Limit, records::count};
use crate::{
    failure::{Exit, Failure},
    literal_or_file::{read_json, read_text},
    output::{Columns, Format, Object, confirm, object},
};

/// Read and change the key-value store
#[derive(Subcommand, Debug)]
pub(crate) enum KvCommand {
    Get(Get),
    Set(Set),
    Delete(Delete),
    Find(Find),
}

/// Print the value of a key as JSON
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb kv get sessions:1
  ekodb kv get greeting --text")]
pub(crate) struct Get {
    /// The key
    key: String,
    /// Print a value that is text as it is, without quotes and escapes
    #[arg(long)]
    text: bool,
}

/// Store a value under a key, in the place of what is there
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb kv set sessions:1 '{\"user\": \"ada\"}' --ttl 30m
  ekodb kv set greeting hello --text
  ekodb kv set settings @settings.json")]
pub(crate) struct Set {
    /// The key
    key: String,
    /// JSON, @FILE or - for standard input
    #[arg(allow_negative_numbers = true)]
    value: String,
    /// Let the key expire after this time, such as 90s, 30m, 12h or 7days [default: never]
    #[arg(long, value_name = "DURATION", value_parser = ttl)]
    ttl: Option<Duration>,
    /// The value is text, not JSON
    #[arg(long)]
    text: bool,
}

/// Delete keys
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb kv delete sessions:1 --yes
  ekodb kv delete sessions:1 greeting --yes")]
pub(crate) struct Delete {
    /// The keys
    #[arg(required = true)]
    keys: Vec<String>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Print the keys that a pattern matches, and their values
///
/// They come in the order of the keys. The server sends all that match in one reply, whatever
/// --limit is.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb kv find
  ekodb kv find '^sessions:' --limit 10
  ekodb kv find '^sessions:' --include-expired --quiet")]
pub(crate) struct Find {
    /// A regular expression, which may match anywhere in the key [default: all keys]
    pattern: Option<String>,
    /// Also keys that have expired and are not removed yet
    #[arg(long)]
    include_expired: bool,
    #[command(flatten)]
    limit: Limit,
}

impl KvCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Get(get) => get.run(context).await,
            Self::Set(set) => set.run(context).await,
            Self::Delete(delete) => delete.run(context).await,
            Self::Find(find) => find.run(context).await,
        }
    }
}

impl Get {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let found = context.client()?.kv().get::<Json>(&self.key).await?;
        let value = found.ok_or_else(|| missing("key", [self.key.as_str()]))?;
        match (value, context.output.format) {
            (Json::String(text), _) if self.text => context.output.text(&text),
            (value, Format::Csv) => context.output.item(&columns(), &row(&self.key, value)),
            (value, _) => context.output.json(&value),
        }
    }
}

impl Set {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let value = match self.text {
            true => Json::String(read_text(&self.value)?),
            false => read_json(&self.value).map_err(|failure| match failure.exit {
                Exit::Usage => failure.hint("for text that is not JSON add --text"),
                _ => failure,
            })?,
        };
        let mut set = context.client()?.kv().set(&self.key, value);
        if let Some(ttl) = self.ttl {
            set = set.ttl(ttl);
        }
        set.await?;
        context.output.note(&format!("set the key {}", self.key));
        Ok(())
    }
}

impl Delete {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let kv = context.client()?.kv();
        let question = match self.keys.as_slice() {
            [key] => format!("Delete the key {key}?"),
            keys => format!("Delete {} keys?", keys.len()),
        };
        confirm(&question, self.yes)?;
        let outcome = match self.keys.as_slice() {
            // The one operation that a key in the path takes on every server.
            [key] => vec![(key.clone(), kv.delete(key).await?)],
            _ => {
                let outcome = kv.delete_many(self.keys).await?;
                if let Some(error) = outcome.interruption {
                    return Err(error.into());
                }
                outcome.keys
            }
        };
        let (deleted, absent): (Vec<_>, Vec<_>) = outcome.into_iter().partition(|key| key.1);
        let deleted = deleted.len() as u64;
        if deleted > 0 {
            context
                .output
                .note(&format!("deleted {}", count(deleted, "key")));
        }
        match absent.is_empty() {
            true => Ok(()),
            false => Err(missing("key", absent.iter().map(|(key, _)| key.as_str()))),
        }
    }
}

impl Find {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let mut find = context.client()?.kv().find();
        if let Some(pattern) = self.pattern {
            find = find.pattern(pattern);
        }
        if self.include_expired {
            find = find.include_expired();
        }
        let mut entries = find.await?;
        entries.sort_by(|one, other| one.key.cmp(&other.key));
        let limit = usize::try_from(self.limit.most()).unwrap_or(usize::MAX);
        let more = entries.len() > limit;
        entries.truncate(limit);
        let rows = entries
            .iter()
            .map(|entry| Ok(row(&entry.key, entry.decode()?)))
            .collect::<Result<Vec<_>, Failure>>()?;
        context.output.list(&columns(), &rows)?;
        if more {
            self.limit.note_more(context, "keys");
        }
        Ok(())
    }
}

fn columns() -> Columns {
    Columns::new("key", ["key", "value"])
}

fn row(key: &str, value: Json) -> Object {
    object(json!({ "key": key, "value": value }))
}

/// A time to live. Zero would be none to the server, or an error.
fn ttl(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("a time to live is at least a second".to_owned()),
        Ok(ttl) => Ok(ttl),
        Err(error) => Err(format!("{error}; expected a time such as 90s, 30m or 12h")),
    }
}
