//! Which generated types the operations take and give.

use std::collections::BTreeMap;

use syn::{Fields, FnArg, ImplItem, Item, ReturnType, Type};

use crate::rust_syntax::{argument, last_name, module};

/// The types of an operation's bodies, as the generated client writes them.
pub(super) struct Shape {
    pub(super) body: Option<Type>,
    pub(super) reply: Option<Type>,
}

/// The shape of each operation of a generated client, by its id.
pub(super) fn read(client: &syn::File) -> BTreeMap<String, Shape> {
    let builders = builders(client);
    let mut shapes = BTreeMap::new();
    for (method, reply) in methods(&client.items, "Client") {
        if let Some(builder) = reply.and_then(last_name)
            && let Some(shape) = builders.get(&builder)
        {
            let shape = Shape {
                body: shape.body.clone(),
                reply: shape.reply.clone(),
            };
            shapes.insert(method, shape);
        }
    }
    shapes
}

fn builders(client: &syn::File) -> BTreeMap<String, Shape> {
    let mut shapes = BTreeMap::new();
    for item in module(&client.items, "builder") {
        if let Item::Struct(builder) = item {
            let name = builder.ident.to_string();
            let body = field(&builder.fields, "body").and_then(|body| argument(body, 0));
            let sends = methods(module(&client.items, "builder"), &name);
            let send = sends.into_iter().find(|(method, _)| method == "send");
            // `Result<ResponseValue<Reply>, Error>`
            let reply = send.and_then(|(_, reply)| argument(argument(reply?, 0)?, 0));
            let shape = Shape {
                body: body.cloned().map(built),
                reply: reply.cloned(),
            };
            shapes.insert(name, shape);
        }
    }
    shapes
}

fn methods<'a>(items: &'a [Item], owner: &str) -> Vec<(String, Option<&'a Type>)> {
    let mut methods = Vec::new();
    for item in items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_some() || last_name(&block.self_ty).is_none_or(|name| name != owner) {
            continue;
        }
        for member in &block.items {
            if let ImplItem::Fn(method) = member
                && matches!(method.sig.inputs.first(), Some(FnArg::Receiver(_)))
            {
                let reply = match &method.sig.output {
                    ReturnType::Type(_, reply) => Some(&**reply),
                    ReturnType::Default => None,
                };
                methods.push((method.sig.ident.to_string(), reply));
            }
        }
    }
    methods
}

fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a Type> {
    let mut fields = fields.iter();
    let field = fields.find(|field| field.ident.as_ref().is_some_and(|ident| ident == name));
    Some(&field?.ty)
}

/// The type that a type of `types::builder` builds.
fn built(ty: Type) -> Type {
    let Type::Path(mut path) = ty else { return ty };
    let segments = std::mem::take(&mut path.path.segments);
    path.path.segments = segments
        .into_iter()
        .filter(|segment| segment.ident != "builder")
        .collect();
    Type::Path(path)
}
