//! What belongs to the document as a whole: its words, servers, security schemes and the names of its schemas.

use indexmap::IndexMap;

use super::rules::document as rules;
use super::text;
use super::walk::Walk;
use xtask::contract::Node;

/// Compares everything outside the operations.
pub(crate) fn compare(walk: &mut Walk, base: &Node<'_>, revision: &Node<'_>) {
    if let (Some(base), Some(revision)) = (base.get("info"), revision.get("info")) {
        text::compare(
            walk,
            &base,
            &revision,
            &[
                "title",
                "description",
                "summary",
                "contact",
                "license",
                "termsOfService",
            ],
        );
    }
    text::compare(walk, base, revision, &["externalDocs", "tags"]);
    servers(walk, base, revision);
    security_schemes(walk, base, revision);
    schemas(walk, base, revision);
}

fn servers(walk: &mut Walk, base: &Node<'_>, revision: &Node<'_>) {
    let (before, after) = (by_url(base), by_url(revision));
    for (url, server) in &before {
        match after.get(url) {
            None => walk.removed(&rules::SERVER_REMOVED, server),
            Some(kept) => text::compare(walk, server, kept, &["description", "variables"]),
        }
    }
    for (_, server) in after.iter().filter(|(url, _)| !before.contains_key(*url)) {
        walk.added(&rules::SERVER_ADDED, server);
    }
}

fn by_url<'a>(root: &Node<'a>) -> IndexMap<&'a str, Node<'a>> {
    let servers = root.raw("servers");
    let servers = servers.iter().flat_map(Node::elements);
    servers
        .filter_map(|server| Some((server.text("url")?, server)))
        .collect()
}

fn security_schemes(walk: &mut Walk, base: &Node<'_>, revision: &Node<'_>) {
    let (before, after) = (
        components(base, "securitySchemes"),
        components(revision, "securitySchemes"),
    );
    for (name, old) in &before {
        match after.get(name) {
            None => walk.removed(&rules::SECURITY_SCHEME_REMOVED, old),
            Some(new) => security_scheme(walk, old, new),
        }
    }
    for (_, new) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        walk.added(&rules::SECURITY_SCHEME_ADDED, new);
    }
}

fn security_scheme(walk: &mut Walk, old: &Node<'_>, new: &Node<'_>) {
    let meaningful = ["type", "in", "name", "scheme", "flows", "openIdConnectUrl"];
    if meaningful
        .iter()
        .any(|key| old.value.get(key) != new.value.get(key))
    {
        walk.changed(&rules::SECURITY_SCHEME_CHANGED, old, new);
    }
    text::compare(walk, old, new, &["description", "bearerFormat"]);
}

/// Their names only: what they hold matters where an operation uses them.
fn schemas(walk: &mut Walk, base: &Node<'_>, revision: &Node<'_>) {
    let (before, after) = (components(base, "schemas"), components(revision, "schemas"));
    for (name, old) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
        walk.removed_as(&rules::SCHEMA_REMOVED, old, (*name).into());
    }
    for (name, new) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        walk.note(&rules::SCHEMA_ADDED, new, None, Some((*name).into()));
    }
}

fn components<'a>(root: &Node<'a>, kind: &str) -> IndexMap<&'a str, Node<'a>> {
    root.raw("components")
        .and_then(|components| Some(components.raw(kind)?.to_map()))
        .unwrap_or_default()
}
