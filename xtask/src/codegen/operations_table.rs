//! The table of operations: what a runtime needs to know that the generated client does not say.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use xtask::contract::{Document, Operation};

pub(super) fn generate(document: &Document) -> Result<syn::File, String> {
    let mut operations = document.operations();
    operations.sort_by_key(|operation| operation.id());
    let rows = operations.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let names = operations.iter().map(|operation| constant(operation.id()));
    let tokens = quote! {
        use crate::{Auth, Operation, Privilege, Replay};

        #(#rows)*

        pub(crate) static OPERATIONS: &[Operation] = &[#(#names),*];
    };
    syn::parse2(tokens).map_err(|error| format!("the table of operations does not parse: {error}"))
}

fn row(operation: &Operation<'_>) -> Result<TokenStream, String> {
    let id = operation.id();
    let method = operation.method.to_uppercase();
    let path = operation.path;
    let auth = variant(auth(operation));
    let privilege = variant(match operation.privilege() {
        "none" => "None",
        "any" => "Any",
        "read" => "Read",
        "write" => "Write",
        "kv-read" => "KvRead",
        "kv-write" => "KvWrite",
        _ => "Admin",
    });
    let replay = variant(if operation.is_idempotent() {
        "Idempotent"
    } else {
        "Never"
    });
    let (status, response) = operation
        .success()
        .ok_or_else(|| format!("`{id}` has no response of success"))?;
    let success: u16 = status.parse().map_err(|_| {
        format!("the response of success of `{id}` is `{status}`: write one status")
    })?;
    let success = proc_macro2::Literal::u16_unsuffixed(success);
    let has_reply = response.resolved().raw("content").is_some();
    let deprecated = operation.node.flag("deprecated");
    let transaction = ("query", "transaction_id");
    let takes_transaction = operation.parameters().contains_key(&transaction);
    let name = constant(id);
    Ok(quote! {
        pub(crate) const #name: Operation = Operation {
            id: #id,
            method: #method,
            path: #path,
            auth: Auth::#auth,
            privilege: Privilege::#privilege,
            replay: Replay::#replay,
            success: #success,
            has_reply: #has_reply,
            deprecated: #deprecated,
            takes_transaction: #takes_transaction,
        };
    })
}

fn auth(operation: &Operation<'_>) -> &'static str {
    let ways = operation.node.raw("security");
    match ways {
        Some(ways) if ways.elements().next().is_none() => "None",
        Some(_) if operation.is_open() => "Optional",
        _ => "Bearer",
    }
}

/// The constant of an operation, by which the client's code names it.
fn constant(id: &str) -> Ident {
    Ident::new(&id.to_uppercase(), Span::call_site())
}

fn variant(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
