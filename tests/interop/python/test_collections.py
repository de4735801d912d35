"""Collections and their schemas."""

import pytest
from ekodb_client import FieldTypeSchemaBuilder, SchemaBuilder, field_vector

from support import refused


def schema(**fields):
    builder = SchemaBuilder()
    for name, field in fields.items():
        builder.add_field(name, field)
    return builder.build()


def text():
    return FieldTypeSchemaBuilder("String")


async def test_a_collection_is_created_listed_and_deleted(client):
    await client.create_collection("users", schema(name=text()))
    assert await client.list_collections() == ["users"]
    assert await client.collection_exists("users")
    await client.delete_collection("users")
    assert await client.list_collections() == []


async def test_user_collections_are_listed(client):
    await client.create_collection("users", schema(name=text()))
    assert await client.list_user_collections() == ["users"]


async def test_a_collection_that_exists_is_said_to_exist(client):
    await client.create_collection("users", schema(name=text()))
    with refused(409, "already exists"):
        await client.create_collection("users", schema(name=text()))


async def test_deleting_a_collection_that_never_was_succeeds(client):
    await client.delete_collection("never")


async def test_a_collection_needs_a_field(client):
    with refused(400, "Schema must contain at least one field"):
        await client.create_collection("users")


async def test_a_type_in_lower_case_is_refused_in_the_servers_words(client):
    with refused(400, "Invalid field type: 'string' - must be one of: String, Integer"):
        await client.create_collection("users", schema(name=FieldTypeSchemaBuilder("string")))


async def test_a_schema_comes_back_as_it_was_sent(client):
    sent = schema(
        name=text().required().pattern("^[A-Z]"),
        email=text().unique().hash_index(),
        age=FieldTypeSchemaBuilder("Integer").range(0, 150).btree_index(),
        state=text().enums(["new", "old"]).default_value("new"),
        story=text().text_index(language="german", analyzer="stem"),
        place=FieldTypeSchemaBuilder("Vector").vector_index("hnsw", "euclidean", 8, 100, ef_search=50, dimension=2),
    )
    await client.create_collection("users", sent)
    read = await client.get_schema("users")
    assert read["fields"] == sent["fields"]
    assert (read["version"], read["bypass_ripple"]) == (1, True)


async def test_a_collection_comes_with_its_schema(client):
    await client.create_collection("users", schema(name=text()))
    collection = await client.get_collection("users")
    assert collection["collection"] == await client.get_schema("users")


async def test_the_schema_of_an_unknown_collection_is_empty(client):
    assert (await client.get_schema("never"))["fields"] == {}


async def test_an_update_of_constraints_changes_what_it_names(client):
    await client.create_collection("users", schema(name=text().required(), age=FieldTypeSchemaBuilder("Integer")))
    await client.update_schema_constraints("users", {"age": {"max": 150}, "mail": {"field_type": "String"}})
    read = await client.get_schema("users")
    assert read["version"] == 2
    assert read["fields"]["age"]["max"] == 150
    assert read["fields"]["name"]["required"] is True, "kept"
    assert read["fields"]["mail"]["field_type"] == "String"


async def test_a_deleted_collection_is_restored_with_its_schema(client):
    await client.create_collection("users", schema(name=text()))
    await client.insert("users", {"name": "Ada"})
    await client.delete_collection("users")
    assert await client.restore_collection("users") == 1
    assert list((await client.get_schema("users"))["fields"]) == ["name"]
    assert len(await client.find("users")) == 1


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        (text(), 1, 400),
        (text().required(), None, 400),
        (text().enums(["new", "old"]), "other", 400),
        (text().pattern("^[A-Z]"), "ada", 400),
        (FieldTypeSchemaBuilder("Integer").range(0, 150), 151, 400),
        (FieldTypeSchemaBuilder("Integer").range(0, 150), -1, 400),
        (FieldTypeSchemaBuilder("Boolean"), "yes", 400),
        (FieldTypeSchemaBuilder("Vector"), [0.5, 1.0], 400),
        (FieldTypeSchemaBuilder("Vector").vector_index(dimension=2), field_vector([0.5]), 400),
        (text().unique(), "taken", 409),
    ],
)
async def test_a_value_that_the_schema_does_not_allow_is_refused(client, field, value, status):
    await client.create_collection("users", schema(field=field, other=text()))
    if status == 409:
        await client.insert("users", {"field": value})
    before = await client.count_documents("users")
    with refused(status, "field"):
        await client.insert("users", {"field": value})
    assert await client.count_documents("users") == before


async def test_a_default_fills_what_is_left_out(client):
    await client.create_collection("users", schema(state=text().default_value("new")))
    inserted = await client.insert("users", {})
    assert (await client.find_by_id("users", inserted["id"]))["state"]["value"] == "new"
