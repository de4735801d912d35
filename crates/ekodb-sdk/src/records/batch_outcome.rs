//! What became of the records of a batch.

use std::ops::Range;

use ekodb_api::types::{BatchFailure, BatchReply};

use crate::{Error, ErrorKind};

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
    /// Its id, if the server says so: a new record may have none.
    pub id: Option<String>,
    /// The server's words.
    pub message: Option<String>,
}

/// A call of a batch that failed as a whole, after others had succeeded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Interruption {
    /// Why it failed. [`Error::has_no_side_effects`] tells whether its items may have been taken all the same.
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
    /// The error of the call that failed, if one did; otherwise [`ErrorKind::InvalidRequest`] with how many records failed and the
    /// server's words on the first.
    pub fn into_result(self) -> Result<Vec<String>, Error> {
        if self.is_complete() {
            return Ok(self.succeeded);
        }
        if let Some(interruption) = self.interruption {
            // Other calls of the batch have changed something.
            return Err(interruption.error.with_no_side_effects(false));
        }
        let first = self.failed.into_iter().next();
        let missing = match self.unaccounted {
            0 => String::new(),
            count => format!("; the server does not say what became of {count}"),
        };
        let text = format!(
            "not every record of the batch was taken: {} were{missing}",
            self.succeeded.len()
        );
        Err(Error::new(ErrorKind::InvalidRequest, text)
            .with_message(first.and_then(|failure| failure.message)))
    }

    pub(super) fn add(&mut self, reply: BatchReply, sent: usize) {
        let told = reply.successful.len() + reply.failed.len();
        self.unaccounted += sent.saturating_sub(told);
        self.succeeded.extend(reply.successful);
        self.failed.extend(reply.failed.into_iter().map(failure));
    }
}

fn failure(failure: BatchFailure) -> ItemFailure {
    match failure {
        BatchFailure::Id(id) => ItemFailure {
            id: Some(id),
            message: None,
        },
        BatchFailure::BatchFailureDetails(details) => ItemFailure {
            id: details.id,
            message: details.error,
        },
    }
}
