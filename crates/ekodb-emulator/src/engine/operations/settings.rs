//! The server's global switches.

use serde::{Deserialize, Serialize};

use super::database::Database;
use crate::engine::error::Error;
use crate::engine::input::present;
use crate::engine::store::Settings;

/// What an admin can switch for every client.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Switches {
    /// It is kept and shown, and changes nothing: how writes are acknowledged is set when an
    /// emulator starts.
    durable_operations: bool,
    /// Whether replies wrap values as `{"type","value"}`.
    use_typed_values: bool,
}

/// The switches that are to change.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct SwitchesUpdate {
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    durable_operations: Option<bool>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    use_typed_values: Option<bool>,
}

impl Database {
    pub(crate) fn switches(&self) -> Result<Switches, Error> {
        let view = self.store.read()?;
        let settings = Settings(&view);
        Ok(Switches {
            durable_operations: settings.durable_operations()?,
            use_typed_values: settings.typed_values()?,
        })
    }

    /// Changes the switches that are named, at least one.
    pub(crate) async fn update_switches(&self, update: SwitchesUpdate) -> Result<(), Error> {
        let SwitchesUpdate {
            durable_operations,
            use_typed_values,
        } = update;
        if durable_operations.or(use_typed_values).is_none() {
            return Err(Error::NoSwitch);
        }
        self.store
            .write(move |transaction| {
                let settings = Settings(transaction);
                if let Some(on) = durable_operations {
                    settings.set_durable_operations(on)?;
                }
                if let Some(on) = use_typed_values {
                    settings.set_typed_values(on)?;
                }
                Ok(())
            })
            .await
    }
}
