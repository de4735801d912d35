//! The single writer: writes that arrive while a commit is being flushed share the next one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use redb::Database;
use tokio::sync::oneshot;

use super::durability::Durability;
use super::error::StoreError;
use super::transaction::WriteTransaction;

/// How many writes share a commit at most. Bounds what one failure makes run again.
const GROUP: usize = 256;

/// How long a relaxed write may stay unflushed.
const FLUSH_AFTER: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(super) struct Writer {
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    queue: Sender<Task>,
    thread: JoinHandle<()>,
}

impl Writer {
    pub(super) fn spawn(
        database: Arc<Database>,
        durability: Durability,
    ) -> Result<Self, StoreError> {
        let (queue, tasks) = channel();
        let thread = std::thread::Builder::new()
            .name("ekodb-writer".to_owned())
            .spawn(move || serve(&database, durability, &tasks))
            .map_err(StoreError::Thread)?;
        Ok(Self {
            running: Mutex::new(Some(Running { queue, thread })),
        })
    }

    pub(super) async fn run<T, E>(
        &self,
        work: impl FnMut(&WriteTransaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.enqueue(work)
            .await
            .unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    pub(super) fn enqueue<T, E>(
        &self,
        work: impl FnMut(&WriteTransaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        if let Some(running) = &*self.running.lock().unwrap_or_else(PoisonError::into_inner) {
            // A send fails only once the thread has ended: the reply is dropped, which the receiver sees.
            let _ = running.queue.send(Task::Write(Box::new(Pending {
                work,
                outcome: None,
                reply,
            })));
        }
        outcome
    }

    /// Runs `work` between two commits, when no transaction of ours is open.
    pub(super) async fn run_exclusive<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, outcome) = oneshot::channel();
        if let Some(running) = &*self.running.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = running.queue.send(Task::Exclusive(Box::new(|database| {
                let _ = reply.send(work(database));
            })));
        }
        outcome.await.unwrap_or(Err(StoreError::Closed))
    }

    pub(super) fn close(&self) {
        let running = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(Running { queue, thread }) = running {
            drop(queue);
            if thread.join().is_err() {
                tracing::error!("the store's writer ended in a panic");
            }
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

/// Work for the writer.
enum Task {
    Write(Box<dyn Job>),
    Exclusive(Box<dyn FnOnce(&Database) + Send>),
}

/// A queued write, its type erased.
trait Job: Send {
    /// Runs the write and keeps its outcome for [`Job::finish`].
    fn run(&mut self, transaction: &WriteTransaction<'_>) -> Ran;
    /// Sends the outcome to the caller, or the failure of the commit in its place.
    fn finish(self: Box<Self>, commit: Result<(), StoreError>);
}

#[derive(PartialEq)]
enum Ran {
    Applied,
    Refused,
    /// It failed after it had begun to write.
    PartiallyWritten,
}

struct Pending<F, T, E> {
    work: F,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Pending<F, T, E>
where
    F: FnMut(&WriteTransaction<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, transaction: &WriteTransaction<'_>) -> Ran {
        // A panic is a defect of ours, but must not end the writer, and with it every later write.
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(transaction)))
            .unwrap_or_else(|_| Err(StoreError::Undone.into()));
        let ran = match &outcome {
            Ok(_) => Ran::Applied,
            Err(_) if transaction.wrote() => Ran::PartiallyWritten,
            Err(_) => Ran::Refused,
        };
        self.outcome = Some(outcome);
        ran
    }

    fn finish(self: Box<Self>, commit: Result<(), StoreError>) {
        let outcome = match (commit, self.outcome) {
            // A refusal is returned whatever the outcome of the commit.
            (_, Some(Err(refused))) => Err(refused),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Err(failed), _) => Err(failed.into()),
            (Ok(()), None) => Err(StoreError::Undone.into()),
        };
        // Fails when the caller has gone. The write is committed all the same.
        let _ = self.reply.send(outcome);
    }
}

fn serve(database: &Database, durability: Durability, tasks: &Receiver<Task>) {
    let mut unflushed = false;
    loop {
        let first = if unflushed {
            match tasks.recv_timeout(FLUSH_AFTER) {
                Ok(task) => task,
                Err(RecvTimeoutError::Timeout) => {
                    flush(database);
                    unflushed = false;
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        } else {
            match tasks.recv() {
                Ok(task) => task,
                Err(_) => break,
            }
        };
        let mut group = Vec::new();
        let mut exclusive = None;
        for task in std::iter::once(first).chain(tasks.try_iter()) {
            match task {
                Task::Write(job) => group.push(job),
                Task::Exclusive(work) => exclusive = Some(work),
            }
            if exclusive.is_some() || group.len() == GROUP {
                break;
            }
        }
        if !group.is_empty() {
            commit_group(database, durability, group);
        }
        if let Some(work) = exclusive {
            work(database);
        }
        unflushed = durability == Durability::Relaxed;
    }
    if unflushed {
        flush(database);
    }
}

fn commit_group(database: &Database, durability: Durability, mut group: Vec<Box<dyn Job>>) {
    match commit(database, durability, &mut group) {
        Ok(Committed::All) => {
            for job in group {
                job.finish(Ok(()));
            }
        }
        Ok(Committed::Nothing) if group.len() == 1 => {
            for job in group {
                job.finish(Err(StoreError::Undone));
            }
        }
        // One write failed half-way: run one by one, it undoes no other.
        Ok(Committed::Nothing) => {
            for job in group {
                commit_group(database, durability, vec![job]);
            }
        }
        Err(error) => {
            tracing::error!(%error, "a commit failed");
            let text = error.to_string();
            for job in group {
                job.finish(Err(StoreError::Commit(text.clone())));
            }
        }
    }
}

enum Committed {
    All,
    Nothing,
}

fn commit(
    database: &Database,
    durability: Durability,
    group: &mut [Box<dyn Job>],
) -> Result<Committed, StoreError> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(match durability {
        Durability::Immediate => redb::Durability::Immediate,
        Durability::Relaxed => redb::Durability::None,
    })?;
    for job in group.iter_mut() {
        if job.run(&WriteTransaction::new(&transaction)) == Ran::PartiallyWritten {
            transaction.abort()?;
            return Ok(Committed::Nothing);
        }
    }
    transaction.commit()?;
    Ok(Committed::All)
}

fn flush(database: &Database) {
    let flushed = database
        .begin_write()
        .map_err(StoreError::from)
        .and_then(|transaction| Ok(transaction.commit()?));
    if let Err(error) = flushed {
        tracing::error!(%error, "relaxed writes could not be flushed");
    }
}
