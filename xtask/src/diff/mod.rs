//! Comparing two versions of the contract, and saying what each change means to its users.

mod affected_operations;
mod change;
mod comparable;
mod compare;
mod content;
mod coverage;
mod document_level;
mod equality;
mod member;
mod pair;
mod parameters;
mod privilege;
pub(crate) mod render;
mod request_body;
mod responses;
mod rules;
mod schema;
mod security;
mod servers;
mod unreported;
mod version;
mod walk;

#[cfg(test)]
mod tests;

use semver::Version;
use xtask::contract::Document;

pub(crate) use self::change::{Change, Level};

use self::walk::Walk;

/// All that lies between two documents.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) base: Version,
    pub(crate) revision: Version,
    /// Breaking changes first, then compatible ones, then those of words; each in the order of the
    /// document.
    pub(crate) changes: Vec<Change>,
}

impl Comparison {
    /// Compares the document `base` with its successor `revision`; or says why it cannot.
    pub(crate) fn new(base: &Document, revision: &Document) -> Result<Self, String> {
        let versions = (comparable::check(base)?, comparable::check(revision)?);
        let mut walk = Walk::default();
        let roots = (&base.root(), &revision.root());
        pair::compare(&mut walk, base, revision);
        document_level::compare(&mut walk, roots.0, roots.1);
        walk.compare_waiting(schema::compare);
        document_level::unreached(&mut walk, roots.0, roots.1);
        walk.compare_waiting(schema::compare);
        unreported::report(&mut walk, roots.0, roots.1);
        Ok(Self {
            base: versions.0,
            revision: versions.1,
            changes: walk.into_changes(),
        })
    }

    /// The level of the gravest change.
    pub(crate) fn level(&self) -> Option<Level> {
        self.changes.iter().map(|change| change.level).max()
    }

    /// How many changes have this level.
    pub(crate) fn count(&self, level: Level) -> usize {
        self.changes
            .iter()
            .filter(|change| change.level == level)
            .count()
    }

    /// The lowest version that the newer document may have.
    pub(crate) fn lowest_version(&self) -> Version {
        version::lowest(&self.base, self.level())
    }

    /// Whether the newer document's version is high enough to be released.
    pub(crate) fn releasable(&self) -> bool {
        version::allows(&self.base, &self.revision, self.level())
    }

    /// Whether something breaks and the version does not say so.
    pub(crate) fn breaks_silently(&self) -> bool {
        self.level() == Some(Level::Breaking) && !self.releasable()
    }
}
