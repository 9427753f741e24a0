// What the first page costs.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, on } from "../support/browser.js";
import { Ruche } from "../support/ruche.js";

/** All that the first page loads, in bytes, as it comes over the wire. */
const BUDGET = 300 * 1024;
const OF_WASM = 250 * 1024;

let ruche;
before(async () => (ruche = await Ruche.start()));
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

test("all that the first page loads is within the budget, compressed, and loaded once", async () => {
  const loaded = new Map();
  await on(ruche, "/help", {}, async (page) => {
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    const addresses = new Map();
    session.on("Network.responseReceived", ({ requestId, response }) => addresses.set(requestId, response));
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const response = addresses.get(requestId);
      const path = new URL(response.url).pathname;
      assert.ok(!loaded.has(path) || path.startsWith("/api/"), `${path} is loaded twice`);
      loaded.set(path, encodedDataLength);
      if (path.startsWith("/assets/")) {
        assert.equal(response.headers["content-encoding"], "br", path);
        assert.match(response.headers["cache-control"], /immutable/, path);
      }
      if (path.endsWith(".wasm")) assert.equal(response.mimeType, "application/wasm");
    });
    await page.goto("/");
    await page.locator("main h1").waitFor();
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  });
  const files = [...loaded].filter(([path]) => !path.startsWith("/api/"));
  const sum = files.reduce((all, [, bytes]) => all + bytes, 0);
  console.log(files.map(([path, bytes]) => `${bytes}\t${path}`).join("\n"), `\n${sum} bytes in all`);
  assert.ok(files.length >= 4, "page, script, style, wasm");
  assert.ok(sum <= BUDGET, `${sum} bytes`);
  const wasm = files.find(([path]) => path.endsWith(".wasm"));
  assert.ok(wasm[1] <= OF_WASM, `${wasm[1]} bytes of wasm`);
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
    const assets = responses.filter(([, { url }]) => url.includes("/assets/"));
    assert.ok(assets.length >= 3);
    for (const [id, { url, fromDiskCache }] of assets) assert.ok(fromDiskCache || cached.has(id), `${url} came over the network`);
  });
});
