// Ten thousand at once.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, on } from "../support/browser.js";
import { Ruche, until } from "../support/ruche.js";
import { FAILING } from "../support/seed.js";

const MANY = 10_000;

let ruche;
before(async () => {
  ruche = await Ruche.start();
  const [task, kwargs] = FAILING;
  await ruche.enqueueMany(MANY, task, kwargs, { max_attempts: 1 });
  await ruche.enqueueMany(10, "ruche.noop");
  await until("all of them failed", async () => (await ruche.count("failed")) >= MANY, 180_000);
});
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

test("all that match are retried after a dry run, not only those of the page", async () => {
  await on(ruche, `/tasks?q=${encodeURIComponent("state:failed task:command.run")}`, {}, async (page) => {
    await page.locator("main table tbody tr").first().waitFor();
    await page.locator("summary", { hasText: "All that match" }).click();
    await page.getByRole("button", { name: "Retry all…" }).click();
    const dialog = page.getByRole("dialog", { name: "Retry all that match" });
    await dialog.getByText(/10,000\+? tasks would change/).waitFor();
    const go = dialog.getByRole("button", { name: /^Retry 10,000\+? tasks$/ });
    assert.ok(await go.isDisabled(), "the number has to be typed first");
    await dialog.getByLabel(/^Type/).fill("9999");
    assert.ok(await go.isDisabled());
    await dialog.getByLabel(/^Type/).fill(String(MANY));
    await go.click();
    await page.getByRole("link", { name: "Follow it" }).click();
    await page.waitForURL(/\/operations\/[0-9a-f-]{36}/);
    const id = page.url().match(/operations\/([0-9a-f-]{36})/)[1];
    const operation = await until("the operation over", async () => {
      const operation = await ruche.api("GET", `/operations/${id}`);
      return !["pending", "running"].includes(operation.state) && operation;
    }, 120_000);
    assert.deepEqual([operation.action, operation.changed], ["retry", MANY], JSON.stringify(operation));
    await page.getByRole("main").getByText(/10,000/).first().waitFor();
    await page.getByRole("main").getByText(/Completed|Succeeded|Done|Finished/).first().waitFor();
  });
});
