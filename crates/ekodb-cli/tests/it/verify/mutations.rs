//! Ways in which a server can differ from what is assumed, each with the probe that must notice.

use serde_json::{Value as Json, json};

use super::proxy::Call;

pub(super) struct Mutation {
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) when: fn(&Call) -> bool,
    pub(super) change: fn(&mut Call),
    pub(super) probe: &'static str,
}

macro_rules! mutations {
    ($($name:literal $method:ident $path:literal if $when:expr => $change:expr; $probe:literal)*) => {
        pub(super) const MUTATIONS: &[Mutation] = &[$(Mutation {
            name: $name,
            method: stringify!($method),
            path: $path,
            when: $when,
            change: $change,
            probe: $probe,
        }),*];
    };
}

/// Another reply.
fn reply(call: &mut Call, status: u16, body: Json) {
    call.status = status;
    call.body = body;
}

/// A member under another name.
fn rename(body: &mut Json, from: &str, to: &str) {
    if let Some(members) = body.as_object_mut()
        && let Some(value) = members.remove(from)
    {
        members.insert(to.to_owned(), value);
    }
}

fn ends(call: &Call, end: &str) -> bool {
    call.path.ends_with(end)
}

fn has(call: &Call, part: &str) -> bool {
    call.path.contains(part)
}

fn sends(call: &Call, member: &str) -> bool {
    call.sent.get(member).is_some()
}

/// Whether a batch has an item that failed.
fn is_mixed(call: &Call) -> bool {
    call.body["failed"]
        .as_array()
        .is_some_and(|failed| !failed.is_empty())
}

