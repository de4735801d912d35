//! Rewrites each generated `send` into a `prepare` without I/O and a `send` that is built on it.
//!
//! The generator has no setting for this: its `send` makes a request of reqwest, parses the URL
//! from text on each call, and leaves through hooks that can only return errors of reqwest. All
//! bodies of `send` have one shape. A body of another shape is refused, not guessed at.

use proc_macro2::Ident;
use quote::{format_ident, quote};
use syn::{
    Expr, FnArg, GenericArgument, ImplItem, ImplItemFn, Item, ItemMod, Local, Pat, PathArguments,
    ReturnType, Stmt, Token, Type, parse::Parser, parse_quote, punctuated::Punctuated,
};

use crate::rust_syntax::text;

/// Rewrites every builder in the module `builder`.
pub(super) fn builders(module: &mut ItemMod) -> Result<(), String> {
    let (_, items) = module
        .content
        .as_mut()
        .ok_or("the generated module `builder` is empty")?;
    for item in items {
        if let Item::Use(import) = item
            && quote!(#import).to_string().contains("RequestBuilderExt")
        {
            *import = parse_quote!(
                use super::{Error, ResponseValue};
            );
        }
        let Item::Impl(block) = item else { continue };
        let Some(index) = block
            .items
            .iter()
            .position(|item| matches!(item, ImplItem::Fn(method) if method.sig.ident == "send"))
        else {
            continue;
        };
        let ImplItem::Fn(send) = &mut block.items[index] else {
            continue;
        };
        let builder = &block.self_ty;
        let prepare = rewrite(send).map_err(|problem| {
            format!(
                "`send` of `{}` {problem}: adapt xtask/src/codegen/rewrite_send.rs to what the generator \
                 writes now",
                quote!(#builder)
            )
        })?;
        block.items.insert(index, ImplItem::Fn(prepare));
    }
    Ok(())
}

/// What a generated `send` does.
struct Send {
    /// Takes the arguments out of the builder and checks them.
    arguments: Vec<Stmt>,
    /// The path parameters in the order of the template.
    path: Vec<Expr>,
    query: Vec<(String, Expr)>,
    body: Option<Expr>,
    operation: Ident,
    reply: Type,
}

fn rewrite(send: &mut ImplItemFn) -> Result<ImplItemFn, String> {
    let Send {
        arguments,
        path,
        query,
        body,
        operation,
        reply,
    } = read(send)?;
    let queries = query
        .iter()
        .map(|(name, value)| quote!(request.query(#name, #value)?;));
    let body = body.map(|body| quote!(request.json(#body)?;));
    let path = path.iter().map(|argument| quote!(&#argument.to_string()));
    let mutable = (body.is_some() || !query.is_empty()).then(|| quote!(mut));
    send.block = parse_quote!({
        let client = self.client;
        self.prepare()?.send(client).await
    });
    send.sig.output = parse_quote!(-> Result<ResponseValue<#reply>, Error>);
    Ok(parse_quote! {
        /// Checks the arguments and makes the request, without sending it.
        pub fn prepare(self) -> Result<crate::Prepared<#reply>, Error> {
            #(#arguments)*
            let #mutable request = crate::request_builder::RequestBuilder::new(
                client,
                &crate::generated::operations::#operation,
                &[#(#path),*],
            )?;
            #(#queries)*
            #body
            Ok(request.prepared())
        }
    })
}

fn read(send: &ImplItemFn) -> Result<Send, String> {
    let takes_self =
        send.sig.inputs.len() == 1 && matches!(send.sig.inputs.first(), Some(FnArg::Receiver(_)));
    if !takes_self {
        return Err("takes arguments".to_owned());
    }
    let reply = reply(&send.sig.output).ok_or("returns another type")?;
    let statements = &send.block.stmts;
    let at = |name: &str| {
        statements
            .iter()
            .position(|statement| local(statement).is_some_and(|(bound, _)| bound == name))
            .ok_or(format!("does not bind `{name}`"))
    };
    let url = at("url")?;
    let request = at("request")?;
    let info = at("info")?;
    expect_order(statements, url, request, info)?;
    let (_, written) = local(&statements[url]).ok_or("writes its URL in another way")?;
    let (_, built) = local(&statements[request]).ok_or("builds its request in another way")?;
    let (query, body) = parameters(built)?;
    let (_, named) = local(&statements[info]).ok_or("names its operation in another way")?;
    let matched = statements.last().ok_or("is empty")?;
    check_statuses(matched)?;
    Ok(Send {
        arguments: statements[..url].to_vec(),
        path: path(written)?,
        query,
        body,
        operation: operation(named)?,
        reply,
    })
}

/// URL, two statements for the header of the version, request, operation, two hooks around the
/// sending, the response, and what is made of it. A header parameter would be one statement more.
fn expect_order(
    statements: &[Stmt],
    url: usize,
    request: usize,
    info: usize,
) -> Result<(), String> {
    let hooks = [
        "client . pre (& mut request , & info) . await ? ;",
        "let result = client . exec (request , & info) . await ;",
        "client . post (& result , & info) . await ? ;",
        "let response = result ? ;",
    ];
    let version = url + 3 == request
        && tokens(&statements[url + 2]).contains("api-version")
        && info == request + 1;
    let sends = statements.len() == info + hooks.len() + 2
        && statements[info + 1..]
            .iter()
            .zip(hooks)
            .all(|(statement, expected)| tokens(statement) == spaced(expected));
    if version && sends {
        Ok(())
    } else {
        Err("has a statement that is not known".to_owned())
    }
}

/// `T` of `Result<ResponseValue<T>, Error<types::ErrorReply>>`.
fn reply(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, result) = output else {
        return None;
    };
    let [value, error] = <[Type; 2]>::try_from(arguments(result, "Result")?).ok()?;
    let [_] = <[Type; 1]>::try_from(arguments(&error, "Error")?).ok()?;
    let [reply] = <[Type; 1]>::try_from(arguments(&value, "ResponseValue")?).ok()?;
    (!tokens(&reply).contains("ByteStream")).then_some(reply)
}

/// The type arguments of a type by the name of `name`.
fn arguments(ty: &Type, name: &str) -> Option<Vec<Type>> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    if last.ident != name {
        return None;
    }
    let types = arguments.args.iter().map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    types.collect()
}

/// The path parameters in `format!("{}/a/{}", client.baseurl, encode_path(&id.to_string()))`.
fn path(written: &Expr) -> Result<Vec<Expr>, String> {
    let unknown = || "writes its URL in another way".to_owned();
    let Expr::Macro(format) = written else {
        return Err(unknown());
    };
    let values = Punctuated::<Expr, Token![,]>::parse_terminated
        .parse2(format.mac.tokens.clone())
        .map_err(|_| unknown())?;
    let mut values = values.into_iter();
    if !format.mac.path.is_ident("format")
        || text(&values.next().ok_or_else(unknown)?).is_none()
        || values.next().map(|base| tokens(&base)) != Some(spaced("client . baseurl"))
    {
        return Err(unknown());
    }
    values
        .map(|value| {
            let Expr::Call(encode) = &value else {
                return Err(unknown());
            };
            let [Expr::Reference(shown)] = &encode.args.iter().collect::<Vec<_>>()[..] else {
                return Err(unknown());
            };
            match &*shown.expr {
                Expr::MethodCall(call)
                    if call.method == "to_string" && tokens(&encode.func) == "encode_path" =>
                {
                    Ok((*call.receiver).clone())
                }
                _ => Err(unknown()),
            }
        })
        .collect()
}

type Parameters = (Vec<(String, Expr)>, Option<Expr>);

/// The parameters of the query and the body in
/// `client.client.post(url).header(..).json(&body).query(..).headers(header_map).build()?`.
fn parameters(built: &Expr) -> Result<Parameters, String> {
    let Expr::Try(tried) = built else {
        return Err("builds its request in another way".to_owned());
    };
    let mut query = Vec::new();
    let mut body = None;
    let mut expr = &*tried.expr;
    while let Expr::MethodCall(call) = expr {
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (call.method.to_string().as_str(), &arguments[..]) {
            ("build", []) => {}
            ("headers", [map]) if tokens(map) == "header_map" => {}
            ("header", [name, value])
                if tokens(name).ends_with("ACCEPT")
                    && tokens(value).contains("application/json") => {}
            ("json", [value]) => body = Some((*value).clone()),
            ("query", [value]) => {
                query.push(query_parameter(value).ok_or("has a query parameter in another form")?)
            }
            ("get" | "put" | "post" | "patch" | "delete" | "head" | "options", [url])
                if tokens(url) == "url" => {}
            (method, _) => return Err(format!("calls `{method}` of its request")),
        }
        expr = &call.receiver;
    }
    if tokens(expr) != spaced("client . client") {
        return Err("builds its request in another way".to_owned());
    }
    query.reverse();
    Ok((query, body))
}

/// Name and value of `&progenitor_client::QueryParam::new("name", &value)`.
fn query_parameter(parameter: &Expr) -> Option<(String, Expr)> {
    let Expr::Reference(parameter) = parameter else {
        return None;
    };
    let Expr::Call(new) = &*parameter.expr else {
        return None;
    };
    let [name, value] = &new.args.iter().collect::<Vec<_>>()[..] else {
        return None;
    };
    tokens(&new.func)
        .ends_with(&spaced("QueryParam :: new"))
        .then_some((text(name)?, (*value).clone()))
}

/// The constant of the operation in `OperationInfo { operation_id: "list_keys" }`.
fn operation(info: &Expr) -> Result<Ident, String> {
    let Expr::Struct(info) = info else {
        return Err("names its operation in another way".to_owned());
    };
    let id = info.fields.iter().find_map(|field| text(&field.expr));
    let id = id.ok_or("names no operation")?;
    Ok(format_ident!("{}", id.to_uppercase()))
}

/// One status of success whose body is JSON or nothing; 4xx and 5xx are errors.
fn check_statuses(statement: &Stmt) -> Result<(), String> {
    let Stmt::Expr(Expr::Match(statuses), None) = statement else {
        return Err("does not end with its statuses".to_owned());
    };
    let mut successes = 0;
    for arm in &statuses.arms {
        let body = tokens(&arm.body);
        let body = body.trim_matches(['{', '}']);
        let decodes = body == spaced("ResponseValue :: from_response (response) . await")
            || body == spaced("Ok (ResponseValue :: empty (response))");
        match &arm.pat {
            Pat::Lit(_) if decodes => successes += 1,
            Pat::Range(_) | Pat::Wild(_) if body.contains("Err") => {}
            pattern => {
                return Err(format!(
                    "has a status that is not known: {}",
                    tokens(pattern)
                ));
            }
        }
    }
    match successes {
        1 => Ok(()),
        _ => Err(format!("has {successes} statuses of success")),
    }
}

/// The name that a statement binds, and the value.
fn local(statement: &Stmt) -> Option<(String, &Expr)> {
    let Stmt::Local(Local {
        pat: Pat::Ident(name),
        init: Some(init),
        ..
    }) = statement
    else {
        return None;
    };
    Some((name.ident.to_string(), &init.expr))
}

fn tokens(part: &impl quote::ToTokens) -> String {
    spaced(&part.to_token_stream().to_string())
}

/// Without white space, so that texts compare however tokens are spaced.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEND: &str = r#"
        pub async fn send(self) -> Result<ResponseValue<types::Reply>, Error<types::ErrorReply>> {
            let Self { client, id, deep, body } = self;
            let id = id.map_err(Error::InvalidRequest)?;
            let deep = deep.map_err(Error::InvalidRequest)?;
            let body = body.map_err(Error::InvalidRequest)?;
            let url = format!("{}/api/a/{}", client.baseurl, encode_path(&id.to_string()));
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map.append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(super::Client::api_version()),
            );
            #[allow(unused_mut)]
            let mut request = client.client.post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .query(&progenitor_client::QueryParam::new("deep", &deep))
                .headers(header_map)
                .build()?;
            let info = OperationInfo { operation_id: "do_it" };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16..=499u16 => Err(Error::ErrorResponse(ResponseValue::from_response(response).await?)),
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    "#;

    fn rewritten(send: &str) -> Result<(String, String), String> {
        let mut send: ImplItemFn = syn::parse_str(send).unwrap();
        let prepare = rewrite(&mut send)?;
        Ok((tokens(&prepare.block), tokens(&send)))
    }

    #[test]
    fn a_send_becomes_a_request_of_its_operation_that_is_prepared_without_io() {
        let (prepare, send) = rewritten(SEND).unwrap();
        let expected = spaced(
            r#"{
                let Self { client, id, deep, body } = self;
                let id = id.map_err(Error::InvalidRequest)?;
                let deep = deep.map_err(Error::InvalidRequest)?;
                let body = body.map_err(Error::InvalidRequest)?;
                let mut request = crate::request_builder::RequestBuilder::new(
                    client,
                    &crate::generated::operations::DO_IT,
                    &[&id.to_string()],
                )?;
                request.query("deep", &deep)?;
                request.json(&body)?;
                Ok(request.prepared())
            }"#,
        );
        assert_eq!(prepare, expected);
        assert_eq!(
            send,
            spaced(
                "pub async fn send(self) -> Result<ResponseValue<types::Reply>, Error> {
                    let client = self.client;
                    self.prepare()?.send(client).await
                }"
            )
        );
    }

    #[test]
    fn a_send_of_another_shape_is_refused() {
        for (part, replacement, problem) in [
            (
                "let info = OperationInfo",
                "let other = OperationInfo",
                "does not bind `info`",
            ),
            (".json(&body)", ".body(body)", "calls `body`"),
            (
                ".headers(header_map)",
                ".headers(header_map).timeout(t)",
                "calls `timeout`",
            ),
            (
                "&progenitor_client::QueryParam::new(\"deep\", &deep)",
                "&deep",
                "query parameter",
            ),
            ("encode_path(&id.to_string())", "id", "URL in another way"),
            (
                "client.pre(",
                "log(); client.pre(",
                "statement that is not known",
            ),
            (
                "200u16 => ",
                "201u16 => ResponseValue::from_response(response).await, 200u16 => ",
                "2 statuses of success",
            ),
            (
                "200u16 => ResponseValue::from_response(response).await",
                "200u16 => Ok(ResponseValue::stream(response))",
                "status that is not known",
            ),
            (
                "ResponseValue<types::Reply>",
                "ResponseValue<ByteStream>",
                "another type",
            ),
        ] {
            let changed = SEND.replace(part, replacement);
            assert_ne!(changed, SEND, "{part}");
            let error = rewritten(&changed).unwrap_err();
            assert!(error.contains(problem), "{part}: {error}");
        }
    }
}
