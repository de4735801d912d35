//! What the syntax of Rust says of an item.

use syn::{Attribute, Item, UseTree};

/// The paths that an import names, each with the name that it gets here; a glob gets none.
pub(super) fn leaves(tree: &UseTree) -> Vec<(Vec<String>, Option<String>)> {
    fn collect(tree: &UseTree, path: &[String], leaves: &mut Vec<(Vec<String>, Option<String>)>) {
        let with = |name: &syn::Ident| {
            let mut path = path.to_vec();
            // `use a::{self}` names `a`.
            if name != "self" || path.is_empty() {
                path.push(name.to_string());
            }
            path
        };
        match tree {
            UseTree::Path(inner) => collect(&inner.tree, &with(&inner.ident), leaves),
            UseTree::Name(name) => {
                let path = with(&name.ident);
                let last = path.last().cloned();
                leaves.push((path, last));
            }
            UseTree::Rename(name) => {
                leaves.push((with(&name.ident), Some(name.rename.to_string())));
            }
            UseTree::Glob(_) => leaves.push((path.to_vec(), None)),
            UseTree::Group(group) => {
                for tree in &group.items {
                    collect(tree, path, leaves);
                }
            }
        }
    }
    let mut found = Vec::new();
    collect(tree, &[], &mut found);
    found
}

/// Whether an item is compiled for tests only.
pub(super) fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|argument| argument.is_ident("test"))
    })
}

/// The attributes of an item.
pub(super) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
