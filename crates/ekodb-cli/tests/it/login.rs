//! Profiles, and where their keys are kept.

use crate::support::{ADMIN_KEY, World, run, run_with};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_checked_is_kept_in_a_file_that_only_its_owner_reads() {
    let world = World::new().await;
    let login = world.bare(format!("login --url {}", world.emulator.url()));
    let logged_in = run_with(login, &format!("{ADMIN_KEY}\n"));
    assert_eq!(logged_in.code, Some(0), "{logged_in:?}");
    assert!(
        logged_in.stderr.contains("this system has no keyring"),
        "{logged_in:?}"
    );
    assert!(world.read("config/keys.toml").contains(ADMIN_KEY));
    assert!(!world.read("config/profiles.toml").contains(ADMIN_KEY));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        let mode = |name: &str| {
            let metadata = std::fs::metadata(world.path(name)).expect("it exists");
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(mode("config/keys.toml"), 0o600);
        assert_eq!(mode("config"), 0o700);
    }
    assert_eq!(run(world.bare("collections list")).code, Some(0));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_keys_that_others_may_read_is_refused() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let world = World::new().await;
    world.log_in("");
    let file = world.path("config/keys.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("it is ours");
    let refused = run(world.bare("collections list"));
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("(mode 0640)"), "{refused:?}");
    assert!(refused.stderr.contains("chmod 600"), "{refused:?}");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
    assert_eq!(run(world.bare("collections list")).code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_server_rejects_is_not_kept() {
    let world = World::new().await;
    let login = world.bare(format!("login --url {}", world.emulator.url()));
    let rejected = run_with(login, "wrong-canary-wrong-canary-wrong");
    assert_eq!(rejected.code, Some(3), "{rejected:?}");
    assert!(!rejected.stderr.contains("canary"), "{rejected:?}");
    assert!(!world.path("config").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_are_listed_chosen_shown_masked_and_forgotten() {
    let world = World::new().await;
    for name in ["staging", "production"] {
        world.log_in(&format!("--profile {name}"));
    }
    let texts = [
        "profile list --output csv",
        "profile use staging",
        "profile show --json",
        "logout",
        "profile list --quiet",
    ]
    .map(|line| {
        let run = run(world.bare(line)).succeeded();
        world.stable(&format!("{}{}", run.stdout, run.stderr))
    });
    insta::assert_snapshot!(texts.join("\n"));
    assert!(!world.read("config/keys.toml").contains("staging"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_of_keys_is_not_quoted() {
    let world = World::new().await;
    world.log_in("");
    world.write("config/keys.toml", format!("default = {ADMIN_KEY}"));
    let broken = run(world.bare("status"));
    assert_eq!(broken.code, Some(2), "{broken:?}");
    assert!(
        broken.stderr.contains("is not a file of keys"),
        "{broken:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_of_profiles_is_named_with_its_place() {
    let world = World::new().await;
    world.log_in("");
    world.write("config/profiles.toml", "current = = 1\n");
    let broken = run(world.bare("status"));
    assert_eq!(broken.code, Some(2), "{broken:?}");
    for words in [
        "profiles.toml cannot be read",
        "line 1",
        "hint: correct the file",
    ] {
        assert!(broken.stderr.contains(words), "{broken:?}");
    }
}
