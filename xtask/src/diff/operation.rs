//! Comparing one operation with its successor.

use serde_json::json;

use super::rules::{document, operation as rules};
use super::walk::Walk;
use super::{parameters, privilege, request_body, responses, security, text};
use xtask::contract::Operation;

const PRIVILEGE: &str = "x-ekodb-privilege";

/// Compares everything about an operation.
pub(crate) fn compare(walk: &mut Walk, base: &Operation<'_>, revision: &Operation<'_>) {
    let (before, after) = (&base.node, &revision.node);
    if let (Some(old), Some(new)) = (before.raw("operationId"), after.raw("operationId"))
        && old.value != new.value
    {
        walk.changed(&rules::ID_CHANGED, &old, &new);
    }
    deprecation(walk, base, revision);
    security::compare(walk, base, revision);
    if let (Some(old), Some(new)) = (before.raw(PRIVILEGE), after.raw(PRIVILEGE))
        && let Some(rule) = privilege::judge(old.value.as_str(), new.value.as_str())
    {
        walk.changed(rule, &old, &new);
    }
    idempotence(walk, base, revision);
    parameters::compare(walk, base, revision);
    request_body::compare(walk, before, after);
    responses::compare(walk, before, after);
    words(walk, base, revision);
}

fn deprecation(walk: &mut Walk, base: &Operation<'_>, revision: &Operation<'_>) {
    let rule = match (
        base.node.flag("deprecated"),
        revision.node.flag("deprecated"),
    ) {
        (false, true) => &rules::DEPRECATED,
        (true, false) => &rules::UNDEPRECATED,
        _ => return,
    };
    walk.note(
        rule,
        &revision.node,
        Some(json!(base.node.flag("deprecated"))),
        Some(json!(revision.node.flag("deprecated"))),
    );
}

fn idempotence(walk: &mut Walk, base: &Operation<'_>, revision: &Operation<'_>) {
    let rule = match (base.is_idempotent(), revision.is_idempotent()) {
        (true, false) => &rules::IDEMPOTENCE_LOST,
        (false, true) => &rules::IDEMPOTENCE_GAINED,
        _ => return,
    };
    walk.note(
        rule,
        &revision.node,
        Some(json!(base.is_idempotent())),
        Some(json!(revision.is_idempotent())),
    );
}

fn words(walk: &mut Walk, base: &Operation<'_>, revision: &Operation<'_>) {
    text::compare(
        walk,
        &base.node,
        &revision.node,
        &["summary", "description", "externalDocs"],
    );
    text::compare(
        walk,
        &base.item,
        &revision.item,
        &["summary", "description"],
    );
    let others = [
        ("tags", &document::TAGS),
        ("x-ekodb-evidence", &document::EVIDENCE),
        ("x-ekodb-assumption", &document::EVIDENCE),
    ];
    for (key, rule) in others {
        let (before, after) = (base.node.raw(key), revision.node.raw(key));
        if before.as_ref().map(|node| node.value) != after.as_ref().map(|node| node.value) {
            walk.differs(rule, before.as_ref(), after.as_ref());
        }
    }
}
