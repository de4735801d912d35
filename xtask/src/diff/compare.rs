//! Comparing one operation with its successor.

use xtask::contract::{Node, Operation};

use super::rules::{document, operation as rules};
use super::walk::Walk;
use super::{member, parameters, privilege, request_body, responses, security, servers};

const PRIVILEGE: &str = "x-ekodb-privilege";

/// Compares everything about an operation.
pub(crate) fn compare<'a>(walk: &mut Walk<'a>, base: &Operation<'a>, revision: &Operation<'a>) {
    let (before, after) = (&base.node, &revision.node);
    walk.meet(before, after);
    walk.meet(&base.item, &revision.item);
    member::value(walk, before, after, "operationId", &rules::ID_CHANGED);
    let deprecated = (&rules::DEPRECATED, &rules::UNDEPRECATED);
    member::flag(walk, before, after, "deprecated", deprecated);
    security::compare(walk, base, revision);
    let (old, new) = (before.raw(PRIVILEGE), after.raw(PRIVILEGE));
    let text = |node: &Option<Node<'a>>| node.as_ref().and_then(|node| node.value.as_str());
    if let Some(rule) = privilege::judge(text(&old), text(&new)) {
        walk.differs(rule, old.as_ref(), new.as_ref());
    }
    idempotence(walk, base, revision);
    servers::of_operations(walk, base, revision);
    parameters::compare(walk, base, revision);
    request_body::compare(walk, before, after);
    responses::compare(walk, base, revision);
    member::value(walk, before, after, "callbacks", &rules::CALLBACKS_CHANGED);
    let words = ["summary", "description", "externalDocs"];
    member::texts(walk, before, after, &words);
    member::texts(
        walk,
        &base.item,
        &revision.item,
        &["summary", "description"],
    );
    for (key, rule) in [
        ("tags", &document::TAGS),
        ("x-ekodb-evidence", &document::EVIDENCE),
        ("x-ekodb-assumption", &document::EVIDENCE),
    ] {
        member::value(walk, before, after, key, rule);
    }
}

fn idempotence<'a>(walk: &mut Walk<'a>, base: &Operation<'a>, revision: &Operation<'a>) {
    let (before, after) = (base.is_idempotent(), revision.is_idempotent());
    let rule = match (before, after) {
        (true, false) => &rules::IDEMPOTENCE_LOST,
        (false, true) => &rules::IDEMPOTENCE_GAINED,
        _ => return,
    };
    let nodes = (&base.node, &revision.node);
    let keys = ["x-ekodb-idempotent"];
    walk.members(rule, nodes, &keys, (before.into(), after.into()));
}
