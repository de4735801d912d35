//! The parser of filters.

use ekodb_client::query::{FieldPath, Filter, field};
use serde_json::{Number, Value as Json};
use winnow::{
    ModalResult, Parser,
    ascii::{Caseless, digit1, multispace0},
    combinator::{
        alt, cut_err, delimited, fail, not, opt, preceded, repeat, separated, terminated,
    },
    error::{ContextError, StrContext, StrContextValue},
    stream::{Stateful, Stream as _},
    token::{any, literal, one_of, take_till, take_while},
};

use crate::json_text;

/// How deep parentheses and negations may be nested: a bound for the stack, far beyond what people
/// write.
const DEEPEST: usize = 64;

/// The text that is left, and how deep the parser is in it.
type Input<'i> = Stateful<&'i str, usize>;

/// Where a filter is wrong, in bytes, and what should stand there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) expected: String,
}

pub(super) fn parse(text: &str) -> Result<Filter, Wrong> {
    let input = Stateful {
        input: text,
        state: 0,
    };
    delimited(multispace0, disjunction, multispace0)
        .parse(input)
        .map_err(|error| Wrong {
            at: error.offset(),
            expected: expected(error.inner()),
        })
}

fn expected(error: &ContextError) -> String {
    let innermost = error.context().find_map(|context| match context {
        StrContext::Expected(StrContextValue::Description(text)) => Some(*text),
        _ => None,
    });
    innermost
        .unwrap_or("`and`, `or` or the end of the filter")
        .to_owned()
}

fn disjunction(input: &mut Input<'_>) -> ModalResult<Filter> {
    let first = conjunction(input)?;
    repeat(0.., preceded(word("or"), cut_err(conjunction)))
        .fold(move || first.clone(), |left, right| left | right)
        .parse_next(input)
}

fn conjunction(input: &mut Input<'_>) -> ModalResult<Filter> {
    let first = operand(input)?;
    repeat(0.., preceded(word("and"), cut_err(operand)))
        .fold(move || first.clone(), |left, right| left & right)
        .parse_next(input)
}

fn operand(input: &mut Input<'_>) -> ModalResult<Filter> {
    input.state += 1;
    let parsed = if input.state > DEEPEST {
        cut_err(fail.context(description("fewer parentheses inside each other"))).parse_next(input)
    } else {
        alt((
            preceded(word("not"), cut_err(operand)).map(|filter| !filter),
            delimited(
                symbol("("),
                cut_err(disjunction),
                cut_err(symbol(")")).context(description("`)`, `and` or `or`")),
            ),
            condition,
        ))
        .context(description("a field, `not` or `(`"))
        .parse_next(input)
    };
    input.state -= 1;
    parsed
}

fn condition(input: &mut Input<'_>) -> ModalResult<Filter> {
    let field = name(input)?;
    cut_err(alt((
        comparison(field.clone()),
        membership(field.clone()),
        text_test(field.clone()),
        null_test(field),
    )))
    .context(description(
        "an operator: = != > >= < <= in, not in, contains, starts_with, ends_with, is",
    ))
    .parse_next(input)
}

fn comparison<'i>(field: FieldPath) -> impl Parser<Input<'i>, Filter, Error> {
    type Compare = fn(FieldPath, Json) -> Filter;

    let operator = alt((
        symbol(">=").value((|field, value| field.gte(value)) as Compare),
        symbol("<=").value((|field, value| field.lte(value)) as Compare),
        alt((symbol("!="), symbol("<>"))).value((|field, value| field.ne(value)) as Compare),
        alt((symbol("=="), symbol("="))).value((|field, value| field.eq(value)) as Compare),
        symbol(">").value((|field, value| field.gt(value)) as Compare),
        symbol("<").value((|field, value| field.lt(value)) as Compare),
        word("contains").value((|field, value| field.contains(value)) as Compare),
    ));
    (operator, cut_err(value)).map(move |(compare, value)| compare(field.clone(), value))
}

fn membership<'i>(field: FieldPath) -> impl Parser<Input<'i>, Filter, Error> {
    let list = || {
        cut_err(delimited(
            symbol("(").context(description("`(` and a list of values")),
            separated::<_, _, Vec<Json>, _, _, _, _>(1.., value, symbol(",")),
            symbol(")").context(description("`,` or `)`")),
        ))
    };
    let (inside, outside) = (field.clone(), field);
    alt((
        preceded(word("in"), list()).map(move |values| inside.clone().is_in(values)),
        preceded(
            (
                word("not"),
                cut_err(word("in")).context(description("`in` after `not`")),
            ),
            list(),
        )
        .map(move |values| outside.clone().not_in(values)),
    ))
}

