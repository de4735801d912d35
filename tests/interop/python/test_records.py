"""Records: written, found, changed and deleted, as the client does by default, in MessagePack."""

import asyncio

import pytest
from support import fields, names, refused


async def test_a_record_is_found_under_the_id_that_its_insertion_gave(client):
    inserted = await client.insert("people", {"name": "Ada", "age": 36})
    assert list(inserted) == ["id"]
    assert fields(await client.find_by_id("people", inserted["id"])) == {**inserted, "name": "Ada", "age": 36}


async def test_an_insert_makes_its_collection(people):
    assert await people.list_collections() == ["people"]


async def test_an_id_of_ones_own_is_kept(people):
    assert (await people.insert("people", {"id": "mine"}))["id"] == "mine"
    assert await people.exists("people", "mine")


async def test_an_id_in_use_is_refused(people):
    with refused(409):
        await people.insert("people", {"id": "a"})


async def test_a_record_that_is_not_there_is_not_found(people):
    with pytest.raises(RuntimeError, match="not found"):
        await people.find_by_id("people", "x")
    assert not await people.exists("people", "x")


async def test_an_update_merges(people):
    updated = await people.update("people", "a", {"age": 37, "town": "London"})
    assert fields(updated) == {"id": "a", "name": "Ada", "age": 37, "town": "London"}


async def test_an_update_returns_the_fields_that_are_asked_for(people):
    assert fields(await people.update("people", "a", {"age": 37}, select_fields=["age"])) == {"id": "a", "age": 37}
    assert fields(await people.update("people", "a", {"age": 38}, exclude_fields=["age"])) == {"id": "a", "name": "Ada"}


async def test_an_update_of_a_record_that_is_not_there_is_not_found(people):
    with pytest.raises(RuntimeError, match="not found"):
        await people.update("people", "x", {"age": 1})


async def test_an_upsert_makes_what_is_not_there_and_updates_what_is(people):
    for age in [1, 2]:
        await people.upsert("people", "new", {"name": "Eve", "age": age})
        assert fields(await people.find_by_id("people", "new")) == {"id": "new", "name": "Eve", "age": age}


async def test_a_deleted_record_is_gone(people):
    await people.delete("people", "a")
    assert not await people.exists("people", "a")
    with pytest.raises(RuntimeError, match="not found"):
        await people.delete("people", "a")


async def test_a_deleted_record_is_restored(people):
    await people.delete("people", "a")
    assert await people.restore_deleted("people", "a") is True
    assert fields(await people.find_by_id("people", "a")) == {"id": "a", "name": "Ada", "age": 36}


@pytest.mark.parametrize(
    ("action", "before", "operand", "after"),
    [
        ("increment", 36, 2, 38),
        ("decrement", 36, 2, 34),
        ("multiply", 36, 2, 72),
        ("divide", 36, 2, 18),
        ("modulo", 36, 5, 1),
        ("push", [1], 2, [1, 2]),
        ("pop", [1, 2], None, [1]),
        ("unshift", [1], 2, [2, 1]),
        ("shift", [1, 2], None, [2]),
        ("remove", [1, 2], 1, [2]),
        ("append", "Ada", " L", "Ada L"),
        ("clear", [1, 2], None, []),
    ],
)
async def test_an_action_changes_one_field(client, action, before, operand, after):
    await client.insert("things", {"id": "1", "field": before, "kept": 1})
    changed = await client.update_with_action("things", "1", action, "field", operand)
    assert fields(changed) == {"id": "1", "field": after, "kept": 1}


async def test_actions_are_applied_in_order(people):
    steps = [("increment", "age", 2), ("multiply", "age", 2), ("append", "name", "!")]
    changed = await people.update_with_action_sequence("people", "a", steps)
    assert fields(changed) == {"id": "a", "name": "Ada!", "age": 76}


async def test_an_action_on_the_wrong_type_is_refused_in_the_servers_words(people):
    with refused(400, "Failed to apply action 'increment': field not numeric"):
        await people.update_with_action("people", "a", "increment", "name", 1)


async def test_an_action_on_a_record_that_is_not_there_is_not_found(people):
    with pytest.raises(RuntimeError, match="not found"):
        await people.update_with_action("people", "x", "increment", "age", 1)


async def test_actions_at_once_are_all_applied(people):
    await asyncio.gather(*(people.update_with_action("people", "a", "increment", "age", 1) for _ in range(20)))
    assert fields(await people.find_by_id("people", "a"))["age"] == 56


async def test_a_batch_inserts_and_tells_the_ids(people):
    inserted = await people.batch_insert("people", [{"id": "d", "name": "Dan"}, {"name": "Eve"}])
    assert inserted[0] == {"id": "d"}
    assert names([await people.find_by_id("people", record["id"]) for record in inserted]) == ["Dan", "Eve"]


async def test_a_batch_inserts_what_it_can(people):
    assert await people.batch_insert("people", [{"id": "a"}, {"id": "d"}]) == [{"id": "d"}]
    assert fields(await people.find_by_id("people", "a"))["name"] == "Ada"


async def test_a_batch_updates(people):
    updated = await people.batch_update("people", [("a", {"age": 1}), ("b", {"age": 2}), ("x", {"age": 3})])
    assert [record["id"] for record in updated] == ["a", "b"]
    assert [fields(record)["age"] for record in await people.find("people")] == [1, 2, 41]


async def test_a_batch_deletes(people):
    assert await people.batch_delete("people", ["a", "b", "x"]) == 2
    assert names(await people.find("people")) == ["Cyd"]


async def test_a_record_with_a_time_to_live_tells_when_it_goes(people):
    await people.insert("people", {"id": "t", "name": "Eve"}, ttl="1h")
    assert (await people.find_by_id("people", "t"))["ttl"].endswith("Z")


@pytest.mark.parametrize("given", [{"ttl": "1h"}, {"record": {"ttl": 3600}}])
async def test_a_record_goes_when_its_time_is_over(start, given):
    with start("--control-routes") as server:
        people = server.client()
        await people.insert("people", {"id": "t", "name": "Eve", **given.get("record", {})}, ttl=given.get("ttl"))
        await people.insert("people", {"id": "a", "name": "Ada"})
        server.control("clock", advance_seconds=1800)
        assert await people.exists("people", "t")
        server.control("clock", advance_seconds=1801)
        assert not await people.exists("people", "t")
        assert names(await people.find("people")) == ["Ada"]


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.text_search("people", "Ada", 10),
        lambda client: client.get_chat_models(),
        lambda client: client.list_functions(None),
    ],
)
async def test_what_the_emulator_does_not_do_is_501(people, call):
    with pytest.raises(RuntimeError, match="501"):
        await call(people)


async def test_a_transaction_is_applied_when_it_is_committed(people):
    transaction = await people.begin_transaction()
    await people.insert("people", {"id": "t", "name": "Eve"}, transaction_id=transaction)
    assert not await people.exists("people", "t")
    await people.commit_transaction(transaction)
    assert await people.exists("people", "t")


async def test_an_unknown_transaction_is_not_found(people):
    with pytest.raises(RuntimeError, match="[Nn]ot found"):
        await people.insert("people", {}, transaction_id="some")


async def test_a_value_is_stored_under_a_key(people):
    await people.kv_set("key", {"a": 1})
    assert '"a":1' in (await people.kv_get("key"))["value"]
    assert await people.kv_exists("key")
    await people.kv_delete("key")
    assert not await people.kv_exists("key")
