//! What a data directory keeps.

use std::path::Path;

use ekodb_emulator::{Durability, Emulator, ErrorKind};
use serde_json::json;

use crate::support::{Server, builder, created, http};

async fn start(directory: &Path) -> Server {
    Server::start_with(Emulator::builder().data_dir(directory)).await
}

#[tokio::test]
async fn a_restart_keeps_keys_grants_collections_schemas_trash_and_tokens() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("a/b/data");
    let before = start(&directory).await;
    let admin_key = before.emulator.admin_key().to_owned();
    before.collection("users").await;
    before.collection("gone").await;
    let admin = before.admin().await;
    before.delete(&admin, "/api/collections/gone").await;
    let key = before.limited(json!({ "users": ["read"] })).await;
    let grant = format!("/api/auth/keys/{}/permissions/collections/users", key.id);
    before
        .patch(&admin, &grant, json!({ "exclude_fields": ["ssn"] }))
        .await;
    let kept = [
        before.get(&admin, "/api/auth/keys").await.body,
        before.get(&admin, "/api/schemas/users").await.body,
        before.get(&admin, &grant).await.body,
    ];
    before.emulator.shutdown().await;

    let after = start(&directory).await;
    assert_eq!(after.emulator.admin_key(), admin_key);
    assert_eq!(
        after.get(&key.token, "/api/collections").await.body,
        json!({ "collections": ["users"] })
    );
    let found = [
        after.get(&admin, "/api/auth/keys").await.body,
        after.get(&admin, "/api/schemas/users").await.body,
        after.get(&admin, &grant).await.body,
    ];
    assert_eq!(found, kept);
    after.post(&admin, "/api/trash/gone", json!({})).await;
    let listed = after.get(&admin, "/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": ["gone", "users"] }));
}

/// The data directory of the version before the key-value store and transactions, as its emulator
/// wrote it: three items, one of them deleted, with a unique and an indexed field; a deleted
/// collection; and a key that may read the items.
const OLDER: &[u8] = include_bytes!("../fixtures/before-kv-and-transactions.redb.gz");

#[tokio::test]
async fn a_directory_that_an_older_version_made_opens() {
    const KEY: &str = "key-of-a-process";
    const LIMITED: &str = "Di_ws8U0hrPjT9hvJa1tRRhFb9iMd22DI7l3IzB3hPA";

    let home = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(home.path().join("emulator.redb")).unwrap();
    std::io::copy(&mut flate2::read::GzDecoder::new(OLDER), &mut file).unwrap();
    drop(file);
    for _ in 0..2 {
        let builder = Emulator::builder().data_dir(home.path()).admin_key(KEY);
        let server = Server::start_with(builder).await;
        let admin = server.admin().await;
        let limited = crate::support::token(server.token_for(LIMITED).await);
        let price = json!({ "field": "price", "operator": "Eq", "value": "3.5" });
        let query = json!({ "filter": { "type": "Condition", "content": price } });
        let found = server.post(&limited, "/api/find/items", query).await;
        assert_eq!(found.body[0]["name"]["value"], "pen", "{:?}", found.body);
        assert_eq!(found.body.as_array().unwrap().len(), 1);
        let all = server.post(&limited, "/api/find/items", json!({})).await;
        assert_eq!(all.body.as_array().unwrap().len(), 2);
        let refused = server.post(&limited, "/api/insert/items", json!({})).await;
        assert_eq!(refused.status, 403);
        let taken = json!({ "name": "ink" });
        let taken = server.post(&admin, "/api/insert/items", taken).await;
        assert_eq!(taken.status, 409);
        let value = json!({ "value": 1 });
        let set = server.post(&admin, "/api/kv/set/a", value).await;
        assert_eq!(set.status, 200);
        server.emulator.shutdown().await;
    }
}

/// What versions before the key-value store and transactions have not written.
const NEW_TABLES: [&str; 5] = [
    "kv_entries",
    "kv_expiries",
    "kv_links",
    "committed_transactions",
    "committed_transaction_moments",
];

