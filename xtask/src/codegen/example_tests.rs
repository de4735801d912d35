//! Tests that lead every example of the document through the generated types.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use serde_json::Value;
use xtask::contract::{Document, Node, Operation, example_values};

use super::body_types::{self, Shape};
use crate::finding::Finding;

/// The tests, and what they prove.
pub(super) struct Examples {
    pub(super) file: syn::File,
    /// By operation, how many examples of its request and its success a test leads through a type
    /// of the client.
    pub(super) proven: BTreeMap<String, usize>,
}

pub(super) fn generate(document: &Document, client: &syn::File) -> Result<Examples, Vec<Finding>> {
    let shapes = body_types::read(client);
    let mut operations = document.operations();
    operations.sort_by_key(Operation::id);
    let mut findings = Vec::new();
    let mut tests = Vec::new();
    let mut proven = BTreeMap::new();
    for operation in &operations {
        let rows = rows(operation, &shapes, &mut findings);
        let counted = rows.iter().filter(|row| row.proves && !row.is_error);
        proven.insert(operation.id().to_owned(), counted.count());
        let name = Ident::new(operation.id(), Span::call_site());
        let rows = rows.into_iter().map(|row| row.tokens);
        tests.push(quote! {
            #[test]
            fn #name() {
                #(#rows)*
            }
        });
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let file = syn::parse_quote! {
        use ekodb_api::types;

        use crate::round_trip::round_trip;

        #(#tests)*
    };
    Ok(Examples { file, proven })
}

/// The check of one example.
struct Row {
    tokens: TokenStream,
    /// Whether its type is one of the client: any example fits `serde_json::Value`.
    proves: bool,
    is_error: bool,
}

fn rows(
    operation: &Operation<'_>,
    shapes: &BTreeMap<String, Shape>,
    findings: &mut Vec<Finding>,
) -> Vec<Row> {
    let shape = shapes.get(operation.id());
    let mut rows = Vec::new();
    if let Some(body) = operation.body() {
        let ty = shape.and_then(|shape| shape.body.as_ref());
        rows.extend(of_body("request", &body, ty, findings));
    }
    for (status, response) in operation.responses() {
        // The generated client gives a type to the reply of success only; errors are read by their
        // component.
        let reply = shape.and_then(|shape| shape.reply.as_ref());
        let ty = reply.filter(|_| status.starts_with('2'));
        rows.extend(of_body(status, &response, ty, findings));
    }
    rows
}

fn of_body(
    what: &str,
    body: &Node<'_>,
    ty: Option<&syn::Type>,
    findings: &mut Vec<Finding>,
) -> Vec<Row> {
    let holder = body.resolved();
    let schema = holder.value.pointer("/content/application~1json/schema");
    let schema = schema.unwrap_or(&Value::Null);
    let rust = ty.map_or_else(|| component(schema), ToTokens::to_token_stream);
    let examples = example_values(body);
    let demanding = schema.as_object().is_some_and(|schema| !schema.is_empty());
    let proves = !rust.to_string().ends_with("serde_json :: Value");
    if !proves && demanding && !examples.is_empty() {
        findings.push(Finding {
            rule: "example-untyped",
            pointer: holder.pointer,
            problem: "its examples can be decoded as any JSON only, which proves nothing"
                .to_owned(),
            fix: "make a component of the schema, and refer to it".to_owned(),
        });
        return Vec::new();
    }
    examples
        .into_iter()
        .map(|(name, value)| {
            let place = match name {
                "example" => what.to_owned(),
                name => format!("{what}, {name}"),
            };
            let json = value.to_string();
            Row {
                tokens: quote! { round_trip::<#rust>(#place, #json); },
                proves,
                is_error: !(what == "request" || what.starts_with('2')),
            }
        })
        .collect()
}

/// The type of a schema that is a component.
fn component(schema: &Value) -> TokenStream {
    let reference = schema.get("$ref").and_then(Value::as_str);
    match reference.and_then(|path| path.rsplit('/').next()) {
        Some(name) => {
            let name = Ident::new(name, Span::call_site());
            quote!(types::#name)
        }
        None => quote!(serde_json::Value),
    }
}
