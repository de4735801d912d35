//! The table of operations: what a runtime needs to know that the generated client does not say.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use serde_json::Value;

use crate::{
    document::Document,
    lint::{self, Operation, members},
};

pub(super) fn generate(document: &Document) -> Result<syn::File, String> {
    let mut operations = lint::operations(document);
    operations.sort_by_key(|operation| text(operation, "operationId").to_owned());
    let rows = operations
        .iter()
        .map(|operation| row(document, operation))
        .collect::<Result<Vec<_>, _>>()?;
    let tokens = quote! {
        use crate::{Auth, Operation, Privilege, Replay};

        pub(crate) static OPERATIONS: &[Operation] = &[#(#rows),*];
    };
    syn::parse2(tokens).map_err(|error| format!("the table of operations does not parse: {error}"))
}

fn row(document: &Document, operation: &Operation<'_>) -> Result<TokenStream, String> {
    let id = text(operation, "operationId");
    let method = operation.method.to_uppercase();
    let path = operation.path;
    let auth = variant(auth(operation));
    let privilege = variant(match text(operation, "x-ekodb-privilege") {
        "none" => "None",
        "any" => "Any",
        "read" => "Read",
        "write" => "Write",
        _ => "Admin",
    });
    let replay = variant(if idempotent(operation) {
        "Idempotent"
    } else {
        "Never"
    });
    let (status, response) = members(operation.value.get("responses"))
        .find(|(status, _)| status.starts_with('2'))
        .ok_or_else(|| format!("`{id}` has no response of success"))?;
    let success: u16 = status.parse().map_err(|_| {
        format!("the response of success of `{id}` is `{status}`: write one status")
    })?;
    let success = proc_macro2::Literal::u16_unsuffixed(success);
    let has_reply = document.resolve(response).get("content").is_some();
    let deprecated = operation.value.get("deprecated") == Some(&Value::Bool(true));
    Ok(quote! {
        Operation {
            id: #id,
            method: #method,
            path: #path,
            auth: Auth::#auth,
            privilege: Privilege::#privilege,
            replay: Replay::#replay,
            success: #success,
            has_reply: #has_reply,
            deprecated: #deprecated,
        }
    })
}

fn auth(operation: &Operation<'_>) -> &'static str {
    let security = operation.value.get("security").and_then(Value::as_array);
    let empty = |requirement: &Value| {
        requirement
            .as_object()
            .is_some_and(serde_json::Map::is_empty)
    };
    match security {
        Some(requirements) if requirements.is_empty() => "None",
        Some(requirements) if requirements.iter().any(empty) => "Optional",
        _ => "Bearer",
    }
}

/// The method tells, unless the document says otherwise.
fn idempotent(operation: &Operation<'_>) -> bool {
    operation
        .value
        .get("x-ekodb-idempotent")
        .and_then(Value::as_bool)
        .unwrap_or(matches!(
            operation.method,
            "get" | "head" | "put" | "delete" | "options"
        ))
}

pub(super) fn text<'a>(operation: &Operation<'a>, key: &str) -> &'a str {
    operation
        .value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn variant(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
