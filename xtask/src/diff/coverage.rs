//! Which places of both documents the comparison has met, and which a reported change covers.

use std::collections::BTreeSet;

use xtask::contract::Node;

use super::change::{Side, Which};

/// Places of both documents, on one side or on any.
#[derive(Default)]
struct Places([BTreeSet<String>; 6]);

impl Places {
    fn insert(&mut self, which: Which, side: Option<Side>, pointer: &str) {
        for side in [None, side] {
            let places = &mut self.0[index(which, side)];
            if !places.contains(pointer) {
                places.insert(pointer.to_owned());
            }
        }
    }

    fn insert_both<'n>(
        &mut self,
        side: Option<Side>,
        base: impl IntoIterator<Item = &'n Node<'n>>,
        revision: impl IntoIterator<Item = &'n Node<'n>>,
    ) {
        for node in base {
            self.insert(Which::Base, side, &node.pointer);
        }
        for node in revision {
            self.insert(Which::Revision, side, &node.pointer);
        }
    }

    fn on(&self, which: Which, side: Option<Side>) -> &BTreeSet<String> {
        &self.0[index(which, side)]
    }
}

fn index(which: Which, side: Option<Side>) -> usize {
    let which = match which {
        Which::Base => 0,
        Which::Revision => 3,
    };
    which
        + match side {
            None => 0,
            Some(Side::Request) => 1,
            Some(Side::Response) => 2,
        }
}

/// The places that the comparison has answered for.
#[derive(Default)]
pub(crate) struct Coverage<'a> {
    /// The roots of values that a change covers.
    covered: Places,
    /// The values that have been compared with another one.
    met: Places,
    /// The schemas of the older document that have been compared, be it as a part of another one.
    pub(crate) reached: BTreeSet<String>,
    /// The pairs of objects that have been compared member by member.
    pub(crate) objects: Vec<(Option<Side>, Node<'a>, Node<'a>)>,
    /// The pairs of schemas that have been compared.
    pub(crate) schemas: Vec<(Side, Vec<Node<'a>>, Vec<Node<'a>>)>,
}

impl<'a> Coverage<'a> {
    /// A change covers a value, and everything in it.
    pub(crate) fn cover(&mut self, which: Which, side: Option<Side>, node: &Node<'_>) {
        self.covered.insert(which, side, &node.pointer);
    }

    /// A value has been compared with one of the other document.
    pub(crate) fn meet(&mut self, which: Which, side: Option<Side>, node: &Node<'_>) {
        self.met.insert(which, side, &node.pointer);
    }

    /// A change covers these values of both documents.
    pub(crate) fn cover_both<'n>(
        &mut self,
        side: Option<Side>,
        base: impl IntoIterator<Item = &'n Node<'n>>,
        revision: impl IntoIterator<Item = &'n Node<'n>>,
    ) {
        self.covered.insert_both(side, base, revision);
    }

    /// Values of both documents have been compared with each other.
    pub(crate) fn meet_both<'n>(
        &mut self,
        side: Option<Side>,
        base: impl IntoIterator<Item = &'n Node<'n>>,
        revision: impl IntoIterator<Item = &'n Node<'n>>,
    ) {
        self.met.insert_both(side, base, revision);
    }

    /// Whether the comparison has answered for a value. Without a side, an answer on either one
    /// will do.
    pub(crate) fn settles(&self, which: Which, side: Option<Side>, node: &Node<'a>) -> bool {
        if self.met.on(which, side).contains(&node.pointer) {
            return true;
        }
        let covered = self.covered.on(which, side);
        let mut pointer = node.pointer.as_str();
        loop {
            if covered.contains(pointer) {
                return true;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return false,
            }
        }
    }

    /// Whether something refers to a component, or to a part of it, that has been compared.
    pub(crate) fn visits(&self, component: &Node<'a>) -> bool {
        let within = |pointer: &str| {
            let rest = pointer.strip_prefix(component.pointer.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let pairs = self.objects.iter();
        pairs
            .into_iter()
            .any(|(_, old, new)| within(&old.pointer) || within(&new.pointer))
    }

    /// Whether some schema has been compared as this component or with a part of it.
    pub(crate) fn reaches(&self, component: &Node<'a>) -> bool {
        self.reached.contains(&component.pointer)
    }

    /// Whether the comparison has answered for something within a value.
    pub(crate) fn settles_within(&self, which: Which, side: Option<Side>, node: &Node<'_>) -> bool {
        let start = format!("{}/", node.pointer);
        [&self.met, &self.covered].into_iter().any(|places| {
            let next = places.on(which, side).range(start.clone()..).next();
            next.is_some_and(|pointer| pointer.starts_with(&start))
        })
    }
}
