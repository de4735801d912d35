"""Registering, listing and revoking keys."""

from conftest import ADMIN_KEY
from support import refused


async def test_a_registered_key_is_listed(server, admin):
    made = await server.limited(users=["read", "write"])
    assert (made["label"], made["is_admin"]) == ("limited", False)
    assert made["collection_permissions"]["users"]["read"] and made["collection_permissions"]["users"]["write"]
    listed = await admin.list_api_keys()
    assert {key["key"] for key in listed} == {ADMIN_KEY, made["key"]}


async def test_a_registered_key_gets_tokens(server):
    made = await server.limited(users=["read"])
    assert await server.client(made["key"]).refresh_token()


async def test_a_registered_admin_key_administers(server, admin):
    made = await admin.create_api_key({"label": "second", "description": "of a test", "is_admin": True})
    assert (made["is_admin"], made["description"]) == (True, "of a test")
    assert len(await server.admin(made["key"]).list_api_keys()) == 2


async def test_a_key_is_revoked_by_its_value(server, admin):
    made = await server.limited(users=["read"])
    await admin.revoke_api_key(made["key"])
    assert [key["key"] for key in await admin.list_api_keys()] == [ADMIN_KEY]
    with refused(401, "Invalid API key"):
        await server.client(made["key"]).refresh_token()


async def test_a_key_is_revoked_by_its_id(server, admin):
    made = await server.limited(users=["read"])
    await admin.revoke_api_key(made["id"])
    assert [key["key"] for key in await admin.list_api_keys()] == [ADMIN_KEY]


async def test_revoking_a_key_ends_the_tokens_it_has(server, admin):
    made = await server.limited(users=["read"])
    client = server.client(made["key"])
    await client.list_collections()
    await admin.revoke_api_key(made["key"])
    with refused(401):
        await client.list_collections()


async def test_revoking_an_unknown_key_is_404(admin):
    with refused(404):
        await admin.revoke_api_key("0" * 32)


async def test_a_limited_key_lists_no_keys(server):
    made = await server.limited(users=["read", "write"])
    with refused(403):
        await server.admin(made["key"]).list_api_keys()


async def test_a_limited_key_registers_no_keys(server):
    made = await server.limited(users=["read", "write"])
    with refused(403):
        await server.admin(made["key"]).create_api_key()


async def test_a_limited_key_revokes_not_even_itself(server):
    made = await server.limited(users=["read", "write"])
    with refused(403):
        await server.admin(made["key"]).revoke_api_key(made["key"])
