//! Path templates.

use std::collections::HashMap;

use crate::finding::Finding;
use xtask::contract::{Document, members, step};

pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let mut shapes: HashMap<String, &str> = HashMap::new();
    for (path, item) in members(document.value.get("paths")) {
        if path.starts_with("x-") {
            continue;
        }
        let mut report = |rule, pointer, problem: String, fix: &str| {
            findings.push(Finding {
                rule,
                pointer,
                problem,
                fix: fix.to_owned(),
            });
        };
        let pointer = step("/paths", path);
        if !path.starts_with('/') {
            report(
                "path-slash",
                pointer.clone(),
                format!("`{path}` does not begin with a slash"),
                "begin it with `/`: it is put behind the base URL",
            );
        }
        // What RFC 3986 allows in a segment, and the braces of parameters.
        let strange = |letter: char| {
            !(letter.is_ascii_alphanumeric() || "/{}-._~!$&'()*+,;=:@".contains(letter))
        };
        let outside: String = path
            .split('{')
            .map(|part| part.rsplit('}').next().unwrap_or(part))
            .collect();
        if let Some(letter) = outside.chars().find(|letter| strange(*letter)) {
            report(
                "path-letter",
                pointer.clone(),
                format!("`{path}` has `{letter}`, which is not a letter of a path"),
                "remove it; what follows a `?` is written as parameters of the query",
            );
        }
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let inner = segments.split_last().map_or(&[][..], |(_, inner)| inner);
        if segments.iter().any(|segment| [".", ".."].contains(segment)) || inner.contains(&"") {
            report(
                "path-segment",
                pointer.clone(),
                format!(
                    "`{path}` has an empty segment, or one of dots, which reaches another path"
                ),
                "write the path that the server answers",
            );
        }
        if item.get("$ref").is_some() {
            report(
                "path-reference",
                step(&pointer, "$ref"),
                format!("`{path}` is described elsewhere, where the generator does not look"),
                "write the operations here",
            );
        }
        for segment in path
            .split('/')
            .filter(|segment| segment.contains(['{', '}']))
        {
            if name(segment).is_none() {
                report(
                    "path-segment",
                    pointer.clone(),
                    format!("`{segment}` is a parameter and something else in one segment"),
                    "let a parameter be a whole segment, such as `/{collection}/`",
                );
            }
        }
        let names: Vec<&str> = path.split('/').filter_map(name).collect();
        for (index, name) in names.iter().enumerate() {
            if names[..index].contains(name) {
                report(
                    "path-parameter-twice",
                    pointer.clone(),
                    format!("`{{{name}}}` is twice in `{path}`"),
                    "give each a name of its own",
                );
            }
        }
        let shape: Vec<&str> = path
            .split('/')
            .map(|segment| name(segment).map_or(segment, |_| "{}"))
            .collect();
        if let Some(first) = shapes.insert(shape.join("/"), path) {
            report(
                "path-ambiguous",
                pointer,
                format!("`{path}` and `{first}` differ in the names of their parameters only"),
                "put the operations under one of them",
            );
        }
    }
}

/// The parameter that a segment is.
pub(super) fn name(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['{', '}'])).then_some(name)
}
