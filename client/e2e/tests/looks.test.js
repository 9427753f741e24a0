// Language and theme: as the browser has them, until somebody chooses.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, on } from "../support/browser.js";
import { Ruche } from "../support/ruche.js";

let ruche, task;
before(async () => {
  ruche = await Ruche.start();
  task = await ruche.enqueue("ruche.noop");
});
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

/** Waits for a background: colours change within a frame. */
const becomes = (page, color) => page.waitForFunction((color) => getComputedStyle(document.body).backgroundColor === color, color);

test("the language is the browser's until another one is chosen, which is remembered", async () => {
  await on(ruche, "/schedules", { locale: "fr-FR" }, async (page) => {
    await page.getByRole("heading", { level: 1, name: "Planifications" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "fr");
    await page.getByLabel("Langue").selectOption("en");
    await page.getByRole("heading", { level: 1, name: "Schedules" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Schedules" }).waitFor();
    assert.match(await page.title(), /Schedules/);
  });
});

test("the theme is the system's until another one is chosen, which is remembered", async () => {
  await on(ruche, "/settings", { colorScheme: "dark" }, async (page) => {
    const dark = await background(page);
    await page.locator("#theme").selectOption("light");
    await page.waitForFunction((dark) => getComputedStyle(document.body).backgroundColor !== dark, dark);
    const light = await background(page);
    await page.reload();
    await page.locator("main h1").waitFor();
    await becomes(page, light);
    await page.locator("#theme").selectOption("system");
    await becomes(page, dark);
    await page.emulateMedia({ colorScheme: "light" });
    await becomes(page, light);
  });
});

// The order of day and month is what visitors stumble over.
for (const [locale, order] of [["en-GB", /^\d{1,2} \w+ 20\d\d/], ["en-US", /^\w+ \d{1,2}, 20\d\d/], ["fr-FR", /^\d{1,2} \S+ 20\d\d/], ["fr-CA", /^\d{1,2} \S+ 20\d\d/]]) {
  test(`dates and times are written as in ${locale}`, async () => {
    await on(ruche, `/tasks/${task}`, { locale }, async (page) => {
      const time = page.locator("main time[datetime][title]").first();
      await time.waitFor();
      const [at, title, text] = await time.evaluate((time) => [time.dateTime, time.title, time.textContent]);
      const shown = [title, text].find((shown) => order.test(shown));
      const options = { dateStyle: "medium", timeStyle: "medium", timeZone: "Europe/Paris" };
      const expected = await page.evaluate(([at, locale, options]) => new Intl.DateTimeFormat(locale, options).format(new Date(at)), [at, locale, options]);
      assert.equal(shown, expected, `${title}, ${text}`);
    });
  });
}

/** How far a page could be scrolled sideways, at most, in any frame since it was opened. */
const watchSideways = (page) =>
  page.addInitScript(() => {
    window.mostSideways = 0;
    const look = () => {
      const { scrollWidth, clientWidth } = document.documentElement ?? {};
      window.mostSideways = Math.max(window.mostSideways, scrollWidth - clientWidth || 0);
      requestAnimationFrame(look);
    };
    look();
  });
const mostSideways = (page) => page.evaluate(() => window.mostSideways);
const phone = { viewport: { width: 320, height: 640 } };

test("on a phone nothing has to be scrolled sideways, and the navigation can be opened", async () => {
  await on(ruche, "/tasks", { ...phone, before: watchSideways }, async (page) => {
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("link", { name: "Workers", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Workers" }).waitFor();
    assert.equal(await mostSideways(page), 0);
  });
});

for (const [locale, word] of [["en-GB", "Connecting"], ["fr-FR", "Connexion"]]) {
  test(`on a phone nothing has to be scrolled sideways while the connection is not there (${locale})`, async () => {
    const before = async (page) => {
      await watchSideways(page);
      await page.route("**/api/v1/events*", () => {});
    };
    await on(ruche, "/tasks", { ...phone, locale, before }, async (page) => {
      await page.getByRole("status").filter({ hasText: word }).waitFor();
      assert.equal(await mostSideways(page), 0);
    });
  });
}
