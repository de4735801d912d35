//! Tests that lead every example of the document through the generated types.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use serde_json::Value;
use xtask::contract::{Document, Node, Operation, example_values};

use super::shapes::{self, Shape};
use crate::finding::Finding;

pub(super) fn generate(document: &Document, client: &syn::File) -> Result<syn::File, Vec<Finding>> {
    let shapes = shapes::read(client);
    let mut operations = document.operations();
    operations.sort_by_key(Operation::id);
    let mut findings = Vec::new();
    let tests: Vec<TokenStream> = operations
        .iter()
        .map(|operation| test(operation, &shapes, &mut findings))
        .collect();
    if !findings.is_empty() {
        return Err(findings);
    }
    Ok(syn::parse_quote! {
        use ekodb_api::types;

        use crate::round_trip::round_trip;

        #(#tests)*
    })
}

fn test(
    operation: &Operation<'_>,
    shapes: &BTreeMap<String, Shape>,
    findings: &mut Vec<Finding>,
) -> TokenStream {
    let name = Ident::new(operation.id(), Span::call_site());
    let shape = shapes.get(operation.id());
    let mut rows = Vec::new();
    if let Some(body) = operation.body() {
        let ty = shape.and_then(|shape| shape.body.as_ref());
        rows.extend(of_body("request", &body, ty, findings));
    }
    for (status, response) in operation.responses() {
        // The generated client gives a type to the reply of success only; errors are read by their component.
        let reply = shape.and_then(|shape| shape.reply.as_ref());
        let ty = reply.filter(|_| status.starts_with('2'));
        rows.extend(of_body(status, &response, ty, findings));
    }
    quote! {
        #[test]
        fn #name() {
            #(#rows)*
        }
    }
}

fn of_body(
    what: &str,
    body: &Node<'_>,
    ty: Option<&syn::Type>,
    findings: &mut Vec<Finding>,
) -> Vec<TokenStream> {
    let holder = body.resolved();
    let schema = holder.value.pointer("/content/application~1json/schema");
    let schema = schema.unwrap_or(&Value::Null);
    let rust = ty.map_or_else(|| component(schema), ToTokens::to_token_stream);
    let examples = example_values(body);
    let demanding = schema.as_object().is_some_and(|schema| !schema.is_empty());
    if rust.to_string().ends_with("Value") && demanding && !examples.is_empty() {
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
            quote! { round_trip::<#rust>(#place, #json); }
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
