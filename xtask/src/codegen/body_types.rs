//! Which generated types the operations take and give.

use std::collections::BTreeMap;

use syn::{Fields, FnArg, GenericArgument, ImplItem, Item, PathArguments, ReturnType, Type};

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

/// The items of a module of the client.
pub(super) fn module<'a>(items: &'a [Item], name: &str) -> &'a [Item] {
    let found = items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => Some(module.content.as_ref()?.1.as_slice()),
        _ => None,
    });
    found.unwrap_or_default()
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

/// The last name of a path.
pub(super) fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// A type that a generic one is made with.
pub(super) fn argument(ty: &Type, index: usize) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.nth(index)
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
