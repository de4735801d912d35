//! The walk over two documents: where it is, and what it has found so far.

use indexmap::IndexMap;
use serde_json::Value;
use xtask::contract::Node;

use super::affected_operations::Reach;
use super::change::{Change, Place, Rule, Side, Sided, Which};
use super::coverage::Coverage;

/// What the comparison carries along.
#[derive(Default)]
pub(crate) struct Walk<'a> {
    changes: IndexMap<(&'static str, Which, String, Option<Side>), Change>,
    operation: Option<String>,
    side: Option<Side>,
    reach: Reach,
    waiting: Vec<Waiting<'a>>,
    pub(crate) coverage: Coverage<'a>,
}

/// How two schemas have been compared.
#[derive(PartialEq)]
pub(crate) enum Compared {
    /// Keyword by keyword.
    Keywords,
    /// One of them with a form of the other, which is a pair of its own.
    AsForm,
}

/// Two schemas that are still to be compared. Each may be the conjunction of several.
struct Waiting<'a> {
    side: Side,
    base: Vec<Node<'a>>,
    revision: Vec<Node<'a>>,
    /// The pair's number, by which its changes are attributed.
    pair: usize,
}

impl<'a> Walk<'a> {
    /// Walks an operation: what is found meanwhile reaches it.
    pub(crate) fn operation(&mut self, id: &str, walk: impl FnOnce(&mut Self)) {
        self.operation = Some(id.to_owned());
        walk(self);
        self.operation = None;
    }

    /// Walks what is sent, or what is received.
    pub(crate) fn side(&mut self, side: Side, walk: impl FnOnce(&mut Self)) {
        self.at(Some(side), walk);
    }

    /// Walks what is on a side, or on none.
    pub(crate) fn at(&mut self, side: Option<Side>, walk: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.side, side);
        walk(self);
        self.side = outer;
    }

    /// The rule for a change of a schema on the current side.
    pub(crate) fn sided(&self, rules: &'static Sided) -> &'static Rule {
        rules.on(self.current_side())
    }

    /// Schemas are only reached through bodies, parameters and headers, all of which are on a side.
    pub(crate) fn current_side(&self) -> Side {
        self.side.unwrap_or(Side::Request)
    }

    /// Notes that two objects are compared with each other, so that none of their members is
    /// forgotten.
    pub(crate) fn meet(&mut self, base: &Node<'a>, revision: &Node<'a>) {
        self.coverage.meet(Which::Base, self.side, base);
        self.coverage.meet(Which::Revision, self.side, revision);
        let (base, revision) = (base.resolved(), revision.resolved());
        self.coverage.objects.push((self.side, base, revision));
    }

    /// Lets two schemas be compared, unless they have met on this side before: shared ones are
    /// compared once, and cycles end.
    pub(crate) fn schemas(&mut self, base: &[Node<'a>], revision: &[Node<'a>]) {
        let side = self.current_side();
        let pointers = |nodes: &[Node<'a>]| -> String {
            let all = nodes.iter().map(|node| node.resolved().pointer);
            all.collect::<Vec<_>>().join(" ")
        };
        self.coverage.meet_both(Some(side), base, revision);
        let pair = (side, pointers(base), pointers(revision));
        if let Some(pair) = self.reach.enter(pair, self.operation.as_deref()) {
            self.waiting.push(Waiting {
                side,
                base: base.to_vec(),
                revision: revision.to_vec(),
                pair,
            });
        }
    }

    /// Compares the schemas that are waiting, and those that they lead to.
    pub(crate) fn compare_waiting(
        &mut self,
        compare: impl Fn(&mut Self, &[Node<'a>], &[Node<'a>]) -> Compared,
    ) {
        while let Some(next) = self.waiting.pop() {
            let outer = self.side.replace(next.side);
            self.reach.open(next.pair);
            let compared = compare(self, &next.base, &next.revision);
            self.reach.close();
            self.side = outer;
            if compared == Compared::Keywords {
                let pair = (next.side, next.base, next.revision);
                self.coverage.schemas.push(pair);
            }
        }
    }

    pub(crate) fn changed(&mut self, rule: &'static Rule, base: &Node<'a>, revision: &Node<'a>) {
        self.coverage.cover(Which::Base, self.side, base);
        let (before, after) = (base.value.clone(), revision.value.clone());
        self.note(rule, revision, Some(before), Some(after));
    }

    pub(crate) fn added(&mut self, rule: &'static Rule, revision: &Node<'a>) {
        self.note(rule, revision, None, Some(revision.value.clone()));
    }

    pub(crate) fn removed(&mut self, rule: &'static Rule, base: &Node<'a>) {
        self.removed_as(rule, base, base.value.clone());
    }

    /// A removal of something large, with its own words for what it was.
    pub(crate) fn removed_as(&mut self, rule: &'static Rule, base: &Node<'a>, before: Value) {
        self.coverage.cover(Which::Base, self.side, base);
        self.record(rule, Which::Base, &base.pointer, Some(before), None);
    }

    /// A change that covers a whole value of the newer document, with its own words for before
    /// and after.
    pub(crate) fn note(
        &mut self,
        rule: &'static Rule,
        at: &Node<'a>,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        self.coverage.cover(Which::Revision, self.side, at);
        self.record(rule, Which::Revision, &at.pointer, before, after);
    }

    /// A change that is placed at a value of the newer document, and covers other values than
    /// this one.
    pub(crate) fn tell(
        &mut self,
        rule: &'static Rule,
        at: &Node<'a>,
        told: impl IntoIterator<Item = (Which, Node<'a>)>,
        (before, after): (Value, Value),
    ) {
        for (which, node) in told {
            self.coverage.cover(which, self.side, &node);
        }
        let pointer = &at.pointer;
        self.record(rule, Which::Revision, pointer, Some(before), Some(after));
    }

    /// A change of what some members of an object mean together.
    pub(crate) fn members(
        &mut self,
        rule: &'static Rule,
        (base, revision): (&Node<'a>, &Node<'a>),
        keys: &[&str],
        values: (Value, Value),
    ) {
        let of = |which, node: &Node<'a>| {
            let members = keys.iter().filter_map(|key| node.raw(key));
            members.map(|member| (which, member)).collect::<Vec<_>>()
        };
        let told = [of(Which::Base, base), of(Which::Revision, revision)];
        self.tell(rule, revision, told.into_iter().flatten(), values);
    }

    /// A value that was added, removed or changed, whichever it is.
    pub(crate) fn differs(
        &mut self,
        rule: &'static Rule,
        base: Option<&Node<'a>>,
        revision: Option<&Node<'a>>,
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
        pointer: &str,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        let key = (rule.name, document, pointer.to_owned(), self.side);
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
            fix: rule.fix,
        });
        if !self.reach.change(index)
            && let Some(operation) = &self.operation
            && !change.place.operations.contains(operation)
        {
            change.place.operations.push(operation.clone());
        }
    }
}
