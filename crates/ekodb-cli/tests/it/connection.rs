//! Which server and key are used, and that a key goes nowhere else.

use ekodb_emulator::Emulator;
use serde_json::Value as Json;

use crate::support::{ADMIN_KEY, World, run};

/// What `ekodb status` says with these options, in this environment.
fn status(world: &World, options: &str, environment: &[(&str, &str)]) -> Json {
    let mut command = world.bare(format!("status --json {options}"));
    command.envs(environment.iter().copied());
    run(command).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_wins_over_the_environment_which_wins_over_the_profile() {
    let world = World::new().await;
    world.log_in("");
    let url = world.emulator.url();

    let profile = status(&world, "", &[]);
    assert_eq!(profile["url_from"], "the profile default");
    assert_eq!(profile["key_from"], "the profile default");

    let official = [("EKODB_BASE_URL", url), ("EKODB_API_KEY", ADMIN_KEY)];
    let official = status(&world, "", &official);
    assert_eq!(
        official["url_from"],
        "the environment variable EKODB_BASE_URL"
    );
    assert_eq!(
        official["key_from"],
        "the environment variable EKODB_API_KEY"
    );

    let unreachable = "http://127.0.0.1:1";
    let both = [("EKODB_BASE_URL", unreachable), ("EKODB_API_URL", url)];
    let first = status(&world, "", &both);
    assert_eq!(first["url_from"], "the environment variable EKODB_API_URL");
    assert_eq!(first["key_from"], "the profile default");

    world.write("key.txt", format!("{ADMIN_KEY}\nignored\n"));
    let wrong = [("EKODB_API_URL", unreachable), ("EKODB_API_KEY", "wrong")];
    let flags = status(&world, &format!("--url {url} --key-file key.txt"), &wrong);
    assert_eq!(flags["url_from"], "the flag --url");
    assert_eq!(flags["key_from"], "the flag --key-file");
    assert_eq!(flags["access"], "admin key");
    assert_eq!(flags["healthy"], true);
    assert!(
        flags["token_valid_until"]
            .as_str()
            .is_some_and(|until| until.ends_with('Z'))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_a_profile_is_not_sent_to_another_server() {
    let world = World::new().await;
    world.log_in("");
    let other = Emulator::builder().start().await.expect("it starts");
    let run = run(world.bare(format!("collections list --url {}", other.url())));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("names another server"), "{run:?}");
    assert_eq!(other.token_requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_named_with_what_to_do() {
    let world = World::new().await;
    let no_url = run(world.bare("collections list"));
    assert_eq!(no_url.code, Some(2));
    let no_key = run(world.bare(format!("collections list --url {}", world.emulator.url())));
    assert_eq!(no_key.code, Some(3));
    let no_profile = run(world.bare("collections list --profile absent"));
    assert_eq!(no_profile.code, Some(5));
    let texts = [no_url, no_key, no_profile].map(|run| run.stderr);
    insta::assert_snapshot!(texts.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn status_of_a_limited_key_says_what_it_may_do() {
    let world = World::with_users().await;
    let key = world.ok("keys register shop --read users --kv-read s: --quiet");
    let status = world.run_as(&key, "status --json").json();
    assert_eq!(status["access"], "limited key");
    assert_eq!(
        status["grants"],
        serde_json::json!(["users: read", "KV \"s:\": read"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn status_says_what_is_known_before_it_fails() {
    let world = World::new().await;
    let rejected = world.run_as("wrong-key-wrong-key-wrong-key", "status --json");
    assert_eq!(rejected.code, Some(3), "{rejected:?}");
    assert!(
        rejected.stdout.contains("\"health\": \"ok\""),
        "{rejected:?}"
    );

    let mut command = world.command("status --json");
    command.env("EKODB_API_URL", "http://127.0.0.1:1");
    let unreachable = run(command);
    assert_eq!(unreachable.code, Some(7), "{unreachable:?}");
    assert!(
        unreachable.stdout.contains("EKODB_API_URL"),
        "{unreachable:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_one_that_the_server_takes() {
    let world = World::new().await;
    let token = world.ok("token");
    let header = world.ok("token --header");
    assert_eq!(token.trim().split('.').count(), 3);
    assert!(header.starts_with("Authorization: Bearer ey"), "{header}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboard_is_that_of_the_deployment() {
    let world = World::new().await;
    let address = world.ok("dashboard --deployment d-1");
    assert_eq!(
        address,
        "https://app.ekodb.io/deployments/d-1?active_tab=keys\n"
    );
    world.log_in("--deployment d-2");
    let address = world.ok("dashboard");
    assert_eq!(
        address,
        "https://app.ekodb.io/deployments/d-2?active_tab=keys\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn any_call_of_the_api_can_be_made() {
    let world = World::with_users().await;
    let list = world.ok("api get /api/collections --output ndjson");
    assert_eq!(list, "{\"collections\":[\"users\"]}\n");
    let found = world.ok(r#"api POST /api/find/users -d '{"limit": 1}'"#);
    assert!(found.contains("\"ada\""), "{found}");
    let deleted = world.ok("api DELETE /api/delete/users/ada --output ndjson");
    assert!(deleted.starts_with('{'), "{deleted}");
    world.fails("api GET /api/find/users/ada", 5);
    world.fails("api GET api/collections", 2);
    world.fails("api GET /api/../x", 2);
}
