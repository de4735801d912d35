//! The settings of the terminal, which a question for a secret changes while it waits.

/// The settings as they were.
pub(crate) struct SavedSettings {
    #[cfg(unix)]
    settings: Option<rustix::termios::Termios>,
}

#[cfg(unix)]
impl SavedSettings {
    pub(crate) fn now() -> Self {
        Self {
            settings: rustix::termios::tcgetattr(std::io::stdin()).ok(),
        }
    }

    /// Puts them back, so that what is typed is shown again.
    pub(crate) fn restore(self) {
        use rustix::termios::{OptionalActions, tcsetattr};

        if let Some(settings) = self.settings {
            // Nothing is left to do where this fails: the process ends.
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &settings);
        }
    }
}

#[cfg(not(unix))]
impl SavedSettings {
    pub(crate) fn now() -> Self {
        Self {}
    }

    pub(crate) fn restore(self) {}
}
