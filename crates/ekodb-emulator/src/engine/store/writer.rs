//! The single writer: writes that arrive while a commit is being flushed share the next one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use redb::Database;
use tokio::sync::oneshot;

use super::durability::Durability;
use super::error::StoreError;
use super::flush_timer::FlushTimer;
use super::shared_database::SharedDatabase;
use super::transaction::WriteTransaction;

/// How many writes share a commit at most. Bounds what one failure makes run again.
const GROUP: usize = 256;

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
        database: Arc<SharedDatabase>,
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

    /// Queues `work`. If its outcome is awaited and whoever waits goes before its turn, it does not
    /// run.
    pub(super) fn enqueue<T, E>(
        &self,
        work: impl FnMut(&WriteTransaction<'_>) -> Result<T, E> + Send + 'static,
        is_awaited: bool,
    ) -> oneshot::Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        if let Some(running) = &*self.running.lock().unwrap_or_else(PoisonError::into_inner) {
            // A send fails only once the thread has ended: the reply is dropped, which the receiver
            // sees.
            let _ = running.queue.send(Task::Write(Box::new(Pending {
                work,
                is_awaited,
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
                let _ = reply.send(database.commit(|database, _| work(database)));
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
    Exclusive(Box<dyn FnOnce(&SharedDatabase) + Send>),
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
    is_awaited: bool,
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
        if self.is_awaited && self.reply.is_closed() {
            return Ran::Refused;
        }
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

fn serve(database: &SharedDatabase, durability: Durability, tasks: &Receiver<Task>) {
    let mut flushes = FlushTimer::new(durability);
    loop {
        let next = match flushes.remaining(Instant::now()) {
            Some(remaining) => tasks.recv_timeout(remaining),
            None => tasks.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let first = match next {
            Ok(task) => task,
            Err(RecvTimeoutError::Timeout) => {
                // Until it succeeds it is tried again, and by each write.
                let done = flush(database);
                flushes.note(true, done, Instant::now());
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let (group, exclusive) = next_group(first, tasks);
        if !group.is_empty() {
            let flushed = flushes.flushes_next(Instant::now());
            let durability = match flushed {
                true => redb::Durability::Immediate,
                false => redb::Durability::None,
            };
            let done = commit_group(database, durability, group);
            flushes.note(flushed, done, Instant::now());
        }
        if let Some(work) = exclusive {
            work(database);
        }
    }
    if flushes.remaining(Instant::now()).is_some() {
        flush(database);
    }
}

type Exclusive = Box<dyn FnOnce(&SharedDatabase) + Send>;

/// Takes writes from the queue that share a commit, up to one that must be alone.
fn next_group(first: Task, tasks: &Receiver<Task>) -> (Vec<Box<dyn Job>>, Option<Exclusive>) {
    let mut group = Vec::new();
    for task in std::iter::once(first).chain(tasks.try_iter()) {
        match task {
            Task::Write(job) => group.push(job),
            Task::Exclusive(work) => return (group, Some(work)),
        }
        if group.len() == GROUP {
            break;
        }
    }
    (group, None)
}

/// Commits writes and tells their callers. Returns whether something was committed.
fn commit_group(
    database: &SharedDatabase,
    durability: redb::Durability,
    mut group: Vec<Box<dyn Job>>,
) -> bool {
    let committed =
        database.commit(|database, is_full| commit(database, durability, &mut group, is_full));
    match committed {
        Ok(Committed::All) => {
            for job in group {
                job.finish(Ok(()));
            }
            true
        }
        Ok(Committed::Nothing) if group.len() == 1 => {
            for job in group {
                job.finish(Err(StoreError::Undone));
            }
            false
        }
        // One write failed half-way: run one by one, it undoes no other.
        Ok(Committed::Nothing) => {
            let mut done = false;
            for job in group {
                done |= commit_group(database, durability, vec![job]);
            }
            done
        }
        Err(error) => {
            // Whatever the disk does not take has been logged, once for all writes.
            if !matches!(error, StoreError::NoSpace) {
                tracing::error!(%error, "a commit failed");
            }
            for job in group {
                job.finish(Err(error.of_commit()));
            }
            false
        }
    }
}

enum Committed {
    All,
    Nothing,
}

fn commit(
    database: &Database,
    durability: redb::Durability,
    group: &mut [Box<dyn Job>],
    is_full: &dyn Fn() -> bool,
) -> Result<Committed, StoreError> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(durability)?;
    // A page that is damaged is then never taken for a commit that was cut short, and an older
    // state for the last.
    transaction.set_two_phase_commit(true);
    for job in group.iter_mut() {
        let ran = job.run(&WriteTransaction::new(&transaction));
        if is_full() {
            transaction.abort()?;
            return Err(StoreError::NoSpace);
        }
        if ran == Ran::PartiallyWritten {
            transaction.abort()?;
            return Ok(Committed::Nothing);
        }
    }
    transaction.commit()?;
    Ok(Committed::All)
}

/// Flushes what was committed. Returns whether it is on disk.
fn flush(database: &SharedDatabase) -> bool {
    let flushed = database.flush();
    if let Err(error) = &flushed {
        tracing::error!(%error, "relaxed writes could not be flushed");
    }
    flushed.is_ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use redb::backends::InMemoryBackend;

    use super::*;

    #[tokio::test]
    async fn a_write_that_nobody_waits_for_is_not_run() {
        let backend = InMemoryBackend::new();
        let database = Database::builder().create_with_backend(backend).unwrap();
        let database = Arc::new(SharedDatabase::new(database, None));
        let writer = Writer::spawn(database, Durability::Immediate).unwrap();
        // The writer is busy until it is told to go on.
        let (go_on, wait) = mpsc::channel::<()>();
        let busy = writer.enqueue::<_, StoreError>(move |_| Ok(wait.recv().is_ok()), false);
        let runs = Arc::new(AtomicUsize::new(0));
        let count = |runs: &Arc<AtomicUsize>| {
            let runs = Arc::clone(runs);
            move |_: &WriteTransaction<'_>| {
                runs.fetch_add(1, Ordering::Relaxed);
                Ok::<_, StoreError>(())
            }
        };
        drop(writer.enqueue(count(&runs), true));
        drop(writer.enqueue(count(&runs), false));
        go_on.send(()).unwrap();
        assert!(busy.await.unwrap().unwrap());
        writer.close();
        // Only the one that is never waited for has run.
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    }
}