#[tokio::test]
async fn a_directory_of_an_older_version_gets_the_new_tables() {
    let home = tempfile::tempdir().unwrap();
    let before = start(home.path()).await;
    before.collection("users").await;
    before.emulator.shutdown().await;
    remove_tables(&home.path().join("emulator.redb"), &NEW_TABLES);

    let after = start(home.path()).await;
    let admin = after.admin().await;
    let listed = after.get(&admin, "/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": ["users"] }));
    let value = json!({ "value": 1 });
    assert_eq!(after.post(&admin, "/api/kv/set/a", value).await.status, 200);
    let begun = after.post(&admin, "/api/transactions", json!({})).await;
    let id = begun.body["transaction_id"].as_str().unwrap();
    let insert = format!("/api/insert/users?transaction_id={id}");
    let inserted = after.post(&admin, &insert, json!({ "name": "Ada" })).await;
    assert_eq!(inserted.status, 201);
    let commit = format!("/api/transactions/{id}/commit");
    assert_eq!(after.post(&admin, &commit, json!({})).await.status, 200);
}

fn remove_tables(file: &Path, names: &[&str]) {
    let database = redb::Database::open(file).unwrap();
    let transaction = database.begin_write().unwrap();
    let tables: Vec<_> = transaction.list_tables().unwrap().collect();
    let tables = tables
        .into_iter()
        .filter(|table| names.contains(&redb::TableHandle::name(table)));
    let removed = tables.map(|table| assert!(transaction.delete_table(table).unwrap()));
    assert_eq!(removed.count(), names.len());
    transaction.commit().unwrap();
}

#[tokio::test]
async fn tokens_expired_by_hand_stay_expired_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let before = start(home.path()).await;
    let token = before.admin().await;
    before.emulator.expire_tokens();
    before.emulator.shutdown().await;
    let after = start(home.path()).await;
    assert_eq!(after.get(&token, "/api/collections").await.status, 401);
}

#[tokio::test]
async fn relaxed_writes_are_kept_by_a_clean_stop() {
    let home = tempfile::tempdir().unwrap();
    let relaxed = Emulator::builder()
        .data_dir(home.path())
        .durability(Durability::Relaxed);
    let before = Server::start_with(relaxed.clone()).await;
    before.collection("users").await;
    before.emulator.shutdown().await;
    let after = Server::start_with(relaxed).await;
    let listed = after.get(&after.admin().await, "/api/collections").await;
    assert_eq!(listed.body, json!({ "collections": ["users"] }));
}

#[tokio::test]
async fn a_second_emulator_is_kept_out_and_told_why() {
    let home = tempfile::tempdir().unwrap();
    let first = start(home.path()).await;
    let second = Emulator::builder().data_dir(home.path()).start().await;
    let error = second.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(
        error.to_string().contains("in use by another emulator"),
        "{error}"
    );
    first.emulator.shutdown().await;
    start(home.path()).await;
}

#[tokio::test]
async fn concurrent_changes_are_all_kept() {
    let home = tempfile::tempdir().unwrap();
    let server = start(home.path()).await;
    let admin = server.admin().await;
    let body = json!({ "fields": { "name": { "field_type": "String" } } });
    let requests = (0..64).map(|number| {
        let route = format!("POST /api/collections/c{number:02}");
        server.route(&route).bearer_auth(&admin).json(&body)
    });
    assert_eq!(created(requests).await, 64);
    server.emulator.shutdown().await;
    let server = start(home.path()).await;
    let listed = server.get(&server.admin().await, "/api/collections").await;
    assert_eq!(listed.body["collections"].as_array().unwrap().len(), 64);
}

#[tokio::test]
async fn only_one_of_many_makes_a_collection() {
    let server = Server::start_with(builder()).await;
    let admin = server.admin().await;
    let body = json!({ "fields": { "name": { "field_type": "String" } } });
    let requests = (0..16).map(|_| {
        let request = server.route("POST /api/collections/users");
        request.bearer_auth(&admin).json(&body)
    });
    assert_eq!(created(requests).await, 1);
}

#[tokio::test]
async fn a_directory_with_other_files_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("precious.txt"), "text").unwrap();
    let error = refused(home.path()).await;
    assert!(error.contains("it has other files in it"), "{error}");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_file_that_is_no_store_is_refused_without_being_touched() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("emulator.redb");
    let content = "not a store, but long enough to be looked at".repeat(1000);
    std::fs::write(&file, &content).unwrap();
    refused(home.path()).await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), content);
}

async fn refused(directory: &Path) -> String {
    let started = Emulator::builder().data_dir(directory).start().await;
    let error = started.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DataDirectory, "{error}");
    error.to_string()
}

#[tokio::test]
async fn an_empty_file_is_not_taken_for_a_new_store() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("emulator.redb");
    std::fs::write(&file, "").unwrap();
    let error = refused(home.path()).await;
    assert!(
        error.contains("emulator.redb is empty: remove it"),
        "{error}"
    );
    assert_eq!(std::fs::metadata(&file).unwrap().len(), 0);
}

