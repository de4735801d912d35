use super::surface_changes;

/// A client in the shape that the generator gives it.
fn client(methods: &str, types: &str, builders: &str) -> String {
    format!(
        "pub mod types {{ {types} }} impl Client {{ {methods} }} pub mod builder {{ {builders} }}"
    )
}

fn said(old: &str, new: &str) -> String {
    surface_changes(old, new)
        .expect("both are Rust")
        .to_string()
}

const LIST: &str =
    "pub fn list_users(&self) -> builder::ListUsers<'_> { builder::ListUsers::new(self) }";

#[test]
fn the_same_client_has_the_same_surface() {
    let source = client(LIST, "pub struct User { pub name: String }", "");
    assert!(
        surface_changes(&source, &source)
            .expect("it is Rust")
            .is_empty()
    );
}

#[test]
fn a_first_client_is_all_added() {
    insta::assert_snapshot!(said("", &client(LIST, "pub struct User { pub name: String }", "")), @r"
    the client's surface:
      + 1 operation added: list_users
      + 1 type added: User
    ");
}

#[test]
fn operations_come_and_go() {
    let other = "pub fn find_users(&self) -> builder::FindUsers<'_> { make() }";
    insta::assert_snapshot!(said(&client(LIST, "", ""), &client(other, "", "")), @r"
    the client's surface:
      + 1 operation added: find_users
      - 1 operation removed: list_users
    ");
}

#[test]
fn an_operation_changes_with_the_method_and_the_path_it_sends() {
    let at = |route: &str| {
        let doc = format!("/// Lists the users.\n///\n///Sends a {route}\n{LIST}");
        client(&doc, "", "")
    };
    let moved = said(
        &at("`GET` request to `/api/users`"),
        &at("`GET` request to `/api/people`"),
    );
    insta::assert_snapshot!(moved, @r"
    the client's surface:
      ~ 1 operation changed: list_users (~route)
    ");
}

#[test]
fn an_operation_changes_with_its_arguments_and_its_reply() {
    let builder = |fields: &str, reply: &str| {
        let builder = format!(
            "pub struct ListUsers<'a> {{ client: &'a super::Client, {fields} }}
             impl<'a> ListUsers<'a> {{ pub async fn send(self) -> {reply} {{ make() }} }}"
        );
        client(LIST, "", &builder)
    };
    let (old, new) = (
        builder("page: Option<u32>, r#type: String,", "Vec<User>"),
        builder("limit: u32, r#type: String,", "Users"),
    );
    insta::assert_snapshot!(said(&old, &new), @r"
    the client's surface:
      ~ 1 operation changed: list_users (+limit, -page, ~reply)
    ");
}

#[test]
fn a_type_changes_with_its_members_and_variants() {
    let old = client(
        "",
        "pub struct A { pub a: i32, pub b: i32 } pub enum E { One, Two }",
        "",
    );
    let new = client(
        "",
        "pub struct A { pub a: i64, pub c: i32 } pub enum E { One, Two, Three }",
        "",
    );
    insta::assert_snapshot!(said(&old, &new), @r"
    the client's surface:
      ~ 2 types changed: A (+c, -b, ~a), E (+Three)
    ");
}

#[test]
fn a_type_changes_with_its_checks_and_its_wire_names() {
    let make = |check: &str, name: &str| {
        let types = format!(
            "pub struct Id(String);
             impl ::std::str::FromStr for Id {{ fn from_str(text: &str) -> R {{ {check} }} }}
             pub struct A {{ #[serde(rename = {name:?})] pub a: i32 }}"
        );
        client("", &types, "")
    };
    insta::assert_snapshot!(said(&make("x()", "a"), &make("y()", "b")), @r"
    the client's surface:
      ~ 2 types changed: A (~a), Id (~checks)
    ");
}

#[test]
fn documentation_and_bodies_are_no_surface() {
    let old = client(
        LIST,
        "/// A user.\npub struct User { /// Its name.\n pub name: String }",
        "",
    );
    let new = client(
        "pub fn list_users(&self) -> builder::ListUsers<'_> { other(self) }",
        "/// A person.\npub struct User { /// The name.\n pub name: String }",
        "",
    );
    assert!(
        surface_changes(&old, &new)
            .expect("both are Rust")
            .is_empty()
    );
}

#[test]
fn methods_that_start_no_operation_are_no_operations() {
    let source = client(
        "pub fn new() -> Self { make() } pub fn baseurl(&self) -> &str { make() }",
        "",
        "",
    );
    assert!(surface_changes("", &source).expect("it is Rust").is_empty());
}

#[test]
fn however_much_changes_ten_lines_say_it() {
    let source = |from: u32, ty: &str| {
        let types: String = (from..from + 40)
            .map(|n| format!("pub struct T{n} {{ pub a: {ty} }}"))
            .collect();
        let methods: String = (from..from + 40)
            .map(|n| format!("pub fn op_{n}(&self) -> builder::Op{n}<'_> {{ make() }}"))
            .collect();
        let builders: String = (from..from + 40)
            .map(|n| format!("pub struct Op{n} {{ pub a: {ty} }}"))
            .collect();
        client(&methods, &types, &builders)
    };
    let text = said(&source(0, "i32"), &source(20, "i64"));
    assert_eq!(text.lines().count(), 7, "{text}");
    assert!(text.lines().all(|line| line.len() < 200), "{text}");
    assert!(text.contains("  + 20 operations added: op_40, op_41, op_42, op_43, op_44, op_45, op_46, op_47 and 12 more"), "{text}");
}

#[test]
fn what_is_not_rust_is_an_error() {
    assert!(surface_changes("", "pub fn {").is_err());
}
