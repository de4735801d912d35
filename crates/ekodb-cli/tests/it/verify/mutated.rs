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
    let switches: &[(&str, Turn, &[&str])] = &[
        (
            "token-lifetime",
            |emulator| emulator.token_lifetime(std::time::Duration::from_secs(1800)),
            &["token-lifetime"],
        ),
        (
            "legacy-permissions",
            |emulator| emulator.legacy_permissions(true),
            &["permissions"],
        ),
        (
            "loose",
            |emulator| emulator.loose(true),
            &["unknown-member"],
        ),
        (
            "multi-status",
            |emulator| emulator.multi_status(true),
            &[
                "batch-delete-status",
                "batch-insert-status",
                "batch-update-status",
            ],
        ),
        (
            "refuse-unknown-collections",
            |emulator| emulator.refuse_unknown_collections(true),
            &["find-unknown-collection"],
        ),
        (
            "admin-only-listing",
            |emulator| emulator.admin_only_listing(true),
            &["list-collections-with-any-key"],
        ),
        (
            "restore-clears-only",
            |emulator| emulator.restore_clears_only(true),
            &["restore-brings-back"],
        ),
        (
            "strict-names",
            |emulator| emulator.strict_names(true),
            &["collection-names"],
        ),
        ("shuffle", |emulator| emulator.shuffle(7), &["find-order"]),
        (
            "raw-kv-keys",
            |emulator| emulator.raw_kv_keys(true),
            &["kv-key-decoded"],
        ),
        (
            "idempotent-kv-delete",
            |emulator| emulator.idempotent_kv_delete(true),
            &["kv-delete-absent"],
        ),
    ];
    let listed = World::new().await.json("verify --list --json");
    for (switch, turn, expected) in switches {
        let world = World::with(turn).await;
        let (run, verdicts) = verify(&world, world.emulator.url(), "");
        assert_eq!(named(&verdicts, "refuted"), *expected, "{switch}");
        assert_eq!(run.code, Some(9), "{switch}: {}", run.stderr);
        each_untestable_names_what_it_needed(&verdicts);
        // These are the probes that say that they are about the switch.
        for row in listed.as_array().expect("it is a list") {
            let about = row["about"].as_str().unwrap_or_default();
            let probe = row["probe"].as_str().unwrap_or_default();
            let is_about_it = about.split(", ").any(|about| about == *switch);
            assert_eq!(is_about_it, expected.contains(&probe), "{switch}: {probe}");
        }
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
