// Uses the generated TypeScript client as an application would, and fails when the server's answer is not the contract's.

import assert from "node:assert/strict";

import createClient from "openapi-fetch";

import type { paths } from "./ekodb.js";

/** Fetches a token when there is none, and once more when the server refuses the one there is. */
class RefreshingToken {
  token: string | undefined;
  fetched = 0;
  refused = 0;

  readonly #anonymous;
  readonly #apiKey: string;

  constructor(url: string, apiKey: string) {
    this.#anonymous = createClient<paths>({ baseUrl: url });
    this.#apiKey = apiKey;
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    // A request's body can be sent once, so the repeat needs its own copy.
    const repeat = request.clone();
    const response = await send(request, this.token ?? (await this.#fetchToken()));
    if (response.status !== 401) return response;
    this.refused += 1;
    return send(repeat, await this.#fetchToken());
  };

  async #fetchToken(): Promise<string> {
    const { data } = await this.#anonymous.POST("/api/auth/token", { body: { api_key: this.#apiKey } });
    assert(data, "the server gave no token for the key");
    this.fetched += 1;
    this.token = data.token;
    return data.token;
  }
}

function send(request: Request, token: string): Promise<Response> {
  request.headers.set("Authorization", `Bearer ${token}`);
  return fetch(request);
}

function connect(url: string, apiKey: string) {
  const auth = new RefreshingToken(url, apiKey);
  return { client: createClient<paths>({ baseUrl: url, fetch: auth.fetch }), auth };
}

type Connection = ReturnType<typeof connect>;

async function names({ client }: Connection): Promise<string[]> {
  const { data, response } = await client.GET("/api/collections");
  assert(data, `listing the collections gave ${response.status}`);
  assert(Array.isArray(data.collections), "the collections are a list");
  return data.collections;
}

async function checkRefresh(admin: Connection): Promise<void> {
  const { auth } = admin;
  const before = await names(admin);
  assert.deepEqual([auth.fetched, auth.refused], [1, 0], "the first call takes one token");
  auth.token = "not-a-token";
  assert.deepEqual(await names(admin), before, "both lists are the same");
  assert.deepEqual([auth.fetched, auth.refused], [2, 1], "a refused token is replaced once");
  await names(admin);
  assert.deepEqual([auth.fetched, auth.refused], [2, 1], "a good token is kept");
}

async function checkLimitedKey(url: string, admin: Connection, adminKey: string): Promise<void> {
  const { data: key } = await admin.client.POST("/api/auth/register", {
    body: { api_key: adminKey, label: "typescript-smoke", collection_permissions: { typescript_smoke: ["read"] } },
  });
  assert(key?.key, "a registered key comes with its secret");

  const { client, auth } = connect(url, key.key);
  const granted = await client.GET("/api/schemas/{collection}", {
    params: { path: { collection: "typescript_smoke" } },
  });
  assert(granted.data, "a limited key reads what it was granted");
  assert.equal(typeof granted.data.fields, "object", "a schema has fields");

  const refused = await client.GET("/api/auth/keys");
  assert.equal(refused.response.status, 403, "listing keys is refused");
  assert(refused.error, "a refusal is an ErrorReply");
  const message: string | undefined = refused.error.message ?? refused.error.error;
  assert(message, "a refusal says why");
  assert.deepEqual([auth.fetched, auth.refused], [1, 0], "a new token does not help against 403");
}

function variable(name: string): string {
  const value = process.env[name];
  assert(value, `set ${name}`);
  return value;
}

const [url, adminKey] = [variable("EKODB_API_URL"), variable("EKODB_API_KEY")];
const admin = connect(url, adminKey);
await checkRefresh(admin);
await checkLimitedKey(url, admin, adminKey);
