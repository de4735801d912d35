//! `ekodb verify`: what is asked, and what becomes of it.

mod interruptions;
mod mutated;
mod mutations;
mod probe_table;
mod proxy;

use std::{collections::BTreeMap, process::Command};

use ekodb_emulator::Fault;
use serde_json::Value as Json;

use crate::support::{ADMIN_KEY, Run, World, run};

/// What became of each probe, by its name.
type Verdicts = BTreeMap<String, Json>;

/// Asks all probes of a server.
fn verify(world: &World, url: &str, options: &str) -> (Run, Verdicts) {
    let run = run(command(world, url, options));
    let verdicts = verdicts(&run);
    (run, verdicts)
}

fn command(world: &World, url: &str, options: &str) -> Command {
    world.command(format!("verify --admin --json --url {url} {options}"))
}

#[track_caller]
fn verdicts(run: &Run) -> Verdicts {
    let all: Vec<Json> =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    let name = |verdict: &Json| verdict["probe"].as_str().expect("it has a name").to_owned();
    all.into_iter()
        .map(|verdict| (name(&verdict), verdict))
        .collect()
}

/// The names of the probes with a result.
fn named<'a>(verdicts: &'a Verdicts, result: &str) -> Vec<&'a str> {
    verdicts
        .iter()
        .filter(|(_, verdict)| verdict["result"] == result)
        .map(|(name, _)| name.as_str())
        .collect()
}