#[tokio::test]
async fn a_database_of_another_program_is_refused() {
    const TABLE: redb::TableDefinition<'static, u64, u64> = redb::TableDefinition::new("theirs");
    let home = tempfile::tempdir().unwrap();
    let database = redb::Database::create(home.path().join("emulator.redb")).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(TABLE).unwrap().insert(1, 2).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let error = refused(home.path()).await;
    assert!(error.contains("a database of another program"), "{error}");
}

#[tokio::test]
async fn a_first_start_that_was_killed_is_begun_again() {
    let home = tempfile::tempdir().unwrap();
    let finished = tempfile::tempdir().unwrap();
    start(finished.path()).await.emulator.shutdown().await;
    let whole = std::fs::read(finished.path().join("emulator.redb")).unwrap();
    for length in [0, 1, 4096, whole.len() / 2, whole.len()] {
        let directory = home.path().join(length.to_string());
        std::fs::create_dir(&directory).unwrap();
        let unfinished = directory.join("emulator.redb.new");
        std::fs::write(&unfinished, &whole[..length]).unwrap();
        let server = start(&directory).await;
        server.collection("users").await;
        assert!(!unfinished.exists());
    }
}

/// The records of a store; an error if it is refused, or does not answer.
async fn records(directory: &Path) -> Result<serde_json::Value, String> {
    let builder = Emulator::builder().data_dir(directory);
    let emulator = builder.start().await.map_err(|error| {
        assert_eq!(error.kind(), ErrorKind::DataDirectory, "{error}");
        error.to_string()
    })?;
    let http = http();
    let server = Server { emulator, http };
    let admin = server.admin().await;
    let found = server.post(&admin, "/api/find/t", json!({})).await;
    server.emulator.shutdown().await;
    match found.status.as_u16() {
        200 => Ok(found.body),
        status => Err(status.to_string()),
    }
}

#[tokio::test]
async fn damaged_pages_are_found_and_never_give_a_wrong_answer() {
    let home = tempfile::tempdir().unwrap();
    let before = start(home.path()).await;
    let admin = before.admin().await;
    for batch in 0..4 {
        let inserts: Vec<_> = (0..250)
            .map(|n| json!({ "data": { "id": format!("{batch}-{n}"), "n": n } }))
            .collect();
        let body = json!({ "inserts": inserts });
        let reply = before.post(&admin, "/api/batch/insert/t", body).await;
        assert_eq!(reply.status, 200);
    }
    // Once as it is after a crash, once after a clean stop.
    let file = home.path().join("emulator.redb");
    let crashed = std::fs::read(&file).unwrap();
    before.emulator.shutdown().await;
    let stopped = std::fs::read(&file).unwrap();
    let expected = records(home.path()).await.unwrap();
    assert_eq!(expected.as_array().unwrap().len(), 1000);

    for (what, whole) in [("crashed", crashed), ("stopped", stopped)] {
        let mut found = 0;
        // A byte in some pages, at another place in each. The first page leads to all others.
        let pages = whole.len() / 4096;
        for page in (0..pages).step_by(pages.div_ceil(20)) {
            let mut damaged = whole.clone();
            damaged[page * 4096 + page * 37 % 4096] ^= 0x55;
            let directory = tempfile::tempdir().unwrap();
            std::fs::write(directory.path().join("emulator.redb"), &damaged).unwrap();
            match records(directory.path()).await {
                Ok(records) => assert!(records == expected, "{what}: page {page}"),
                Err(_) => found += 1,
            }
        }
        assert!(found > 1, "{what}: {found}");
    }
}

#[tokio::test]
async fn a_given_admin_key_joins_those_of_the_store() {
    let home = tempfile::tempdir().unwrap();
    let first = start(home.path()).await;
    let own = first.emulator.admin_key().to_owned();
    let limited = first.limited(json!({})).await;
    first.emulator.shutdown().await;

    let second = Server::start_with(builder().data_dir(home.path())).await;
    for key in [&own, second.emulator.admin_key()] {
        assert_eq!(second.token_for(key).await.status, 200);
    }
    second.emulator.shutdown().await;

    let wrong = Emulator::builder()
        .data_dir(home.path())
        .admin_key(limited.value);
    assert_eq!(wrong.start().await.unwrap_err().kind(), ErrorKind::Setting);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_look_into_the_directory() {
    use std::os::unix::fs::PermissionsExt;

    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("data");
    std::fs::create_dir(&directory).unwrap();
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o755)).unwrap();
    start(&directory).await;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&directory.join("emulator.redb")), 0o600);
}
