//! The signals that ask a process to stop.

use std::io;

/// A request to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum StopSignal {
    Interrupt,
    #[cfg(unix)]
    Terminate,
}

impl StopSignal {
    /// The exit code of a process that ends by this signal, as shells have it.
    pub(super) fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 128 + 2,
            #[cfg(unix)]
            Self::Terminate => 128 + 15,
        }
    }
}

#[cfg(unix)]
pub(super) use unix::StopSignals;

#[cfg(unix)]
mod unix {
    use rustix::process::Signal as Number;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::{StopSignal, io};

    /// The requests to stop from the moment this is made; the process no longer ends by them.
    pub(in super::super) struct StopSignals {
        interrupt: Signal,
        terminate: Signal,
        /// Comes with a write beyond the limit for files, which would end the process. The write
        /// fails as well, as on a full disk, and that is handled.
        _file_too_large: Signal,
    }

    impl StopSignals {
        pub(in super::super) fn listen() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                _file_too_large: signal(SignalKind::from_raw(Number::XFSZ.as_raw()))?,
            })
        }

        pub(in super::super) async fn next(&mut self) -> StopSignal {
            tokio::select! {
                _ = self.interrupt.recv() => StopSignal::Interrupt,
                _ = self.terminate.recv() => StopSignal::Terminate,
            }
        }
    }
}

#[cfg(not(unix))]
pub(super) use other::StopSignals;

#[cfg(not(unix))]
mod other {
    use super::{StopSignal, io};

    /// The requests to stop.
    pub(in super::super) struct StopSignals;

    impl StopSignals {
        pub(in super::super) fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        pub(in super::super) async fn next(&mut self) -> StopSignal {
            // Without a signal to wait for there is no way to be told to stop: serve for good.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            StopSignal::Interrupt
        }
    }
}
