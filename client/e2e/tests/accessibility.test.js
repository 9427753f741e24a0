// axe-core on every page, in both themes and both languages, and on a phone; the policy holds meanwhile (support/browser.js).

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { closeBrowser, hasLoaded, on } from "../support/browser.js";
import { pages } from "../support/pages.js";
import { Ruche } from "../support/ruche.js";
import { SETTINGS, seed } from "../support/seed.js";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WANTED = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let ruche, seeded;
before(async () => {
  ruche = await Ruche.start({ settings: SETTINGS });
  seeded = await seed(ruche);
});
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

/** What axe finds on a page, a line for each. */
async function violations(page) {
  await settled(page);
  // Through the debugger, which no policy binds.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), WANTED);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map((node) => `${id}: ${help}\n    ${node.html.slice(0, 200)}\n    ${node.failureSummary?.split("\n")[1] ?? ""}`),
  );
}

/** Until nothing is loading any more. */
export async function settled(page) {
  await hasLoaded(page);
}

const LOOKS = [
  { locale: "en-GB", colorScheme: "light" },
  { locale: "en-GB", colorScheme: "dark" },
  { locale: "fr-FR", colorScheme: "light" },
  { locale: "fr-FR", colorScheme: "dark" },
  { locale: "fr-FR", colorScheme: "light", viewport: { width: 320, height: 640 } },
];

for (const look of LOOKS) {
  const name = `${look.locale}, ${look.colorScheme}${look.viewport ? ", on a phone" : ""}`;
  test(`no page has an obstacle: ${name}`, async (t) => {
    // One visit for all of them: what is loaded once need not be loaded again.
    await on(ruche, "/help", { ...look }, async (page) => {
      for (const { name, path } of pages(seeded)) {
        await t.test(name, async () => {
          await page.goto(path);
          await page.locator("main h1").first().waitFor();
          assert.equal((await violations(page)).join("\n"), "", path);
          assert.equal(await page.locator("h1").count(), 1, "one title");
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.equal(wide, 0, "nothing has to be scrolled sideways");
          assert.deepEqual(page.faults.splice(0), []);
        });
      }
    });
  });
}
