//! Putting an emulator back to a state it was in.

use crate::app::App;
use crate::error::Cause;
use crate::identity::admin_record;
use crate::store::{KeyRecord, Settings, StoreError};

/// How many snapshots an emulator keeps: each holds on to what has changed since.
pub(super) const MOST_SNAPSHOTS: usize = 64;

/// A state of an emulator's data to return to. Made by [`Emulator::snapshot`](crate::Emulator::snapshot).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot(pub(crate) u64);

impl App {
    /// Puts everything back to how it was after the first start, the admin key and the settings of the builder aside.
    pub(crate) async fn reset(&self) -> Result<(), Cause> {
        self.clock.reset();
        let admin = KeyRecord {
            key: self.admin_key.clone(),
            ..admin_record(self.clock.now())?
        };
        self.store.clear(admin).await?;
        self.store.forget_saved();
        self.faults.clear();
        self.tokens.set_lifetime(self.token_lifetime);
        self.counters.reset();
        self.rate.reset();
        Ok(())
    }

    /// Remembers the data as they are; `None` where there are too many snapshots already.
    pub(crate) async fn take_snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.store.save(MOST_SNAPSHOTS).await?.map(Snapshot))
    }

    /// Puts the data back; whether there is such a snapshot.
    pub(crate) async fn restore(&self, Snapshot(number): Snapshot) -> Result<bool, StoreError> {
        self.store.restore(number, self.tokens.epoch()).await
    }

    /// Refuses every token issued so far.
    pub(crate) fn expire_tokens(&self) {
        let epoch = self.tokens.expire_all();
        self.store
            .write_later(move |change| Settings(change).set_token_epoch(epoch));
    }
}
