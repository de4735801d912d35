"""Uses the generated Python client as an application would, and fails when the server's answer is not the contract's."""

import os
from collections.abc import Generator
from http import HTTPStatus

import httpx

from ekodb import AuthenticatedClient, Client
from ekodb.api.authentication import create_token
from ekodb.api.collections import list_collections
from ekodb.api.keys import list_keys, register_key
from ekodb.api.schemas import get_schema
from ekodb.models import (
    ApiKey,
    CollectionList,
    CollectionSchema,
    ErrorReply,
    Permission,
    RegisterKeyRequest,
    RegisterKeyRequestCollectionPermissions,
    TokenReply,
    TokenRequest,
)


class RefreshingToken(httpx.Auth):
    """Fetches a token when there is none, and once more when the server refuses the one there is."""

    def __init__(self, url: str, api_key: str) -> None:
        self._anonymous = Client(base_url=url)
        self._api_key = api_key
        self.token: str | None = None
        self.fetched = 0
        self.refused = 0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = self.token or self._fetch()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self.refused += 1
            request.headers["Authorization"] = f"Bearer {self._fetch()}"
            yield request

    def _fetch(self) -> str:
        reply = create_token.sync(client=self._anonymous, body=TokenRequest(api_key=self._api_key))
        assert isinstance(reply, TokenReply), "the server gave no token for the key"
        self.fetched += 1
        self.token = reply.token
        return reply.token


def connect(url: str, api_key: str) -> tuple[AuthenticatedClient, RefreshingToken]:
    auth = RefreshingToken(url, api_key)
    # The generated client wants a token up front; the authentication above replaces it in every request.
    return AuthenticatedClient(base_url=url, token="", httpx_args={"auth": auth}), auth


def names(client: AuthenticatedClient) -> list[str]:
    reply = list_collections.sync(client=client)
    assert isinstance(reply, CollectionList), f"listing the collections gave {type(reply).__name__}"
    return reply.collections


def check_refresh(client: AuthenticatedClient, auth: RefreshingToken) -> None:
    before = names(client)
    assert (auth.fetched, auth.refused) == (1, 0), "the first call takes one token"
    auth.token = "not-a-token"
    assert names(client) == before, "both lists are the same"
    assert (auth.fetched, auth.refused) == (2, 1), "a refused token is replaced once"
    names(client)
    assert (auth.fetched, auth.refused) == (2, 1), "a good token is kept"


def check_limited_key(url: str, admin: AuthenticatedClient, admin_key: str) -> None:
    permissions = RegisterKeyRequestCollectionPermissions()
    permissions["python_smoke"] = [Permission.READ]
    request = RegisterKeyRequest(api_key=admin_key, label="python-smoke", collection_permissions=permissions)
    key = register_key.sync(client=admin, body=request)
    assert isinstance(key, ApiKey) and isinstance(key.key, str), "a registered key comes with its secret"

    limited, auth = connect(url, key.key)
    granted = get_schema.sync(client=limited, collection="python_smoke")
    assert isinstance(granted, CollectionSchema), "a limited key reads what it was granted"

    refused = list_keys.sync_detailed(client=limited)
    assert refused.status_code == HTTPStatus.FORBIDDEN, f"listing keys gave {refused.status_code}"
    assert isinstance(refused.parsed, ErrorReply), "a refusal is an ErrorReply"
    assert (auth.fetched, auth.refused) == (1, 0), "a new token does not help against 403"


def main() -> None:
    url, admin_key = os.environ["EKODB_API_URL"], os.environ["EKODB_API_KEY"]
    admin, auth = connect(url, admin_key)
    check_refresh(admin, auth)
    check_limited_key(url, admin, admin_key)


if __name__ == "__main__":
    main()
