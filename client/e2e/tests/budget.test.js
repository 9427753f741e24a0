// What the first page costs.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, on } from "../support/browser.js";
import { Ruche, until } from "../support/ruche.js";

/** All that is loaded until the first page, the overview, has settled: bytes as they come over the wire, compressed. */
const FIRST_PAGE = 300_000;
/** The same with all further parts, which are loaded when somebody goes there, or when the browser has nothing else to do. */
const WHOLE = 650_000;

let ruche;
before(async () => (ruche = await Ruche.start()));
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

test("all that the first page loads is within the budget, compressed, and loaded once; so is what comes later", async () => {
  const loaded = [];
  let first;
  await on(ruche, "/help", {}, async (page) => {
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    const addresses = new Map();
    session.on("Network.responseReceived", ({ requestId, response }) => addresses.set(requestId, response));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const { url, headers, mimeType } = addresses.get(requestId) ?? {};
      if (!url || url.includes("/api/")) return;
      const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      loaded.push({ path: new URL(url).pathname, bytes: encodedDataLength, mimeType, headers: named });
    });
    await page.goto("/");
    await page.locator("main h1").waitFor();
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true], main .loading"));
    await page.locator(".connection.open").waitFor();
    first = loaded.length;
    const loader = loaded.find(({ path }) => path.startsWith("/assets/parts-")).path;
    const parts = (await (await fetch(ruche.url + loader)).text()).match(/[\w-]+\.wasm/g);
    assert.ok(parts.length >= 3, "the client is in parts");
    await until("every part", () => parts.every((part) => loaded.some(({ path }) => path === `/assets/${part}`)));
  });
  const sum = (files) => files.reduce((all, { bytes }) => all + bytes, 0);
  const listed = (files) => `${files.map(({ path, bytes }) => `${bytes}\t${path}`).join("\n")}\n${sum(files)} bytes in all`;
  console.log(`the first page:\n${listed(loaded.slice(0, first))}\nlater:\n${listed(loaded.slice(first))}`);
  assert.equal(new Set(loaded.map(({ path }) => path)).size, loaded.length, "nothing is loaded twice");
  const assets = loaded.filter(({ path }) => path.startsWith("/assets/"));
  assert.ok(assets.length >= 3, "script, style, wasm");
  for (const { path, headers } of assets) {
    assert.equal(headers["content-encoding"], "br", path);
    assert.match(headers["cache-control"], /immutable/, path);
  }
  const isWasm = ({ path }) => path.endsWith(".wasm");
  assert.equal(loaded.slice(0, first).filter(isWasm).length, 1, "of the program the first page loads no further part");
  for (const { path, mimeType } of assets.filter(isWasm)) assert.equal(mimeType, "application/wasm", path);
  assert.ok(sum(loaded.slice(0, first)) <= FIRST_PAGE, `the first page loads ${sum(loaded.slice(0, first))} bytes`);
  assert.ok(sum(loaded) <= WHOLE, `${sum(loaded)} bytes in all`);
});

test("a second visit loads the page itself and nothing else", async () => {
  await on(ruche, "/help", {}, async (page) => {
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const [responses, cached] = [[], new Set()];
    session.on("Network.requestServedFromCache", ({ requestId }) => cached.add(requestId));
    session.on("Network.responseReceived", ({ requestId, response }) => responses.push([requestId, response]));
    await page.goto("/");
    await page.locator("main h1").waitFor();
    // The icon of the tab is loaded when the browser likes: perhaps for the first time now.
    const assets = responses.filter(([, { url }]) => url.includes("/assets/") && !url.endsWith(".svg"));
    assert.ok(assets.length >= 3);
    for (const [id, { url, fromDiskCache }] of assets) assert.ok(fromDiskCache || cached.has(id), `${url} came over the network`);
  });
});
