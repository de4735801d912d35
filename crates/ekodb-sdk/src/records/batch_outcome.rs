//! What became of the records of a batch.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    ops::Range,
};

use ekodb_api::types::{BatchFailure, BatchReply};

use crate::{Error, ErrorKind, codec::Items};

/// What became of a batch.
#[derive(Clone, Debug, Default)]
#[must_use = "records of a batch can fail one by one: see `into_result`"]
#[non_exhaustive]
pub struct BatchOutcome {
    /// The ids of the records that were stored, changed or deleted.
    pub succeeded: Vec<String>,
    /// The records that the server refused.
    pub failed: Vec<ItemFailure>,
    /// How many items the server's replies do not speak of, though it took them.
    pub unaccounted: usize,
    /// What stopped the batch before its end, if anything did.
    pub interruption: Option<Interruption>,
}

/// A record of a batch that the server refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemFailure {
    /// Where it was in the list that was given, counted from 0. The server does not say it, so this
    /// is found by the id. `None` where that cannot be: some records without an id failed, and
    /// others did not.
    pub index: Option<usize>,
    /// Its id, if it has one: that of the reply, or the one that was given.
    pub id: Option<String>,
    /// The server's words.
    pub message: Option<String>,
}

/// A call of a batch that failed as a whole, after others had succeeded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Interruption {
    /// Why it failed. [`Error::has_no_side_effects`] tells whether its items may have been taken
    /// all the same.
    pub error: Error,
    /// The items of that call, counted from 0 in the order they were given.
    pub items: Range<usize>,
    /// The items that were not sent any more.
    pub unsent: Range<usize>,
}

impl BatchOutcome {
    /// Whether every record was stored, changed or deleted.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.unaccounted == 0 && self.interruption.is_none()
    }

    /// The ids, if every record succeeded.
    ///
    /// # Errors
    ///
    /// The error of the call that failed, if one did; otherwise [`ErrorKind::InvalidRequest`] with
    /// how many records failed, and of the first its index in the list, its id and the server's
    /// words.
    pub fn into_result(self) -> Result<Vec<String>, Error> {
        if self.is_complete() {
            return Ok(self.succeeded);
        }
        if let Some(interruption) = self.interruption {
            // Other calls of the batch have changed something.
            return Err(interruption.error.with_no_side_effects(false));
        }
        let mut problems = Vec::new();
        let others = self.failed.len().saturating_sub(1);
        let first = self.failed.into_iter().next();
        if let Some(first) = &first {
            let more = match others {
                0 => String::new(),
                others => format!(" and {others} more"),
            };
            let first = match first.index {
                Some(index) => item(index, first.id.as_deref()),
                None => "one without an id".to_owned(),
            };
            problems.push(format!("refused: {first}{more}"));
        }
        if self.unaccounted > 0 {
            let count = self.unaccounted;
            problems.push(format!("the server does not say what became of {count}"));
        }
        let text = format!(
            "not every record of the batch was taken: {} were; {}",
            self.succeeded.len(),
            problems.join("; ")
        );
        Err(Error::new(ErrorKind::InvalidRequest, text)
            .with_message(first.and_then(|failure| failure.message)))
    }

    /// Adds the reply to a call with the items of `range`.
    pub(super) fn add(&mut self, reply: BatchReply, range: Range<usize>, items: &Items) {
        let told = reply.successful.len() + reply.failed.len();
        self.unaccounted += range.len().saturating_sub(told);
        if !reply.failed.is_empty() {
            let failed = located(&reply, range, items);
            self.failed.extend(failed);
        }
        self.succeeded.extend(reply.successful);
    }
}

/// The failures of a reply, with their places in the list of the caller.
fn located(reply: &BatchReply, range: Range<usize>, items: &Items) -> Vec<ItemFailure> {
    let mut places: HashMap<String, VecDeque<usize>> = HashMap::new();
    for index in range.clone() {
        if let Some(id) = items.id(index) {
            places.entry(id).or_default().push_back(index);
        }
    }
    let mut left: BTreeSet<usize> = range.clone().collect();
    let mut take = |id: &str| {
        let index = places.get_mut(id)?.pop_front()?;
        left.remove(&index).then_some(index)
    };
    // An id that was given twice succeeded before it failed.
    let succeeded = reply.successful.iter().filter_map(|id| take(id)).count();
    let mut failures: Vec<ItemFailure> = reply.failed.iter().map(failure).collect();
    for failure in &mut failures {
        failure.index = failure.id.as_deref().and_then(&mut take);
    }
    for (failure, told) in failures.iter_mut().zip(&reply.failed) {
        if let Some(index) = told_index(told).filter(|index| *index < range.len()) {
            failure.index = Some(range.start + index);
            left.remove(&(range.start + index));
        }
    }
    // Where all that is left has failed, it is in the order of the reply.
    let lost = failures.iter().filter(|failure| failure.index.is_none());
    if succeeded == reply.successful.len() && lost.count() == left.len() {
        let lost = failures
            .iter_mut()
            .filter(|failure| failure.index.is_none());
        for (failure, index) in lost.zip(left) {
            failure.index = Some(index);
        }
    }
    for failure in &mut failures {
        if failure.id.is_none() {
            failure.id = failure.index.and_then(|index| items.id(index));
        }
    }
    failures
}

/// Where a failed item was in its call, of servers that say so.
fn told_index(failure: &BatchFailure) -> Option<usize> {
    match failure {
        BatchFailure::Id(_) => None,
        BatchFailure::BatchFailureDetails(details) => {
            usize::try_from(details.extra.get("index")?.as_u64()?).ok()
        }
    }
}

fn failure(failure: &BatchFailure) -> ItemFailure {
    let (id, message) = match failure {
        BatchFailure::Id(id) => (Some(id.clone()), None),
        BatchFailure::BatchFailureDetails(details) => (details.id.clone(), details.error.clone()),
    };
    ItemFailure {
        index: None,
        id,
        message,
    }
}

/// An item of a batch, for an error.
pub(super) fn item(index: usize, id: Option<&str>) -> String {
    match id {
        Some(id) => format!("item {index} (id `{}`)", id.escape_debug()),
        None => format!("item {index}"),
    }
}
