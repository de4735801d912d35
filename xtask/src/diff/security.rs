//! How a request must be authenticated.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Which;
use super::rules::operation as rules;
use super::walk::Walk;
use serde_json::Value;
use xtask::contract::{Node, Operation};

/// One way to authenticate: every scheme that is needed, with its scopes. Empty means that nothing
/// is needed.
type Way<'a> = BTreeMap<&'a str, BTreeSet<String>>;

/// Compares the ways in which an operation lets itself be authenticated.
pub(crate) fn compare<'a>(walk: &mut Walk<'a>, base: &Operation<'a>, revision: &Operation<'a>) {
    let (before, after) = (base.security(), revision.security());
    let (old, new) = (ways(before.as_ref()), ways(after.as_ref()));
    if old == new {
        walk.coverage.meet_both(None, &before, &after);
        return;
    }
    let still_enough = |way: &Way<'_>| new.iter().any(|needed| suffices(way, needed));
    let rule = if old.iter().all(still_enough) {
        &rules::SECURITY_LOOSENED
    } else {
        &rules::SECURITY_TIGHTENED
    };
    match (&before, &after) {
        // The place of what went is the operation that it went from.
        (Some(before), None) => {
            let told = [(Which::Base, before.clone())];
            let values = (before.value.clone(), Value::Null);
            walk.tell(rule, &revision.node, told, values);
        }
        _ => walk.differs(rule, before.as_ref(), after.as_ref()),
    }
}

fn ways<'a>(security: Option<&Node<'a>>) -> BTreeSet<Way<'a>> {
    let ways: BTreeSet<_> = security
        .iter()
        .flat_map(|list| list.elements())
        .map(|way| schemes(&way))
        .collect();
    // An empty list, like none, means that nothing is needed.
    if ways.is_empty() {
        BTreeSet::from([Way::new()])
    } else {
        ways
    }
}

fn schemes<'a>(way: &Node<'a>) -> Way<'a> {
    way.members()
        .map(|(scheme, scopes)| {
            (
                scheme,
                scopes
                    .elements()
                    .filter_map(|scope| scope.value.as_str().map(str::to_owned))
                    .collect(),
            )
        })
        .collect()
}

fn suffices(held: &Way<'_>, needed: &Way<'_>) -> bool {
    needed.iter().all(|(scheme, scopes)| {
        held.get(scheme)
            .is_some_and(|held| held.is_superset(scopes))
    })
}
