//! The walk over two documents: where it is, and what it has found so far.

use indexmap::IndexMap;
use serde_json::Value;

use super::change::{Change, Place, Rule, Side, Sided, Which};
use super::reach::Reach;
use xtask::contract::Node;

/// What the comparison carries along.
#[derive(Default)]
pub(crate) struct Walk {
    changes: IndexMap<(&'static str, Which, String, Option<Side>), Change>,
    operation: Option<String>,
    side: Option<Side>,
    reach: Reach,
}

impl Walk {
    /// Walks an operation: what is found meanwhile reaches it.
    pub(crate) fn operation(&mut self, id: &str, walk: impl FnOnce(&mut Self)) {
        self.operation = Some(id.to_owned());
        walk(self);
        self.operation = None;
    }

    /// Walks what is sent, or what is received.
    pub(crate) fn side(&mut self, side: Side, walk: impl FnOnce(&mut Self)) {
        let outer = self.side.replace(side);
        walk(self);
        self.side = outer;
    }

    /// The rule for a change of a schema on the current side.
    pub(crate) fn sided(&self, rules: &'static Sided) -> &'static Rule {
        // Schemas are only reached through bodies, parameters and headers, all of which are on a side.
        rules.on(self.side.unwrap_or(Side::Request))
    }

    pub(crate) fn current_side(&self) -> Side {
        self.side.unwrap_or(Side::Request)
    }

    /// Compares two schemas, unless they have met on this side before: shared ones are compared once, and cycles end.
    pub(crate) fn pair(
        &mut self,
        base: &Node<'_>,
        revision: &Node<'_>,
        compare: impl FnOnce(&mut Self),
    ) {
        let pair = (
            self.current_side(),
            base.pointer.clone(),
            revision.pointer.clone(),
        );
        if self.reach.enter(pair, self.operation.as_deref()) {
            compare(self);
            self.reach.leave();
        }
    }

    pub(crate) fn changed(&mut self, rule: &'static Rule, base: &Node<'_>, revision: &Node<'_>) {
        self.note(
            rule,
            revision,
            Some(base.value.clone()),
            Some(revision.value.clone()),
        );
    }

    pub(crate) fn added(&mut self, rule: &'static Rule, revision: &Node<'_>) {
        self.note(rule, revision, None, Some(revision.value.clone()));
    }

    pub(crate) fn removed(&mut self, rule: &'static Rule, base: &Node<'_>) {
        self.removed_as(rule, base, base.value.clone());
    }

    /// A removal of something large, with its own words for what it was.
    pub(crate) fn removed_as(&mut self, rule: &'static Rule, base: &Node<'_>, before: Value) {
        self.record(rule, Which::Base, base.pointer.clone(), Some(before), None);
    }

    /// A change at a place of the newer document, with its own words for before and after.
    pub(crate) fn note(
        &mut self,
        rule: &'static Rule,
        at: &Node<'_>,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        self.record(rule, Which::Revision, at.pointer.clone(), before, after);
    }

    /// A value that was added, removed or changed, whichever it is.
    pub(crate) fn differs(
        &mut self,
        rule: &'static Rule,
        base: Option<&Node<'_>>,
        revision: Option<&Node<'_>>,
    ) {
        match (base, revision) {
            (Some(base), Some(revision)) => self.changed(rule, base, revision),
            (Some(base), None) => self.removed(rule, base),
            (None, Some(revision)) => self.added(rule, revision),
            (None, None) => {}
        }
    }

    /// Every change, the gravest first.
    pub(crate) fn into_changes(mut self) -> Vec<Change> {
        self.reach.each(|operation, index| {
            let operations = &mut self.changes[index].place.operations;
            if operations.last().is_none_or(|last| last != operation) {
                operations.push(operation.to_owned());
            }
        });
        let mut changes: Vec<_> = self.changes.into_values().collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.level));
        changes
    }

    /// The same change of a shared component is one change, however many operations reach it.
    fn record(
        &mut self,
        rule: &'static Rule,
        document: Which,
        pointer: String,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        let key = (rule.name, document, pointer.clone(), self.side);
        let entry = self.changes.entry(key);
        let index = entry.index();
        let change = entry.or_insert_with(|| Change {
            rule,
            level: rule.level,
            place: Place {
                document,
                // As a reference to it is written.
                pointer: format!("#{pointer}"),
                side: self.side,
                operations: Vec::new(),
            },
            before,
            after,
            why: rule.why,
            mend: rule.mend,
        });
        if !self.reach.change(index)
            && let Some(operation) = &self.operation
            && !change.place.operations.contains(operation)
        {
            change.place.operations.push(operation.clone());
        }
    }
}
