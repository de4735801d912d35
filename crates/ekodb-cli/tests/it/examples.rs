//! Each example in the help of a command is run.

use std::process::Command;

use serde_json::json;

use crate::{
    help_and_completions::commands,
    support::{ADMIN_KEY, World, run_with},
};

/// The id of a key in examples.
const KEY_ID: &str = "0123456789abcdef0123456789abcdef";

/// Commands that run until they are stopped, or ask.
const INTERACTIVE: [&str; 2] = ["ekodb login", "ekodb emulator serve --port 8080"];

/// What the examples expect to find.
async fn world() -> (World, String) {
    let world = World::with_users().await;
    world.seed("drafts", [json!({"id": "d"})]).await;
    world.write("user.json", r#"{"name": "Edsger"}"#);
    world.write("key.txt", ADMIN_KEY);
    world.write("body.json", r#"{"name": "Edsger"}"#);
    world.write(
        "schema.json",
        r#"{"fields": {"total": {"field_type": "Decimal"}}}"#,
    );
    world.write("settings.json", "{}");
    for key in ["sessions:1", "greeting"] {
        world.ok(format!("kv set {key} hello --text"));
    }
    world.write("people.ndjson", "{\"id\": \"p\"}\n");
    world.write("people.csv", "id,name,age\nada,Ada,37\n");
    world.write(
        "dump.ndjson",
        "{\"collection\": \"x\", \"record\": {\"id\": \"1\"}}\n",
    );
    let key = world.json("keys register k --read users,orders --json");
    world.log_in("--profile staging");
    let id = key["id"].as_str().expect("it has an id").to_owned();
    (world, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_has_an_example_that_works() {
    let mut all = Vec::new();
    commands(&ekodb_cli::command(), "ekodb", &mut all);
    let mut ran = 0;
    for (path, command) in all {
        if command.has_subcommands() {
            continue;
        }
        let help = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let examples: Vec<&str> = help
            .lines()
            .filter_map(|line| line.strip_prefix("  "))
            .filter(|line| line.starts_with("ekodb "))
            .collect();
        assert!(
            examples.iter().any(|example| example.starts_with(&path)),
            "{path} has no example"
        );
        for example in examples
            .into_iter()
            .filter(|example| !INTERACTIVE.contains(example))
        {
            let (world, id) = world().await;
            let line = example
                .replace(KEY_ID, &id)
                .replace("http://localhost:8080", world.emulator.url());
            let run = run_with(shell(&world, &line), "");
            assert_eq!(run.code, Some(0), "{example}: {run:?}");
            ran += 1;
        }
    }
    assert!(ran > 40, "only {ran} examples");
}

/// A shell that runs a line in which `ekodb` is this program, with the environment of a command.
pub(crate) fn shell(world: &World, line: &str) -> Command {
    let like = world.command("");
    let program = like.get_program().to_string_lossy().into_owned();
    let mut shell = Command::new("sh");
    shell.env_clear();
    for (name, value) in like.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    if let Some(directory) = like.get_current_dir() {
        shell.current_dir(directory);
    }
    let function = format!("ekodb() {{ '{program}' \"$@\"; }}\n{line}");
    shell.arg("-c").arg(function);
    shell
}
