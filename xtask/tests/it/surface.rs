//! What the generated client offers, a line for each thing, for a person to review.

use std::{fmt::Write, fs, path::Path};

use quote::ToTokens;
use syn::{Fields, ImplItem, Item, ItemMod, Visibility};

fn generated(path: &str) -> syn::File {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap()
}

fn module<'a>(items: &'a [Item], name: &str) -> &'a ItemMod {
    items
        .iter()
        .find_map(|item| match item {
            Item::Mod(module) if module.ident == name => Some(module),
            _ => None,
        })
        .unwrap()
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
    let file = generated("crates/ekodb-api/src/generated.rs");
    let mut lines = Vec::new();
    for item in module(&file.items, "types")
        .content
        .as_ref()
        .unwrap()
        .1
        .iter()
    {
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
    let file = generated("crates/ekodb-api/src/generated.rs");
    let mut lines = Vec::new();
    for item in module(&file.items, "builder")
        .content
        .as_ref()
        .unwrap()
        .1
        .iter()
    {
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
