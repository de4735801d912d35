//! Storing a batch of records, so that each is accounted for.

use std::collections::{HashMap, HashSet};

use clap::ValueEnum;
use ekodb_client::{Collection, Error, ErrorKind, Record};
use serde_json::Value as Json;

use crate::{failure::Failure, record_json::RequestRecord};

/// What happens to a record whose id exists already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum IfExists {
    /// It is refused and reported
    #[default]
    Refuse,
    /// It is left as it is
    Skip,
    /// Its fields are changed to those of the file
    Update,
}

/// A record on its way: it has an id.
#[derive(Clone, Debug)]
pub(super) struct PendingRecord {
    pub(super) line: u64,
    pub(super) id: String,
    pub(super) request: RequestRecord,
    /// As the file has it, for the report.
    pub(super) source: Json,
}

/// What became of the records of a batch.
#[derive(Debug, Default)]
pub(super) struct Stored {
    pub(super) stored: u64,
    pub(super) updated: u64,
    pub(super) skipped: u64,
    /// Each with the reason.
    pub(super) refused: Vec<(PendingRecord, String)>,
}

/// Stores a batch. `repeated` says that an earlier run may have stored some of it.
pub(super) async fn store(
    collection: &Collection,
    mut batch: Vec<PendingRecord>,
    if_exists: IfExists,
    repeated: bool,
) -> Result<Stored, Failure> {
    let mut outcome = Stored::default();
    while !batch.is_empty() {
        // Records with the same id are stored one after another, as if they were in different
        // batches.
        let mut ids = HashSet::new();
        let (first, again): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .partition(|record| ids.insert(record.id.clone()));
        store_distinct(collection, first, if_exists, repeated, &mut outcome).await?;
        batch = again;
    }
    outcome.refused.sort_by_key(|(record, _)| record.line);
    Ok(outcome)
}

async fn store_distinct(
    collection: &Collection,
    records: Vec<PendingRecord>,
    if_exists: IfExists,
    repeated: bool,
    outcome: &mut Stored,
) -> Result<(), Failure> {
    if !repeated && if_exists == IfExists::Refuse {
        let refused = &mut outcome.refused;
        outcome.stored += send(collection, records, Verb::Insert, refused).await?;
        return Ok(());
    }
    let ids = records.iter().map(|record| record.id.as_str());
    let existing = collection.get_many(ids).await?;
    let (mut absent, mut changed) = (Vec::new(), Vec::new());
    for (record, existing) in records.into_iter().zip(existing) {
        match (existing, if_exists) {
            (None, _) => absent.push(record),
            (Some(existing), _) if repeated && has_all(&existing, record.request.record()) => {
                outcome.stored += 1;
            }
            (Some(_), IfExists::Skip) => outcome.skipped += 1,
            (Some(_), IfExists::Update) => changed.push(record),
            // The server says that it exists.
            (Some(_), IfExists::Refuse) => absent.push(record),
        }
    }
    let mut refused = Vec::new();
    outcome.updated += send(collection, changed, Verb::Update, &mut refused).await?;
    outcome.stored += send(collection, absent, Verb::Insert, &mut refused).await?;
    if repeated {
        // The call that was interrupted may have been applied between our two.
        let ids = refused.iter().map(|(record, _)| record.id.as_str());
        let existing = collection.get_many(ids).await?;
        let mut existing = existing.into_iter();
        refused.retain(|(record, _)| {
            let stored = existing.next().flatten();
            let ours = stored.is_some_and(|stored| has_all(&stored, record.request.record()));
            outcome.stored += u64::from(ours);
            !ours
        });
    }
    outcome.refused.extend(refused);
    Ok(())
}

#[derive(Clone, Copy)]
enum Verb {
    Insert,
    Update,
}

/// Sends records. Returns how many were taken. A batch that is refused as a whole is halved until
/// the records that cause it are found.
async fn send(
    collection: &Collection,
    records: Vec<PendingRecord>,
    verb: Verb,
    refused: &mut Vec<(PendingRecord, String)>,
) -> Result<u64, Failure> {
    let mut taken = 0;
    let mut pending = vec![records];
    while let Some(mut records) = pending.pop() {
        if records.is_empty() {
            continue;
        }
        let requests = records.iter().map(|record| &record.request);
        let sent = match verb {
            Verb::Insert => collection.typed::<RequestRecord>().insert_many(requests),
            Verb::Update => {
                collection.update_many(records.iter().map(|record| (&record.id, &record.request)))
            }
        };
        match sent.chunk_size(records.len()).await {
            Ok(reply) => {
                if reply.unaccounted > 0 {
                    return Err(unaccounted(reply.unaccounted));
                }
                taken += reply.succeeded.len() as u64;
                let mut records: HashMap<_, _> = records
                    .into_iter()
                    .map(|record| (record.id.clone(), record))
                    .collect();
                for failure in reply.failed {
                    let record = failure.id.and_then(|id| records.remove(&id));
                    let reason = failure.message.unwrap_or_else(|| "refused".to_owned());
                    let record = record.ok_or_else(|| nameless(&reason))?;
                    refused.push((record, reason));
                }
            }
            Err(error) if is_about_records(&error) => {
                if records.len() == 1 {
                    let reason = error
                        .message()
                        .map_or_else(|| error.to_string(), str::to_owned);
                    refused.extend(records.into_iter().map(|record| (record, reason.clone())));
                } else {
                    let second = records.split_off(records.len() / 2);
                    pending.push(second);
                    pending.push(records);
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(taken)
}

/// Whether the server refused what the records say, and stored nothing.
fn is_about_records(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::InvalidRequest | ErrorKind::InvalidArgument | ErrorKind::Conflict
    )
}

/// Whether a stored record has every field of another one. The server may have added defaults.
fn has_all(stored: &Record, wanted: &Record) -> bool {
    wanted.fields().iter().all(|(name, value)| {
        stored
            .get(name)
            .is_some_and(|stored| same(&stored.to_json(), &value.to_json()))
    })
}

/// Whole numbers may come back as floats, by the schema.
fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => {
            left == right
                || left
                    .as_f64()
                    .is_some_and(|left| Some(left) == right.as_f64())
        }
        _ => left == right,
    }
}

fn unaccounted(count: usize) -> Failure {
    Failure::failed(format!(
        "the server does not say what became of {count} records"
    ))
    .hint("run the same command again: it finds out and goes on")
}

fn nameless(reason: &str) -> Failure {
    Failure::failed(format!(
        "the server refused a record and does not say which: {reason}"
    ))
}
