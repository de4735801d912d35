//! Rules about operations.

super::rules! {
    REMOVED: "operation-removed",
        breaking("clients that call it get 404 or 405",
            "keep it with `deprecated: true` until no client calls it");
    ADDED: "operation-added",
        compatible("no client calls it yet");
    PATH_CHANGED: "operation-path-changed",
        breaking("clients that were built earlier call the old method and path, and get 404 or 405",
            "keep the old path next to the new one, deprecated, under another operationId");
    ID_CHANGED: "operation-id-changed",
        breaking("generated clients name the method after it, so code that calls the method no longer compiles",
            "take the old operationId back");
    DEPRECATED: "operation-deprecated",
        compatible("it still works; generated clients warn their users");
    UNDEPRECATED: "operation-no-longer-deprecated",
        compatible("it works as before, and generated clients stop warning");
    SECURITY_TIGHTENED: "security-tightened",
        breaking("clients whose credentials were enough are refused with 401",
            "accept the old credentials next to the new ones");
    SECURITY_LOOSENED: "security-loosened",
        compatible("every credential that was enough still is");
    PRIVILEGE_RAISED: "privilege-raised",
        breaking("keys that were allowed to call it are refused with 403",
            "keep the old privilege, or make a second operation for the part that needs more");
    PRIVILEGE_LOWERED: "privilege-lowered",
        compatible("every key that was allowed to call it still is");
    CALLBACKS_CHANGED: "callbacks-changed",
        breaking("receivers that were built earlier get requests that they do not expect, or miss those they wait for",
            "keep the callbacks, and add new ones to another operation");
    IDEMPOTENCE_LOST: "operation-no-longer-idempotent",
        breaking("clients that were built earlier repeat it after an unclear failure, and so may apply it twice",
            "keep it safe to repeat, or give the new behaviour its own operation");
    IDEMPOTENCE_GAINED: "operation-became-idempotent",
        compatible("newer clients may repeat it, older ones need not");
}
