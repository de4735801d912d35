//! Where the generator's settings fall short: changes of its syntax tree.

use quote::quote;
use syn::{
    Attribute, Expr, ExprStruct, Field, File, Item, Type, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::rewrite_send;
use crate::rust_syntax::{argument, last_name};

/// Amends the client:
///
/// - operations are prepared without I/O, see [`rewrite_send`];
/// - the client's handle is written by hand in `ekodb-api`: the generator's holds a client of
///   reqwest;
/// - a member with three states is a `Nullable`, absent by default, instead of an option of one,
///   which reads null as absent;
/// - `extra`, the members that the document does not know, may be left out of a builder;
/// - the prelude, which only names the client again, is removed.
pub(super) fn client(file: &mut File) -> Result<(), String> {
    replace_handle(file)?;
    let builders = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => Some(module),
        _ => None,
    });
    rewrite_send::builders(builders.ok_or("the generated client has no module `builder`")?)?;
    Types.visit_file_mut(file);
    file.items
        .retain(|item| !matches!(item, Item::Mod(module) if module.ident == "prelude"));
    Ok(())
}

/// Amends the mocks: types that the client replaces are named from outside the client's crate, a
/// value in the path is anything that can be displayed, matched as it is and not as a regular
/// expression, and a query is matched as the client writes it, lists and times too.
pub(super) fn mocks(file: &mut File) {
    Mocks.visit_file_mut(file);
}

/// Removes the generator's handle, its constructors and the traits of its runtime. The methods of
/// the operations stay, with the description of the API, and are those of `ekodb-api`'s own handle.
fn replace_handle(file: &mut File) -> Result<(), String> {
    let mut description = None;
    let mut items = Vec::new();
    for item in std::mem::take(&mut file.items) {
        match item {
            Item::Use(import) if quote!(#import).to_string().contains("progenitor_client") => {}
            Item::Struct(handle) if handle.ident == "Client" => {
                let mut attributes = handle.attrs;
                attributes.retain(|attribute| attribute.path().is_ident("doc"));
                description = Some(attributes);
            }
            Item::Const(hooks) if quote!(#hooks).to_string().contains("ClientHooks") => {}
            Item::Impl(block) if block.trait_.is_some() => {}
            Item::Impl(block) if has_method(&block, "new_with_client") => {}
            Item::Impl(mut block) => {
                if let Some(description) = description.take() {
                    block.attrs.extend(description);
                }
                items.push(Item::Impl(block));
            }
            Item::Mod(_) | Item::Use(_) => items.push(item),
            other => {
                return Err(format!(
                    "the generated client has an item that is not known: adapt \
                     xtask/src/codegen/amend.rs: {}",
                    quote!(#other)
                ));
            }
        }
    }
    items.insert(
        0,
        parse_quote!(
            use crate::{Client, Error, ResponseValue};
        ),
    );
    file.items = items;
    Ok(())
}

fn has_method(block: &syn::ItemImpl, name: &str) -> bool {
    block
        .items
        .iter()
        .any(|item| matches!(item, syn::ImplItem::Fn(method) if method.sig.ident == name))
}

struct Types;

impl VisitMut for Types {
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
    let inner = argument(ty, 0).filter(|_| last_name(ty).is_some_and(|name| name == "Option"))?;
    let Type::Path(inner_path) = inner else {
        return None;
    };
    // A component may be called so too.
    let segments = &inner_path.path.segments;
    let is_nullable =
        segments.len() == 2 && segments[0].ident == "crate" && segments[1].ident == "Nullable";
    is_nullable.then(|| inner.clone())
}

struct Mocks;

impl VisitMut for Mocks {
    fn visit_impl_item_fn_mut(&mut self, method: &mut syn::ImplItemFn) {
        let mut segments = PathSegments(0);
        segments.visit_block_mut(&mut method.block);
        if segments.0 > 0
            && let Some(syn::FnArg::Typed(value)) = method.sig.inputs.last_mut()
        {
            value.ty = parse_quote!(impl ::std::fmt::Display);
        }
        visit_mut::visit_impl_item_fn_mut(self, method);
    }

    fn visit_expr_mut(&mut self, value: &mut Expr) {
        if let Expr::MethodCall(call) = value
            && call.method == "query_param"
            && let (Some(name), Some(Expr::MethodCall(written))) =
                (call.args.first(), call.args.get(1))
            && written.method == "to_string"
        {
            let (when, argument) = (&call.receiver, &written.receiver);
            *value = parse_quote!(crate::query::is(#when, #name, &#argument));
        }
        visit_mut::visit_expr_mut(self, value);
    }

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

/// Replaces `value.to_string()` in the pattern of a path by the encoded and escaped segment, and
/// counts.
struct PathSegments(usize);

impl VisitMut for PathSegments {
    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        type Arguments = syn::punctuated::Punctuated<syn::Expr, syn::Token![,]>;
        let unescaped = quote!(value.to_string()).to_string();
        if !call.path.is_ident("format") {
            return;
        }
        let Ok(mut arguments) = call.parse_body_with(Arguments::parse_terminated) else {
            return;
        };
        for argument in &mut arguments {
            if quote!(#argument).to_string() == unescaped {
                *argument = parse_quote!(crate::path::segment(&value));
                self.0 += 1;
            }
        }
        call.tokens = quote!(#arguments);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_handle_of_the_generator_is_replaced_and_an_unknown_item_is_refused() {
        let mut file: File = parse_quote!(
            pub use progenitor_client::{ByteStream, Error};
            /// The API.
            pub struct Client {
                baseurl: String,
            }
            impl Client {
                pub fn new_with_client() {}
            }
            impl ClientInfo<()> for Client {}
            impl Client {
                pub fn list_keys(&self) {}
            }
            pub mod builder {}
        );
        client(&mut file).unwrap();
        let expected: File = parse_quote!(
            use crate::{Client, Error, ResponseValue};
            /// The API.
            impl Client {
                pub fn list_keys(&self) {}
            }
            pub mod builder {}
        );
        assert_eq!(
            prettyplease::unparse(&file),
            prettyplease::unparse(&expected)
        );
        let mut odd: File = parse_quote!(
            pub static ODD: u8 = 1;
        );
        assert!(client(&mut odd).unwrap_err().contains("ODD"));
    }

    #[test]
    fn a_mock_takes_anything_that_can_be_displayed_for_a_value_in_the_path() {
        let mut file: File = parse_quote!(
            impl When {
                pub fn collection(self, value: &types::CollectionName) -> Self {
                    Self(self.0.path_matches(Regex::new(&format!("^/{}$", value.to_string()))))
                }
                pub fn body(self, value: &types::Body) -> Self {
                    Self(self.0.json_body_obj(value))
                }
            }
        );
        mocks(&mut file);
        let expected: File = parse_quote!(
            impl When {
                pub fn collection(self, value: impl ::std::fmt::Display) -> Self {
                    Self(self.0.path_matches(Regex::new(&format!("^/{}$", crate::path::segment(&value)))))
                }
                pub fn body(self, value: &types::Body) -> Self {
                    Self(self.0.json_body_obj(value))
                }
            }
        );
        assert_eq!(
            prettyplease::unparse(&file),
            prettyplease::unparse(&expected)
        );
    }
}