fn text_test<'i>(field: FieldPath) -> impl Parser<Input<'i>, Filter, Error> {
    let quoted = || cut_err(text).context(description("a text in quotes"));
    let (start, end) = (field.clone(), field);
    alt((
        preceded(word("starts_with"), quoted()).map(move |text| start.clone().starts_with(text)),
        preceded(word("ends_with"), quoted()).map(move |text| end.clone().ends_with(text)),
    ))
}

fn null_test<'i>(field: FieldPath) -> impl Parser<Input<'i>, Filter, Error> {
    let null = cut_err(word("null")).context(description("`null` or `not null`"));
    preceded(word("is"), terminated(opt(word("not")), null)).map(move |negated| {
        if negated.is_some() {
            field.clone().ne(Json::Null)
        } else {
            field.clone().eq(Json::Null)
        }
    })
}

/// A field's name, bare or in backticks.
fn name(input: &mut Input<'_>) -> ModalResult<FieldPath> {
    let bare = (
        one_of(|c: char| c.is_alphabetic() || c == '_'),
        take_while(0.., is_inside_name),
    )
        .take();
    let quoted = delimited(
        '`',
        take_till(1.., '`'),
        cut_err('`').context(description("a backtick at the end of the name")),
    );
    terminated(alt((quoted, bare)), multispace0)
        .map(|name: &str| field(name))
        .parse_next(input)
}

fn is_inside_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.')
}

fn value(input: &mut Input<'_>) -> ModalResult<Json> {
    alt((
        text.map(Json::String),
        number.map(Json::Number),
        word("true").value(Json::Bool(true)),
        word("false").value(Json::Bool(false)),
        word("null").value(Json::Null),
    ))
    .context(description(
        "a value: a text in quotes, a number, true, false or null",
    ))
    .parse_next(input)
}

fn number(input: &mut Input<'_>) -> ModalResult<Number> {
    let start = input.checkpoint();
    let digits = (
        opt('-'),
        digit1,
        opt(('.', digit1)),
        opt((one_of(['e', 'E']), opt(one_of(['+', '-'])), digit1)),
    )
        .take();
    let (written, number) = terminated(digits, (not(one_of(is_inside_name)), multispace0))
        .verify_map(|digits: &str| Some((digits, serde_json::from_str(digits).ok()?)))
        .parse_next(input)?;
    if !json_text::is_exact(written) {
        // As a float it would be another number.
        input.reset(&start);
        return cut_err(fail.context(description("a whole number of at most 64 bits")))
            .parse_next(input);
    }
    Ok(number)
}

fn text(input: &mut Input<'_>) -> ModalResult<String> {
    terminated(alt((quoted('"'), quoted('\''))), multispace0).parse_next(input)
}

fn quoted<'i>(quote: char) -> impl Parser<Input<'i>, String, Error> {
    let plain = take_till(1.., move |c| c == quote || c == '\\').map(str::to_owned);
    let escape = preceded('\\', cut_err(escaped)).map(String::from);
    delimited(
        quote,
        repeat(0.., alt((plain, escape))).fold(String::new, |mut text, part| {
            text.push_str(&part);
            text
        }),
        cut_err(quote).context(description("a quote at the end of the text")),
    )
}

/// What follows a backslash.
fn escaped(input: &mut Input<'_>) -> ModalResult<char> {
    let unicode = preceded('u', take_while(4..=4, |c: char| c.is_ascii_hexdigit()))
        .verify_map(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
    let single = any.verify_map(|character| {
        Some(match character {
            '"' | '\'' | '\\' | '/' => character,
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            _ => return None,
        })
    });
    alt((unicode, single))
        .context(description(
            "an escape: \\\" \\' \\\\ \\/ \\n \\r \\t \\b \\f or \\u and 4 digits",
        ))
        .parse_next(input)
}

type Error = winnow::error::ErrMode<ContextError>;

/// A word in any case, which no letter follows, and the space after it.
fn word<'i>(word: &'static str) -> impl Parser<Input<'i>, &'i str, Error> {
    terminated(
        literal(Caseless(word)),
        (not(one_of(is_inside_name)), multispace0),
    )
}

fn symbol<'i>(symbol: &'static str) -> impl Parser<Input<'i>, &'i str, Error> {
    terminated(literal(symbol), multispace0)
}

fn description(text: &'static str) -> StrContext {
    StrContext::Expected(StrContextValue::Description(text))
}
