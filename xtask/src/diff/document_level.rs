//! What belongs to the document as a whole: its texts, security schemes and the names of its
//! schemas.

use indexmap::IndexMap;
use serde_json::Value;
use xtask::contract::Node;

use super::change::Side;
use super::rules::document as rules;
use super::walk::Walk;
use super::{member, servers};

/// Compares everything outside the operations.
pub(crate) fn compare<'a>(walk: &mut Walk<'a>, base: &Node<'a>, revision: &Node<'a>) {
    walk.meet(base, revision);
    if let (Some(base), Some(revision)) = (base.get("info"), revision.get("info")) {
        walk.meet(&base, &revision);
        let keys = [
            "title",
            "description",
            "contact",
            "license",
            "termsOfService",
        ];
        member::texts(walk, &base, &revision, &keys);
    }
    member::texts(walk, base, revision, &["openapi", "externalDocs", "tags"]);
    servers::of_documents(walk, base, revision);
    // What it means to each operation has been compared there.
    let security = (base.raw("security"), revision.raw("security"));
    walk.coverage.meet_both(None, &security.0, &security.1);
    security_schemes(walk, base, revision);
    schemas(walk, base, revision);
}

/// Compares the component schemas that no operation has led to: generated code names types after
/// them.
pub(crate) fn unreached<'a>(walk: &mut Walk<'a>, base: &Node<'a>, revision: &Node<'a>) {
    let (before, after) = (components(base, "schemas"), components(revision, "schemas"));
    for (name, old) in &before {
        // Where both are the same reference, the component that it leads to is compared.
        let alias =
            |new: &Node<'a>| old.reference().is_some() && old.reference() == new.reference();
        if let Some(new) = after.get(name).filter(|new| !alias(new))
            && !walk.coverage.reaches(old)
        {
            for side in [Side::Request, Side::Response] {
                let only = std::slice::from_ref;
                walk.side(side, |walk| walk.schemas(only(old), only(new)));
            }
        }
    }
}

fn security_schemes<'a>(walk: &mut Walk<'a>, base: &Node<'a>, revision: &Node<'a>) {
    let (before, after) = (
        components(base, "securitySchemes"),
        components(revision, "securitySchemes"),
    );
    for (name, old) in &before {
        match after.get(name) {
            None => walk.removed(&rules::SECURITY_SCHEME_REMOVED, old),
            Some(new) => {
                walk.meet(old, new);
                security_scheme(walk, &old.resolved(), &new.resolved());
            }
        }
    }
    for (_, new) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        walk.added(&rules::SECURITY_SCHEME_ADDED, new);
    }
}

fn security_scheme<'a>(walk: &mut Walk<'a>, old: &Node<'a>, new: &Node<'a>) {
    // The names of schemes in HTTP have no case, nor have those of headers.
    let plain = |node: &Node<'a>, key: &str| match node.value.get(key) {
        Some(Value::String(text))
            if key == "scheme" || key == "name" && node.text("in") == Some("header") =>
        {
            Some(Value::from(text.to_ascii_lowercase()))
        }
        other => other.cloned(),
    };
    let keys = ["type", "in", "name", "scheme", "flows", "openIdConnectUrl"];
    if keys.iter().any(|key| plain(old, key) != plain(new, key)) {
        let values = (old.value.clone(), new.value.clone());
        walk.members(&rules::SECURITY_SCHEME_CHANGED, (old, new), &keys, values);
    } else {
        for key in keys {
            let members = (old.raw(key), new.raw(key));
            walk.coverage.meet_both(None, &members.0, &members.1);
        }
    }
    member::texts(walk, old, new, &["description", "bearerFormat"]);
}

/// Their names only: what they hold matters where it is used.
fn schemas<'a>(walk: &mut Walk<'a>, base: &Node<'a>, revision: &Node<'a>) {
    let (before, after) = (components(base, "schemas"), components(revision, "schemas"));
    for (name, old) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
        walk.removed_as(&rules::SCHEMA_REMOVED, old, (*name).into());
    }
    for (name, new) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        walk.note(&rules::SCHEMA_ADDED, new, None, Some((*name).into()));
    }
}

/// The components of a kind, by name.
pub(crate) fn components<'a>(root: &Node<'a>, kind: &str) -> IndexMap<&'a str, Node<'a>> {
    root.raw("components")
        .and_then(|components| Some(components.raw(kind)?.to_map()))
        .unwrap_or_default()
}
