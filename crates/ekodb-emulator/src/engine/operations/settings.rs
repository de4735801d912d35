//! The server's global switches.

use super::database::Database;
use crate::engine::error::Error;
use crate::engine::store::Settings;

impl Database {
    /// Sets whether replies wrap values as `{"type","value"}`.
    pub(crate) async fn set_typed_values(&self, on: bool) -> Result<(), Error> {
        self.store
            .write(move |transaction| Ok(Settings(transaction).set_typed_values(on)?))
            .await
    }
}
