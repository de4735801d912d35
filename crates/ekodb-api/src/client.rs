//! The generated client's handle: its operations are in `generated`.

use std::{fmt, sync::Arc};

use crate::{Base, Transport};

/// The client, with a method for each operation of the API. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    base: Arc<Base>,
    transport: Option<Arc<dyn Transport>>,
}

impl Client {
    /// Creates a client of the server at `base`, which sends its requests through `transport`.
    pub fn new(base: Base, transport: Arc<dyn Transport>) -> Self {
        Self {
            base: Arc::new(base),
            transport: Some(transport),
        }
    }

    /// Creates a client whose operations can be prepared, but not sent.
    pub fn without_transport(base: Base) -> Self {
        Self {
            base: Arc::new(base),
            transport: None,
        }
    }

    /// The same client with another transport.
    pub fn with_transport(&self, transport: Arc<dyn Transport>) -> Self {
        Self {
            base: Arc::clone(&self.base),
            transport: Some(transport),
        }
    }

    pub(crate) fn base(&self) -> &Base {
        &self.base
    }

    pub(crate) fn transport(&self) -> Option<&dyn Transport> {
        self.transport.as_deref()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}
