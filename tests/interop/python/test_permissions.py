"""Grants. This client knows the legacy pair of routes only, which a modern server answers too."""

import pytest
from support import fields, names, refused


def grant(key, **changes):
    return {"api_key": key["key"], "collection": "people", "read": True, "write": False, **changes}


async def test_an_admin_key_is_told_so(admin):
    assert (await admin.get_permissions())["is_admin"] is True


async def test_a_limited_key_is_told_its_own_grants(server):
    made = await server.limited(people=["read"])
    own = await server.admin(made["key"]).get_permissions()
    assert own["is_admin"] is False
    people = own["collection_permissions"]["people"]
    assert (people["read"], people["write"], people["select_fields"]) == (True, False, None)


async def test_an_edit_of_a_grant_keeps_clears_and_replaces_restrictions(server, admin):
    made = await server.limited(people=["read"])
    for change, expected in [
        ({"select_fields": ["name"]}, ["name"]),
        ({}, ["name"]),
        ({"select_fields": []}, []),
        ({"select_fields": None}, None),
    ]:
        edited = await admin.update_api_key_collection_permissions(grant(made, **change))
        assert edited["collection_permissions"]["people"]["select_fields"] == expected, change


async def test_the_fields_a_key_may_not_see_do_not_come_back(server, admin, people):
    made = await server.limited(people=["read"])
    await admin.update_api_key_collection_permissions(grant(made, exclude_fields=["age"]))
    found = await server.client(made["key"]).find_by_id("people", "a")
    assert fields(found) == {"id": "a", "name": "Ada"}


async def test_only_the_fields_that_were_granted_are_written(server, admin, people):
    made = await server.limited(people=["read"])
    await admin.update_api_key_collection_permissions(grant(made, write=True, writable_fields=["age"]))
    client = server.client(made["key"])
    assert fields(await client.update("people", "a", {"age": 37}))["age"] == 37
    with refused(403, "'name'"):
        await client.update("people", "a", {"name": "Eve"})


async def test_an_edit_acts_at_once(server, admin, people):
    made = await server.limited(people=["read"])
    client = server.client(made["key"])
    assert len(await client.find("people")) == 3
    await admin.update_api_key_collection_permissions(grant(made, read=False, write=True))
    with refused(403, "no read permission on collection 'people'"):
        await client.find("people")


async def test_a_limited_key_is_not_told_the_version_and_so_edits_no_grant(server):
    made = await server.limited(people=["read"])
    with pytest.raises(RuntimeError, match="Permission updates need ekoDB 0.79.2"):
        await server.admin(made["key"]).update_api_key_collection_permissions(grant(made, write=True))


READ = "no read permission on collection 'people'"
WRITE = "no write permission on collection 'people'"
QUERY = {"sort": [{"field": "age", "ascending": True}]}


@pytest.mark.parametrize(
    ("actions", "call", "reason"),
    [
        (["read"], lambda client: client.insert("people", {"name": "Eve"}), WRITE),
        (["read"], lambda client: client.update("people", "a", {"age": 1}), WRITE),
        (["read"], lambda client: client.update_with_action("people", "a", "increment", "age", 1), WRITE),
        (["read"], lambda client: client.update_with_action_sequence("people", "a", [("clear", "age", None)]), WRITE),
        (["read"], lambda client: client.delete("people", "a"), WRITE),
        (["read"], lambda client: client.batch_insert("people", [{"name": "Eve"}]), WRITE),
        (["read"], lambda client: client.batch_update("people", [("a", {"age": 1})]), WRITE),
        (["read"], lambda client: client.batch_delete("people", ["a"]), WRITE),
        (["write"], lambda client: client.find_by_id("people", "a"), READ),
        (["write"], lambda client: client.find("people", QUERY), READ),
        (["write"], lambda client: client.distinct_values("people", "name"), READ),
        (["write"], lambda client: client.get_schema("people"), READ),
        (["read", "write"], lambda client: client.create_collection("people"), "admin"),
        (["read", "write"], lambda client: client.delete_collection("people"), "admin"),
        (["read", "write"], lambda client: client.update_schema_constraints("people", {}), "admin"),
        (["read", "write"], lambda client: client.restore_deleted("people", "a"), "admin"),
        (["read", "write"], lambda client: client.restore_collection("people"), "admin"),
    ],
)
async def test_what_was_not_granted_is_refused_and_says_why(server, people, actions, call, reason):
    made = await server.limited(people=actions)
    with refused(403, reason):
        await call(server.client(made["key"]))
    assert names(await people.find("people", QUERY)) == ["Bob", "Ada", "Cyd"], "nothing has changed"


async def test_a_limited_key_does_what_it_was_granted(server, people):
    made = await server.limited(people=["read", "write"])
    client = server.client(made["key"])
    inserted = await client.insert("people", {"name": "Eve"})
    await client.update("people", inserted["id"], {"age": 1})
    assert fields(await client.find_by_id("people", inserted["id"])) == {**inserted, "name": "Eve", "age": 1}
    await client.delete("people", inserted["id"])
    assert await client.list_collections() == ["people"]


async def test_a_limited_key_sees_no_collection_but_its_own(server, people):
    await people.insert("orders", {"item": "tea"})
    made = await server.limited(people=["read"])
    client = server.client(made["key"])
    assert await client.list_collections() == ["people"]
    with refused(403, "no read permission on collection 'orders'"):
        await client.find("orders")
