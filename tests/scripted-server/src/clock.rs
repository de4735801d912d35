//! Tokio's clock, moved by hand.

use std::time::Duration;

/// Moves the clock of this runtime forward by `span`; timers that are due by then fire. Before and
/// after, time passes as usual.
///
/// A test gives every limit minutes, brings the client into the state of interest, and then moves
/// the clock past the limit. It is fast, and does not depend on how soon the machine gets around to
/// anything.
///
/// # Panics
///
/// Outside of a current-thread runtime.
pub async fn advance_clock(span: Duration) {
    tokio::time::pause();
    let _resumed = ResumeOnDrop;
    tokio::time::advance(span).await;
}

/// Lets the clock run again, also if the future is dropped half way.
struct ResumeOnDrop;

impl Drop for ResumeOnDrop {
    fn drop(&mut self) {
        tokio::time::resume();
    }
}
