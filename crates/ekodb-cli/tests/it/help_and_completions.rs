//! What is made from the definitions of the commands.

use std::process::{Command, Stdio};

use crate::support::World;

/// All commands, each with the words that lead to it.
pub(crate) fn commands(
    command: &clap::Command,
    path: &str,
    all: &mut Vec<(String, clap::Command)>,
) {
    all.push((path.to_owned(), command.clone()));
    for below in command
        .get_subcommands()
        .filter(|below| below.get_name() != "help")
    {
        commands(below, &format!("{path} {}", below.get_name()), all);
    }
}

#[test]
fn the_definitions_are_valid_and_their_help_is_worth_reading() {
    let mut command = ekodb_cli::command();
    command.clone().debug_assert();
    command.build();
    let mut all = Vec::new();
    commands(&command, "ekodb", &mut all);
    let help: Vec<String> = all
        .into_iter()
        .map(|(path, command)| {
            let help = command.term_width(100).render_long_help().to_string();
            // The options of every command are shown once.
            let own = match help.split_once("\nConnection:") {
                Some((own, common)) if path != "ekodb" => {
                    let examples = ["Examples:", "Filters:"]
                        .into_iter()
                        .filter_map(|title| common.find(title))
                        .min();
                    format!("{own}\n{}", examples.map_or("", |at| &common[at..]))
                }
                _ => help,
            };
            format!("$ {path} --help\n{}\n", own.trim_end())
        })
        .collect();
    insta::assert_snapshot!(help.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn completions_are_made_for_each_shell_and_bash_completes_with_them() {
    let world = World::new().await;
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = world.ok(format!("completions {shell}"));
        assert!(
            script.contains("collections") && script.contains("key-file"),
            "{shell}"
        );
    }
    let script = world.write("ekodb.bash", world.ok("completions bash"));
    let complete = r#"source "$0"
        COMP_WORDS=(ekodb kv "") COMP_CWORD=2
        _ekodb ekodb "" kv
        echo "${COMPREPLY[@]}""#;
    let completed = Command::new("bash")
        .args(["--norc", "-c", complete])
        .arg(script)
        .stdin(Stdio::null())
        .output()
        .expect("bash starts");
    let words = String::from_utf8_lossy(&completed.stdout);
    assert!(completed.status.success(), "{completed:?}");
    assert!(words.contains("get set delete find"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_has_a_manual_page() {
    let world = World::new().await;
    world.ok("man man1");
    let mut command = ekodb_cli::command();
    command.build();
    let mut all = Vec::new();
    commands(&command, "ekodb", &mut all);
    for (path, _) in all {
        let page = world.read(&format!("man1/{}.1", path.replace(' ', "-")));
        assert!(page.contains(".SH NAME"), "{path}");
    }
}
