//! Tests that lead every example of the document through the generated types.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use serde_json::Value;

use crate::{
    document::Document,
    lint::{self, Operation, members},
};

pub(super) fn generate(document: &Document) -> Result<syn::File, String> {
    let mut operations = lint::operations(document);
    operations
        .sort_by_key(|operation| super::operations::text(operation, "operationId").to_owned());
    let tests = operations.iter().map(|operation| test(document, operation));
    let tokens = quote! {
        use ekodb_api::types;

        use crate::round_trip::round_trip;

        #(#tests)*
    };
    syn::parse2(tokens).map_err(|error| format!("the tests of the examples do not parse: {error}"))
}

fn test(document: &Document, operation: &Operation<'_>) -> TokenStream {
    let name = Ident::new(
        super::operations::text(operation, "operationId"),
        Span::call_site(),
    );
    let mut rows = Vec::new();
    if let Some(body) = operation.value.get("requestBody") {
        rows.extend(examples(document, "request", body));
    }
    for (status, response) in members(operation.value.get("responses")) {
        rows.extend(examples(document, status, response));
    }
    quote! {
        #[test]
        fn #name() {
            #(#rows)*
        }
    }
}

fn examples(document: &Document, what: &str, body: &Value) -> Vec<TokenStream> {
    let body = document.resolve(body);
    let Some(media) = body.pointer("/content/application~1json") else {
        return Vec::new();
    };
    let rust = rust_type(media.get("schema").unwrap_or(&Value::Null));
    let single = media
        .get("example")
        .map(|example| (what.to_owned(), example));
    let named = members(media.get("examples")).filter_map(|(name, example)| {
        let value = document.resolve(example).get("value")?;
        Some((format!("{what}, {name}"), value))
    });
    single
        .into_iter()
        .chain(named)
        .map(|(place, value)| {
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
