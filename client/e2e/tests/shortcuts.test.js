// Shortcuts of single keys.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, hasLoaded, on } from "../support/browser.js";
import { Ruche } from "../support/ruche.js";

let ruche;
before(async () => {
  ruche = await Ruche.start();
  for (let n = 0; n < 3; n++) await ruche.reached(await ruche.enqueue("ruche.noop"), "succeeded");
});
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

const title = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();
const focused = (page, selector) => page.waitForFunction((selector) => document.activeElement?.matches(selector), selector);
/** The row that has the focus, from 0. */
const row = (page) => page.evaluate(() => [...document.querySelectorAll("main tbody tr")].findIndex((row) => row.contains(document.activeElement)));

test("two keys lead from page to page, and one to the filter, in which letters are letters", async () => {
  await on(ruche, "/", {}, async (page) => {
    await hasLoaded(page);
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await title(page, "Queues");
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await title(page, "Tasks");
    await page.keyboard.press("/");
    await focused(page, "#filter");
    await page.keyboard.type("queue:gtx?");
    assert.equal(await page.locator("#filter").inputValue(), "queue:gtx?");
    await title(page, "Tasks");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("h");
    await title(page, "Help");
  });
});

test("rows are gone through, selected and opened", async () => {
  await on(ruche, "/tasks", {}, async (page) => {
    await page.locator("main tbody tr").nth(2).waitFor();
    for (const [key, expected] of [["j", 0], ["j", 1], ["j", 2], ["j", 2], ["k", 1]]) {
      await page.keyboard.press(key);
      assert.equal(await row(page), expected, key);
    }
    await page.keyboard.press("x");
    const check = page.locator("main tbody tr").nth(1).getByRole("checkbox");
    assert.ok(await check.isChecked());
    await page.getByRole("button", { name: "Retry 1 task", exact: true }).waitFor();
    await page.keyboard.press("x");
    assert.ok(!(await check.isChecked()));
    const address = await page.evaluate(() => document.activeElement.getAttribute("href"));
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${address}`);
  });
});

test("a question mark shows them, and they wait while a dialog is open", async () => {
  await on(ruche, "/tasks", {}, async (page) => {
    await hasLoaded(page);
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Shortcuts" });
    await dialog.getByText("goes to: Queues").waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await title(page, "Tasks");
  });
});

test("they can be switched off, which is remembered", async () => {
  await on(ruche, "/settings", {}, async (page) => {
    await page.getByLabel("Shortcuts of single keys").uncheck();
    await page.reload();
    await hasLoaded(page);
    assert.ok(!(await page.getByLabel("Shortcuts of single keys").isChecked()));
    await page.keyboard.press("?");
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await page.getByLabel("Shortcuts of single keys").check();
    await page.locator("main h1").evaluate((title) => title.focus());
    // Had the keys before done anything, these would not lead from the settings to the workers.
    assert.match(page.url(), /\/settings$/);
    assert.equal(await page.getByRole("dialog").count(), 0);
    await page.keyboard.press("g");
    await page.keyboard.press("w");
    await title(page, "Workers");
  });
});
