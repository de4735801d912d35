//! `cargo xtask tidy`.

use std::fs;

use crate::Repository;

/// What is said of a repository with one module, and the exit code.
fn tidy(path: &str, text: &str) -> (String, Option<i32>) {
    tidy_all(&[(path, text)])
}

/// What is said of a repository with these files, and the exit code.
fn tidy_all(files: &[(&str, &str)]) -> (String, Option<i32>) {
    let root = Repository(tempfile::tempdir().unwrap());
    for part in ["crates", "xtask", "tests"] {
        fs::create_dir(root.path(part)).unwrap();
    }
    let manifest = "[package]\nname = \"a\"\nrust-version = \"1.90\"\n[lib]\npath = \"lib.rs\"\n";
    root.write("Cargo.toml", manifest);
    let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.0.0\"\n";
    root.write("Cargo.lock", lock);
    root.write("deny.toml", "[licenses]\nallow = []\n");
    for (path, text) in files {
        root.write(path, text);
    }
    let run = root.run("tidy");
    (run.stdout, run.code)
}

#[track_caller]
fn refused((shown, code): (String, Option<i32>), problem: &str) {
    assert!(shown.contains(problem), "{problem:?}: {shown}");
    assert_eq!(code, Some(1), "{shown}");
}

#[test]
fn a_module_of_more_than_300_lines_is_named_and_allowed() {
    let (shown, code) = tidy("crates/a/src/lib.rs", &"//\n".repeat(301));
    assert!(shown.contains("crates/a/src/lib.rs: 301 lines"), "{shown}");
    assert_eq!(code, Some(0));
}

#[test]
fn a_module_of_more_than_500_lines_is_refused() {
    refused(
        tidy("crates/a/src/lib.rs", &"//\n".repeat(501)),
        "501 lines before its tests",
    );
}

#[test]
fn the_tests_of_a_module_are_not_counted() {
    let text = format!("//\n#[cfg(test)]\nmod tests {{\n{}}}\n", "//\n".repeat(600));
    let (shown, code) = tidy("crates/a/src/lib.rs", &text);
    assert!(!shown.contains("crates/a"), "{shown}");
    assert_eq!(code, Some(0));
}

#[test]
fn an_item_for_tests_at_the_head_of_a_module_does_not_hide_its_length() {
    let text = format!("#[cfg(test)]\nuse std::fmt;\n{}", "//\n".repeat(501));
    refused(tidy("crates/a/src/lib.rs", &text), "503 lines");
}

#[test]
fn generated_files_may_be_long() {
    for path in [
        "crates/a/src/generated.rs",
        "crates/a/src/generated/types.rs",
        "crates/a/src/generated/types/builder.rs",
    ] {
        let (shown, code) = tidy(path, &"//\n".repeat(5000));
        assert!(!shown.contains("crates/a"), "{shown}");
        assert_eq!(code, Some(0));
    }
}

#[test]
fn what_was_left_to_do_is_refused_with_its_line() {
    // Put together here, so that the tool does not find it in this file.
    let leftover = format!("{}!(", "todo");
    let text = format!("fn a() {{\n    {leftover})\n}}\n");
    refused(
        tidy("crates/a/src/lib.rs", &text),
        &format!("crates/a/src/lib.rs:2: `{leftover}`"),
    );
}

/// What is said of a crate with three floors, which ARCHITECTURE.md draws, and these files.
fn floors(files: &[(&str, &str)]) -> (String, Option<i32>) {
    let fixed = [
        (
            "xtask/floors.yaml",
            "a:\n  source: crates/a/src\n  library: a\n  \
             floors: [[lib, api], [engine, clock], [engine/store]]\n  \
             forbidden: { engine: [axum] }\n",
        ),
        (
            "ARCHITECTURE.md",
            "      lib  api\n    ↓ engine  clock\n    ↓ engine/store\n",
        ),
        (
            "crates/a/src/lib.rs",
            "mod api;\nmod clock;\nmod engine;\npub use api::Call;\n",
        ),
    ];
    let default = [
        ("crates/a/src/api.rs", "pub struct Call;\n"),
        ("crates/a/src/clock.rs", "pub fn now() {}\n"),
        (
            "crates/a/src/engine/mod.rs",
            "pub mod store;\npub use store::Store;\n",
        ),
        ("crates/a/src/engine/store.rs", "pub struct Store;\n"),
    ];
    let given = |path: &str| files.iter().any(|(other, _)| *other == path);
    let rest = fixed
        .iter()
        .chain(&default)
        .filter(|(path, _)| !given(path));
    tidy_all(&files.iter().chain(rest).copied().collect::<Vec<_>>())
}

