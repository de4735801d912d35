//! A server that is not as assumed: the right probe says so, and no other does.

use ekodb_emulator::EmulatorBuilder;

use super::{
    each_untestable_names_what_it_needed, mutations::MUTATIONS, named, proxy::Proxy, verify,
};
use crate::support::World;

/// A change of the emulator's settings.
type Turn = fn(EmulatorBuilder) -> EmulatorBuilder;

#[tokio::test(flavor = "multi_thread")]
async fn each_switch_of_the_emulator_is_found_by_its_probe() {
    let switches: [(&str, Turn); 11] = [
        ("token-lifetime", |it| {
            it.token_lifetime(std::time::Duration::from_secs(1800))
        }),
        ("legacy-permissions", |it| it.legacy_permissions(true)),
        ("loose", |it| it.loose(true)),
        ("multi-status", |it| it.multi_status(true)),
        ("refuse-unknown-collections", |it| {
            it.refuse_unknown_collections(true)
        }),
        ("admin-only-listing", |it| it.admin_only_listing(true)),
        ("restore-clears-only", |it| it.restore_clears_only(true)),
        ("strict-names", |it| it.strict_names(true)),
        ("shuffle", |it| it.shuffle(7)),
        ("raw-kv-keys", |it| it.raw_kv_keys(true)),
        ("idempotent-kv-delete", |it| it.idempotent_kv_delete(true)),
    ];
    let listed = World::new().await.json("verify --list --json");
    let listed = listed.as_array().expect("it is a list");
    for (switch, turn) in switches {
        // The probes that say that they are about the switch refute it, and no others.
        let is_about_it = |row: &&serde_json::Value| {
            let about = row["about"].as_str().unwrap_or_default();
            about.split(", ").any(|about| about == switch)
        };
        let about_it = listed.iter().filter(is_about_it);
        let mut expected: Vec<&str> = about_it.filter_map(|row| row["probe"].as_str()).collect();
        expected.sort_unstable();
        let world = World::with(turn).await;
        let (run, verdicts) = verify(&world, world.emulator.url(), "");
        assert_eq!(named(&verdicts, "refuted"), expected, "{switch}");
        assert_eq!(run.code, Some(9), "{switch}: {}", run.stderr);
        each_untestable_names_what_it_needed(&verdicts);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mutation_of_the_server_is_found_by_its_probe() {
    let world = World::new().await;
    let proxy = Proxy::start(world.emulator.url()).await;
    let mut wrong = Vec::new();
    for mutation in MUTATIONS {
        let applied = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let seen = std::sync::Arc::clone(&applied);
        proxy.change(move |call| {
            if call.method == mutation.method
                && call.path.starts_with(mutation.path)
                && (mutation.when)(call)
            {
                (mutation.change)(call);
                seen.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        });
        let (run, verdicts) = verify(&world, &proxy.url, "");
        assert!(
            applied.load(std::sync::atomic::Ordering::Relaxed),
            "{}: never",
            mutation.name
        );
        let refuted = named(&verdicts, "refuted");
        if refuted != [mutation.probe] {
            wrong.push(format!(
                "{}: {refuted:?}, not {}",
                mutation.name, mutation.probe
            ));
            continue;
        }
        let edit = verdicts[mutation.probe]["edit"].as_str();
        assert!(
            edit.is_some_and(|edit| edit.starts_with("spec/ekodb.yaml, `")),
            "{}",
            run.stderr
        );
        each_untestable_names_what_it_needed(&verdicts);
    }
    assert_eq!(wrong, [""; 0], "{} of {}", wrong.len(), MUTATIONS.len());
    assert!(MUTATIONS.len() >= 40);
}
