//! `tests/FAULTS.md` names tests that exist.

use std::{collections::BTreeSet, fs, path::Path};

/// Adds the name of every test function below `directory`.
fn collect(directory: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let tests = text.split("#[test]").skip(1);
            let async_tests = text.split("#[tokio::test").skip(1);
            for after in tests.chain(async_tests) {
                let name = after.split("fn ").nth(1);
                let name = name.and_then(|rest| rest.split('(').next());
                names.extend(name.map(str::to_owned));
            }
        }
    }
}

#[test]
fn every_row_of_the_fault_matrix_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    for directory in ["src", "tests"] {
        collect(&root.join(directory), &mut tests);
    }
    let matrix = fs::read_to_string(root.join("tests/FAULTS.md")).unwrap();
    let rows = matrix.lines().filter(|line| line.starts_with("| "));
    let mut named = 0;
    // The first two are the head of the table and the line below it.
    for row in rows.skip(2) {
        let proof = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        assert!(proof.starts_with('`'), "the row names no test: {row}");
        for name in proof.split(", ") {
            let name = name.trim_matches('`');
            assert!(
                tests.contains(name),
                "the matrix names `{name}`, which is not a test of this crate"
            );
            named += 1;
        }
    }
    assert!(named > 60, "the matrix names only {named} tests");
}
