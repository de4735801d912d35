"""Health, and tokens over a session's life."""

import asyncio

import pytest
from conftest import ADMIN_KEY
from ekodb_client import HEALTH_OK, Client, RateLimitError

from support import refused


async def test_health_is_ok_and_reachable(client):
    health = await client.health_status()
    assert (health.reachable, health.status, health.integrity_ok) == (True, HEALTH_OK, True)


async def test_a_key_gets_a_token(client):
    token = await client.refresh_token()
    assert token.count(".") == 2


async def test_an_unknown_key_gets_no_token(server):
    with refused(401, "Invalid API key"):
        await server.client("not-a-key").list_collections()


async def test_expired_tokens_are_renewed_without_being_asked_to(start):
    with start("--control-routes") as server:
        client = server.client()
        for _ in range(3):
            assert await client.list_collections() == []
            server.control("tokens/expire")


async def test_too_many_requests_are_a_rate_limit_error(start):
    with start("--rate-limit", "2") as server:
        client = Client.new(server.url, ADMIN_KEY, should_retry=False)
        with pytest.raises(RateLimitError) as limited:
            for _ in range(4):
                await client.list_collections()
        assert 0 < limited.value.args[0] <= 60


async def test_many_calls_at_once_are_answered(people):
    found = await asyncio.gather(*(people.find_by_id("people", "a") for _ in range(20)))
    assert {record["id"] for record in found} == {"a"}
