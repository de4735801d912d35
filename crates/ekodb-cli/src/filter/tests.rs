//! What filters mean, and how a mistake is shown.

use ekodb_client::query::field;
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

#[track_caller]
fn means(text: &str, filter: &Filter) {
    let parsed = parse(text).unwrap_or_else(|failure| panic!("{}", failure.message));
    assert_eq!(parsed, *filter, "{text}");
}

fn refused(text: &str) -> String {
    parse(text).expect_err("it is wrong").message
}

#[test]
fn each_operator_is_that_of_the_client() {
    means("age = 18", &field("age").eq(18));
    means("age==18", &field("age").eq(18));
    means("age != -1.5e3", &field("age").ne(-1.5e3));
    means("age <> 1", &field("age").ne(1));
    means("age > 18", &field("age").gt(18));
    means("age>=18", &field("age").gte(18));
    means("age < 18", &field("age").lt(18));
    means("age <= 18", &field("age").lte(18));
    means(
        "s in (\"a\", 'b', 3)",
        &field("s").is_in([json!("a"), json!("b"), json!(3)]),
    );
    means("s NOT IN (true)", &field("s").not_in([true]));
    means("tags contains 'x'", &field("tags").contains("x"));
    means("n starts_with 'A'", &field("n").starts_with("A"));
    means("n ends_with 'z'", &field("n").ends_with("z"));
    means("n is null", &field("n").eq(Json::Null));
    means("n is not null", &field("n").ne(Json::Null));
}

#[test]
fn and_binds_more_tightly_than_or_and_not_most_of_all() {
    let [a, b, c] = ["a", "b", "c"].map(|name| field(name).eq(1));
    means("a=1 or b=1 and c=1", &(a.clone() | (b.clone() & c.clone())));
    means("(a=1 or b=1) and c=1", &((a.clone() | b.clone()) & c));
    means("not a=1 AND b=1", &(!a.clone() & b.clone()));
    means("not (a=1 and b=1)", &!(a & b));
}

#[test]
fn fields_have_dots_dashes_letters_of_any_language_or_stand_in_backticks() {
    means("address.city = 'Oslo'", &field("address.city").eq("Oslo"));
    means("first-name = 'Ada'", &field("first-name").eq("Ada"));
    means("größe > 1", &field("größe").gt(1));
    means("`not` = 1", &field("not").eq(1));
    means("`a b` = 1", &field("a b").eq(1));
    means(
        "order = 1 or index = 2",
        &(field("order").eq(1) | field("index").eq(2)),
    );
}

#[test]
fn texts_have_the_escapes_of_json() {
    means(r#"n = "a\"b\\c\n\u00e9""#, &field("n").eq("a\"b\\c\né"));
    means(r"n = 'it\'s'", &field("n").eq("it's"));
    means("n = ''", &field("n").eq(""));
}

#[test]
fn numbers_are_kept_as_they_are_written() {
    means(
        "n = 9007199254740993",
        &field("n").eq(9_007_199_254_740_993_i64),
    );
    means("n = 0.1", &field("n").eq(0.1));
}

#[test]
fn a_whole_number_beyond_64_bits_is_refused_at_its_place() {
    means("n = 18446744073709551615", &field("n").eq(u64::MAX));
    let message = refused("n in (1, 18446744073709551616)");
    assert!(
        message.contains("a whole number of at most 64 bits"),
        "{message}"
    );
    assert!(message.ends_with(&format!("\n  {:9}^", "")), "{message}");
}

#[test]
fn a_mistake_is_shown_at_its_place() {
    let wrong = [
        "",
        "age",
        "age >=",
        "age >= and b = 1",
        "name = Ada",
        "age > 18 status = 1",
        "(a = 1",
        "a in 1",
        "a in (1, 2",
        "a in ()",
        "a not 1",
        "a is 3",
        "n = \"open",
        r#"n = "\q""#,
        "n = 01x",
        "a = 1 and",
        "größe ~ 1",
        "n starts_with 3",
    ];
    let shown: Vec<String> = wrong.into_iter().map(refused).collect();
    assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn deep_nesting_is_refused_and_costs_no_stack() {
    let text = |depth: usize| format!("{}a = 1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&text(60)).is_ok());
    assert!(refused(&text(100_000)).contains("fewer parentheses"));
    assert!(refused(&"not ".repeat(100_000)).contains("fewer parentheses"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_at_a_place_in_it(text in "\\PC*") {
        if let Err(wrong) = grammar::parse(&text) {
            prop_assert!(text.is_char_boundary(wrong.at));
        }
    }

    #[test]
    fn any_text_can_be_a_value(value in "\\PC*") {
        let written = format!("n = {}", Json::from(value.as_str()));
        prop_assert_eq!(parse(&written).expect("it is valid"), field("n").eq(value));
    }
}

mod fuzz {
    use super::*;

    #[test]
    fn whatever_is_written_is_a_filter_or_a_mistake_at_a_place() {
        const WORDS: [&str; 8] = [
            "age",
            "s in (1,",
            "not",
            "and",
            "starts_with",
            "0x",
            "'",
            "is null",
        ];
        ekodb_fuzz::check!(|input: &[u8]| {
            for document in ekodb_fuzz::documents(input, &WORDS) {
                let text = String::from_utf8_lossy(&document);
                if let Err(failure) = parse(&text) {
                    assert!(failure.message.contains("expected"), "{}", failure.message);
                }
            }
        });
    }
}
