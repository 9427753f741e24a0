// Schedules: made, changed with a preview, held, run by hand.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, on } from "../support/browser.js";
import { Ruche, until } from "../support/ruche.js";

let ruche;
before(async () => {
  ruche = await Ruche.start();
  await ruche.api("POST", "/schedules", {
    name: "nightly",
    rule: { cron: "30 2 * * *", time_zone: "Europe/Paris" },
    task: { task: "ruche.noop" },
  });
});
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

const schedule = () => ruche.api("GET", "/schedules/nightly");

test("a schedule's rule is changed, after a look at its next ticks", async () => {
  await on(ruche, "/schedules", {}, async (page) => {
    await page.getByRole("main").getByRole("link", { name: "nightly" }).first().click();
    await page.getByRole("main").getByRole("link", { name: "Edit" }).click();
    const cron = page.getByLabel(/^Cron expression/);
    assert.equal(await cron.inputValue(), "30 2 * * *");
    await cron.fill("15 4 * * *");
    await page.getByText("At 04:15, every day").first().waitFor();
    await page.getByRole("main").getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForURL(/\/schedules\/nightly$/);
    const { rule } = await schedule();
    assert.deepEqual([rule.cron, rule.time_zone], ["15 4 * * *", "Europe/Paris"]);
  });
});

test("a rule that is none is refused where it was typed", async () => {
  await on(ruche, "/schedules/nightly/edit", { expectedStatuses: [400, 422] }, async (page) => {
    const cron = page.getByLabel(/^Cron expression/);
    await cron.fill("61 4 * * *");
    await page.getByRole("main").getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForFunction(() => document.querySelector("main [aria-invalid=true], main [role=alert]"));
    assert.equal(await cron.inputValue(), "61 4 * * *", "what was typed is still there");
    assert.equal((await schedule()).rule.cron, "15 4 * * *");
  });
});

test("ticks of another rule are not shown beside one that is wrong", async () => {
  await on(ruche, "/schedules/nightly/edit", { expectedStatuses: [400, 422] }, async (page) => {
    const preview = page.getByRole("region", { name: "Preview" });
    await preview.locator("time").first().waitFor();
    await page.getByLabel(/^Cron expression/).fill("61 4 * * *");
    // It is not only gone for a moment.
    await preview.locator(".banner").waitFor();
    assert.equal(await preview.locator("time").count(), 0);
    await page.getByLabel(/^Cron expression/).fill("");
    await preview.getByText("Fill in when it ticks").waitFor();
    assert.equal(await preview.locator("time, .banner").count(), 0);
  });
});

test("the arguments are filled in by the form of the task's schema, or as JSON", async () => {
  await on(ruche, "/new/schedule", { expectedStatuses: [400, 422] }, async (page) => {
    const main = page.getByRole("main");
    await page.getByLabel(/^Name/).fill("by-form");
    await page.getByLabel(/^Task/).fill("ruche.sleep");
    await page.getByLabel(/^milliseconds/).fill("250");
    await main.getByText("JSON", { exact: true }).click();
    const raw = page.getByLabel("Keyword arguments as JSON");
    assert.deepEqual(JSON.parse(await raw.inputValue()), { milliseconds: 250 });
    await raw.fill('{"milliseconds": 300, ');
    await main.getByRole("button", { name: "Create schedule" }).click();
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-invalid") === "true");
    assert.match(await raw.inputValue(), /300, $/, "what was typed is still there");
    await raw.fill('{"milliseconds": 300}');
    await main.getByText("Form", { exact: true }).click();
    assert.equal(await page.getByLabel(/^milliseconds/).inputValue(), "300");
    await main.getByRole("button", { name: "Create schedule" }).click();
    await page.waitForURL(/\/schedules\/by-form$/);
    assert.deepEqual((await ruche.api("GET", "/schedules/by-form")).task.kwargs, { milliseconds: 300 });
  });
});

test("a schedule is paused, resumed and run by hand", async () => {
  await on(ruche, "/schedules/nightly", {}, async (page) => {
    const button = (name) => page.getByRole("main").getByRole("button", { name, exact: true });
    await button("Pause").click();
    await until("paused", async () => (await schedule()).paused);
    await button("Resume").click();
    await until("resumed", async () => !(await schedule()).paused);
    await button("Run now").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Run now" }).click();
    const id = await until("a task", async () => (await schedule()).last_task_id);
    await ruche.reached(id, "succeeded");
  });
});
