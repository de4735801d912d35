//! What the generated client offers, a line for each thing, for a person to review.

use std::{fmt::Write, fs, path::Path};

use quote::ToTokens;
use syn::{Fields, ImplItem, Item, Visibility};

/// The items of a module of the generated client.
fn module(name: &str) -> Vec<Item> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/ekodb-api/src/generated");
    let text = fs::read_to_string(folder.join(format!("{name}.rs"))).unwrap();
    syn::parse_file(&text).unwrap().items
}

fn tokens(node: &impl ToTokens) -> String {
    let text: String = node
        .to_token_stream()
        .to_string()
        .split_whitespace()
        .collect();
    [
        ("::std::option::", ""),
        ("::std::string::", ""),
        ("::std::vec::", ""),
        ("::std::collections::", ""),
        ("::serde_json::", "serde_json::"),
        ("::chrono::", "chrono::"),
        (",>", ">"),
        (",)", ")"),
        ("(pub", "("),
        (",", ", "),
    ]
    .iter()
    .fold(text, |text, (long, short)| text.replace(long, short))
}

#[test]
fn the_types_of_the_generated_client() {
    let mut lines = Vec::new();
    for item in module("types") {
        match item {
            Item::Struct(item) if matches!(item.vis, Visibility::Public(_)) => {
                let mut line = format!("struct {}", item.ident);
                match &item.fields {
                    Fields::Named(fields) => {
                        for field in &fields.named {
                            let name = field.ident.as_ref().unwrap();
                            write!(line, "\n    {name}: {}", tokens(&field.ty)).unwrap();
                        }
                    }
                    fields => write!(line, "{}", tokens(fields)).unwrap(),
                }
                lines.push(line);
            }
            Item::Enum(item) => {
                let variants: Vec<_> = item
                    .variants
                    .iter()
                    .map(|variant| format!("\n    {}{}", variant.ident, tokens(&variant.fields)))
                    .collect();
                lines.push(format!("enum {}{}", item.ident, variants.concat()));
            }
            _ => {}
        }
    }
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_operations_of_the_generated_client_and_their_arguments() {
    let mut lines = Vec::new();
    for item in module("builder") {
        let Item::Impl(item) = item else { continue };
        let methods: Vec<_> = item
            .items
            .iter()
            .filter_map(|item| match item {
                ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => {
                    Some(method.sig.ident.to_string())
                }
                _ => None,
            })
            .filter(|name| name != "new")
            .collect();
        let name = tokens(&item.self_ty);
        lines.push(format!(
            "{}: {}",
            name.replace("<'a>", ""),
            methods.join(", ")
        ));
    }
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"));
}
