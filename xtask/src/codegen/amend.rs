//! Where the generator's settings fall short: changes of its syntax tree.

use syn::{
    Attribute, ExprStruct, Field, File, Item, Type, UseTree, parse_quote,
    visit_mut::{self, VisitMut},
};

/// Amends the client:
///
/// - path segments are written by our `encode_path`: the generator's leaves the backslash, which URL parsers take for a slash;
/// - a member with three states is a `Nullable`, absent by default, instead of an option of one, which reads null as absent;
/// - `extra`, the members that the document does not know, may be left out of a builder;
/// - examples that the generator does not mean to be compiled are text, not tests to be ignored;
/// - the prelude, which only names the client again, goes.
pub(super) fn client(file: &mut File) -> Result<(), String> {
    swap_encode_path(file)?;
    Client.visit_file_mut(file);
    file.items
        .retain(|item| !matches!(item, Item::Mod(module) if module.ident == "prelude"));
    Ok(())
}

/// Amends the mocks: types that the client replaces are named from outside the client's crate.
pub(super) fn mocks(file: &mut File) {
    Mocks.visit_file_mut(file);
}

/// Imports our `encode_path` in place of the generator's.
fn swap_encode_path(file: &mut File) -> Result<(), String> {
    let generators =
        |tree: &UseTree| matches!(tree, UseTree::Name(name) if name.ident == "encode_path");
    for item in &mut file.items {
        if let Item::Use(import) = item
            && let UseTree::Path(path) = &mut import.tree
            && path.ident == "progenitor_client"
            && let UseTree::Group(group) = &mut *path.tree
            && group.items.iter().any(generators)
        {
            let others = std::mem::take(&mut group.items);
            group.items = others
                .into_iter()
                .filter(|tree| !generators(tree))
                .collect();
            file.items.insert(
                0,
                parse_quote!(
                    use crate::encode_path;
                ),
            );
            return Ok(());
        }
    }
    Err("the generated client no longer imports `encode_path`: see how it writes paths now, and adapt \
         xtask/src/codegen/amend.rs"
        .to_owned())
}

struct Client;

impl VisitMut for Client {
    fn visit_field_mut(&mut self, field: &mut Field) {
        if nullable(&field.ty).is_some() {
            field
                .attrs
                .retain(|attribute| !attribute.path().is_ident("serde"));
            let serde: Attribute =
                parse_quote!(#[serde(default, skip_serializing_if = "crate::Nullable::is_absent")]);
            field.attrs.push(serde);
        }
        visit_mut::visit_field_mut(self, field);
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if let syn::Meta::NameValue(doc) = &mut attribute.meta
            && doc.path.is_ident("doc")
            && let syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) = &mut doc.value
        {
            let amended = text.value().replace("```ignore", "```text");
            *text = syn::LitStr::new(&amended, text.span());
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Some(inner) = nullable(ty) {
            *ty = inner;
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_expr_struct_mut(&mut self, value: &mut ExprStruct) {
        for field in &mut value.fields {
            let named = matches!(&field.member, syn::Member::Named(name) if name == "extra");
            let missing = matches!(&field.expr, syn::Expr::Call(call)
                if matches!(&*call.func, syn::Expr::Path(path) if path.path.is_ident("Err")));
            if named && missing {
                field.expr = parse_quote!(Ok(::std::default::Default::default()));
            }
        }
        visit_mut::visit_expr_struct_mut(self, value);
    }
}

/// The `Nullable` in an option of one.
fn nullable(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "Option" {
        return None;
    }
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let syn::GenericArgument::Type(inner) = arguments.args.first()? else {
        return None;
    };
    let Type::Path(inner_path) = inner else {
        return None;
    };
    let is_nullable = inner_path
        .path
        .segments
        .iter()
        .any(|segment| segment.ident == "Nullable");
    is_nullable.then(|| inner.clone())
}

struct Mocks;

impl VisitMut for Mocks {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        let replaced = path.segments.len() == 2
            && path.segments[0].ident == "crate"
            && ["SecretString", "Nullable"]
                .iter()
                .any(|name| path.segments[1].ident == name);
        if replaced {
            path.segments[0].ident = syn::Ident::new("ekodb_api", path.segments[0].ident.span());
        }
        visit_mut::visit_path_mut(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_no_longer_imports_encode_path_is_refused() {
        for import in [
            quote::quote!(
                use progenitor_client::{ByteStream, Error};
            ),
            quote::quote!(
                use another_client::{encode_path, Error};
            ),
        ] {
            let error = client(&mut syn::parse2(import).unwrap()).unwrap_err();
            assert!(error.contains("encode_path"), "{error}");
        }
    }

    #[test]
    fn our_encode_path_takes_the_place_of_the_generators() {
        let mut file = parse_quote!(
            use progenitor_client::{encode_path, Error};
        );
        client(&mut file).unwrap();
        let expected: File = parse_quote!(
            use crate::encode_path;
            use progenitor_client::{Error};
        );
        assert_eq!(
            prettyplease::unparse(&file),
            prettyplease::unparse(&expected)
        );
    }
}