#[test]
fn floors_that_hold_are_printed_with_0_circles() {
    let api = "use crate::engine::Store;\npub struct Call(Store);\n";
    let (shown, code) = floors(&[("crates/a/src/api.rs", api)]);
    assert!(
        shown.contains("a\n      lib  api\n    ↓ engine  clock\n"),
        "{shown}"
    );
    assert!(shown.contains("\n0 circles\n"), "{shown}");
    assert_eq!(code, Some(0), "{shown}");
}

#[test]
fn an_upward_import_is_refused_however_it_is_written() {
    for store in [
        "use crate::api::Call;\npub struct Store(Call);\n",
        "pub struct Store;\nfn f() { let _ = super::super::api::Call; }\n",
        "use crate::*;\npub struct Store(Call);\n",
        "use crate::Call as Other;\npub struct Store(Other);\n",
        "use crate::api as other;\npub struct Store(other::Call);\n",
        "pub struct Store;\nfn f() { use crate::Call; let _ = Call; }\n",
        "pub struct Store;\nfn f() { println!(\"{:?}\", crate::Call); }\n",
        "pub struct Store(#[serde(with = \"crate::api::Call\")] u8);\n",
        "pub struct Store;\nmod inner { fn f() -> super::super::super::Call { todo() } }\n",
        "pub struct Store;\nimpl From<a::Call> for Store {}\n",
        "pub struct Store;\npub use crate::api::Call;\n",
    ] {
        refused(
            floors(&[("crates/a/src/engine/store.rs", store)]),
            "a: engine/store.rs imports `Call` of api.rs, which is above it",
        );
    }
}

#[test]
fn modules_side_by_side_may_not_import_each_other() {
    let engine = "pub mod store;\npub use store::Store;\nfn f() { crate::clock::now() }\n";
    refused(
        floors(&[("crates/a/src/engine/mod.rs", engine)]),
        "a: engine/mod.rs imports `now` of clock.rs, which is on the same floor",
    );
}

#[test]
fn a_circle_of_files_is_refused_with_its_items() {
    let lib = "mod api;\nmod clock;\nmod engine;\n";
    let (shown, code) = floors(&[
        ("crates/a/src/lib.rs", lib),
        (
            "crates/a/src/api.rs",
            "mod call;\nmod reply;\npub struct Call;\nfn f() { reply::g() }\n",
        ),
        (
            "crates/a/src/api/call.rs",
            "pub fn h() -> super::Call { super::Call }\n",
        ),
        (
            "crates/a/src/api/reply.rs",
            "pub fn g() { super::call::h(); }\n",
        ),
    ]);
    let problem = "a: a circle: api.rs imports `g` of api/reply.rs, \
                   api/reply.rs imports `h` of api/call.rs, api/call.rs imports `Call` of api.rs";
    assert!(shown.contains(problem), "{shown}");
    assert!(shown.contains("\n1 circles\n"), "{shown}");
    assert_eq!(code, Some(1));
}

#[test]
fn what_tests_import_and_what_a_module_shows_of_its_own_folder_is_no_circle() {
    let store = "pub struct Store;\n#[cfg(test)]\nmod tests { use crate::Call; }\n\
                 #[cfg(test)]\nfn f() -> crate::Call { crate::Call }\n";
    let engine = "pub mod store;\npub mod log;\npub use store::Store;\npub struct Id;\n";
    let log = "use super::Id;\npub fn f(_: Id) {}\n";
    let (shown, code) = floors(&[
        ("crates/a/src/engine/store.rs", store),
        ("crates/a/src/engine/mod.rs", engine),
        ("crates/a/src/engine/log.rs", log),
    ]);
    assert_eq!(code, Some(0), "{shown}");
}

