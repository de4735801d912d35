// Opens /docs as a person would: reads it, authorises, calls an operation. Fails with what it misses.
//
//     node docs.mjs <contract> <directory for the pictures>

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";
import { PNG } from "pngjs";
import { parse } from "yaml";

const [contractFile, pictures] = process.argv.slice(2);
const { EKODB_API_URL: url, EKODB_API_KEY: apiKey, CHROMIUM: executablePath } = process.env;

/** What the viewer paints operations in, by their method. */
const COLOURS = { get: "#61affe", post: "#49cc90", put: "#fca130", delete: "#f93e3e", patch: "#50e3c2" };

async function main() {
  const contract = parse(await readFile(contractFile, "utf8"));
  const token = await fetchToken();
  const collection = `seen_by_a_browser_${Date.now()}`;
  await createCollection(token, collection);

  const profile = await mkdtemp(join(tmpdir(), "ekodb-browser-"));
  const browser = await launch(profile);
  try {
    const troubles = watch(browser);
    const page = await open(browser);
    await showsTheContract(page, contract);
    await isAPictureOfIt(page, "docs.png", Object.keys(COLOURS));
    await authorise(page, token);
    await isAPictureOfIt(await listsCollections(page, collection), "docs-reply.png", ["get"]);

    const another = await open(browser);
    await asksForAToken(another);
    await listsCollections(another, collection);
    await opensEverything(another);
    assert.deepEqual(troubles, [], "a person would see no error, and nothing comes from elsewhere");
    await refusesOtherHosts(page);
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
}

function launch(profile) {
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: { width: 1280, height: 1600 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

async function open(browser) {
  const page = await browser.newPage();
  // A busy machine may take long to paint.
  page.setDefaultTimeout(120_000);
  await page.goto(`${url}/docs`);
  return page;
}

/** Collects errors, requests to other hosts and requests that fail. */
function watch(browser) {
  const troubles = [];
  browser.on("weberror", (error) => troubles.push(`exception: ${error.error()}`));
  browser.on("console", (message) => {
    if (message.type() === "error") troubles.push(`console: ${message.text()}`);
  });
  browser.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && origin !== url) troubles.push(`a request to another host: ${request.url()}`);
  });
  browser.on("requestfailed", (request) => troubles.push(`no answer: ${request.url()}`));
  browser.on("response", (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`);
  });
  return troubles;
}

async function showsTheContract(page, contract) {
  const operations = Object.values(contract.paths).flatMap((path) =>
    Object.values(path).filter((operation) => operation.operationId),
  );
  assert.ok(operations.length > 0);
  await page.locator(".opblock").nth(operations.length - 1).waitFor();

  assert.match(await page.title(), /ekoDB/);
  const heading = await page.locator(".info .title").innerText();
  assert.ok(heading.includes(contract.info.title) && heading.includes(contract.info.version), heading);
  const shown = async (selector) => (await page.locator(selector).allInnerTexts()).map(plain).sort();
  const expected = (member) => operations.map((operation) => plain(operation[member])).sort();
  assert.deepEqual(await shown(".opblock-summary-operation-id"), expected("operationId"));
  assert.deepEqual(await shown(".opblock-summary-description"), expected("summary"));
  const tags = contract.tags.map((tag) => tag.name).sort();
  assert.deepEqual(await shown(".opblock-tag a"), tags);
  assert.deepEqual(await page.locator(".servers option").evaluateAll((all) => all.map((o) => o.value)), ["/"]);
}

/** Text without the breaks that long words are shown with. */
function plain(text) {
  return text.replaceAll("\u200b", "").trim();
}

async function authorise(page, token) {
  await page.locator(".auth-wrapper .authorize").first().click();
  const dialog = page.locator(".modal-ux");
  await dialog.locator("input").fill(token);
  await dialog.getByRole("button", { name: "Apply credentials" }).click();
  await dialog.getByRole("button", { name: "Close" }).first().click();
}

/** The note's way to a token: the page keeps it by itself. */
async function asksForAToken(page) {
  await page.getByRole("link", { name: "create_token" }).first().click();
  const operation = page.locator("#operations-Authentication-create_token");
  await operation.locator("textarea").first().fill(JSON.stringify({ api_key: apiKey }));
  assert.match(await execute(operation), /"token"/);
}

/** Calls the operation; where its reply is shown. */
async function listsCollections(page, collection) {
  const operation = page.locator("#operations-Collections-list_collections");
  await operation.locator(".opblock-summary-control").click();
  const body = await execute(operation);
  assert.ok(body.includes(collection), `the reply does not list ${collection}:\n${body}`);
  return operation;
}

/** Whatever the viewer builds when a person looks closer must pass the page's policy too. */
async function opensEverything(page) {
  for (const operation of await page.locator(".opblock").all()) {
    if (/\bis-open\b/.test(await operation.getAttribute("class"))) continue;
    await operation.locator(".opblock-summary-control").click();
    await operation.locator(".opblock-body").waitFor();
  }
  await page.locator("section.models .models-control").first().click();
  await page.locator("section.models .model-container").first().waitFor();
}

/** Calls an operation that is open; its reply, which must be a success. */
async function execute(operation) {
  await operation.getByRole("button", { name: "Execute" }).click();
  const reply = operation.locator(".live-responses-table .response");
  const status = plain(await reply.locator(".response-col_status").innerText());
  const body = await reply.locator(".response-col_description").innerText();
  assert.match(status, /^200\b/, body);
  return body;
}

/** Takes a picture, which must have something on it: the colours of these methods, and text. */
async function isAPictureOfIt(place, name, methods) {
  const path = join(pictures, name);
  const { width, height, data } = PNG.sync.read(await place.screenshot({ path, fullPage: true }));
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = `#${data.toString("hex", at, at + 3)}`;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const share = (count) => count / (width * height);
  const background = share(Math.max(...counts.values()));
  assert.ok(background < 0.9, `${path}: ${background} of it is one colour`);
  assert.ok(counts.size > 100, `${path}: it has ${counts.size} colours; letters alone have more`);
  for (const method of methods) {
    const found = share(counts.get(COLOURS[method]) ?? 0);
    assert.ok(found > 0.0005, `${path}: ${found} of it is in the colour of ${method}`);
  }
}

/** The last check: the refusal shows up as an error. */
async function refusesOtherHosts(page) {
  const refused = await page.evaluate(async () => {
    const violation = new Promise((resolve) =>
      document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective)),
    );
    const outcome = await fetch("http://127.0.0.2:1/").then(
      () => "loaded",
      () => "refused",
    );
    return outcome === "refused" ? violation : outcome;
  });
  assert.equal(refused, "connect-src", "the page's policy refuses other hosts");
}

async function fetchToken() {
  const reply = await post("/api/auth/token", { api_key: apiKey });
  return reply.token;
}

async function createCollection(token, name) {
  await post(`/api/collections/${name}`, { fields: { name: { field_type: "String" } } }, token);
}

async function post(path, body, token) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(response.ok, `POST ${path}: ${response.status}`);
  return response.json();
}

await main();
console.log("browser: ok");
// Nothing that is still open, such as an idle connection, delays the end.
process.exit(0);