/// Each probe that is not asked names one that was not confirmed, or is asked by name only.
#[track_caller]
fn each_untestable_names_what_it_needed(verdicts: &Verdicts) {
    for name in named(verdicts, "untestable") {
        let verdict = &verdicts[name];
        if verdict["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("--probe"))
        {
            continue;
        }
        let needs = verdict["needs"].as_str();
        let needs = needs.unwrap_or_else(|| panic!("{name} names nothing: {verdict}"));
        assert_ne!(verdicts[needs]["result"], "confirmed", "{name}: {verdict}");
    }
}

/// All that a server holds, but for tombstones and what signs tokens: records, schemas and KV
/// entries, keys with what they may do, collections, and the configuration.
async fn state(world: &World) -> String {
    let mut lines = Vec::new();
    world
        .emulator
        .export(&mut lines)
        .await
        .expect("it can be exported");
    let client = world.client();
    let mut keys: Vec<String> = client
        .keys()
        .list()
        .await
        .expect("the server answers")
        .iter()
        .map(|key| format!("{key:?}"))
        .collect();
    keys.sort();
    let collections = client.collections().list().await;
    let mut collections = collections.expect("the server answers");
    collections.sort();
    let mut schemas = Vec::new();
    for name in &collections {
        let schema = client.collection(name).schema().await;
        schemas.push(schema.expect("the server answers"));
    }
    let kv = client.kv().find().include_expired().await;
    let config = client.config().get().await;
    format!(
        "{}\n{keys:#?}\n{collections:?}\n{schemas:#?}\n{:#?}\n{:#?}",
        String::from_utf8_lossy(&lines),
        kv.expect("the server answers"),
        config.expect("the server answers"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_emulator_is_as_the_contract_assumes_and_nothing_stays_behind() {
    let world = World::with_users().await;
    world.ok("keys register app --read users --fields name --kv-read s: -q");
    world.ok("collections create typed --field n:Integer:unique");
    world.ok("kv set s:1 '[1]' --ttl 12h");
    let before = state(&world).await;
    let (run, verdicts) = verify(&world, world.emulator.url(), "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(named(&verdicts, "refuted"), [""; 0]);
    let untestable: Vec<String> = named(&verdicts, "untestable")
        .into_iter()
        .map(|name| {
            format!(
                "{name}: {}",
                verdicts[name]["reason"].as_str().unwrap_or("?")
            )
        })
        .collect();
    insta::assert_snapshot!(untestable.join("\n"));
    assert!(verdicts.len() - untestable.len() > 50, "{}", run.stderr);
    assert_eq!(state(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_of_settings_are_asked_by_name_and_leave_them_as_they_were() {
    let world = World::with_users().await;
    let before = state(&world).await;
    let (run, verdicts) = verify(
        &world,
        world.emulator.url(),
        "--probe config-needs-admin --probe put-grant-clears",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let names: Vec<&str> = verdicts.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "config-needs-admin",
            "permissions",
            "put-grant",
            "put-grant-clears",
            "register"
        ]
    );
    assert_eq!(named(&verdicts, "confirmed"), names);
    assert_eq!(state(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_admin_no_key_is_registered() {
    let world = World::new().await;
    let before = world.emulator.requests_to("POST", "/api/auth/register");
    let run = world.run("verify --json");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let verdicts = verdicts(&run);
    assert_eq!(verdicts["insert-status"]["result"], "confirmed");
    let reason = verdicts["put-grant"]["reason"].as_str();
    assert!(
        reason.is_some_and(|reason| reason.contains("add --admin")),
        "{verdicts:?}"
    );
    let after = world.emulator.requests_to("POST", "/api/auth/register");
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_key_is_told_that_it_could_not_clean_up() {
    let world = World::with_users().await;
    let key = world.ok("keys register app --read users -q");
    let run = world.run_as(&key, "verify");
    assert_eq!(run.code, Some(4), "{}", run.stderr);
    assert!(
        run.stderr.contains("by an admin key only"),
        "{}",
        run.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn fixtures_have_the_form_of_the_facts_and_no_secret_is_in_them() {
    let world = World::with_users().await;
    let other = world.ok("keys register other-canary --read users -q");
    let (run, verdicts) = verify(&world, world.emulator.url(), "--fixtures recorded");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let mut texts = vec![run.stdout.clone(), run.stderr.clone()];
    let files = std::fs::read_dir(world.path("recorded")).expect("it was written");
    for file in files {
        let path = file.expect("it can be listed").path();
        let text = std::fs::read_to_string(&path).expect("it can be read");
        let fixture: Json = serde_json::from_str(&text).expect("it is JSON");
        for member in ["fact", "evidence", "operation"] {
            assert!(fixture[member].is_string(), "{}: {member}", path.display());
        }
        assert!(fixture["status"].is_u64() && fixture["request"].is_object());
        assert_ne!(fixture.get("body").is_some(), fixture.get("text").is_some());
        texts.push(text);
    }
    // The output of the run, and a file for each probe that was asked.
    assert_eq!(texts.len(), 2 + named(&verdicts, "confirmed").len());
    for text in texts {
        // The key of the run, a key of somebody else, what names him, tokens, keys of the emulator.
        for canary in [ADMIN_KEY, other.trim(), "other-canary", "eyJ", "\"users\""] {
            assert!(!text.contains(canary), "{canary} is in {text}");
        }
        // A key of the KV store has the name of its probe; any other key is a secret.
        for (at, found) in text.match_indices("\"key\": \"") {
            let value = &text[at + found.len()..];
            let safe = value.starts_with('$') || value.starts_with("verify_kv_");
            assert!(safe, "{}", &value[..value.len().min(40)]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_down_slow_or_of_another_kind_ends_it_with_words() {
    let world = World::new().await;
    let down = verify_text(&world, "http://127.0.0.1:1", "");
    let page = proxy::page("text/html", "<h1>It works</h1>").await;
    let html = verify_text(&world, &page.url, "");
    let page = proxy::page("application/json", r#"{"name":"another"}"#).await;
    let json = verify_text(&world, &page.url, "");
    let slow = Fault::new().latency(std::time::Duration::from_secs(600));
    world.emulator.add_fault(slow).expect("the fault is valid");
    let slow = verify_text(&world, world.emulator.url(), "--timeout 1");
    world.emulator.clear_faults();
    let shown = [down, html, json, slow].join("\n");
    insta::assert_snapshot!(without_ports(&shown));
}

/// What is said to a run that fails before it asks anything.
fn verify_text(world: &World, url: &str, options: &str) -> String {
    let run = run(command(world, url, options));
    assert_eq!(run.stdout, "", "{}", run.stderr);
    format!("exit {:?}\n{}", run.code, run.stderr)
}

/// A text without the ports of this run.
fn without_ports(text: &str) -> String {
    let mut parts = text.split("127.0.0.1:");
    let mut free = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        free.push_str("127.0.0.1:PORT");
        free.push_str(part.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    }
    free
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_half_way_leaves_the_rest_untestable_and_a_list() {
    let world = World::new().await;
    let proxy = proxy::Proxy::start(world.emulator.url()).await;
    let gone = std::sync::atomic::AtomicBool::new(false);
    proxy.change(move |call| {
        // From the first insertion on.
        if call.path.starts_with("/api/insert/") {
            gone.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        call.drop_connection = gone.load(std::sync::atomic::Ordering::Relaxed);
    });
    let (run, verdicts) = verify(&world, &proxy.url, "");
    assert_eq!(named(&verdicts, "refuted"), [""; 0]);
    let reason = verdicts["collection-names"]["reason"]
        .as_str()
        .unwrap_or_default();
    assert!(reason.contains("does not answer any more"), "{reason}");
    assert_eq!(run.code, Some(7), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("the next run of `ekodb verify` removes it"),
        "{}",
        run.stderr
    );
}
