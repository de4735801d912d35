//! `ekodb records`.

use clap::{Args, Subcommand};
use ekodb_client::{Collection, Record, records::BatchOutcome};
use futures::TryStreamExt;
use serde_json::{Value as Json, json};

use super::{
    Context,
    context::missing,
    find::{Fields, FindArgs, filtered},
};
use crate::{
    failure::{Exit, Failure},
    filter,
    literal_or_file::{read_json, read_object},
    output::{Columns, Object, confirm, object},
    record_json::{RequestRecord, members},
};

/// Read and change records
#[derive(Subcommand, Debug)]
pub(crate) enum RecordsCommand {
    Get(Get),
    Find(FindArgs),
    Insert(Insert),
    Update(Update),
    Delete(Delete),
    Count(Count),
}

/// Print one record
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb records get users ada
  ekodb records get users ada --select name,age --json")]
pub(crate) struct Get {
    /// The collection
    collection: String,
    /// The id of the record
    id: String,
    #[command(flatten)]
    fields: Fields,
}

/// Store a record, or each record of an array, and print the ids
///
/// A field is a plain value, or {"type": "Decimal", "value": "1.50"} for a type that JSON does
/// not have. For many records use `ekodb import`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb records insert users '{\"name\": \"Grace\", \"age\": 85}'
  ekodb records insert users @user.json")]
pub(crate) struct Insert {
    /// The collection, which is made if it does not exist
    collection: String,
    /// JSON, @FILE or - for standard input
    record: String,
}

/// Change the fields of a record that are named, and print the record
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb records update users ada '{\"age\": 37}'")]
pub(crate) struct Update {
    /// The collection
    collection: String,
    /// The id of the record
    id: String,
    /// JSON, @FILE or - for standard input
    changes: String,
}

/// Delete records by their ids, or all that a filter selects
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb records delete users bob --yes
  ekodb records delete users --filter 'age < 18' --yes")]
pub(crate) struct Delete {
    /// The collection
    collection: String,
    /// The ids of the records
    #[arg(required_unless_present = "filter")]
    ids: Vec<String>,
    /// All records that this filter selects
    #[arg(long, conflicts_with = "ids")]
    filter: Option<String>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Count the records that a filter selects
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb records count users
  ekodb records count users 'age >= 18'")]
pub(crate) struct Count {
    /// The collection
    collection: String,
    /// Which records [default: all]; `ekodb records find --help` shows what it may say
    filter: Option<String>,
}

impl RecordsCommand {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Get(get) => get.run(context).await,
            Self::Find(find) => find.run(context).await,
            Self::Insert(insert) => insert.run(context).await,
            Self::Update(update) => update.run(context).await,
            Self::Delete(delete) => delete.run(context).await,
            Self::Count(count) => count.run(context).await,
        }
    }
}

impl Get {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let record = context
            .collection(&self.collection)?
            .get(&self.id)
            .select(self.fields.select)
            .exclude(self.fields.exclude)
            .await?;
        print(context, &record)
    }
}

impl Insert {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let collection = context
            .collection(&self.collection)?
            .typed::<RequestRecord>();
        let records = match read_json(&self.record)? {
            Json::Object(members) => vec![RequestRecord::new(members)],
            Json::Array(items) => items
                .into_iter()
                .map(request_record)
                .collect::<Result<_, _>>()?,
            _ => return Err(no_record()),
        };
        let columns = Columns::new("id", ["id"]);
        let mut rows = Vec::new();
        for record in records {
            let id = collection.insert(record).await;
            match id {
                Ok(id) => rows.push(object(json!({ "id": id }))),
                Err(error) => {
                    // Those before it are stored.
                    context.output.list(&columns, &rows)?;
                    return Err(error.into());
                }
            }
        }
        context.output.list(&columns, &rows)
    }
}

impl Update {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let changes = RequestRecord::new(read_object(&self.changes)?);
        let collection = context.collection(&self.collection)?;
        let record = collection.update(&self.id, changes).await?;
        print(context, &record)
    }
}

impl Delete {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let collection = context.collection(&self.collection)?;
        let ids = match &self.filter {
            None => self.ids,
            Some(filter) => {
                let find = collection
                    .find()
                    .filter(filter::parse(filter)?)
                    .select(["id"]);
                let records: Vec<Record> = find.stream().try_collect().await?;
                records
                    .iter()
                    .filter_map(|record| record.id().map(str::to_owned))
                    .collect()
            }
        };
        let words = count(ids.len() as u64, "record");
        if ids.is_empty() {
            context.output.note("no record is selected");
            return Ok(());
        }
        confirm(&format!("Delete {words} of {}?", self.collection), self.yes)?;
        // One by one where they are few: a batch does not say why an id was refused.
        if let [id] = ids.as_slice() {
            collection.delete(id).await?;
        } else {
            let outcome = collection.delete_many(ids).await?;
            if let Some(absent) = absent(&collection, &outcome).await? {
                let deleted = count(outcome.succeeded.len() as u64, "record");
                context.output.note(&format!("deleted {deleted}"));
                return Err(missing("record", absent));
            }
            outcome.into_result()?;
        }
        context.output.note(&format!("deleted {words}"));
        Ok(())
    }
}

impl Count {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let find = filtered(context, &self.collection, self.filter.as_deref())?;
        let row = object(json!({ "count": find.count().await? }));
        match context.output.format {
            crate::output::Format::Table => context.output.text(&row["count"].to_string()),
            _ => context.output.item(&Columns::new("count", ["count"]), &row),
        }
    }
}

/// The records that a batch did not find, if that is all that went wrong.
async fn absent<'a>(
    collection: &Collection,
    outcome: &'a BatchOutcome,
) -> Result<Option<Vec<&'a str>>, Failure> {
    let failed = outcome.failed.iter();
    let ids: Option<Vec<&str>> = failed.map(|failure| failure.id.as_deref()).collect();
    let Some(ids) = ids.filter(|ids| !ids.is_empty()) else {
        return Ok(None);
    };
    if outcome.unaccounted > 0 || outcome.interruption.is_some() {
        return Ok(None);
    }
    // The reply gives the reason in words only, so the server is asked which records exist.
    let found = collection.get_many(ids.iter().copied()).await?;
    Ok(found.iter().all(Option::is_none).then_some(ids))
}

fn print(context: &Context, record: &Record) -> Result<(), Failure> {
    let members: Object = members(record);
    let columns = Columns {
        names: crate::output::names_of(std::slice::from_ref(&members)),
        identity: "id",
    };
    context.output.item(&columns, &members)
}

fn request_record(item: Json) -> Result<RequestRecord, Failure> {
    match item {
        Json::Object(members) => Ok(RequestRecord::new(members)),
        _ => Err(no_record()),
    }
}

fn no_record() -> Failure {
    Failure::new(
        Exit::Usage,
        "a record must be a JSON object, such as '{\"name\": \"Ada\"}'",
    )
}

pub(super) fn count(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
