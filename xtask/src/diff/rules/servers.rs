//! Rules about servers.

super::rules! {
    SERVER_REMOVED: "server-removed",
        breaking("clients that took their base URL from the document lose it",
            "keep the entry for as long as the server answers");
    SERVER_ADDED: "server-added",
        compatible("the servers that were listed still are");
    SERVER_ORDER_CHANGED: "server-order-changed",
        compatible("the list has no order, but to tools that take its first entry");
    VARIABLE_DEFAULT_CHANGED: "server-variable-default-changed",
        breaking("clients that do not set the variable call another server",
            "keep the default");
    VARIABLE_VALUE_REMOVED: "server-variable-value-removed",
        breaking("clients that use this value lose their base URL",
            "keep the value for as long as the server answers");
    VARIABLE_VALUE_ADDED: "server-variable-value-added",
        compatible("the values that were allowed still are");
}