mutations! {
    "health says healthy" GET "/api/health" if |_| true
        => |call| call.body["status"] = json!("healthy"); "health-status"
    "health tells everyone the version" GET "/api/health" if |call| !call.admin
        => |call| call.body["version"] = json!("0.79"); "health-for-all"
    "a registration names the key otherwise" POST "/api/auth/register" if |_| true
        => |call| rename(&mut call.body, "key", "api_key"); "register"
    "registering without admin rights gives 401" POST "/api/auth/register" if |call| call.status == 403
        => |call| call.status = 401; "register-without-admin"
    "registering without admin rights works" POST "/api/auth/register" if |call| call.status == 403
        => |call| reply(call, 200, json!({"key": "k", "label": "l"})); "register-without-admin"
    "the list of keys is in an object" GET "/api/auth/keys" if |call| ends(call, "/keys")
        => |call| call.body = json!({"keys": call.body}); "list-keys"
    "the list of keys is a page" GET "/api/auth/keys" if |call| ends(call, "/keys")
        => |call| call.body.as_array_mut().into_iter().for_each(|keys| keys.truncate(1)); "list-keys"
    "revoking gives 409" DELETE "/api/auth/keys/" if |call| !has(call, "/permissions") && call.status == 204
        => |call| reply(call, 409, json!({"error": "in use"})); "revoke"
    "revoking an unknown key gives 204" DELETE "/api/auth/keys/" if |call| !has(call, "/permissions") && call.status == 404
        => |call| reply(call, 204, Json::Null); "revoke-unknown"
    "revoking an unknown key gives 400" DELETE "/api/auth/keys/" if |call| !has(call, "/permissions") && call.status == 404
        => |call| call.status = 400; "revoke-unknown"
    "a revoked token still works" GET "/api/auth/keys/me" if |call| call.status == 401
        => |call| reply(call, 200, json!({"admin": false})); "revoked-token"
    "permissions name admin otherwise" GET "/api/auth/keys/me" if |call| !call.admin
        => |call| rename(&mut call.body, "admin", "is_admin"); "permissions"
    "permissions by id are an unknown route" GET "/api/auth/keys/me" if |call| !call.admin
        => |call| reply(call, 405, json!({"code": 405, "message": "no"})); "permissions"
    "permissions of others give 404" GET "/api/auth/keys/" if |call| ends(call, "/permissions") && call.status == 403
        => |call| call.status = 404; "permissions-of-others"
    "permissions of others are shown" GET "/api/auth/keys/" if |call| ends(call, "/permissions") && call.status == 403
        => |call| reply(call, 200, json!({"admin": false})); "permissions-of-others"
    "a grant is not in after" PUT "/api/auth/keys/" if |call| has(call, "/permissions/collections/")
        => |call| rename(&mut call.body, "after", "new"); "put-grant"
    "PUT keeps what is left out" PUT "/api/auth/keys/" if |call| has(call, "/collections/") && !sends(call, "select_fields")
        => |call| call.body["after"]["select_fields"] = json!(["name"]); "put-grant-clears"
    "PATCH of no grant gives 404" PATCH "/api/auth/keys/" if |call| has(call, "/permissions/collections/")
        => |call| reply(call, 404, json!({"error": "no grant"})); "patch-grant-missing"
    "PATCH of no grant grants more" PATCH "/api/auth/keys/" if |call| has(call, "/permissions/collections/")
        => |call| call.body["after"]["write"] = json!(true); "patch-grant-missing"
    "no grant is null" GET "/api/auth/keys/" if |call| has(call, "/collections/") && call.status == 404
        => |call| reply(call, 200, Json::Null); "get-grant-missing"
    "no grant gives 400" GET "/api/auth/keys/" if |call| has(call, "/collections/") && call.status == 404
        => |call| call.status = 400; "get-grant-missing"
    "deleting no grant gives 409" DELETE "/api/auth/keys/" if |call| has(call, "/permissions/collections/")
        => |call| reply(call, 409, json!({"error": "no grant"})); "delete-grant-missing"
    "deleting no grant shows one" DELETE "/api/auth/keys/" if |call| has(call, "/permissions/collections/")
        => |call| call.body["before"] = json!({"read": false}); "delete-grant-missing"
    "grants of others are listed" GET "/api/auth/keys/" if |call| ends(call, "/permissions/collections") && call.status == 403
        => |call| reply(call, 200, json!([])); "grants-of-others"
    "an empty KV grant is stored" PUT "/api/auth/keys/" if |call| has(call, "/permissions/kv/") && call.status == 400
        => |call| reply(call, 200, json!({"before": null, "after": {}})); "put-kv-grant-empty"
    "PATCH of no KV grant gives 404" PATCH "/api/auth/keys/" if |call| has(call, "/permissions/kv/")
        => |call| reply(call, 404, json!({"error": "no grant"})); "patch-kv-grant-missing"
    "no KV grant is an empty one" GET "/api/auth/keys/" if |call| has(call, "/permissions/kv/") && call.status == 404
        => |call| reply(call, 200, json!({"read": false, "write": false})); "get-kv-grant-missing"
    "deleting no KV grant gives 204" DELETE "/api/auth/keys/" if |call| has(call, "/permissions/kv/")
        => |call| reply(call, 204, Json::String("gone".into())); "delete-kv-grant-missing"
    "KV grants of others give 401" GET "/api/auth/keys/" if |call| ends(call, "/permissions/kv") && call.status == 403
        => |call| call.status = 401; "kv-grants-of-others"
    "the configuration is shown to all" GET "/api/config" if |call| call.status == 403
        => |call| reply(call, 200, json!({"durable_operations": true})); "config-read-needs-admin"
    "creating a collection is refused" POST "/api/collections/" if |call| call.status < 300
        => |call| reply(call, 422, json!({"error": "no"})); "create-collection"
    "a collection that exists gives 400" POST "/api/collections/" if |call| call.status == 409
        => |call| call.status = 400; "create-collection-twice"
    "a collection that exists is created again" POST "/api/collections/" if |call| call.status == 409
        => |call| reply(call, 200, json!({"status": "success"})); "create-collection-twice"
    "older members of a schema are accepted" POST "/api/collections/" if |call| call.status == 400
        => |call| reply(call, 201, json!({"status": "success"})); "create-collection-old-members"
    "a collection is a flat object" GET "/api/collections/" if |_| true
        => |call| call.body = json!({"name": "c", "record_count": 0}); "get-collection"
    "a schema needs an admin key" GET "/api/schemas/" if |call| !call.admin
        => |call| reply(call, 403, json!({"error": "admin"})); "get-schema-with-read"
    "the fields of a schema are a list" GET "/api/schemas/" if |_| true
        => |call| call.body["fields"] = json!([{"name": "name"}]); "get-schema-with-read"
    "constraints are refused" PUT "/api/schemas/" if |call| call.admin
        => |call| reply(call, 400, json!({"error": "fields"})); "update-schema"
    "anyone changes a schema" PUT "/api/schemas/" if |call| !call.admin
        => |call| reply(call, 200, json!({"status": "success"})); "update-schema-needs-admin"
    "listing needs an admin key" GET "/api/collections" if |call| ends(call, "/collections") && !call.admin
        => |call| reply(call, 403, json!({"error": "admin"})); "list-collections-with-any-key"
    "the list of collections is an object" GET "/api/collections" if |call| ends(call, "/collections") && !call.admin
        => |call| call.body["collections"] = json!({"users": {}}); "list-collections-with-any-key"
    "a limited key sees no collections" GET "/api/collections" if |call| ends(call, "/collections") && !call.admin
        => |call| call.body["collections"] = json!([]); "list-collections-granted"
    "restoring a record says status" POST "/api/trash/" if |call| ends(call, "/a")
        => |call| call.body = json!({"status": "restored"}); "restore-record"
    "restoring nothing says that it did" POST "/api/trash/" if |call| ends(call, "/absent")
        => |call| reply(call, 200, json!({"restored": true})); "restore-record-absent"
    "restoring a collection counts otherwise" POST "/api/trash/" if |call| ends(call, "_collection")
        => |call| call.body = json!({"status": "restored", "records_restored": 1}); "restore-collection"
    "a restored record is not back" GET "/api/find/" if |call| has(call, "restore_brings_back")
        => |call| reply(call, 404, json!({"error": "Record not found"})); "restore-brings-back"
    "a collection has no hyphen" POST "/api/insert/" if |call| has(call, "-Name")
        => |call| reply(call, 400, json!({"error": "name"})); "collection-names"
    "records come the other way round" POST "/api/find/" if |call| call.body.as_array().is_some_and(|all| all.len() == 6)
        => |call| call.body.as_array_mut().into_iter().for_each(|all| all.reverse()); "find-order"
    "inserting gives 200" POST "/api/insert/" if |_| true
        => |call| call.status = 200; "insert-status"
    "the id is named otherwise" POST "/api/insert/" if |_| true
        => |call| rename(&mut call.body, "id", "_id"); "insert"
    "a record is in an object" GET "/api/find/" if |call| ends(call, "/a")
        => |call| call.body = json!({"record": call.body}); "get-record"
    "reading by POST is not allowed" POST "/api/find/" if |call| has(call, "/a?")
        => |call| reply(call, 405, json!({"code": 405, "message": "no"})); "get-record-by-post"
    "reading by POST ignores parameters" POST "/api/find/" if |call| has(call, "/a?")
        => |call| call.body["age"] = json!(36); "get-record-by-post"
    "a find answers with an object" POST "/api/find/" if |call| call.body.is_array()
        => |call| call.body = json!({"records": call.body}); "find"
    "an unknown collection gives 404" POST "/api/find/" if |call| call.body == json!([])
        => |call| reply(call, 404, json!({"error": "no collection"})); "find-unknown-collection"
    "a bare filter is accepted" POST "/api/find/" if |call| sends(call, "filter") && call.status == 400
        => |call| reply(call, 200, json!([])); "find-bare-filter"
    "a sort object is accepted" POST "/api/find/" if |call| sends(call, "sort") && call.status == 400
        => |call| reply(call, 200, json!([])); "find-sort-object"
    "an unknown member is ignored" POST "/api/find/" if |call| sends(call, "no_such_member")
        => |call| reply(call, 200, json!([])); "unknown-member"
    "an action is not found" PUT "/api/update/" if |call| has(call, "/action/")
        => |call| reply(call, 404, json!({"error": "no action"})); "action"
    "a sequence is refused" PUT "/api/update/sequence/" if |call| call.status == 200
        => |call| reply(call, 400, json!({"error": "objects"})); "sequence"
    "a sequence succeeds in part" PUT "/api/update/sequence/" if |call| call.status == 400
        => |call| reply(call, 200, json!({"id": "a"})); "sequence-refused"
    "a sequence that fails leaves its first action" GET "/api/find/" if |call| call.body.get("visits").is_some()
        => |call| call.body["visits"] = json!({"type": "Integer", "value": 2}); "sequence-atomic"
    "deleting says nothing" DELETE "/api/delete/" if |_| true
        => |call| call.body = json!({}); "delete-record"
    "a batch says objects" POST "/api/batch/insert/" if |call| call.status == 200 && !is_mixed(call)
        => |call| call.body["successful"] = json!([{"id": "a"}]); "batch-insert"
    "a mixed batch of insertions gives 207" POST "/api/batch/insert/" if is_mixed
        => |call| call.status = 207; "batch-insert-status"
    "a mixed batch of updates gives 207" PUT "/api/batch/update/" if is_mixed
        => |call| call.status = 207; "batch-update-status"
    "a mixed batch of deletions gives 400" DELETE "/api/batch/delete/" if is_mixed
        => |call| call.status = 400; "batch-delete-status"
    "older members of a batch are accepted" POST "/api/batch/insert/" if |call| sends(call, "records")
        => |call| reply(call, 200, json!({"successful": ["a"], "failed": []})); "batch-insert-old-members"
    "ids in a batch are accepted" DELETE "/api/batch/delete/" if |call| sends(call, "ids")
        => |call| reply(call, 200, json!({"successful": ["a"], "failed": []})); "batch-delete-old-members"
    "a bare KV value is stored" POST "/api/kv/set/" if |call| call.status == 400
        => |call| reply(call, 200, json!({"success": true})); "kv-set-bare"
    "a KV value is bare" GET "/api/kv/get/" if |call| call.status == 200
        => |call| call.body = json!({"a": 1}); "kv-get"
    "a KV number is plain" GET "/api/kv/get/" if |call| call.body["value"]["type"] == "Integer"
        => |call| call.body = json!({"value": 42}); "kv-get-typed"
    "deleting no KV key gives 200" DELETE "/api/kv/delete/" if |call| call.status == 404
        => |call| reply(call, 200, json!({"deleted": false})); "kv-delete-absent"
    "a KV batch has another order" POST "/api/kv/batch/get" if |call| call.body.as_array().is_some_and(|all| all.len() == 2)
        => |call| call.body.as_array_mut().into_iter().for_each(|all| all.reverse()); "kv-batch-get-absent"
    "a KV batch takes objects only" POST "/api/kv/batch/set" if |call| call.status == 200
        => |call| reply(call, 400, json!({"error": "objects"})); "kv-batch-set-types"
    "a KV batch stores what has a partner" POST "/api/kv/batch/set" if |call| call.status == 400
        => |call| reply(call, 200, json!([])); "kv-batch-set-lengths"
    "a KV find has pairs" POST "/api/kv/find" if |_| true
        => |call| call.body = json!([["k", 1], ["l", 2]]); "kv-find"
    "a KV pattern is a glob" POST "/api/kv/find" if |call| call.sent["pattern"].as_str().is_some_and(|text| text.contains('['))
        => |call| call.body = json!([]); "kv-find-pattern"
    "KV links are in an object" GET "/api/kv/" if |call| ends(call, "/links") && call.body != json!([])
        => |call| call.body = json!({"links": call.body}); "kv-links"
    "no KV links are null" GET "/api/kv/" if |call| ends(call, "/links") && call.body == json!([])
        => |call| call.body = json!({}); "kv-links-none"
    "links of no KV key are none" GET "/api/kv/" if |call| ends(call, "/links") && call.status == 404
        => |call| reply(call, 200, json!([])); "kv-links-absent"
    "removing no KV link gives 404" DELETE "/api/kv/" if |call| has(call, "/links/")
        => |call| reply(call, 404, json!({"error": "no link"})); "kv-unlink-absent"
    "a transaction names its id otherwise" POST "/api/transactions" if |call| ends(call, "/transactions")
        => |call| rename(&mut call.body, "transaction_id", "id"); "transaction"
    "others see a transaction" GET "/api/transactions/" if |call| !call.admin
        => |call| reply(call, 403, json!({"error": "not yours"})); "transaction-of-others"
    "a commit is called done" GET "/api/transactions/" if |call| call.body["state"] == "Committed"
        => |call| call.body["state"] = json!("Done"); "transaction-committed"
    "a rollback is forgotten" GET "/api/transactions/" if |call| call.body["state"] == "RolledBack"
        => |call| reply(call, 404, json!({"error": "unknown"})); "transaction-rolled-back"
    "a conflict gives 400" POST "/api/transactions/" if |call| call.status == 409 && ends(call, "/commit")
        => |call| call.status = 400; "commit-conflict"
    "a savepoint is set twice" POST "/api/transactions/" if |call| call.status == 409 && ends(call, "/savepoints")
        => |call| call.status = 200; "savepoint-twice"
    "later savepoints stay" DELETE "/api/transactions/" if |call| call.status == 404
        => |call| reply(call, 200, json!({"status": "released"})); "savepoint-release-later"
}
