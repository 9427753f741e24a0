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
