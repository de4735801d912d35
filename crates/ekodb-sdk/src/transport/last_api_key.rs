//! The API key that a server has seen.

use std::sync::Arc;

use arc_swap::ArcSwapOption;

use crate::auth::ApiKey;

/// The key last used, to take it out of what a server says.
#[derive(Debug, Default)]
pub(super) struct LastApiKey(ArcSwapOption<ApiKey>);

impl LastApiKey {
    pub(super) fn remember(&self, key: &ApiKey) {
        let known = self.0.load();
        if known.as_deref().is_none_or(|known| !known.is(key)) {
            self.0.store(Some(Arc::new(key.clone())));
        }
    }

    pub(super) fn get(&self) -> Option<Arc<ApiKey>> {
        self.0.load_full()
    }
}
