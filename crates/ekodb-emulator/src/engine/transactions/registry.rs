//! The transactions of one emulator.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use ekodb_api::types::IsolationLevel;
use uuid::Uuid;

use super::commit::commit;
use super::error::TransactionError;
use super::limits;
use super::memory_reservation::Reservation;
use super::open_transaction::{Open, Statement};
use super::state::State;
use crate::engine::store::{CommitRecord, Commits, Store};

/// How many transactions are remembered that were rolled back.
const REMEMBERED: usize = 10_000;

/// The open transactions, and those that are over.
#[derive(Default)]
pub(crate) struct Transactions {
    known: Mutex<Known>,
    /// How many are open: most requests have to know no more.
    count: AtomicUsize,
    /// How many bytes of memory they take.
    memory: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Known {
    open: HashMap<String, Entry>,
    over: HashMap<String, Over>,
    /// Those of `over`, the oldest one first.
    order: VecDeque<String>,
}

/// An open transaction.
#[derive(Clone)]
struct Entry {
    owner: String,
    level: IsolationLevel,
    ends_at: DateTime<Utc>,
    /// `None` while it is being committed. Statements of one transaction wait for each other.
    open: Arc<Mutex<Option<Open>>>,
}

/// A transaction that was rolled back.
struct Over {
    owner: String,
    level: IsolationLevel,
    state: State,
}

/// A transaction that has begun.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) id: String,
    pub(crate) level: IsolationLevel,
    pub(crate) at: DateTime<Utc>,
}

/// What is known of a transaction.
#[derive(Debug)]
pub(crate) struct Status {
    pub(crate) state: State,
    pub(crate) operations: u64,
    pub(crate) level: String,
}

/// What becomes of a savepoint.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SavepointChange {
    Create,
    /// What was written after it is dropped.
    RollBackTo,
    Release,
}

/// Who asks about which transaction, and when.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) id: String,
    /// The id of the caller's key.
    pub(crate) owner: String,
    pub(crate) now: DateTime<Utc>,
}

impl Transactions {
    /// Begins a transaction that is rolled back after so many seconds.
    pub(crate) fn begin(
        &self,
        store: &Store,
        owner: &str,
        level: IsolationLevel,
        seconds: u64,
        at: DateTime<Utc>,
    ) -> Result<Begun, TransactionError> {
        self.roll_back_due(at);
        let seconds = seconds.min(limits::LONGEST_SECONDS);
        let ends_at = at + Duration::from_secs(seconds);
        let open = Open::new(level, at, store, Reservation::of(&self.memory))?;
        let id = Uuid::new_v4().to_string();
        let mut known = self.lock();
        if known.open.len() >= limits::OPEN {
            return Err(TransactionError::TooMany(limits::OPEN));
        }
        let entry = Entry {
            owner: owner.to_owned(),
            level,
            ends_at,
            open: Arc::new(Mutex::new(Some(open))),
        };
        known.open.insert(id.clone(), entry);
        self.count.store(known.open.len(), Ordering::Relaxed);
        Ok(Begun { id, level, at })
    }

