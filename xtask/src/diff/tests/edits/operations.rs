//! Edits of an operation, or of what it uses of the document.

use serde_json::{Value, json};

use super::change::{drop_key, push, rename, set};
use super::documents::path;
use super::{BREAKING, COMPATIBLE, Class, DOCUMENTATION, NOTHING};

type Kind = (&'static str, fn(&mut Value, usize) -> bool, Class);

#[rustfmt::skip]
pub(super) const EDITS: &[Kind] = &[
    ("an operation goes", |d, n| drop_key(&mut d["paths"], &path(n)), BREAKING),
    ("an operation comes", |d, n| { set(item(d, n), "get", json!({ "operationId": "get_it", "responses": {} })) }, COMPATIBLE),
    ("a path changes", |d, n| rename(&mut d["paths"], &path(n), "/others/{id}"), BREAKING),
    ("a path differs in a suffix", |d, n| rename(&mut d["paths"], &path(n), &format!("{}.json", path(n))), BREAKING),
    ("the method changes", |d, n| rename(item(d, n), "post", "put"), BREAKING),
    ("the operationId changes", |d, n| set(operation(d, n), "operationId", json!("do_else")), BREAKING),
    ("the operation is deprecated", |d, n| set(operation(d, n), "deprecated", json!(true)), COMPATIBLE),
    ("one way to authenticate goes", |d, n| { set(operation(d, n), "security", json!([{ "bearer": [], "key": [] }])) }, BREAKING),
    ("no credentials are asked for", |d, n| set(operation(d, n), "security", json!([])), COMPATIBLE),
    ("the privilege is raised", |d, n| set(operation(d, n), "x-ekodb-privilege", json!("admin")), BREAKING),
    ("the privilege is lowered", |d, n| set(operation(d, n), "x-ekodb-privilege", json!("any")), COMPATIBLE),
    ("it can no longer be repeated", |d, n| drop_key(operation(d, n), "x-ekodb-idempotent"), BREAKING),
    ("a required parameter comes", |d, n| { push(operation(d, n), "parameters", json!({ "in": "query", "name": "new", "required": true, "schema": {} })) }, BREAKING),
    ("an optional parameter comes", |d, n| { push(operation(d, n), "parameters", json!({ "in": "query", "name": "new", "schema": {} })) }, COMPATIBLE),
    ("a parameter goes", |d, n| { operation(d, n)["parameters"] .as_array_mut().is_some_and(|all| all.pop().is_some()) }, BREAKING),
    ("a parameter becomes required", |d, n| set(parameter(d, n, 0), "required", json!(true)), BREAKING),
    ("a parameter becomes optional", |d, n| set(parameter(d, n, 1), "required", json!(false)), COMPATIBLE),
    ("a parameter is deprecated", |d, n| set(parameter(d, n, 0), "deprecated", json!(true)), COMPATIBLE),
    ("a parameter may be empty", |d, n| set(parameter(d, n, 0), "allowEmptyValue", json!(true)), COMPATIBLE),
    ("a list is written otherwise", |d, n| set(parameter(d, n, 1), "explode", json!(false)), BREAKING),
    ("reserved letters are allowed", |d, n| set(parameter(d, n, 0), "allowReserved", json!(true)), BREAKING),
    ("a parameter becomes JSON", |d, n| { let schema = parameter(d, n, 0)["schema"].take(); drop_key(parameter(d, n, 0), "schema"); set(parameter(d, n, 0), "content", json!({ "application/json": { "schema": schema } })) }, BREAKING),
    ("the path parameter is renamed", |d, n| { item(d, n)["parameters"][0]["name"] = json!("key"); rename(&mut d["paths"], &path(n), &path(n).replace("{id}", "{key}")) }, BREAKING),
    ("a parameter moves to the operation", |d, n| { let shared = item(d, n)["parameters"].take(); drop_key(item(d, n), "parameters"); push(operation(d, n), "parameters", shared[0].clone()) }, NOTHING),
    ("parameters change places", |d, n| { operation(d, n)["parameters"] .as_array_mut().is_some_and(|all| { all.reverse(); true }) }, NOTHING),
    ("the style of a parameter is written out", |d, n| set(parameter(d, n, 1), "style", json!("form")), NOTHING),
    ("the body becomes required", |d, n| set(&mut operation(d, n)["requestBody"], "required", json!(true)), BREAKING),
    ("the body goes", |d, n| drop_key(operation(d, n), "requestBody"), BREAKING),
    ("a type of the body goes", |d, n| { drop_key(&mut operation(d, n)["requestBody"]["content"], "application/cbor") }, BREAKING),
    ("a type of the body comes", |d, n| { set(&mut operation(d, n)["requestBody"]["content"], "text/csv", json!({})) }, COMPATIBLE),
    ("a type of the reply comes", |d, n| set(&mut reply(d, n)["content"], "text/csv", json!({})), COMPATIBLE),
    ("a type of the reply is spelt otherwise", |d, n| { rename(&mut reply(d, n)["content"], "application/json", "application/json; charset=utf-8") }, NOTHING),
    ("the schema of a body goes", |d, n| { drop_key(&mut operation(d, n)["requestBody"]["content"]["application/json"], "schema") }, COMPATIBLE),
    ("the schema of a reply goes", |d, n| drop_key(&mut reply(d, n)["content"]["application/json"], "schema"), BREAKING),
    ("an example comes", |d, n| { set(&mut reply(d, n)["content"]["application/json"], "example", json!(1)) }, DOCUMENTATION),
    ("the status of success changes", |d, n| rename(&mut operation(d, n)["responses"], "200", "201"), BREAKING),
    ("a second status of success comes without a body", |d, n| { set(&mut operation(d, n)["responses"], "202", json!({ "description": "d" })) }, BREAKING),
    ("a second status of success comes with the same body", |d, n| { let known = reply(d, n).clone(); set(&mut operation(d, n)["responses"], "202", known) }, COMPATIBLE),
    ("an error of its own comes with the same body", |d, n| { let class = operation(d, n)["responses"]["4XX"].clone(); set(&mut operation(d, n)["responses"], "404", class) }, COMPATIBLE),
    ("an error of its own comes with another body", |d, n| { set(&mut operation(d, n)["responses"], "404", json!({ "description": "Failed.", "content": { "application/json": { "schema": { "type": "string" } } } })) }, BREAKING),
    ("a new class of errors comes", |d, n| { set(&mut operation(d, n)["responses"], "5XX", json!({ "description": "d" })) }, COMPATIBLE),
    ("a header goes", |d, n| drop_key(reply(d, n), "headers"), BREAKING),
    ("a header becomes optional", |d, n| { set(&mut reply(d, n)["headers"]["X-Count"], "required", json!(false)) }, BREAKING),
    ("a header comes", |d, n| { set(&mut reply(d, n)["headers"], "X-New", json!({ "schema": {} })) }, COMPATIBLE),
    ("a header is written in another case", |d, n| rename(&mut reply(d, n)["headers"], "X-Count", "x-count"), NOTHING),
    ("a header gets another type", |d, n| { set(&mut reply(d, n)["headers"]["X-Count"], "schema", json!({ "type": "string" })) }, BREAKING),
    ("a link comes", |d, n| { set(reply(d, n), "links", json!({ "next": { "operationId": "do_0" } })) }, BREAKING),
    ("a callback comes", |d, n| { set(operation(d, n), "callbacks", json!({ "done": { "{$url}": {} } })) }, BREAKING),
    ("it gets a server of its own", |d, n| { set(operation(d, n), "servers", json!([{ "url": "https://other" }])) }, BREAKING),
    ("its path gets a server of its own", |d, n| set(item(d, n), "servers", json!([{ "url": "https://other" }])), BREAKING),
    ("its path repeats the servers", |d, n| { let servers = d["servers"].clone(); set(item(d, n), "servers", servers) }, NOTHING),
    ("the operation is described", |d, n| set(operation(d, n), "description", json!("Does it.")), DOCUMENTATION),
    ("its path is described", |d, n| set(item(d, n), "summary", json!("Things")), DOCUMENTATION),
    ("its tags change", |d, n| set(operation(d, n), "tags", json!(["Others"])), DOCUMENTATION),
    ("a member comes that no rule knows", |d, n| set(operation(d, n), "timeout", json!(1)), BREAKING),
    ("an extension of the operation comes", |d, n| set(operation(d, n), "x-audience", json!("all")), COMPATIBLE),
    ("a component is renamed", |d, n| { let (old, new) = (format!("Sent{n}"), format!("Posted{n}")); operation(d, n)["requestBody"]["content"]["application/json"]["schema"]["properties"] ["named"] = json!({ "$ref": format!("#/components/schemas/{new}") }); rename(&mut d["components"]["schemas"], &old, &new) }, BREAKING),
    ("a component is written in place", |d, n| { let schema = d["components"]["schemas"][format!("Received{n}")].clone(); reply(d, n)["content"]["application/json"]["schema"]["properties"]["named"] = schema; true }, NOTHING),
    ("a server goes", |d, _| { d["servers"] .as_array_mut().is_some_and(|all| all.pop().is_some()) }, BREAKING),
    ("a server comes", |d, n| push(d, "servers", json!({ "url": format!("https://new{n}") })), COMPATIBLE),
    ("a server variable loses a value", |d, _| { d["servers"][0]["variables"]["host"]["enum"] .as_array_mut().is_some_and(|all| all.len() > 1 && all.pop().is_some()) }, BREAKING),
    ("a server variable gets another default", |d, _| { set(&mut d["servers"][0]["variables"]["host"], "default", json!("b")) }, BREAKING),
    ("a scheme of security becomes another", |d, _| { set(&mut d["components"]["securitySchemes"]["bearer"], "scheme", json!("basic")) }, BREAKING),
    ("a scheme of security is spelt otherwise", |d, _| { set(&mut d["components"]["securitySchemes"]["bearer"], "scheme", json!("Bearer")) }, NOTHING),
    ("a scheme of security comes", |d, n| { set(&mut d["components"]["securitySchemes"], &format!("new{n}"), json!({ "type": "http", "scheme": "basic" })) }, COMPATIBLE),
    ("a schema comes", |d, n| { set(&mut d["components"]["schemas"], &format!("New{n}"), json!({ "type": "string" })) }, COMPATIBLE),
    ("the title changes", |d, n| set(&mut d["info"], "title", json!(format!("New{n}"))), DOCUMENTATION),
];

fn item(document: &mut Value, number: usize) -> &mut Value {
    &mut document["paths"][path(number)]
}

fn operation(document: &mut Value, number: usize) -> &mut Value {
    &mut item(document, number)["post"]
}

fn parameter(document: &mut Value, number: usize, index: usize) -> &mut Value {
    &mut operation(document, number)["parameters"][index]
}

fn reply(document: &mut Value, number: usize) -> &mut Value {
    &mut operation(document, number)["responses"]["200"]
}
