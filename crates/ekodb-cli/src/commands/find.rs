//! `ekodb records find`, and what other commands share with it.

use clap::Args;
use ekodb_client::{Record, query::Find};
use futures::{StreamExt, TryStreamExt};

use super::Context;
use crate::{
    failure::Failure,
    filter::{self, GRAMMAR},
    record_json::members,
};

const EXAMPLES: &str = "Examples:
  ekodb records find users
  ekodb records find users 'age >= 18 and status in (\"new\", \"open\")' --sort -age
  ekodb records find users 'name starts_with \"A\"' --select name --all --output ndjson";

/// Which fields of a record are printed.
#[derive(Args, Debug)]
pub(super) struct Fields {
    /// Only these fields
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// All fields but these
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub(super) exclude: Vec<String>,
}

/// How many results are printed.
#[derive(Args, Debug)]
pub(super) struct Limit {
    /// At most this many
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 100,
        conflicts_with = "all"
    )]
    limit: u64,
    /// All of them
    #[arg(long)]
    all: bool,
}

impl Limit {
    pub(super) fn most(&self) -> u64 {
        if self.all { u64::MAX } else { self.limit }
    }

    /// Says that there are more results than are printed.
    pub(super) fn note_more(&self, context: &Context, what: &str) {
        let limit = self.limit;
        context.output.note(&format!(
            "there are more than {limit} {what}: add --all, or a larger --limit"
        ));
    }
}

/// Print the records that a filter selects
///
/// Without --all at most --limit records are printed. --output json and ndjson print them as
/// they arrive.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = format!("Filters:\n{GRAMMAR}\n{EXAMPLES}"))]
pub(crate) struct FindArgs {
    /// The collection
    collection: String,
    /// Which records [default: all]; --help shows what it may say
    filter: Option<String>,
    /// Order by these fields; `-` before a name is descending
    #[arg(
        long,
        value_name = "FIELDS",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    sort: Vec<String>,
    #[command(flatten)]
    limit: Limit,
    /// Leave out this many records first
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    skip: u64,
    #[command(flatten)]
    fields: Fields,
}

impl FindArgs {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let mut find = filtered(context, &self.collection, self.filter.as_deref())?
            .skip(self.skip)
            .select(self.fields.select)
            .exclude(self.fields.exclude);
        for field in &self.sort {
            find = match field.strip_prefix('-') {
                Some(field) => find.sort_desc(field),
                None => find.sort_asc(field),
            };
        }
        // One more than is printed tells whether there are more.
        let limit = self.limit.most();
        if limit < u64::MAX {
            find = find.limit(limit + 1);
        }
        let mut more = false;
        let mut seen = 0;
        let records = find
            .stream()
            .map_err(Failure::from)
            .map_ok(|record| members(&record))
            .take_while(|record| {
                seen += u64::from(record.is_ok());
                more = seen > limit;
                std::future::ready(!more)
            });
        context.output.records(records).await?;
        if more {
            self.limit.note_more(context, "records");
        }
        Ok(())
    }
}

/// The records of a collection that a filter selects.
pub(super) fn filtered(
    context: &Context,
    collection: &str,
    filter: Option<&str>,
) -> Result<Find<Record>, Failure> {
    // The filter first: it is wrong without a server, too.
    let filter = filter.map(filter::parse).transpose()?;
    let find = context.collection(collection)?.find();
    Ok(match filter {
        Some(filter) => find.filter(filter),
        None => find,
    })
}
