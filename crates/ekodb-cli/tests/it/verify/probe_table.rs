//! The table of probes is complete.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::support::World;

/// Flags of the emulator that say where it listens, what it keeps and what it shows: no server is
/// asked about them.
const NOT_ABOUT_THE_SERVER: [&str; 18] = [
    "host",
    "port",
    "port-file",
    "data-dir",
    "memory",
    "durability",
    "seed",
    "admin-key",
    "admin-key-file",
    "max-body-bytes",
    "body-timeout",
    "head-timeout",
    "write-timeout",
    "control-routes",
    "cors-origins",
    "allow-host",
    "no-docs",
    "log",
];

/// What the table says it is about: `operation assumption`, `operation conflict`, `flag`.
fn covered(rows: &[Json]) -> BTreeSet<String> {
    let mut covered = BTreeSet::new();
    for row in rows {
        let about = row["about"].as_str().expect("it says what it is about");
        let Some(operation) = row["operation"].as_str() else {
            // Untestable: operations or a flag, and perhaps a part of what is assumed.
            for name in about.split(", ") {
                covered.insert(format!("{name} assumption"));
                covered.insert(format!("{name} conflict"));
                covered.insert(name.to_owned());
            }
            continue;
        };
        for about in about.split(", ") {
            covered.insert(match about {
                "assumption" | "conflict" => format!("{operation} {about}"),
                other => other.to_owned(),
            });
        }
    }
    covered
}

/// What the contract assumes, and where its sources conflict.
fn contract() -> BTreeSet<String> {
    let text = include_str!("../../../../../spec/ekodb.yaml");
    let document: Json = serde_saphyr::from_str(text).expect("it is YAML");
    let mut open = BTreeSet::new();
    let paths = document["paths"].as_object().expect("it has paths");
    for operation in paths
        .values()
        .filter_map(Json::as_object)
        .flat_map(|path| path.values())
    {
        let Some(id) = operation["operationId"].as_str() else {
            continue;
        };
        if operation["x-ekodb-assumption"].is_string() {
            open.insert(format!("{id} assumption"));
        }
        let description = operation["description"].as_str().unwrap_or_default();
        if description.contains("Conflict:") {
            open.insert(format!("{id} conflict"));
        }
    }
    open
}

fn flags() -> BTreeSet<String> {
    let command = ekodb_cli::command();
    let emulator = command.find_subcommand("emulator").expect("there is one");
    emulator
        .get_arguments()
        .filter_map(|argument| argument.get_long())
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_assumption_conflict_and_switch_has_a_probe_or_a_reason() {
    let world = World::new().await;
    let rows = world.json("verify --list --json");
    let rows = rows.as_array().expect("it is a list");
    let covered = covered(rows);
    let contract = contract();
    assert!(contract.len() > 30, "{contract:?}");
    let open: Vec<&String> = contract.difference(&covered).collect();
    assert_eq!(open, [""; 0], "without a probe");
    let mut switches = flags();
    for flag in NOT_ABOUT_THE_SERVER {
        assert!(switches.remove(flag), "the emulator has no flag --{flag}");
    }
    let open: Vec<&String> = switches.difference(&covered).collect();
    assert_eq!(open, [""; 0], "without a probe");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_probe_is_about_what_is_not_there() {
    let world = World::new().await;
    let rows = world.json("verify --list --json");
    let rows = rows.as_array().expect("it is a list");
    let (contract, flags) = (contract(), flags());
    let mut names = BTreeSet::new();
    for row in rows.iter().filter(|row| row["probe"].is_string()) {
        let (name, operation) = (&row["probe"], row["operation"].as_str().unwrap_or_default());
        assert!(names.insert(name.to_string()), "{name} is there twice");
        for about in row["about"].as_str().unwrap_or_default().split(", ") {
            let known = match about {
                "basis" => true,
                "assumption" | "conflict" => contract.contains(&format!("{operation} {about}")),
                flag => flags.contains(flag),
            };
            assert!(known, "{name}: {about}");
        }
    }
}
