//! What is read, and that reading can go on anywhere.

use std::io::{BufReader, Read};

use serde_json::{Value as Json, json};

use super::*;

/// How a test opens a text at a place in it.
type Open = fn(&'static str, Place) -> Reader<BufReader<&'static [u8]>>;

fn from(text: &'static str, place: Place) -> BufReader<&'static [u8]> {
    let offset = usize::try_from(place.offset).expect("a text of a test is short");
    // A small buffer, so that records cross its end.
    BufReader::with_capacity(5, &text.as_bytes()[offset..])
}

fn lines(text: &'static str, place: Place) -> Reader<BufReader<&'static [u8]>> {
    Reader::lines(from(text, place), place)
}

fn array(text: &'static str, place: Place) -> Reader<BufReader<&'static [u8]>> {
    Reader::array(from(text, place), place)
}

fn rows(text: &'static str, place: Place) -> Reader<BufReader<&'static [u8]>> {
    let rows = Rows::new(from(text, Place::default()), Types::default()).expect("it has a header");
    Reader::rows(match place.offset {
        0 => rows,
        _ => rows.resume(from(text, place), place),
    })
}

fn all(mut reader: Reader<BufReader<&'static [u8]>>) -> Vec<Item> {
    std::iter::from_fn(|| reader.next().expect("it can be read")).collect()
}

/// The lines and contents of a text; and from each place in it on, the rest of them.
#[track_caller]
fn read(open: Open, text: &'static str) -> Vec<(u64, Result<Json, Unreadable>)> {
    let items = all(open(text, Place::default()));
    for (index, item) in items.iter().enumerate() {
        let rest = all(open(text, item.end));
        let place = |item: &Item| (item.line, item.start, item.end, item.content.clone());
        let expected: Vec<_> = items[index + 1..].iter().map(place).collect();
        assert_eq!(rest.iter().map(place).collect::<Vec<_>>(), expected);
    }
    items
        .into_iter()
        .map(|item| (item.line, item.content))
        .collect()
}

#[test]
fn ndjson_is_a_value_in_each_line_and_blank_lines_are_passed_over() {
    let text = "\u{feff}{\"a\": 1}\r\n\n{\"b\": \"x\\ny\"}\n{broken\n{\"c\": 3}";
    let read = read(lines, text);
    assert_eq!(read[0], (1, Ok(json!({"a": 1}))));
    assert_eq!(read[1], (3, Ok(json!({"b": "x\ny"}))));
    let broken = read[2].1.as_ref().expect_err("it is broken");
    assert!(broken.reason.contains("not valid JSON"), "{broken:?}");
    assert_eq!((read[2].0, &broken.source), (4, &json!("{broken")));
    assert_eq!(read[3], (5, Ok(json!({"c": 3}))));
    assert_eq!(read.len(), 4);
}

#[test]
fn json_is_an_array_whose_elements_are_told_apart_by_their_brackets() {
    let text = " [{\"a\": \"]},\\\"{\"}, {\"b\": [1, {\"c\": 2}]}\n,\n 7 ,\n{\"d\": tru}]\n";
    let read = read(array, text);
    assert_eq!(read[0], (1, Ok(json!({"a": "]},\"{"}))));
    assert_eq!(read[1], (1, Ok(json!({"b": [1, {"c": 2}]}))));
    assert_eq!(read[2], (3, Ok(json!(7))));
    let broken = read[3].1.as_ref().expect_err("it is broken");
    assert!(broken.reason.contains("not valid JSON"), "{broken:?}");
    assert_eq!((read[3].0, &broken.source), (4, &json!("{\"d\": tru}")));
    assert_eq!(read.len(), 4);
    assert!(all(array("[]", Place::default())).is_empty());
}

#[test]
fn an_array_that_breaks_off_or_is_none_is_a_failure_and_not_an_end() {
    for text in ["[{\"a\": 1},\n", "[{\"a\": 1", "{\"a\": 1}", "", "["] {
        let mut reader = array(text, Place::default());
        let end = std::iter::from_fn(|| reader.next().transpose()).find(Result::is_err);
        assert!(end.is_some(), "{text}");
    }
}

#[test]
fn a_cell_is_the_value_that_it_can_only_be() {
    let text = "id,n,f,b,code,o,e,t\n1,2,0.5,true,007,\"{\"\"x\"\": [1]}\",,\"a\nb\"\n2,x,1.50,no,1e5,[1,\"\",\n3,1\n";
    let read = read(rows, text);
    let first = json!({"id": "1", "n": 2, "f": 0.5, "b": true, "code": "007", "o": {"x": [1]}, "t": "a\nb"});
    assert_eq!(read[0], (2, Ok(first)));
    let second = json!({"id": "2", "n": "x", "f": "1.50", "b": "no", "code": "1e5", "o": "[1"});
    assert_eq!(read[1], (4, Ok(second)));
    let short = Unreadable {
        reason: "has 2 cells, and the header 8".to_owned(),
        source: json!(["3", "1"]),
    };
    assert_eq!(read[2], (5, Err(short)));
    assert_eq!(read.len(), 3);
}

#[test]
fn the_schema_says_what_a_cell_is() {
    use ekodb_client::{CollectionSchema, Field};

    let schema = CollectionSchema::new()
        .field("zip", Field::string())
        .field("n", Field::float())
        .field("v", Field::vector());
    let text = "zip,n,v,other\n12,1.50,\"[1,2]\",3\n";
    let types = Types::new(schema, true);
    let mut rows = Rows::new(text.as_bytes(), types).expect("it has a header");
    let item = rows.next().expect("it can be read").expect("it has a row");
    let vector = json!({"type": "Vector", "value": [1, 2]});
    assert_eq!(
        item.content,
        Ok(json!({"zip": "12", "n": 1.5, "v": vector, "other": "3"}))
    );
}

#[test]
fn a_header_without_names_or_with_one_twice_is_refused() {
    for text in ["", "\n\n", "a,b,a\n"] {
        assert!(
            Rows::new(text.as_bytes(), Types::default()).is_err(),
            "{text:?}"
        );
    }
}

#[test]
fn a_byte_order_mark_carriage_returns_blank_lines_and_spaces_change_no_cell() {
    let text = "\u{feff}id,say\r\n\r\n1,\"a, \"\"b\"\"\r\nc\"\r\n\r\n2, x \r\n3,\"last\"";
    let read = read(rows, text);
    assert_eq!(read[0], (3, Ok(json!({"id": "1", "say": "a, \"b\"\r\nc"}))));
    assert_eq!(read[1], (6, Ok(json!({"id": "2", "say": " x "}))));
    assert_eq!(read[2], (7, Ok(json!({"id": "3", "say": "last"}))));
    assert_eq!(read.len(), 3);
}

#[test]
fn a_row_whose_quote_is_never_closed_ends_with_words_in_bounded_memory() {
    let endless = "id,say\n1,\"".as_bytes().chain(std::io::repeat(b'x'));
    let mut rows = Rows::new(BufReader::new(endless), Types::default()).expect("it has a header");
    let failure = rows.next().expect_err("it has no end");
    assert!(
        failure.message.contains("a quote not closed"),
        "{failure:?}"
    );
    let endless = BufReader::new(std::io::repeat(b'x'));
    assert!(Rows::new(endless, Types::default()).is_err());
}

mod fuzz {
    use super::*;

    /// At most so many records are read of an input.
    const MOST: usize = 10_000;

    type OpenBytes = for<'a> fn(&'a [u8], Place) -> Option<Reader<&'a [u8]>>;

    const FORMATS: [OpenBytes; 3] = [
        |text, place| Some(Reader::lines(rest(text, place), place)),
        |text, place| Some(Reader::array(rest(text, place), place)),
        |text, place| {
            let rows = Rows::new(text, Types::default()).ok()?;
            Some(Reader::rows(match place.offset {
                0 => rows,
                _ => rows.resume(rest(text, place), place),
            }))
        },
    ];

    fn rest(text: &[u8], place: Place) -> &[u8] {
        &text[usize::try_from(place.offset).expect("it is in the text")..]
    }

    /// The line of a record, the place behind it, and its content.
    type Read = (u64, Place, Result<Json, Unreadable>);

    /// The records up to the end or a failure, and whether it was the end.
    fn items(reader: &mut Reader<&[u8]>) -> (Vec<Read>, bool) {
        let mut items = Vec::new();
        loop {
            match reader.next() {
                Ok(Some(item)) => items.push((item.line, item.end, item.content)),
                Ok(None) => return (items, true),
                Err(_) => return (items, false),
            }
            assert!(items.len() < MOST, "there is no end");
        }
    }

    #[test]
    fn a_file_of_any_bytes_has_an_end_and_is_read_on_from_any_record() {
        ekodb_fuzz::check!(|input: &[u8]| {
            let documents = ekodb_fuzz::documents(input, &ekodb_fuzz::WORDS);
            let [_, _, json] = &documents;
            let lines = [json.as_slice(), b"\r\n", json, b"\n", json].concat();
            let array = [b"[", json.as_slice(), b",\n", json, b"]"].concat();
            for text in documents.iter().chain([&lines, &array]) {
                for open in FORMATS {
                    let Some(mut reader) = open(text, Place::default()) else {
                        continue;
                    };
                    let (all, whole) = items(&mut reader);
                    let Some((_, place, _)) = all.get(all.len() / 2) else {
                        continue;
                    };
                    let mut reader = open(text, *place).expect("the header is the same");
                    let (after, after_whole) = items(&mut reader);
                    assert_eq!(after, all[all.len() / 2 + 1..]);
                    assert_eq!(after_whole, whole);
                }
            }
        });
    }
}
