//! The one writer: whoever arrives while a commit is being flushed shares the next one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use redb::Database;
use tokio::sync::oneshot;

use super::{Change, Durability, StoreError};

/// How many changes share a commit at most: bounds what one failure makes run again.
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
        let (queue, jobs) = channel();
        let thread = std::thread::Builder::new()
            .name("ekodb-writer".to_owned())
            .spawn(move || serve(&database, durability, &jobs))
            .map_err(StoreError::Thread)?;
        Ok(Self {
            running: Mutex::new(Some(Running { queue, thread })),
        })
    }

    pub(super) async fn run<T, E>(
        &self,
        work: impl FnMut(&Change<'_>) -> Result<T, E> + Send + 'static,
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
        work: impl FnMut(&Change<'_>) -> Result<T, E> + Send + 'static,
    ) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        if let Some(running) = &*self.running.lock().unwrap_or_else(PoisonError::into_inner) {
            // A send fails only once the thread has ended: the reply is dropped, which the receiver sees.
            let _ = running.queue.send(Task::Change(Box::new(Pending {
                work,
                outcome: None,
                reply,
            })));
        }
        outcome
    }

    /// Runs `work` between two commits, when no transaction of ours is open.
    pub(super) async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, outcome) = oneshot::channel();
        if let Some(running) = &*self.running.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = running.queue.send(Task::Alone(Box::new(|database| {
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

/// What the writer is to do.
enum Task {
    Change(Box<dyn Job>),
    Alone(Box<dyn FnOnce(&Database) + Send>),
}

/// A queued change, its type forgotten.
trait Job: Send {
    /// Runs the change and remembers its outcome for [`Job::finish`].
    fn run(&mut self, change: &Change<'_>) -> Ran;
    /// Hands the outcome to whoever waits, or the failure of the commit in its place.
    fn finish(self: Box<Self>, commit: Result<(), StoreError>);
}

#[derive(PartialEq)]
enum Ran {
    Applied,
    Refused,
    /// It failed after it had begun to write.
    Torn,
}

struct Pending<F, T, E> {
    work: F,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Pending<F, T, E>
where
    F: FnMut(&Change<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, change: &Change<'_>) -> Ran {
        // A panic is a defect of ours, but must not take the writer, and with it every later write, along.
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(change)))
            .unwrap_or_else(|_| Err(StoreError::Undone.into()));
        let ran = match &outcome {
            Ok(_) => Ran::Applied,
            Err(_) if change.wrote() => Ran::Torn,
            Err(_) => Ran::Refused,
        };
        self.outcome = Some(outcome);
        ran
    }

    fn finish(self: Box<Self>, commit: Result<(), StoreError>) {
        let outcome = match (commit, self.outcome) {
            // A refusal stands, whatever became of the others' commit.
            (_, Some(Err(refused))) => Err(refused),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Err(failed), _) => Err(failed.into()),
            (Ok(()), None) => Err(StoreError::Undone.into()),
        };
        // Nobody waits any more when the caller has gone: the change stands all the same.
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
        let mut alone = None;
        for task in std::iter::once(first).chain(tasks.try_iter()) {
            match task {
                Task::Change(job) => group.push(job),
                Task::Alone(work) => alone = Some(work),
            }
            if alone.is_some() || group.len() == GROUP {
                break;
            }
        }
        if !group.is_empty() {
            commit_group(database, durability, group);
        }
        if let Some(work) = alone {
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
        // One was torn: apart, it takes nobody along.
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
        if job.run(&Change::new(&transaction)) == Ran::Torn {
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
