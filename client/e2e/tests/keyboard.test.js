// Nothing but the keyboard.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, hasLoaded, on } from "../support/browser.js";
import { focusIsSeen, tabTo } from "../support/keyboard.js";
import { pages } from "../support/pages.js";
import { Ruche, until } from "../support/ruche.js";
import { SETTINGS, seed } from "../support/seed.js";

let ruche, seeded;
before(async () => {
  ruche = await Ruche.start({ settings: SETTINGS });
  seeded = await seed(ruche);
});
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

test("the first step skips the navigation, and a link gives the focus to the page's title", async () => {
  await on(ruche, "/", {}, async (page) => {
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to content" });
    assert.ok(await skip.evaluate((link) => link === document.activeElement));
    assert.ok(await skip.isVisible());
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.closest("main") !== null);
    await tabTo(page, page.getByRole("link", { name: "Queues", exact: true }), { back: true });
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Queues" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    assert.match(await page.title(), /^Queues/);
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  });
});

test("on every page the focus goes through everything, is always seen, and comes out again", async (t) => {
  await on(ruche, "/help", {}, async (page) => {
    for (const { name, path } of pages(seeded)) {
      await t.test(name, async () => {
        await page.goto(path);
        await page.locator("main h1").first().waitFor();
        await hasLoaded(page);
        let out = false;
        for (let n = 0; n < 400 && !out; n++) {
          await page.keyboard.press("Tab");
          out = await page.evaluate(() => document.activeElement === document.body);
          if (out) break;
          // What slides away when the focus leaves it takes a moment.
          let there;
          await until("the focus to be seen", async () => (there = await focusIsSeen(page)).seen, 2_000).catch(() => {});
          assert.ok(there.seen, `hidden: ${there.name}`);
          assert.ok(there.marked, `not marked: ${there.name}`);
        }
        assert.ok(out, "the focus is caught somewhere");
      });
    }
  });
});

test("a task is enqueued, watched and retried by keyboard only", async () => {
  await on(ruche, "/", {}, async (page) => {
    await tabTo(page, page.getByRole("link", { name: "Enqueue", exact: true }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /Enqueue|New task/ }).waitFor();
    const choice = page.getByRole("combobox", { name: /task/i }).or(page.getByLabel("Task", { exact: true })).first();
    await tabTo(page, choice);
    await page.keyboard.type("ruche.sleep");
    await page.keyboard.press("Enter");
    await tabTo(page, page.getByLabel(/milliseconds/i));
    await page.keyboard.press("Control+A");
    await page.keyboard.type("600");
    await tabTo(page, page.getByRole("main").getByRole("button", { name: /^Enqueue/ }));
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/tasks\/[0-9a-f-]{36}/);
    const id = page.url().match(/tasks\/([0-9a-f-]{36})/)[1];
    await page.getByRole("main").getByText("Succeeded").first().waitFor();
    await tabTo(page, page.getByRole("main").getByRole("button", { name: /^(Retry|Run again)/ }));
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    if (await dialog.isVisible().catch(() => false)) {
      await tabTo(page, dialog.getByRole("button", { name: /^(Retry|Run again)/ }));
      await page.keyboard.press("Enter");
    }
    await until("a second attempt", async () => (await ruche.api("GET", `/tasks/${id}`)).attempt >= 2);
  });
});
