//! Finding keys of the key-value store by a pattern.

use std::ops::ControlFlow;

use chrono::{DateTime, Utc};
use regex::{Regex, RegexBuilder};
use serde_json::{Value, json};

use super::database::Database;
use super::find_cursor::Progress;
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::store::{Kv, ReadTransaction};

/// How large a compiled pattern may be, in bytes.
const LARGEST_PATTERN: usize = 1024 * 1024;

/// How many keys one step looks at.
const STEP: usize = 1024;

/// The keys that match, from the last one that was looked at.
pub(crate) struct KvCursor {
    transaction: ReadTransaction,
    now: DateTime<Utc>,
    include_expired: bool,
    caller: ApiKey,
    pattern: Option<Regex>,
    last: Option<String>,
}

impl Database {
    /// Starts a search for the keys that the caller may read.
    pub(crate) fn find_kv(
        &self,
        caller: ApiKey,
        pattern: Option<&str>,
        include_expired: bool,
    ) -> Result<KvCursor, Error> {
        let compile = |pattern| {
            let mut builder = RegexBuilder::new(pattern);
            builder.size_limit(LARGEST_PATTERN).build()
        };
        Ok(KvCursor {
            pattern: pattern.map(compile).transpose()?,
            transaction: self.store.read()?,
            now: self.clock.now(),
            include_expired,
            caller,
            last: None,
        })
    }
}

impl KvCursor {
    /// Hands out further keys with their values: those among a bounded number.
    pub(crate) fn advance(
        &mut self,
        take: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Progress, Error> {
        let (mut left, mut last) = (STEP, None);
        let flow =
            self.kv()
                .each_after(self.last.as_deref(), self.include_expired, |key, entry| {
                    left -= 1;
                    let mut flow = ControlFlow::Continue(());
                    if self.matches(key) {
                        flow = take(json!({ "key": key, "value": entry.value.into_reply(false) }));
                    }
                    if left == 0 || flow.is_break() {
                        last = Some(key.to_owned());
                        return ControlFlow::Break(());
                    }
                    ControlFlow::Continue(())
                })?;
        self.last = last.or(self.last.take());
        Ok(match flow.is_continue() {
            true => Progress::Done,
            false => Progress::Underway,
        })
    }

    /// Returns how many keys are left.
    pub(crate) fn rest(&self) -> Result<usize, Error> {
        let mut matches = 0;
        let _ = self
            .kv()
            .each_after(self.last.as_deref(), self.include_expired, |key, _| {
                matches += usize::from(self.matches(key));
                ControlFlow::Continue(())
            })?;
        Ok(matches)
    }

    fn kv(&self) -> Kv<'_, ReadTransaction> {
        Kv::new(&self.transaction, self.now)
    }

    fn matches(&self, key: &str) -> bool {
        let pattern = self.pattern.as_ref();
        pattern.is_none_or(|it| it.is_match(key)) && self.caller.may_read_kv(key)
    }
}