#[test]
fn a_forbidden_name_is_refused() {
    for store in [
        "pub struct Store(axum::Json);\n",
        "use axum::Json as Other;\npub struct Store(Other);\n",
    ] {
        refused(
            floors(&[("crates/a/src/engine/store.rs", store)]),
            "a: engine/store.rs names `axum`, which engine must not know",
        );
    }
}

#[test]
fn a_module_on_no_floor_and_a_picture_that_differs_are_refused() {
    let (shown, code) = floors(&[
        ("crates/a/src/lib.rs", "mod api;\nmod other;\n"),
        ("crates/a/src/other.rs", ""),
        ("ARCHITECTURE.md", "      lib\n    ↓ api\n"),
    ]);
    assert!(shown.contains("other.rs is on no floor"), "{shown}");
    assert!(
        shown.contains("ARCHITECTURE.md does not draw the floors of a"),
        "{shown}"
    );
    assert_eq!(code, Some(1));
}

#[test]
fn a_crate_whose_floors_nobody_has_declared_is_refused() {
    refused(
        floors(&[("crates/b/src/lib.rs", "")]),
        "crates/b/src has no floors: declare them in xtask/floors.yaml",
    );
}

#[test]
fn a_line_of_prose_of_more_than_100_columns_is_refused() {
    let long = format!("/// {}end\n", "word ".repeat(20));
    refused(
        tidy("crates/a/src/lib.rs", &format!("// short\n{long}")),
        "crates/a/src/lib.rs:2: a line of prose has more than 100 columns",
    );

    refused(
        tidy("guide.md", &"word ".repeat(21)),
        "guide.md:1: a line of prose",
    );

    let text = format!("info:\n  description: {}\n", "word ".repeat(21));
    refused(
        tidy("spec/ekodb.yaml", &text),
        "spec/ekodb.yaml:2: a line of prose",
    );
}

#[test]
fn code_tables_and_links_may_be_as_wide_as_they_are() {
    let wide = "wide ".repeat(21);
    let text = format!(
        "```text\n{wide}\n```\n\n    {wide}\n\n| {wide} |\n<{}>\n",
        "a/".repeat(60)
    );
    let (_, code) = tidy("guide.md", &text);
    assert_eq!(code, Some(0));

    let (_, code) = tidy("spec/ekodb.yaml", &format!("example: {{ a: {wide} }}\n"));
    assert_eq!(code, Some(0));
}

/// What is said of a crate with this version and oldest Rust, and a dependency with that.
fn tidy_rust(version: &str, rust: &str, dependency: &str) -> (String, Option<i32>) {
    let manifest = |name: &str, rust: &str, more: &str| {
        format!("[package]\nname = {name:?}\nrust-version = {rust:?}\n{more}")
    };
    let more = format!(
        "{version}[lib]\npath = \"lib.rs\"\n[dependencies]\nb = {{ path = \"b\" }}\n[workspace]\n"
    );
    tidy_all(&[
        ("Cargo.toml", &manifest("a", rust, &more)),
        ("b/Cargo.toml", &manifest("b", dependency, "")),
        ("b/src/lib.rs", ""),
        (
            "Cargo.lock",
            &format!(
                "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"{}\"\ndependencies = [\n \"b\",\n]\n\n[[package]]\nname = \"b\"\nversion = \"0.0.0\"\n",
                if version.is_empty() { "0.0.0" } else { "0.1.0" }
            ),
        ),
    ])
}

#[test]
fn a_crate_needs_no_older_rust_than_its_dependencies() {
    refused(
        tidy_rust("", "1.89", "1.91"),
        "a promises Rust 1.89.0, and b 0.0.0 needs 1.91.0",
    );
}

#[test]
fn a_published_crate_promises_the_oldest_rust_that_it_can() {
    let version = "version = \"0.1.0\"\n";
    refused(
        tidy_rust(version, "1.91", "1.90"),
        "a promises Rust 1.91.0, and nothing needs more than 1.90.0",
    );
    assert_eq!(tidy_rust(version, "1.90", "1.90").1, Some(0));
}

#[test]
fn a_licence_that_is_allowed_and_that_nobody_has_is_named() {
    refused(
        tidy_all(&[("deny.toml", "[licenses]\nallow = [\"MIT\"]\n")]),
        "deny.toml allows MIT",
    );
}
