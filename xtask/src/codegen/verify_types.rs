//! Whether the generated types are those of the document.
//!
//! This check knows nothing of how the generator names types, and so finds whatever went wrong
//! there: the type that an operation takes or gives has exactly the members of its schema.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Fields, Item, Meta, Token, Type, punctuated::Punctuated};
use xtask::contract::{Document, Node, Operation};

use super::body_types;
use crate::{
    finding::Finding,
    rust_syntax::{argument, last_name, module, text},
};

/// A member of a generated struct.
struct Member {
    name: String,
    ty: Type,
}

/// What is known of a generated type.
enum Known {
    Struct(Vec<Member>),
    /// Another type under a name of its own.
    Alias(Box<Type>),
    /// A choice, or a type without members.
    Other,
}

/// Names every schema whose generated type has other members.
pub(super) fn check(document: &Document, client: &syn::File) -> Vec<Finding> {
    let mut check = Check {
        known: types(module(&client.items, "types")),
        seen: BTreeSet::new(),
        findings: Vec::new(),
    };
    check.twice(module(&client.items, "types"));
    let shapes = body_types::read(client);
    for operation in document.operations() {
        let Some(shape) = shapes.get(operation.id()) else {
            check.report(
                &operation.node,
                "the generated client has no such operation".to_owned(),
            );
            continue;
        };
        let success = operation.success().map(|(_, response)| response);
        for (holder, ty) in [(operation.body(), &shape.body), (success, &shape.reply)] {
            if let (Some(schema), Some(ty)) = (holder.and_then(|body| json(&body)), ty) {
                check.schema(&schema, ty, &operation);
            }
        }
    }
    check.findings
}

fn json<'a>(holder: &Node<'a>) -> Option<Node<'a>> {
    let media = holder.resolved().raw("content")?.raw("application/json")?;
    media.raw("schema")
}

struct Check {
    known: BTreeMap<String, Known>,
    seen: BTreeSet<String>,
    findings: Vec<Finding>,
}

impl Check {
    fn report(&mut self, at: &Node<'_>, problem: String) {
        self.findings.push(Finding {
            rule: "generated-type",
            pointer: at.pointer.clone(),
            problem,
            fix: "give the schema a name of its own, as a component; and add a rule to xtask/src/lint that says so, for the next person".to_owned(),
        });
    }

    /// Two types of one name, which do not compile.
    fn twice(&mut self, items: &[Item]) {
        let mut seen = BTreeSet::new();
        for item in items {
            let name = match item {
                Item::Struct(item) => item.ident.to_string(),
                Item::Enum(item) => item.ident.to_string(),
                Item::Type(item) => item.ident.to_string(),
                _ => continue,
            };
            if !seen.insert(name.clone()) {
                self.findings.push(Finding {
                    rule: "generated-type",
                    pointer: "/components/schemas".to_owned(),
                    problem: format!("the generated type `{name}` is there twice"),
                    fix: "rename the component, or the member or title that gives an inline schema this name".to_owned(),
                });
            }
        }
    }

