//! The file of a store, made so that a full disk does not end the store.
//!
//! redb gives a database up after the first write that fails. This file fails none: what the disk
//! does not take is kept in memory, and from then on nothing reaches the file until all of it fits.
//! The writer asks before and after each commit whether something is kept, and refuses or undoes
//! the commit. On disk is what the last good commit left.

use std::fs::File;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::backends::FileBackend;
use redb::{BackendError, DatabaseError, StorageBackend};

use super::write_buffer::WriteBuffer;

/// A handle to the file, for redb and for the writer.
#[derive(Clone, Debug)]
pub(super) struct StorageFile(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    file: File,
    backend: FileBackend,
    /// Whether something is kept in memory.
    is_buffering: AtomicBool,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    buffer: WriteBuffer,
    /// The length that there was no room for, until a commit succeeds.
    wanted: Option<u64>,
    /// Whether the file takes nothing any more, since it is about to be opened again.
    abandoned: bool,
}

impl StorageFile {
    /// `file` is open for reading and writing at `path`.
    pub(super) fn new(path: &Path, file: File) -> Result<Self, DatabaseError> {
        // The holes of a file that an earlier version made. Without room for them, a write says so
        // later.
        let length = file.metadata()?.len();
        if length > 0 {
            let _ = allocate(&file, 0, length);
        }
        Ok(Self(Arc::new(Shared {
            path: path.to_owned(),
            backend: FileBackend::new(file.try_clone()?)?,
            file,
            is_buffering: AtomicBool::new(false),
            kept: Mutex::default(),
        })))
    }

    /// Whether there was something that the disk did not take.
    pub(super) fn is_buffering(&self) -> bool {
        self.0.is_buffering.load(Ordering::Acquire)
    }

    /// Whether the path still leads to this file.
    pub(super) fn is_in_place(&self) -> bool {
        is_at(&self.0.file, &self.0.path)
    }

    /// Tries again to write what the disk did not take.
    pub(super) fn settle(&self) -> io::Result<()> {
        match self.0.if_buffering() {
            Some(mut kept) => self.0.flush_buffer(&mut kept),
            None => Ok(()),
        }
    }

    /// Finds out whether there is room now for what the disk did not take.
    pub(super) fn check_room(&self) -> io::Result<()> {
        self.settle()?;
        let mut kept = self.0.lock();
        let Some(wanted) = kept.wanted else {
            return Ok(());
        };
        let length = self.0.file.metadata()?.len();
        if wanted <= length {
            // A place within the file: the next commit finds out.
            return Err(io::ErrorKind::StorageFull.into());
        }
        reserve(&self.0.file, length, wanted)?;
        self.0.file.set_len(length)?;
        kept.wanted = None;
        Ok(())
    }

    /// Notes that a commit succeeded. It may have written so little that there is still no room for
    /// more.
    pub(super) fn note_success(&self) {
        let Some(wanted) = self.0.lock().wanted else {
            return;
        };
        let length = self.0.file.metadata().map_or(0, |data| data.len());
        if wanted <= length {
            self.0.lock().wanted = None;
        }
        if self.check_room().is_ok() {
            tracing::warn!("the disk takes the writes of the store again");
        }
    }

    /// Returns the same file as it is on disk, to be opened once redb has closed this one. Nothing
    /// reaches the disk through this one any more.
    pub(super) fn abandon(&self) -> Result<Self, DatabaseError> {
        let mut kept = self.0.lock();
        kept.abandoned = true;
        let wanted = kept.wanted;
        self.0.is_buffering.store(true, Ordering::Release);
        kept.buffer.start(self.0.file.metadata()?.len());
        drop(kept);
        let next = Self::new(&self.0.path, self.0.file.try_clone()?)?;
        next.0.lock().wanted = wanted;
        Ok(next)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The kept state, if something is kept.
    fn if_buffering(&self) -> Option<MutexGuard<'_, Kept>> {
        if !self.is_buffering.load(Ordering::Acquire) {
            return None;
        }
        let kept = self.lock();
        // It may have been written in the meantime.
        self.is_buffering.load(Ordering::Acquire).then_some(kept)
    }

