//! What the reader of OpenAPI documents refuses, with the innermost place that it refuses.

use openapiv3::{
    Components, Contact, Discriminator, Encoding, Example, ExternalDocumentation, Header, Info,
    License, Link, MediaType, OAuth2Flows, OpenAPI, Operation, Parameter, PathItem, RequestBody,
    Response, Schema, SecurityScheme, Server, ServerVariable, Tag,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use xtask::contract::{Document, Kind, walk::walk};

use crate::finding::Finding;

/// Adds what no finding so far explains: it runs last.
pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let mut refused = Vec::new();
    walk(document, &mut |kind, pointer, value| {
        if let Some(error) = refusal(kind, value) {
            refused.push((kind, pointer.to_owned(), error));
        }
    });
    // An outer object comes before those within it: the last is an innermost one.
    for (kind, pointer, error) in refused.into_iter().rev() {
        let within = |finding: &Finding| {
            finding
                .pointer
                .strip_prefix(&pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if !findings.iter().any(within) {
            let grammar = kind.grammar();
            findings.push(Finding {
                rule: "structure",
                problem: format!("{} cannot be read: {error}", grammar.name),
                fix: format!(
                    "write what https://spec.openapis.org/oas/v3.0.3#{} asks for",
                    grammar.anchor
                ),
                pointer,
            });
        }
    }
}

fn refusal(kind: Kind, value: &Value) -> Option<String> {
    if value.get("$ref").is_some() {
        return None;
    }
    match kind {
        Kind::Document => read::<OpenAPI>(value),
        Kind::Info => read::<Info>(value),
        Kind::Contact => read::<Contact>(value),
        Kind::License => read::<License>(value),
        Kind::ServerVariable => read::<ServerVariable>(value),
        Kind::Flows => read::<OAuth2Flows>(value),
        Kind::Encoding => read::<Encoding>(value),
        Kind::Discriminator => read::<Discriminator>(value),
        // They are read with what holds them.
        Kind::Flow | Kind::Xml => None,
        Kind::Server => read::<Server>(value),
        Kind::Tag => read::<Tag>(value),
        Kind::ExternalDocs => read::<ExternalDocumentation>(value),
        Kind::Components => read::<Components>(value),
        Kind::SecurityScheme => read::<SecurityScheme>(value),
        Kind::Path => read::<PathItem>(value),
        Kind::Operation => read::<Operation>(value),
        Kind::Parameter => read::<Parameter>(value),
        Kind::RequestBody => read::<RequestBody>(value),
        Kind::Response => read::<Response>(value),
        Kind::Header => read::<Header>(value),
        Kind::Media => read::<MediaType>(value),
        Kind::Example => read::<Example>(value),
        Kind::Link => read::<Link>(value),
        Kind::Schema => read::<Schema>(value),
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<String> {
    serde_json::from_value::<T>(value.clone())
        .err()
        .map(|error| error.to_string())
}
