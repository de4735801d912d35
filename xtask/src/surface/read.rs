//! Reading the surface out of the generated source.
//!
//! An operation is a method of `Client` that returns a struct of the module `builder`: the fields
//! of the struct are its arguments, and what its `send` returns is its reply. What it sends, and
//! where to, is in the last line of its documentation. The types are in the module `types`.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::{Fields, ImplItem, Item, ReturnType, Type};

use super::items::{Items, Parts, Surface};
use crate::rust_syntax::{last_name, module, text};

pub(super) fn surface(source: &str) -> syn::Result<Surface> {
    let file = syn::parse_file(source)?;
    let builders = builders(module(&file.items, "builder"));
    let types = types(module(&file.items, "types"));
    let mut operations = Items::new();
    for method in methods_of_client(&file.items) {
        let mut parts = builders.get(&method.builder).cloned().unwrap_or_default();
        parts.extend(method.route.map(|route| ("route".to_owned(), route)));
        operations.insert(method.name, parts);
    }
    Ok(Surface { operations, types })
}

/// A method of `Client` that starts an operation.
struct Method {
    name: String,
    builder: String,
    /// Its HTTP method and path.
    route: Option<String>,
}

fn methods_of_client(items: &[Item]) -> Vec<Method> {
    let mut methods = Vec::new();
    for (owner, item) in inherent(items) {
        if let ("Client", ImplItem::Fn(method)) = (owner.as_str(), item)
            && let ReturnType::Type(_, reply) = &method.sig.output
            && let Type::Path(path) = &**reply
            && let [module, builder] = path.path.segments.iter().collect::<Vec<_>>()[..]
            && module.ident == "builder"
        {
            methods.push(Method {
                name: plain(&method.sig.ident),
                builder: builder.ident.to_string(),
                route: route(&method.attrs),
            });
        }
    }
    methods
}

/// The generator documents each method with "Sends a `GET` request to `/path`".
fn route(attributes: &[syn::Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| {
        let syn::Meta::NameValue(doc) = &attribute.meta else {
            return None;
        };
        let text = text(&doc.value)?;
        let sends = text
            .lines()
            .find_map(|line| line.strip_prefix("Sends a `"))?;
        let (method, path) = sends.split_once("` request to `")?;
        let path = path.split('`').next()?;
        Some(format!("{method} {path}"))
    })
}

fn builders(items: &[Item]) -> Items {
    let mut builders = Items::new();
    for item in items {
        if let Item::Struct(builder) = item {
            let mut parts = fields(&builder.fields);
            parts.remove("client");
            builders.insert(builder.ident.to_string(), parts);
        }
    }
    for (owner, item) in inherent(items) {
        if let (Some(parts), ImplItem::Fn(method)) = (builders.get_mut(&owner), item)
            && method.sig.ident == "send"
        {
            parts.insert(
                "reply".to_owned(),
                method.sig.output.to_token_stream().to_string(),
            );
        }
    }
    builders
}

fn types(items: &[Item]) -> Items {
    let mut types: BTreeMap<String, Parts> = BTreeMap::new();
    for item in items {
        match item {
            Item::Struct(item) => types.insert(item.ident.to_string(), fields(&item.fields)),
            Item::Enum(item) => {
                let variants = item.variants.iter();
                let parts = variants.map(|variant| {
                    let attributes = meaningful(&variant.attrs);
                    (
                        plain(&variant.ident),
                        format!("{attributes} {}", variant.fields.to_token_stream()),
                    )
                });
                types.insert(item.ident.to_string(), parts.collect())
            }
            Item::Type(item) => {
                let parts =
                    Parts::from([("alias".to_owned(), item.ty.to_token_stream().to_string())]);
                types.insert(item.ident.to_string(), parts)
            }
            _ => None,
        };
    }
    for item in items {
        // What a text must look like is checked where it is parsed.
        if let Item::Impl(item) = item
            && let Some(owner) = last_name(&item.self_ty)
            && let Some(parts) = types.get_mut(&owner)
            && item.trait_.as_ref().is_some_and(|(path, _)| {
                path.segments
                    .last()
                    .is_some_and(|last| last.ident == "FromStr")
            })
        {
            parts.insert(
                "checks".to_owned(),
                item.items
                    .iter()
                    .map(|item| item.to_token_stream().to_string())
                    .collect(),
            );
        }
    }
    types
}

fn inherent(items: &[Item]) -> impl Iterator<Item = (String, &ImplItem)> {
    items.iter().flat_map(|item| {
        let (owner, members) = match item {
            Item::Impl(item) if item.trait_.is_none() => {
                (last_name(&item.self_ty), item.items.as_slice())
            }
            _ => (None, [].as_slice()),
        };
        owner
            .into_iter()
            .flat_map(move |owner| members.iter().map(move |member| (owner.clone(), member)))
    })
}

fn fields(fields: &Fields) -> Parts {
    let fields = fields.iter().enumerate();
    fields
        .map(|(index, field)| {
            let name = field
                .ident
                .as_ref()
                .map_or_else(|| index.to_string(), plain);
            (
                name,
                format!(
                    "{} {}",
                    meaningful(&field.attrs),
                    field.ty.to_token_stream()
                ),
            )
        })
        .collect()
}

/// The attributes that change what a part does; documentation does not.
fn meaningful(attributes: &[syn::Attribute]) -> String {
    let attributes = attributes
        .iter()
        .filter(|attribute| !attribute.path().is_ident("doc"));
    attributes
        .map(|attribute| attribute.to_token_stream().to_string())
        .collect()
}

/// A name as a person says it: `r#type` is `type`.
fn plain(name: &proc_macro2::Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}
