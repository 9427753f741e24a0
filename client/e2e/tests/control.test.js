// Dead letters, operations, the audit log: what they show, and how they follow.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, hasLoaded, on } from "../support/browser.js";
import { Ruche, until } from "../support/ruche.js";
import { FAILING } from "../support/seed.js";

let ruche, group;
before(async () => {
  ruche = await Ruche.start();
  // A change that the audit log tells.
  await ruche.api("POST", "/queues/held/pause");
  const [task, kwargs] = FAILING;
  await ruche.enqueueMany(3, task, kwargs, { max_attempts: 1 });
  group = await until("a group of three", async () => {
    const { data } = await ruche.api("GET", "/dead-letters");
    return data[0]?.count === 3 && data[0];
  });
});
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

test("a group shows its tasks, and says so when none is left", async () => {
  await on(ruche, `/dead-letters/${group.fingerprint}`, { expectedStatuses: [404] }, async (page) => {
    const rows = page.locator("main tbody tr");
    await rows.nth(2).waitFor();
    assert.equal(await rows.count(), 3);
    await page.getByRole("button", { name: "Delete all" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Delete 3 tasks", exact: true }).click();
    await page.getByText("No failed task is left in this group").waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    assert.equal(await page.getByRole("button", { name: "Delete all" }).count(), 0);
    await page.getByRole("link", { name: "All dead letters" }).click();
    await page.getByText("Nothing has failed for good.").waitFor();
  });
});

test("operations are asked for again only while one runs, and show how far it is", async () => {
  let state = "running", matched = 0, asked = 0;
  const before = async (page) => {
    await page.clock.install();
    await page.route("**/api/v1/operations?*", async (route) => {
      asked += 1;
      matched += 1_000;
      const answer = await route.fetch();
      const page = await answer.json();
      page.data = page.data.map((one) => ({ ...one, state, matched, finished_at: state === "running" ? null : one.finished_at }));
      await route.fulfill({ response: answer, json: page });
    });
  };
  await ruche.api("POST", "/operations", { action: "set_priority", parameters: { priority: 7 }, filter: { queue: "default" } });
  await on(ruche, "/operations", { before }, async (page) => {
    await page.getByText(/1,000 ?looked at so far/).first().waitFor();
    await page.clock.fastForward(2_500);
    await page.getByText(/2,000 ?looked at so far/).first().waitFor();
    state = "succeeded";
    await page.clock.fastForward(2_500);
    await page.getByText("Done", { exact: true }).first().waitFor();
    const so_far = asked;
    for (let n = 0; n < 5; n++) await page.clock.fastForward(5_000);
    // Whatever these had sent has been sent before this is answered.
    await page.evaluate(() => fetch("/livez"));
    assert.equal(asked, so_far);
  });
});

test("the audit log is filtered by who and when, and Back undoes it", async () => {
  await on(ruche, "/audit", {}, async (page) => {
    const rows = page.locator("main tbody tr");
    await rows.first().waitFor();
    const since = page.getByLabel("Since");
    await since.fill("2099-01-31T10:30");
    await page.getByText("Nothing matches.").waitFor();
    assert.match(decodeURIComponent(page.url()), /from=2099-01-31T09:30/);
    const who = page.getByLabel("Who", { exact: true });
    await who.fill("anna");
    await page.waitForURL(/actor=anna/);
    await page.goBack();
    await page.waitForFunction(() => document.querySelector("#audit-actor").value === "");
    assert.equal(await since.inputValue(), "2099-01-31T10:30");
    await page.goBack();
    await rows.first().waitFor();
    assert.equal(await since.inputValue(), "");
    await page.goForward();
    await page.getByText("Nothing matches.").waitFor();
    assert.equal(await since.inputValue(), "2099-01-31T10:30");
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await rows.first().waitFor();
    assert.equal(await since.inputValue(), "");
  });
});

test("the tabs count the tasks of a queue, and nothing that nobody counts", async () => {
  await ruche.enqueueMany(4, "ruche.noop", {}, { queue: "held" });
  await on(ruche, "/tasks?q=queue:held", {}, async (page) => {
    const tab = (name) => page.getByRole("navigation", { name: "States" }).getByRole("link", { name: new RegExp(`^${name}`) });
    await tab("Queued").getByText("4", { exact: true }).waitFor();
    assert.equal((await tab("Succeeded").textContent()).trim(), "Succeeded");
    await page.goto("/tasks?q=task:ruche.noop");
    await hasLoaded(page);
    assert.equal((await tab("Queued").textContent()).trim(), "Queued");
  });
});