    /// Runs a statement of a transaction.
    pub(crate) fn run<T, E: From<TransactionError>>(
        &self,
        store: &Store,
        of: &Reference,
        work: impl FnOnce(&mut Statement<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.with(store, of, |open| open.run(store, of.now, work))
    }

    /// Sets, returns to or forgets a savepoint.
    pub(crate) fn change_savepoint(
        &self,
        store: &Store,
        of: &Reference,
        name: &str,
        change: SavepointChange,
    ) -> Result<(), TransactionError> {
        self.with(store, of, |open| match change {
            SavepointChange::Create => open.save(name.to_owned()),
            SavepointChange::RollBackTo => open.roll_back_to(name),
            SavepointChange::Release => open.release(name),
        })
    }

    /// Says what has become of a transaction.
    pub(crate) fn status(&self, store: &Store, of: &Reference) -> Result<Status, TransactionError> {
        self.roll_back_due(of.now);
        let entry = {
            let known = self.lock();
            if let Some(over) = known.over.get(&of.id).filter(|over| over.owner == of.owner) {
                return Ok(Status {
                    state: over.state,
                    operations: 0,
                    level: over.level.to_string(),
                });
            }
            known.open.get(&of.id).cloned()
        };
        let Some(entry) = entry.filter(|entry| entry.owner == of.owner) else {
            return committed(store, of)?.ok_or(TransactionError::NotFound);
        };
        let open = lock(&entry.open);
        match &*open {
            Some(open) => Ok(Status {
                state: State::Active,
                operations: open.overlay.operations,
                level: entry.level.to_string(),
            }),
            None => Ok(committed(store, of)?.unwrap_or(Status {
                state: State::Active,
                operations: 0,
                level: entry.level.to_string(),
            })),
        }
    }

    /// Rolls a transaction back. One that is rolled back already stays so.
    pub(crate) fn roll_back(&self, store: &Store, of: &Reference) -> Result<(), TransactionError> {
        match self.take(store, of) {
            Ok(_) => {
                self.end(&of.id, Some(State::RolledBack));
                Ok(())
            }
            Err(TransactionError::Over(State::RolledBack | State::Expired)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Commits a transaction and tells how many writes it had. It is decided even if nobody waits
    /// for it any more, so it is to run in a task of its own.
    pub(crate) async fn commit(
        &self,
        store: &Store,
        of: Reference,
    ) -> Result<u64, TransactionError> {
        let open = self.take(store, &of)?;
        if open.has_read_too_much() {
            self.end(&of.id, Some(State::RolledBack));
            let limit = format!("{} bytes read; it was rolled back", limits::BYTES);
            return Err(TransactionError::TooLarge(limit));
        }
        let operations = open.overlay.operations;
        let record = CommitRecord {
            owner: of.owner.clone(),
            isolation_level: open.level.to_string(),
            operations,
        };
        let Reference { id, now, .. } = of.clone();
        let committed = store
            .write(move |transaction| {
                commit(&open, transaction, now)?;
                Commits(transaction).add(&id, &record, now.timestamp_millis())?;
                Ok::<_, TransactionError>(())
            })
            .await;
        let state = committed.is_err().then_some(State::RolledBack);
        self.end(&of.id, state);
        committed.map(|()| operations)
    }

    /// Rolls back the transactions whose time is over.
    pub(crate) fn roll_back_due(&self, now: DateTime<Utc>) {
        if self.count.load(Ordering::Relaxed) == 0 {
            return;
        }
        let mut known = self.lock();
        // One that is being committed will be decided, one with a statement at work is looked at
        // again later.
        let is_due = |entry: &Entry| {
            let open = entry.open.try_lock();
            entry.ends_at <= now && open.is_ok_and(|mut open| open.take().is_some())
        };
        let due: Vec<String> = known
            .open
            .iter()
            .filter(|(_, entry)| is_due(entry))
            .map(|(id, _)| id.clone())
            .collect();
        for id in due {
            known.end(&id, Some(State::Expired));
        }
        self.count.store(known.open.len(), Ordering::Relaxed);
    }

    /// Forgets every transaction, for a store that is put back.
    pub(crate) fn clear(&self) {
        *self.lock() = Known::default();
        self.count.store(0, Ordering::Relaxed);
    }

    fn with<T, E: From<TransactionError>>(
        &self,
        store: &Store,
        of: &Reference,
        work: impl FnOnce(&mut Open) -> Result<T, E>,
    ) -> Result<T, E> {
        let entry = self.entry(store, of)?;
        let mut open = lock(&entry.open);
        match &mut *open {
            Some(open) => work(open),
            None => Err(self.over(store, of).into()),
        }
    }

    /// Takes an open transaction out, so that nothing else can be done with it. Waits for a
    /// statement at work.
    fn take(&self, store: &Store, of: &Reference) -> Result<Open, TransactionError> {
        let entry = self.entry(store, of)?;
        let open = lock(&entry.open).take();
        open.ok_or_else(|| self.over(store, of))
    }

    /// Why a transaction that was open a moment ago is not any more.
    fn over(&self, store: &Store, of: &Reference) -> TransactionError {
        match self.entry(store, of) {
            Ok(_) => TransactionError::Over(State::Active),
            Err(error) => error,
        }
    }

    /// An open transaction of the caller.
    fn entry(&self, store: &Store, of: &Reference) -> Result<Entry, TransactionError> {
        self.roll_back_due(of.now);
        {
            let known = self.lock();
            let open = known.open.get(&of.id).filter(|it| it.owner == of.owner);
            if let Some(entry) = open {
                return Ok(entry.clone());
            }
            if let Some(over) = known.over.get(&of.id).filter(|it| it.owner == of.owner) {
                return Err(TransactionError::Over(over.state));
            }
        }
        Err(match committed(store, of)? {
            Some(_) => TransactionError::Over(State::Committed),
            None => TransactionError::NotFound,
        })
    }

    /// Ends a transaction. A state is remembered here unless it is a commit, which the store
    /// remembers.
    fn end(&self, id: &str, state: Option<State>) {
        let mut known = self.lock();
        known.end(id, state);
        self.count.store(known.open.len(), Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        lock(&self.known)
    }
}

impl Known {
    fn end(&mut self, id: &str, state: Option<State>) {
        let Some(entry) = self.open.remove(id) else {
            return;
        };
        let Some(state) = state else { return };
        if self.order.len() == REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.over.remove(&oldest);
        }
        self.order.push_back(id.to_owned());
        let over = Over {
            owner: entry.owner,
            level: entry.level,
            state,
        };
        self.over.insert(id.to_owned(), over);
    }
}

impl std::fmt::Debug for Transactions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transactions").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What a panic left behind is whole: statements work on a copy until they succeed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the store remembers of a commit.
fn committed(store: &Store, of: &Reference) -> Result<Option<Status>, TransactionError> {
    let commit = Commits(&store.read()?).get(&of.id)?;
    let own = commit.filter(|commit| commit.owner == of.owner);
    Ok(own.map(|commit| Status {
        state: State::Committed,
        operations: commit.operations,
        level: commit.isolation_level,
    }))
}
