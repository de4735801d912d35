//! Rules about parameters, bodies, statuses and headers.

super::rules! {
    PARAMETER_ADDED_REQUIRED: "required-parameter-added",
        breaking("clients that were built earlier do not send it, and are refused",
            "make it optional, with a default that means what happened before");
    PARAMETER_ADDED_OPTIONAL: "optional-parameter-added",
        compatible("clients may leave it out");
    PARAMETER_REMOVED: "parameter-removed",
        breaking("what clients send in it has no effect any more, and generated clients lose its setter",
            "keep it with `deprecated: true`");
    PARAMETER_RENAMED: "path-parameter-renamed",
        breaking("the URL is the same, but generated clients name the argument after it, so code that sets it no longer compiles",
            "take the old name back");
    PARAMETER_BECAME_REQUIRED: "parameter-became-required",
        breaking("clients that leave it out are refused",
            "leave it optional, with a default that means what happened before");
    PARAMETER_BECAME_OPTIONAL: "parameter-became-optional",
        compatible("clients that send it still may");
    PARAMETER_SERIALISATION: "parameter-serialisation-changed",
        breaking("clients write the value in the old form, which is read as another value",
            "keep style, explode and allowReserved as they were");
    PARAMETER_DEPRECATED: "parameter-deprecated",
        compatible("it still works");
    PARAMETER_UNDEPRECATED: "parameter-no-longer-deprecated",
        compatible("it works as before");
    EMPTY_VALUE_ALLOWED: "empty-value-allowed",
        compatible("the values that were accepted still are");
    EMPTY_VALUE_FORBIDDEN: "empty-value-forbidden",
        breaking("clients that send it without a value are refused",
            "accept the empty value still");
    BODY_ADDED_REQUIRED: "required-request-body-added",
        breaking("clients that were built earlier send no body, and are refused",
            "make the body optional");
    BODY_ADDED_OPTIONAL: "optional-request-body-added",
        compatible("clients may send none");
    BODY_REMOVED: "request-body-removed",
        breaking("what clients send has no effect any more, and generated clients lose the argument",
            "keep the body, optional");
    BODY_BECAME_REQUIRED: "request-body-became-required",
        breaking("clients that send no body are refused",
            "leave the body optional");
    BODY_BECAME_OPTIONAL: "request-body-became-optional",
        compatible("clients that send a body still may");
    REQUEST_TYPE_REMOVED: "request-content-type-removed",
        breaking("clients that send this type get 415",
            "keep the old type next to the new one");
    REQUEST_TYPE_ADDED: "request-content-type-added",
        compatible("the types that were accepted still are");
    ENCODING_CHANGED: "encoding-changed",
        breaking("a part of the body is written in another form than the other side reads",
            "keep the encoding of the part");
    RESPONSE_TYPE_REMOVED: "response-content-type-removed",
        breaking("clients that read this type get another one, or no body, and fail to decode it",
            "keep the old type, and send the new one only when `Accept` asks for it");
    RESPONSE_TYPE_ADDED: "response-content-type-added",
        compatible("clients that ask for the type they know still get it");
    SUCCESS_CHANGED: "success-status-changed",
        breaking("clients that wait for the old status take the new one for a failure",
            "keep the old status");
    SUCCESS_REMOVED: "success-status-removed",
        breaking("clients that wait for this status never see it",
            "keep the status");
    SUCCESS_ADDED: "success-status-added",
        compatible("clients of this contract accept any 2xx");
    FAILURE_REMOVED: "failure-status-removed",
        compatible("clients that handle it no longer see it");
    FAILURE_ADDED: "failure-status-added",
        compatible("clients treat an unknown failure by its class");
    HEADER_REMOVED_REQUIRED: "required-response-header-removed",
        breaking("clients that rely on it do not find it",
            "keep sending it");
    HEADER_REMOVED_OPTIONAL: "optional-response-header-removed",
        compatible("no client could rely on it");
    HEADER_ADDED: "response-header-added",
        compatible("clients skip headers that they do not know");
    HEADER_BECAME_OPTIONAL: "response-header-became-optional",
        breaking("clients that rely on it may not find it",
            "keep it required");
    HEADER_BECAME_REQUIRED: "response-header-became-required",
        compatible("clients that did without it still can");
    HEADER_DEPRECATED: "response-header-deprecated",
        compatible("it is still sent");
    HEADER_UNDEPRECATED: "response-header-no-longer-deprecated",
        compatible("it is sent as before");
    HEADER_SERIALISATION: "response-header-serialisation-changed",
        breaking("clients read the value in the old form, and take it for another one",
            "keep style and explode as they were");
    LINKS_CHANGED: "links-changed",
        breaking("clients that follow the links find others, or none",
            "keep the links, and add new ones next to them");
}
