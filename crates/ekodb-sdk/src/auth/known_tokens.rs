//! The tokens that were obtained or rejected before, to judge a new one by.

use std::collections::VecDeque;

use http::HeaderValue;

use super::{
    failure::Fault,
    refresh_schedule::RefreshSchedule,
    validate::{ValidatedToken, expired, failure},
};
use crate::error::ErrorKind;

/// How many tokens are remembered: servers behind one address may each keep a token of their own.
const REMEMBERED: usize = 4;

/// The tokens received last, the newest that came into use, and the one that the server rejected
/// last.
#[derive(Debug, Default)]
pub(crate) struct KnownTokens {
    /// Those that say when they expire, as they were when they were first received.
    received: VecDeque<(HeaderValue, RefreshSchedule)>,
    newest: Option<HeaderValue>,
    rejected: Option<HeaderValue>,
}

impl KnownTokens {
    /// Compares a token with those before it; `current` is the one in use, if that is still valid.
    ///
    /// A token that says when it expires and was received before is as old as it was then. One that
    /// does not say it is still good if it is handed out again, so it counts as new.
    pub(crate) fn compare(
        &mut self,
        validated: ValidatedToken,
        current: Option<&HeaderValue>,
    ) -> Result<ValidatedToken, Fault> {
        if self.rejected.as_ref() == Some(&validated.header) {
            return Err(Fault::terminal(failure(
                ErrorKind::Unauthenticated,
                "the server rejected its token and then issued the same one again; check the server's clock and signing key",
            )));
        }
        let schedule = match validated.claims.exp {
            None => validated.schedule,
            Some(_) if current == Some(&validated.header) => {
                return Err(Fault::transient(failure(
                    ErrorKind::InvalidReply,
                    "the server issued the token again that is about to expire",
                )));
            }
            Some(_) => self.first_schedule(&validated),
        };
        if schedule.expiry.reached(validated.received) {
            // Of a new one the reply was slow, or the machine slept.
            return Err(Fault::transient(expired()));
        }
        Ok(ValidatedToken {
            schedule,
            ..validated
        })
    }

    /// Whether a token is the newest that came into use.
    pub(crate) fn is_newest(&self, validated: &ValidatedToken) -> bool {
        self.newest.as_ref() == Some(&validated.header)
    }

    /// Notes that a token came into use.
    pub(crate) fn came_into_use(&mut self, validated: &ValidatedToken) {
        self.newest = Some(validated.header.clone());
    }

    /// Notes that the server rejected the newest token.
    pub(crate) fn reject_newest(&mut self) {
        self.rejected.clone_from(&self.newest);
    }

    /// The turning points of a token as they were when it was first received.
    fn first_schedule(&mut self, validated: &ValidatedToken) -> RefreshSchedule {
        let known = self
            .received
            .iter_mut()
            .find(|(header, _)| *header == validated.header);
        if let Some((_, first)) = known {
            let schedule = first.by_monotonic_clock(validated.received);
            // Without `iat` a clock that may have been wrong said how long it had left, so that a
            // token which is handed out after its end is measured again.
            if validated.claims.iat.is_none() && schedule.expiry.reached(validated.received) {
                *first = validated.schedule;
                return validated.schedule;
            }
            return schedule;
        }
        if self.received.len() == REMEMBERED {
            self.received.pop_front();
        }
        self.received
            .push_back((validated.header.clone(), validated.schedule));
        validated.schedule
    }
}
