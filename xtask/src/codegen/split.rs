//! One generated file in parts, so that a person finds what is looked for: a file for each module.

use syn::{File, Item, ItemMod, Visibility, parse_quote};

/// A file of a module tree: its path below the folder of the tree, and its content.
pub(super) type Part = (String, File);

/// Splits a file: each module is a file, and what belongs to none is in the module `rest`.
pub(super) fn split(file: File, rest: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut shown, mut others) = (Vec::new(), Vec::new());
    for item in file.items {
        match item {
            // Modules below see what the root imports.
            Item::Use(_) => shown.push(item),
            Item::Mod(module) => shown.push(declared(module, "", &mut parts)),
            item => others.push(item),
        }
    }
    let name = syn::Ident::new(rest, proc_macro2::Span::call_site());
    shown.push(parse_quote!(mod #name;));
    if others.iter().any(is_public) {
        shown.push(parse_quote!(pub use #name::*;));
    }
    others.insert(
        0,
        parse_quote!(
            use super::*;
        ),
    );
    parts.push((format!("{rest}.rs"), with(others)));
    parts.push(("mod.rs".to_owned(), with(shown)));
    parts
}

/// The declaration of a module, whose content becomes a file.
fn declared(mut module: ItemMod, folder: &str, parts: &mut Vec<Part>) -> Item {
    if let Some((_, items)) = module.content.take() {
        let name = module.ident.to_string();
        let inner = format!("{folder}{name}/");
        let items = items.into_iter().map(|item| match item {
            Item::Mod(nested) => declared(nested, &inner, parts),
            item => item,
        });
        let items = items.collect();
        parts.push((format!("{folder}{name}.rs"), with(items)));
        module.semi = Some(Default::default());
    }
    Item::Mod(module)
}

fn is_public(item: &Item) -> bool {
    let visibility = match item {
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::Type(item) => &item.vis,
        _ => return false,
    };
    matches!(visibility, Visibility::Public(_))
}

fn with(items: Vec<Item>) -> File {
    parse_quote!(#(#items)*)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_module_is_a_file_and_the_rest_is_one() {
        let file: File = parse_quote! {
            use crate::Client;
            pub mod types { pub struct A; pub mod builder { pub struct A; } }
            impl Client { pub fn a(&self) -> types::A { types::A } }
        };
        let parts: Vec<_> = split(file, "client")
            .into_iter()
            .map(|(path, file)| (path, prettyplease::unparse(&file)))
            .collect();
        let text = |path: &str| {
            let part = parts.iter().find(|(other, _)| other == path);
            part.map(|(_, text)| text.as_str()).unwrap()
        };
        assert_eq!(parts.len(), 4);
        assert_eq!(
            text("mod.rs"),
            "use crate::Client;\npub mod types;\nmod client;\n"
        );
        assert_eq!(text("types.rs"), "pub struct A;\npub mod builder;\n");
        assert_eq!(text("types/builder.rs"), "pub struct A;\n");
        assert!(text("client.rs").starts_with("use super::*;\nimpl Client {"));
    }

    #[test]
    fn public_items_of_the_rest_stay_where_they_were() {
        let file: File = parse_quote! { pub trait Mocks {} };
        let (_, root) = split(file, "server").pop().unwrap();
        assert_eq!(
            prettyplease::unparse(&root),
            "mod server;\npub use server::*;\n"
        );
    }
}