    /// Begins to keep what is written, since the disk did not take something that makes the file
    /// this long.
    fn start_buffering(&self, kept: &mut Kept, length: u64, error: &io::Error) -> io::Result<()> {
        if !self.is_buffering.load(Ordering::Acquire) {
            if kept.wanted.is_none() {
                tracing::error!(%error, "the disk does not take the writes of the store");
            }
            kept.wanted = Some(length);
            kept.buffer.start(self.file.metadata()?.len());
            self.is_buffering.store(true, Ordering::Release);
        }
        Ok(())
    }

    fn flush_buffer(&self, kept: &mut Kept) -> io::Result<()> {
        if kept.abandoned {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let (length, wanted) = (self.file.metadata()?.len(), kept.buffer.length());
        match wanted > length {
            true => reserve(&self.file, length, wanted)?,
            false => self.file.set_len(wanted)?,
        };
        // The header comes last: it leads to the other pages.
        for (offset, block) in kept.buffer.blocks().rev() {
            if offset == 0 {
                self.backend.sync_data()?;
            }
            self.backend.write(offset, block)?;
        }
        self.backend.sync_data()?;
        kept.buffer = WriteBuffer::default();
        self.is_buffering.store(false, Ordering::Release);
        Ok(())
    }
}

impl StorageBackend for StorageFile {
    fn len(&self) -> io::Result<u64> {
        match self.0.if_buffering() {
            Some(kept) => Ok(kept.buffer.length()),
            None => self.0.backend.len(),
        }
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        match self.0.if_buffering() {
            Some(kept) => kept.buffer.read(&self.0.backend, offset, out),
            None => self.0.backend.read(offset, out),
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        // Locked, since `check_room` changes the length too.
        let mut kept = self.0.lock();
        if !self.is_buffering() {
            let length = self.0.file.metadata()?.len();
            if len <= length {
                return self.0.file.set_len(len);
            }
            match reserve(&self.0.file, length, len) {
                Ok(()) => return Ok(()),
                Err(error) => self.0.start_buffering(&mut kept, len, &error)?,
            }
        }
        kept.buffer.set_length(len);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        match self.0.if_buffering() {
            Some(mut kept) => {
                // Still no room: whoever commits finds that something is held.
                let _ = self.0.flush_buffer(&mut kept);
                Ok(())
            }
            None => self.0.backend.sync_data(),
        }
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut kept = match self.0.if_buffering() {
            Some(kept) => kept,
            None => match self.0.backend.write(offset, data) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    let mut kept = self.0.lock();
                    let end = offset + data.len() as u64;
                    self.0.start_buffering(&mut kept, end, &error)?;
                    kept
                }
            },
        };
        kept.buffer.write(&self.0.backend, offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.0.backend.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.backend.try_lock_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.0.backend.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.backend.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.backend.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.0.backend.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.0.backend.query_lock_range(start, end)
    }
}

/// Makes a file longer and takes the room for it, so that later writes within it do not fail.
/// `from` is its length.
fn reserve(file: &File, from: u64, to: u64) -> io::Result<()> {
    let allocated = allocate(file, from, to - from).inspect_err(|_| {
        // Part of it may have been taken.
        let _ = file.set_len(from);
    });
    match allocated? {
        true => Ok(()),
        // The file system cannot: each write finds out whether there is room.
        false => file.set_len(to),
    }
}

/// Takes the room for a part of a file, which grows if need be. `false`: the file system cannot.
#[cfg(target_os = "linux")]
fn allocate(file: &File, from: u64, length: u64) -> io::Result<bool> {
    use rustix::fs::{FallocateFlags, fallocate};
    use rustix::io::{Errno, retry_on_intr};

    match retry_on_intr(|| fallocate(file, FallocateFlags::empty(), from, length)) {
        Ok(()) => Ok(true),
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn allocate(_file: &File, _from: u64, _length: u64) -> io::Result<bool> {
    Ok(false)
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let identity = |data: std::fs::Metadata| (data.dev(), data.ino());
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(file), Ok(there)) => identity(file) == identity(there),
        _ => false,
    }
}

// Elsewhere a file that is open cannot be removed.
#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}
