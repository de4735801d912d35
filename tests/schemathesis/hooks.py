"""What the contract cannot say: real credentials, the rules beyond its schemas, and that nothing went untried."""

import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request

import schemathesis

URL = os.environ["EKODB_API_URL"]
ADMIN_KEY = os.environ["EKODB_API_KEY"]
TOKEN = os.environ["EKODB_TOKEN"]

# Operations that the contract lets succeed on what is not there: a grant is made or found gone, a schema is empty.
NEVER_MISSING = {
    "put_collection_grant",
    "patch_collection_grant",
    "delete_collection_grant",
    "put_kv_grant",
    "patch_kv_grant",
    "delete_kv_grant",
    "get_collection",
    "get_schema",
    "delete_collection",
    "restore_collection",
}

# Operations on an open transaction, and those on a savepoint of it.
ON_A_TRANSACTION = {
    "commit_transaction",
    "rollback_transaction",
    "create_savepoint",
    "rollback_to_savepoint",
    "release_savepoint",
}

# Operations on the links of a key.
ON_LINKS = {"list_kv_links", "add_kv_link", "remove_kv_link"}

# Operations on one record of a collection.
ON_A_RECORD = {
    "get_record",
    "get_record_by_post",
    "update_record",
    "delete_record",
    "restore_record",
    "apply_record_action",
    "apply_record_sequence",
}


def call(method, path, body=None):
    """Asks the server beside the run; gives the parsed reply."""
    request = urllib.request.Request(URL + path, method=method)
    request.add_header("Authorization", f"Bearer {TOKEN}")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=10) as reply:
        content = reply.read()
    return json.loads(content) if content else None


def new_key():
    return call("POST", "/api/auth/register", {"api_key": ADMIN_KEY, "label": "schemathesis"})


def operation_id(case):
    return case.operation.definition.raw["operationId"]


