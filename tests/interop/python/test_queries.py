"""Queries, as the client's builder writes them."""

import pytest
from ekodb_client import JoinConfig, QueryBuilder

from support import fields, names, refused

CONDITION = QueryBuilder.condition


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (QueryBuilder(), ["Ada", "Bob", "Cyd"]),
        (QueryBuilder().eq("name", "Bob"), ["Bob"]),
        (QueryBuilder().ne("name", "Bob"), ["Ada", "Cyd"]),
        (QueryBuilder().gt("age", 36), ["Cyd"]),
        (QueryBuilder().gte("age", 36), ["Ada", "Cyd"]),
        (QueryBuilder().lt("age", 36), ["Bob"]),
        (QueryBuilder().lte("age", 36), ["Ada", "Bob"]),
        (QueryBuilder().in_array("name", ["Ada", "Eve"]), ["Ada"]),
        (QueryBuilder().nin("name", ["Ada", "Eve"]), ["Bob", "Cyd"]),
        (QueryBuilder().contains("name", "d"), ["Ada", "Cyd"]),
        (QueryBuilder().starts_with("name", "C"), ["Cyd"]),
        (QueryBuilder().ends_with("name", "b"), ["Bob"]),
        (QueryBuilder().eq("id", "c"), ["Cyd"]),
        (QueryBuilder().gt("age", 25).lt("age", 41), ["Ada"]),
        (QueryBuilder().and_([CONDITION("age", "Gt", 25), CONDITION("name", "Contains", "y")]), ["Cyd"]),
        (QueryBuilder().or_([CONDITION("age", "Eq", 25), CONDITION("age", "Eq", 41)]), ["Bob", "Cyd"]),
        (QueryBuilder().not_(CONDITION("age", "Eq", 25)), ["Ada", "Cyd"]),
        (QueryBuilder().raw_filter(CONDITION("age", "GreaterThan", 36)), ["Cyd"]),
        (QueryBuilder().sort_asc("age"), ["Bob", "Ada", "Cyd"]),
        (QueryBuilder().sort_desc("age"), ["Cyd", "Ada", "Bob"]),
        (QueryBuilder().limit(2), ["Ada", "Bob"]),
        (QueryBuilder().skip(1), ["Bob", "Cyd"]),
        (QueryBuilder().sort_asc("age").page(1, 2), ["Cyd"]),
        (QueryBuilder().bypass_cache().bypass_ripple().limit(1), ["Ada"]),
    ],
)
async def test_the_query_builder_means_here_what_it_says(people, query, expected):
    assert names(await people.find("people", query.build())) == expected


async def test_pages_are_counted_from_one(people):
    assert names(await people.paginate("people", 1, 2)) == ["Ada", "Bob"]
    assert names(await people.paginate("people", 2, 2)) == ["Cyd"]
    assert await people.paginate("people", 3, 2) == []


async def test_one_is_found_by_a_field(people):
    assert names([await people.find_one("people", "age", 41)]) == ["Cyd"]
    assert await people.find_one("people", "age", 1) is None


async def test_records_are_counted(people):
    assert await people.count_documents("people") == 3


async def test_all_are_found_up_to_a_limit(people):
    assert len(await people.find_all("people", 2)) == 2


async def test_a_find_in_an_unknown_collection_is_empty(people):
    assert await people.find("never") == []


async def test_a_projection_keeps_the_id(people):
    query = QueryBuilder().select_fields(["age"]).limit(1).build()
    assert [fields(record) for record in await people.find("people", query)] == [{"id": "a", "age": 36}]
    found = await people.find_by_id_with_projection("people", "a", exclude_fields=["age"])
    assert fields(found) == {"id": "a", "name": "Ada"}


async def test_a_join_adds_the_records_of_another_collection(people):
    await people.insert("orders", {"id": "1", "person": "a"})
    await people.insert("orders", {"id": "2", "person": "x"})
    join = JoinConfig.single("people", "person", "id", "buyers").to_dict()
    first, second = await people.find("orders", QueryBuilder().join(join).build())
    assert (names(first["buyers"]), second["buyers"]) == (["Ada"], [])


async def test_a_join_reaches_over_several_collections(people):
    await people.insert("firms", {"id": "f", "name": "Fa"})
    await people.insert("orders", {"person": "f"})
    join = JoinConfig.multi(["people", "firms"], "person", "id", "buyers").to_dict()
    (order,) = await people.find("orders", QueryBuilder().join(join).build())
    assert names(order["buyers"]) == ["Fa"]


async def test_distinct_values_come_sorted(people):
    await people.insert("people", {"name": "Ada", "age": 1})
    distinct = await people.distinct_values("people", "name")
    assert distinct == {"collection": "people", "field": "name", "values": ["Ada", "Bob", "Cyd"], "count": 3}


async def test_distinct_values_are_those_of_a_filter(people):
    distinct = await people.distinct_values("people", "name", filter=CONDITION("age", "Gt", 30))
    assert distinct["values"] == ["Ada", "Cyd"]


@pytest.mark.parametrize(
    "filter",
    [
        {"name": "Ada"},
        {"type": "expression", "content": {"field": "name", "operator": "Eq", "value": "Ada"}},
        CONDITION("name", "Regex", "A"),
        {"type": "Logical", "content": {"operator": "And", "expressions": []}},
    ],
)
async def test_what_is_not_of_the_grammar_is_refused(people, filter):
    with refused(400, "Invalid filter"):
        await people.find("people", {"filter": filter})