    fn schema(&mut self, schema: &Node<'_>, ty: &Type, operation: &Operation<'_>) {
        let Some(name) = last_name(ty) else { return };
        let schema = schema.resolved();
        if !self
            .seen
            .insert(format!("{} {}", schema.pointer, quote::quote!(#ty)))
        {
            return;
        }
        match name.as_str() {
            "Option" | "Box" | "Nullable" => {
                if let Some(inner) = argument(ty, 0) {
                    self.schema(&schema, inner, operation);
                }
                return;
            }
            "Vec" | "BTreeSet" | "HashSet" => {
                if let (Some(items), Some(inner)) = (schema.raw("items"), argument(ty, 0)) {
                    self.schema(&items, inner, operation);
                }
                return;
            }
            "BTreeMap" | "HashMap" => {
                let values = schema
                    .raw("additionalProperties")
                    .filter(|it| it.value.is_object());
                if let (Some(values), Some(inner)) = (values, argument(ty, 1)) {
                    self.schema(&values, inner, operation);
                }
            }
            _ => {}
        }
        let Some(properties) = properties(&schema) else {
            return;
        };
        match self.known.get(&name) {
            Some(Known::Alias(inner)) => {
                let inner = inner.clone();
                self.schema(&schema, &inner, operation);
            }
            Some(Known::Struct(members)) => {
                let has: BTreeSet<&str> =
                    members.iter().map(|member| member.name.as_str()).collect();
                let wants: BTreeSet<&str> = properties.keys().copied().collect();
                if has != wants {
                    let missing: Vec<_> = wants.difference(&has).collect();
                    let strange: Vec<_> = has.difference(&wants).collect();
                    let problem = format!(
                        "{} has the generated type `{name}` here, without {missing:?} and with {strange:?}",
                        operation.name()
                    );
                    self.report(&schema, problem);
                    return;
                }
                let inner: Vec<_> = members
                    .iter()
                    .filter_map(|member| {
                        Some((
                            properties.get(member.name.as_str())?.clone(),
                            member.ty.clone(),
                        ))
                    })
                    .collect();
                for (schema, ty) in inner {
                    self.schema(&schema, &ty, operation);
                }
            }
            Some(Known::Other) => {}
            None if properties.is_empty()
                || quote::quote!(#ty).to_string().starts_with("crate") => {}
            None => {
                let problem = format!(
                    "{} has the type `{name}` here, which keeps none of the members of the schema",
                    operation.name()
                );
                self.report(&schema, problem);
            }
        }
    }
}

/// The members of an object, of all its parts; none for a choice and for anything that is not an
/// object.
fn properties<'a>(schema: &Node<'a>) -> Option<BTreeMap<&'a str, Node<'a>>> {
    let mut found = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![schema.clone()];
    let mut object = false;
    while let Some(next) = waiting.pop() {
        let part = next.resolved();
        if !seen.insert(part.pointer.clone()) {
            continue;
        }
        if part.raw("oneOf").is_some() || part.raw("anyOf").is_some() {
            return None;
        }
        for (name, member) in part.raw("properties").iter().flat_map(Node::members) {
            object = true;
            found.insert(name, member);
        }
        waiting.extend(part.raw("allOf").iter().flat_map(Node::elements));
    }
    object.then_some(found)
}

fn types(items: &[Item]) -> BTreeMap<String, Known> {
    let mut known = BTreeMap::new();
    for item in items {
        match item {
            Item::Struct(item) => {
                let kind = match &item.fields {
                    Fields::Named(fields) => {
                        Known::Struct(fields.named.iter().filter_map(member).collect())
                    }
                    Fields::Unnamed(fields) => match fields.unnamed.first() {
                        Some(only) => Known::Alias(Box::new(only.ty.clone())),
                        None => Known::Other,
                    },
                    Fields::Unit => Known::Other,
                };
                known.insert(item.ident.to_string(), kind);
            }
            Item::Enum(item) => {
                known.insert(item.ident.to_string(), Known::Other);
            }
            Item::Type(item) => {
                known.insert(item.ident.to_string(), Known::Alias(item.ty.clone()));
            }
            _ => {}
        }
    }
    known
}

/// A member by its name in JSON; none for the one that keeps members without a name.
fn member(field: &syn::Field) -> Option<Member> {
    let mut name = field
        .ident
        .as_ref()?
        .to_string()
        .trim_start_matches("r#")
        .to_owned();
    let metas = field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .filter_map(|attribute| {
            let metas = Punctuated::<Meta, Token![,]>::parse_terminated;
            attribute.parse_args_with(metas).ok()
        })
        .flatten();
    for meta in metas {
        match meta {
            Meta::Path(path) if path.is_ident("flatten") => return None,
            Meta::NameValue(renamed) if renamed.path.is_ident("rename") => {
                name = text(&renamed.value).unwrap_or(name);
            }
            _ => {}
        }
    }
    Some(Member {
        name,
        ty: field.ty.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is found where `POST /a` takes a `Body` with the members `kind` and `inner`, and the
    /// client has these types.
    fn found(types: &proc_macro2::TokenStream) -> Vec<String> {
        let inner = json!({ "type": "object", "properties": { "x": { "type": "string" } } });
        let document = Document::new(json!({
            "paths": { "/a": { "post": {
                "operationId": "make_a",
                "requestBody": { "content": { "application/json": {
                    "schema": { "allOf": [{ "$ref": "#/components/schemas/Part" }, { "properties": { "inner": inner } }] },
                } } },
                "responses": { "204": {} },
            } } },
            "components": { "schemas": { "Part": { "properties": { "type": { "type": "string" } } } } },
        }));
        let client = syn::parse_quote! {
            pub mod types { #types }
            impl Client { pub fn make_a(&self) -> builder::MakeA<'_> { builder::MakeA::new(self) } }
            pub mod builder {
                pub struct MakeA<'a> { client: &'a super::Client, body: Result<types::builder::Body, String> }
                impl<'a> MakeA<'a> {
                    pub async fn send(self) -> Result<ResponseValue<()>, Error> { todo }
                }
            }
        };
        let findings = check(&document, &client).into_iter();
        findings
            .map(|finding| format!("{} {}", finding.pointer, finding.problem))
            .collect()
    }

    #[test]
    fn a_type_with_the_members_of_its_schema_passes() {
        let types = quote::quote! {
            pub struct Body {
                #[serde(rename = "type")]
                pub type_: ::std::option::Option<String>,
                pub inner: ::std::option::Option<Inner>,
                #[serde(flatten)]
                pub extra: Map,
            }
            pub struct Inner { pub x: String }
        };
        assert_eq!(found(&types), [""; 0]);
    }

    #[test]
    fn a_type_that_lacks_a_member_or_has_another_is_found_with_its_schema() {
        let types = quote::quote! {
            pub struct Body {
                #[serde(rename = "type")]
                pub type_: String,
                pub inner: ::std::vec::Vec<Inner>,
                pub inner_: Inner,
            }
            pub struct Inner { pub y: String }
        };
        let found = found(&types);
        assert!(
            found[0].contains("without [] and with [\"inner_\"]"),
            "{found:?}"
        );
        let types = quote::quote! {
            pub struct Body { pub r#type: String, pub inner: Inner }
            pub struct Inner { pub y: String }
        };
        let place =
            "/paths/~1a/post/requestBody/content/application~1json/schema/allOf/1/properties/inner";
        let expected = format!(
            "{place} `make_a` has the generated type `Inner` here, without [\"x\"] and with [\"y\"]"
        );
        assert_eq!(self::found(&types), [expected]);
    }

    #[test]
    fn a_type_that_is_there_twice_is_found() {
        let types = quote::quote! {
            pub struct Body { pub r#type: String, pub inner: Inner }
            pub struct Inner { pub x: String }
            pub struct Inner { pub x: String }
        };
        assert!(found(&types)[0].contains("`Inner` is there twice"));
    }

    #[test]
    fn a_type_that_keeps_nothing_is_found() {
        let types = quote::quote! { pub type Body = ::serde_json::Value; };
        assert!(found(&types)[0].contains("keeps none of the members"));
    }
}
