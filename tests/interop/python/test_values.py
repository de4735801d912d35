"""Values and their types on the way in and out."""

import uuid
from datetime import datetime, timezone
from decimal import Decimal

import ekodb_client as ekodb
import pytest

from support import refused

UUID = "550e8400-e29b-41d4-a716-446655440000"


async def roundtrip(client, value):
    inserted = await client.insert("values", {"field": value})
    return (await client.find_by_id("values", inserted["id"]))["field"]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "Boolean"),
        (36, "Integer"),
        (-(2**63), "Integer"),
        (1.5, "Float"),
        ("Ada", "String"),
        (UUID, "String"),
        ("2026-01-02T03:04:05", "String"),
        ("2026-01-02T03:04:05+00:00", "DateTime"),
        ([1, "x", None, [2.5]], "Array"),
        ({"inner": {"list": [1, {"deep": True}]}}, "Object"),
        (None, "Null"),
    ],
)
async def test_a_plain_value_comes_back_with_the_type_it_is_taken_for(client, value, kind):
    assert await roundtrip(client, value) == {"type": kind, "value": value}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (ekodb.field_uuid(UUID), "UUID"),
        (ekodb.field_decimal("12.340"), "Decimal"),
        (ekodb.field_datetime("2026-01-02T03:04:05+00:00"), "DateTime"),
        (ekodb.field_duration(1500), "Duration"),
        (ekodb.field_number(3), "Number"),
        (ekodb.field_set(["a", "b"]), "Set"),
        (ekodb.field_binary("YWJj"), "Binary"),
        (ekodb.field_bytes("YWJj"), "Bytes"),
        (ekodb.field_array([1]), "Array"),
        (ekodb.field_object({"a": 1}), "Object"),
        (ekodb.field_string("x"), "String"),
        (ekodb.field_integer(1), "Integer"),
        (ekodb.field_float(1.0), "Float"),
        (ekodb.field_boolean(True), "Boolean"),
    ],
)
async def test_a_value_sent_with_its_type_keeps_it(client, value, kind):
    assert value["type"] == kind
    assert await roundtrip(client, value) == value


async def test_a_vector_is_read_by_the_client_as_its_numbers(client):
    assert await roundtrip(client, ekodb.field_vector([0.5, 1.0])) == [0.5, 1.0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc), {"type": "DateTime", "value": "2026-01-02T03:04:05+00:00"}),
        ("2026-01-02T03:04:05Z", {"type": "DateTime", "value": "2026-01-02T03:04:05+00:00"}),
        (Decimal("12.340"), {"type": "String", "value": "12.340"}),
        ({1}, {"type": "Array", "value": [1]}),
        (b"abc", {"type": "Array", "value": [97, 98, 99]}),
    ],
)
async def test_a_value_of_python_is_what_the_client_writes_of_it(client, value, expected):
    assert await roundtrip(client, value) == expected


async def test_a_uuid_of_python_is_refused_since_the_client_writes_bytes(client):
    with refused(400, "Invalid MessagePack: a byte string; send it as text with its type"):
        await client.insert("values", {"field": uuid.UUID(UUID)})


async def test_a_schema_gives_texts_their_types(client):
    fields = {"uuid": "UUID", "price": "Decimal", "when": "DateTime"}
    schema = ekodb.SchemaBuilder()
    for name, kind in fields.items():
        schema.add_field(name, ekodb.FieldTypeSchemaBuilder(kind))
    await client.create_collection("values", schema.build())
    sent = {"uuid": UUID, "price": Decimal("12.340"), "when": "2026-01-02T03:04:05+00:00"}
    inserted = await client.insert("values", sent)
    found = await client.find_by_id("values", inserted["id"])
    assert found == {**inserted, **{name: {"type": kind, "value": str(sent[name])} for name, kind in fields.items()}}
