//! The fault matrix is true of the tests.

use std::{collections::BTreeSet, fs, path::Path};

fn collect(directory: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            // The function after a test attribute.
            let tests = text.split("#[test]").skip(1);
            let async_tests = text.split("#[tokio::test").skip(1);
            for after in tests.chain(async_tests) {
                let name = after
                    .split("fn ")
                    .nth(1)
                    .and_then(|rest| rest.split('(').next());
                names.extend(name.map(str::to_owned));
            }
        }
    }
}

#[test]
fn every_row_of_the_fault_matrix_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    collect(&root.join("it"), &mut tests);
    collect(&root.join("../crates/ekodb-sdk"), &mut tests);
    let matrix = fs::read_to_string(root.join("FAULTS.md")).unwrap();
    let mut rows = 0;
    for row in matrix
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"))
    {
        let proof = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        for name in proof.split(", ").filter(|name| name.starts_with('`')) {
            let name = name.trim_matches('`');
            assert!(
                tests.contains(name),
                "the matrix names `{name}`, which is no test"
            );
            rows += 1;
        }
    }
    assert!(rows > 60, "the matrix names only {rows} tests");
}
