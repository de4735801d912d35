//! Tests that lead every example of the document through the generated types.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use serde_json::Value;
use xtask::contract::{Document, Node, Operation, example_values};

pub(super) fn generate(document: &Document) -> Result<syn::File, String> {
    let mut operations = document.operations();
    operations.sort_by_key(Operation::id);
    let tests = operations.iter().map(test);
    let tokens = quote! {
        use ekodb_api::types;

        use crate::round_trip::round_trip;

        #(#tests)*
    };
    syn::parse2(tokens).map_err(|error| format!("the tests of the examples do not parse: {error}"))
}

fn test(operation: &Operation<'_>) -> TokenStream {
    let name = Ident::new(operation.id(), Span::call_site());
    let body = operation.body().map(|body| ("request", body));
    let bodies = body.into_iter().chain(operation.responses());
    let rows = bodies.flat_map(|(what, body)| rows(what, &body));
    quote! {
        #[test]
        fn #name() {
            #(#rows)*
        }
    }
}

fn rows(what: &str, body: &Node<'_>) -> Vec<TokenStream> {
    let schema = body
        .resolved()
        .value
        .pointer("/content/application~1json/schema");
    let rust = rust_type(schema.unwrap_or(&Value::Null));
    example_values(body)
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

/// The type that the generator gives a body with this schema.
fn rust_type(schema: &Value) -> TokenStream {
    let reference = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|path| path.rsplit('/').next());
    if let Some(name) = reference {
        let name = Ident::new(name, Span::call_site());
        return quote!(types::#name);
    }
    if let Some(items) = schema.get("items") {
        let item = rust_type(items);
        return quote!(Vec<#item>);
    }
    if let Some(values) = schema
        .get("additionalProperties")
        .filter(|values| values.get("$ref").is_some())
    {
        let value = rust_type(values);
        return quote!(std::collections::BTreeMap<String, #value>);
    }
    quote!(serde_json::Value)
}
