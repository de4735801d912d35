//! What is remembered of a server's age.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// How long the outcome of a probe is believed: not for ever, since a server can be upgraded under
/// a running client.
const LIFETIME: Duration = Duration::from_secs(300);

/// What is known of the server's permission routes. Shared by the clones of a client.
#[derive(Debug, Default)]
pub(crate) struct ServerGeneration(Mutex<Option<(Instant, bool)>>);

impl ServerGeneration {
    pub(crate) fn is_legacy(&self) -> Option<bool> {
        let memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        memory.and_then(|(at, legacy)| (at.elapsed() < LIFETIME).then_some(legacy))
    }

    pub(crate) fn remember(&self, legacy: bool) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *memory = Some((Instant::now(), legacy));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_outcome_of_a_probe_is_remembered_but_not_for_ever() {
        let memory = ServerGeneration::default();
        assert_eq!(memory.is_legacy(), None);
        memory.remember(true);
        assert_eq!(memory.is_legacy(), Some(true));
        tokio::time::advance(LIFETIME).await;
        assert_eq!(memory.is_legacy(), None);
    }
}
