//! The samples of the README are what the program prints.

use serde_json::json;

use crate::{
    examples::shell,
    support::{World, run},
    terminal::{at_terminal, ends},
};

const README: &str = include_str!("../../README.md");

/// The indented blocks that begin with a command, and what is printed under it.
fn samples() -> Vec<(&'static str, String)> {
    let mut samples: Vec<(&str, String)> = Vec::new();
    let mut inside = false;
    for line in README.lines() {
        match (line.strip_prefix("    "), inside) {
            (Some(line), _) if line.starts_with("$ ") => {
                samples.push((&line[2..], String::new()));
                inside = true;
            }
            (Some(line), true) => {
                if let Some((_, shown)) = samples.last_mut() {
                    shown.push_str(line);
                    shown.push('\n');
                }
            }
            _ => inside = false,
        }
    }
    samples
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_of_the_readme_are_what_the_program_prints() {
    let world = World::new().await;
    let users = [
        json!({"id": "ada", "name": "Ada Lovelace", "age": 36, "status": "new"}),
        json!({"id": "bob", "name": "Bob", "age": 9, "status": "open"}),
        json!({"id": "cyd", "name": "Cyd Charisse", "age": 101, "status": "old"}),
        json!({"id": "grace", "name": "Grace Hopper", "age": 85, "status": "open"}),
    ];
    world.seed("users", users).await;
    let samples = samples();
    assert_eq!(samples.len(), 3, "{samples:?}");
    for (command, shown) in samples {
        let run = run(shell(&world, command));
        assert_eq!(format!("{}{}", run.stdout, run.stderr), shown, "{command}");
    }
}

/// A progress bar without what differs from one moment to the next.
fn form(line: &str) -> String {
    let differs = |character: char| character.is_ascii_digit() || ",█░".contains(character);
    let words = line.replace(differs, "");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bar_of_the_readme_has_the_form_of_the_one_that_an_import_shows() {
    let sample = README
        .lines()
        .find(|line| line.starts_with("    importing "))
        .expect("the README shows an import");
    let world = World::new().await;
    let lines: String = (0..20_000)
        .map(|n| format!("{}\n", json!({"n": n})))
        .collect();
    world.write("people.ndjson", lines);
    let shown = tokio::task::block_in_place(|| {
        let session = at_terminal(&world, "import people.ndjson");
        ends(session, 0)
    });
    // The session gives each byte as a character.
    let bytes: Vec<u8> = shown.chars().map(|byte| byte as u8).collect();
    let shown = String::from_utf8_lossy(&bytes);
    let shown = console::strip_ansi_codes(&shown);
    let mut bars = shown.split(['\r', '\n']).filter(|line| line.contains('░'));
    let bar = bars.next_back().expect("a bar was shown");
    assert_eq!(form(sample), form(bar), "{sample:?} {bar:?}");
}
