// The client comes in parts: what is shown while one is on its way, or cannot be had.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, on } from "../support/browser.js";
import { Ruche } from "../support/ruche.js";

let ruche;
before(async () => (ruche = await Ruche.start()));
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

const TASKS = /\/assets\/split_tasks-/;
const FLOW = /\/assets\/split_flow-/;

const heading = (page, name) => page.locator("main").getByRole("heading", { level: 1, name, exact: true });
const link = (page, name) => page.getByRole("navigation").getByRole("link", { name, exact: true });
const focused = (page, text) => page.waitForFunction((text) => document.activeElement?.matches("main h1") && document.activeElement.textContent === text, text);
/** Requests that were refused on purpose are told on the console, by the browser and by the loader. */
const forgive = (page, expected) => (page.faults = page.faults.filter((fault) => !expected.test(fault)));

/** Holds requests back until `release` is called. */
async function hold(page, pattern) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(pattern, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test("a part that cannot be loaded is told of, and comes when it is tried again", async () => {
  const before = (page) => page.route(TASKS, (route) => route.abort());
  await on(ruche, "/", { before }, async (page) => {
    await link(page, "Tasks").click();
    await page.getByRole("alert").getByText("This part of the client could not be loaded").waitFor();
    await focused(page, "Tasks");
    assert.equal(await page.title(), "Tasks · Ruche");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("alert").getByText("This part of the client could not be loaded").waitFor();

    await page.unroute(TASKS);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("search").or(page.getByRole("tablist")).first().waitFor();
    await focused(page, "Tasks");
    assert.equal(await page.getByRole("alert").count(), 0);
    assert.ok(page.faults.length >= 2, "it is told on the console, too");
    forgive(page, /Failed to fetch/);
  });
});

test("after an update of the server the page can be reloaded where it is", async () => {
  const before = (page) => page.route(TASKS, (route) => route.fulfill({ status: 404, body: "" }));
  await on(ruche, "/", { before, expectedStatuses: [404] }, async (page) => {
    await link(page, "Dead letters").click();
    await page.getByRole("button", { name: "Reload the page" }).waitFor();
    await page.unroute(TASKS);
    await page.getByRole("button", { name: "Reload the page" }).click();
    await page.getByText("could not be loaded").waitFor({ state: "detached" });
    await heading(page, "Dead letters").waitFor();
    assert.equal(new URL(page.url()).pathname, "/dead-letters");
    forgive(page, /TypeError|CompileError/);
  });
});

test("a part that takes long is said to be on its way", async () => {
  let release;
  await on(ruche, "/", { before: async (page) => (release = await hold(page, FLOW)) }, async (page) => {
    await link(page, "Queues").click();
    await page.locator("main").getByText("Loading…").waitFor();
    assert.equal(await page.locator("main").getAttribute("aria-busy"), "true");
    release();
    await heading(page, "Queues").waitFor();
    await focused(page, "Queues");
    assert.equal(await page.locator("main").getAttribute("aria-busy"), null);
  });
});

test("of several pages in quick succession the last one is shown, however late the parts of the others come", async () => {
  const held = [];
  const before = async (page) => held.push(await hold(page, TASKS), await hold(page, FLOW));
  await on(ruche, "/", { before }, async (page) => {
    const late = [TASKS, FLOW].map((part) => page.waitForEvent("requestfinished", (request) => part.test(request.url())));
    await link(page, "Tasks").click();
    await link(page, "Queues").click();
    await link(page, "Help").click();
    await heading(page, "Help").waitFor();
    for (const release of held) release();
    await Promise.all(late);
    // Both are there now, and shown as soon as somebody goes there.
    await page.goBack();
    await heading(page, "Queues").waitFor();
    await page.goForward();
    await heading(page, "Help").waitFor();
    assert.deepEqual(await page.locator("main h1").allTextContents(), ["Help"]);
    assert.equal(new URL(page.url()).pathname, "/help");
  });
});

test("once the first page has been there for a while, the others need no network any more", async () => {
  let parts;
  const before = async (page) => {
    const names = [TASKS, FLOW, /\/assets\/split_control-/];
    parts = Promise.all(names.map((name) => page.waitForEvent("requestfinished", (request) => name.test(request.url()))));
  };
  await on(ruche, "/", { before }, async (page) => {
    await parts;
    await page.context().setOffline(true);
    for (const name of ["Help", "Workflows", "Tasks"]) {
      await link(page, name).click();
      await heading(page, name).waitFor();
    }
    assert.equal(await page.getByText("This part of the client could not be loaded").count(), 0);
    forgive(page, /ERR_INTERNET_DISCONNECTED/);
  });
});

test("a part that was being loaded ahead of time, and fails, is told of by the page that waits for it", async () => {
  let fail;
  const failed = new Promise((resolve) => (fail = resolve));
  const before = (page) =>
    page.route(TASKS, async (route) => {
      await failed;
      await route.abort();
    });
  await on(ruche, "/", { before }, async (page) => {
    await page.waitForRequest(TASKS);
    await link(page, "Tasks").click();
    await page.locator("main").getByText("Loading…").waitFor();
    fail();
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await page.unroute(TASKS);
    await page.getByRole("button", { name: "Try again" }).click();
    await focused(page, "Tasks");
    await page.getByText("could not be loaded").waitFor({ state: "detached" });
    forgive(page, /Failed to fetch/);
  });
});