def is_positive(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


# Real credentials and resources ---------------------------------------------------------------------------------

ADMIN_ID = next(key["id"] for key in call("GET", "/api/auth/keys") if key["key"] == ADMIN_KEY)
LIMITED = new_key()
COLLECTION = "schemathesis"
RECORD = "record-1"
KV_KEY = "schemathesis"
SAVEPOINT = "before"


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Turns what no generator can guess into what exists. Requests that are meant to be wrong stay wrong."""
    operation = operation_id(case)
    path = case.path_parameters or {}
    if operation == "revoke_key" and (is_positive(case) or path.get("key") in (ADMIN_ID, ADMIN_KEY)):
        # Never the admin key: the rest of the run would be 401.
        path["key"] = new_key()["id"]
    if not is_positive(case):
        return
    if path.get("key_id", "me") != "me":
        path["key_id"] = LIMITED["id"]
    if operation == "update_schema":
        ensure_collection()
        path["collection"] = COLLECTION
    if operation in ON_A_RECORD:
        ensure_record()
        path.update(collection=COLLECTION, id=RECORD)
    if operation == "update_record" and isinstance(case.body, dict) and "id" in case.body:
        case.body["id"] = RECORD
    if operation == "restore_record":
        call("DELETE", f"/api/delete/{COLLECTION}/{RECORD}")
    if operation in ON_A_TRANSACTION:
        # One that is open: others may have ended those that came before.
        path["transaction_id"] = call("POST", "/api/transactions", {})["transaction_id"]
    if "savepoint" in path:
        call("POST", f"/api/transactions/{path['transaction_id']}/savepoints", {"name": SAVEPOINT})
        path["savepoint"] = SAVEPOINT
    if operation in ON_LINKS:
        call("POST", f"/api/kv/set/{KV_KEY}", {"value": 1})
        path["key"] = KV_KEY
    # An id that no generator can guess: 404 would hide everything else about the request.
    (case.query or {}).pop("transaction_id", None)
    if isinstance(case.body, dict) and "api_key" in case.body:
        case.body["api_key"] = LIMITED["key"] if operation == "update_legacy_permissions" else ADMIN_KEY


def ensure_collection():
    unless_there("POST", f"/api/collections/{COLLECTION}", {"fields": {"name": {"field_type": "String"}}})


def ensure_record():
    unless_there("POST", f"/api/insert/{COLLECTION}", {"id": RECORD, "visits": 1})


def unless_there(*request):
    try:
        call(*request)
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise


# Rules beyond the schemas ---------------------------------------------------------------------------------------

INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
TYPES = set(
    "String Integer Float Number Boolean Object Array Set Vector DateTime UUID Decimal Duration Binary Bytes Null".split()
)
INDEXES = {"text", "vector", "btree", "hash"}
ALGORITHMS = {"flat", "hnsw", "ivf"}
METRICS = {"cosine", "euclidean", "dotproduct"}
LONGEST_TRANSACTION = 3600
RESTRICTIONS = ("select_fields", "exclude_fields", "writable_fields")


def bad_name(name):
    """A name that cannot travel in a path, or not visibly."""
    return not isinstance(name, str) or name in ("", ".", "..") or bool(INVISIBLE.search(name))


def blank_field(grant):
    return any(not name.strip() for member in RESTRICTIONS for name in grant.get(member) or [])


def weak(key):
    return len(key) < 32 or len(set(key)) < 8 or not all("!" <= c <= "~" for c in key)


def bad_index(index):
    sizes = [index[name] for name in ("m", "ef_construction", "ef_search", "dimension") if name in index]
    return (
        index.get("type") not in INDEXES
        or index.get("algorithm", "flat") not in ALGORITHMS
        or index.get("metric", "cosine") not in METRICS
        or any(size >= 2**32 for size in sizes)
        or index.get("dimension") == 0
    )


def bad_field(name, field):
    # Patterns are another dialect here: one that is not plain may be refused.
    pattern = field.get("regex")
    return (
        bad_name(name)
        or name in ("id", "ttl")
        or field.get("field_type", "String") not in TYPES
        or (pattern is not None and not re.fullmatch(r"[\w@.+*^$ -]*|\^\[\^@\]\+@\[\^@\]\+\$", pattern))
        or ("index" in field and bad_index(field["index"]))
    )


def breaks_a_rule(case, url):
    """Whether a request that fits the schemas breaks a rule stated in words, judged by the request alone."""
    operation, body = operation_id(case), case.body if isinstance(case.body, dict) else {}
    names = [urllib.parse.unquote(segment) for segment in urllib.parse.urlsplit(url).path.split("/")[1:]]
    if any(bad_name(name) or "__ek0_" in name for name in names):
        return True
    if operation in ("put_collection_grant", "patch_collection_grant"):
        return blank_field(body)
    if operation == "update_legacy_permissions":
        return blank_field(body) or bad_name(body["collection"])
    if operation == "update_config":
        return not {"durable_operations", "use_typed_values"} & body.keys()
    if operation == "put_kv_grant":
        return not (body["read"] or body["write"])
    if operation == "register_key":
        return any(map(bad_name, body.get("collection_permissions", {}))) or ("key" in body and weak(body["key"]))
    if operation == "create_collection":
        return (
            not body["fields"]
            or not body.get("primary_key_alias", "id").strip()
            or any(bad_field(*field) for field in body["fields"].items())
        )
    if operation == "update_schema":
        # A field that the collection has not got yet needs a type.
        return any(
            bad_field(name, field) or "field_type" not in field for name, field in body["constraints"].items()
        )
    if operation in ("insert_record", "update_record"):
        return any(map(bad_name, body))
    if operation in ("batch_insert", "batch_update"):
        items = body["inserts" if operation == "batch_insert" else "updates"]
        return any(bad_name(name) for item in items for name in item["data"])
    if operation in ("batch_get_kv", "batch_set_kv", "batch_delete_kv"):
        uneven = operation == "batch_set_kv" and len(body["keys"]) != len(body["values"])
        return uneven or any(map(bad_name, body["keys"]))
    if operation == "create_savepoint":
        return bad_name(body["name"])
    if operation == "begin_transaction":
        return body.get("timeout_seconds", 0) > LONGEST_TRANSACTION
    if operation in ("find_records", "distinct_values"):
        return bad_filter(body.get("filter")) or ("join" in body and bad_join(body["join"]))
    # Whether an action fits depends on the value that the field has.
    return operation in ("apply_record_action", "apply_record_sequence")


def bad_filter(expression):
    if expression is None:
        return False
    content = expression["content"]
    if expression["type"] == "Condition":
        is_list = content["operator"] in ("In", "NotIn")
        return not content["field"] or (is_list and not isinstance(content["value"], list))
    parts = content["expressions"]
    return not parts or (content["operator"] == "Not" and len(parts) != 1) or any(map(bad_filter, parts))


def bad_join(join):
    fields = (join["local_field"], join["foreign_field"], join["as_field"])
    return any(map(bad_name, [*join["collections"], *fields]))


def leaves_restrictions_out(case):
    """A grant put without its restrictions: the contract wants them said, servers and older clients do without."""
    body = case.body
    return (
        operation_id(case) == "put_collection_grant"
        and isinstance(body, dict)
        and all(isinstance(body.get(member), bool) for member in ("read", "write"))
        and any(member not in body for member in RESTRICTIONS)
    )


@schemathesis.hook
def filter_failure(ctx, failure, case, response):
    """Drops what the contract settles in words and no schema can: see the functions and the set asked here."""
    if failure.code == "ST202" and response.status_code == 400:
        return not breaks_a_rule(case, response.request.url)
    if failure.code == "ST301":
        return operation_id(case) not in NEVER_MISSING
    if failure.code == "ST201":
        return not leaves_restrictions_out(case)
    return True


# Nothing untried ------------------------------------------------------------------------------------------------


@schemathesis.check
class EveryOperationSucceeds:
    """Fails when an operation was never answered with 2xx: all its replies would have been refusals."""

    def __init__(self):
        self.tried = set()
        self.succeeded = set()

    def after_response(self, ctx, response, case):
        self.tried.add(operation_id(case))
        if 200 <= response.status_code < 300:
            self.succeeded.add(operation_id(case))

    def after_run(self, ctx):
        never = self.tried - self.succeeded
        if never:
            raise AssertionError(f"never succeeded: {', '.join(sorted(never))}")
