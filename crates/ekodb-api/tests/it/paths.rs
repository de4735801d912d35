//! Arguments in the path reach the operation's own resource, or no request is made.

use ekodb_api::{Base, Client, Error};

fn client(prefix: &str) -> Client {
    Client::without_transport(Base::parse(&format!("http://localhost:8080{prefix}")).unwrap())
}

fn path(client: &Client, collection: &str) -> Result<String, Error> {
    let delete = client.delete_collection().collection(collection);
    let prepared = delete.prepare()?;
    Ok(prepared.into_outgoing().url().path().to_owned())
}

#[test]
fn any_name_arrives_as_one_segment() {
    for (name, written) in [
        ("a/b", "a%2Fb"),
        ("a\\b", "a%5Cb"),
        ("雪", "%E9%9B%AA"),
        ("%2F", "%252F"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b", "a%20b"),
        ("{collection}", "%7Bcollection%7D"),
    ] {
        let expected = format!("/api/collections/{written}");
        assert_eq!(path(&client(""), name).unwrap(), expected);
    }
}

#[test]
fn a_key_of_the_kv_store_keeps_what_a_segment_may_have() {
    for (key, written) in [
        ("sessions:1", "sessions:1"),
        ("-._~!$&'()*+,;=:@", "-._~!$&'()*+,;=:@"),
        ("a/b c%", "a%2Fb%20c%25"),
    ] {
        let client = client("");
        let prepared = client.get_kv_value().key(key).prepare().unwrap();
        let path = prepared.into_outgoing().url().path().to_owned();
        assert_eq!(path, format!("/api/kv/get/{written}"));
    }
}

#[test]
fn dot_segments_and_empty_names_are_refused() {
    for name in ["..", ".", ""] {
        let error = path(&client(""), name).unwrap_err();
        let refused = matches!(error, Error::InvalidRequest(_));
        assert!(refused, "{name:?}: {error:?}");
    }
}

#[test]
fn a_prefix_of_the_base_url_is_kept() {
    for prefix in ["/proxy/eko", "/proxy/eko/"] {
        let client = client(prefix);
        let users = path(&client, "users").unwrap();
        assert_eq!(users, "/proxy/eko/api/collections/users");
        let fixed = client.list_keys().prepare().unwrap().into_outgoing();
        assert_eq!(fixed.url().path(), "/proxy/eko/api/auth/keys");
    }
}

#[test]
fn a_query_has_the_parameters_that_were_given_and_no_others() {
    let client = client("");
    let query = |request: ekodb_api::builder::GetRecord<'_>| {
        let prepared = request.collection("users").id("7").prepare().unwrap();
        prepared.into_outgoing().url().query().map(str::to_owned)
    };
    assert_eq!(query(client.get_record()), None);
    let get = client.get_record().select_fields("a b,c&d");
    let expected = "bypass_ripple=true&select_fields=a+b%2Cc%26d";
    assert_eq!(query(get.bypass_ripple(true)).unwrap(), expected);
}
