// A hundred thousand tasks, and a thousand changes a second: the page answers all the same.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, on } from "../support/browser.js";
import { Ruche } from "../support/ruche.js";

const TASKS = 100_000;
/** The browser's main thread must never be busy for longer with one thing, in milliseconds. Machines that test are slow and shared. */
const LONGEST = 300;

let ruche;
before(async () => {
  ruche = await Ruche.start();
  await ruche.api("POST", "/queues/held/pause");
  await ruche.enqueueMany(TASKS, "ruche.noop", {}, { queue: "held" });
});
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

/** Notes every task of the main thread that takes more than 50 ms, and how long clicks and keys wait for their frame. */
async function measure(page) {
  await page.evaluate(() => {
    window.measured = { long: [], inputs: [] };
    new PerformanceObserver((list) => window.measured.long.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
    const inputs = (list) => window.measured.inputs.push(...list.getEntries().map((entry) => entry.duration));
    new PerformanceObserver(inputs).observe({ type: "event", durationThreshold: 16 });
  });
  return async () => {
    const { long, inputs } = await page.evaluate(() => window.measured);
    return { longest: Math.max(0, ...long), blocked: long.reduce((all, one) => all + one, 0), slowestInput: Math.max(0, ...inputs) };
  };
}

/** The best of a few tries: what a neighbour on the same machine does is not the page's fault. */
async function bestOf(tries, measured) {
  const results = [];
  for (let n = 0; n < tries; n++) {
    results.push(await measured());
    if (results.at(-1).longest <= LONGEST) break;
  }
  return results.reduce((best, one) => (one.longest < best.longest ? one : best));
}

test("a list of 100,000 tasks is there at once, and turns its pages", async () => {
  const best = await bestOf(3, async () => {
    let figures;
    await on(ruche, "/tasks", {}, async (page) => {
      const rows = page.locator("main table tbody tr");
      await rows.first().waitFor();
      assert.ok((await page.locator("*").count()) < 8_000, "only what is looked at is in the page");
      const stop = await measure(page);
      for (let n = 0; n < 5; n++) {
        const before = await rows.first().textContent();
        await page.getByRole("link", { name: "Next page" }).click();
        await page.waitForFunction((before) => document.querySelector("main table tbody tr")?.textContent !== before, before);
      }
      figures = await stop();
    });
    return figures;
  });
  console.log("turning pages:", best);
  assert.ok(best.longest <= LONGEST, `the page was busy for ${best.longest} ms`);
});

test("while a thousand tasks a second change, the list stays usable and keeps its rows under the pointer", async () => {
  const best = await bestOf(3, async () => {
    let figures;
    await on(ruche, "/tasks", {}, async (page) => {
      const row = page.locator("main table tbody tr").nth(3);
      await row.waitFor();
      await row.hover();
      const where = () => row.evaluate((row) => `${row.querySelector("a").href} at ${row.getBoundingClientRect().top}`);
      const under = await where();
      const stop = await measure(page);
      let going = true;
      const load = (async () => {
        while (going) {
          const began = Date.now();
          await ruche.enqueueMany(500, "ruche.noop", {}, { queue: "default" });
          await new Promise((resolve) => setTimeout(resolve, Math.max(0, 500 - (Date.now() - began))));
        }
      })();
      try {
        for (let n = 0; n < 20; n++) {
          await page.keyboard.press("Tab");
          await page.waitForTimeout(200);
          assert.equal(await where(), under, "the row under the pointer has moved");
        }
      } finally {
        going = false;
        await load;
      }
      figures = await stop();
    });
    return figures;
  });
  console.log("while tasks change:", best);
  assert.ok(best.longest <= LONGEST, `the page was busy for ${best.longest} ms`);
});
