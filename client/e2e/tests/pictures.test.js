// Pictures of each page: they are looked at in docs/images, which `cargo xtask e2e --pictures` makes anew.

import assert from "node:assert/strict";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { closeBrowser, hasLoaded, on } from "../support/browser.js";
import { pages } from "../support/pages.js";
import { Ruche } from "../support/ruche.js";
import { SETTINGS, seed } from "../support/seed.js";

const FOLDER = process.env.RUCHE_E2E_PICTURES ?? process.env.RUCHE_E2E_RESULTS ?? "results";

/** Shown in other looks, too. */
const ALSO = [
  { pages: ["overview", "task", "tasks"], suffix: "-dark", look: { colorScheme: "dark" } },
  { pages: ["overview", "schedule"], suffix: "-fr", look: { locale: "fr-FR" } },
  { pages: ["overview", "tasks"], suffix: "-phone", look: { viewport: { width: 390, height: 844 } } },
];

let ruche, seeded;
before(async () => {
  ruche = await Ruche.start({ settings: SETTINGS });
  seeded = await seed(ruche);
  await mkdir(FOLDER, { recursive: true });
});
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

async function picture({ name, path }, suffix, look) {
  await on(ruche, path, look, async (page) => {
    await hasLoaded(page);
    // Charts are drawn in the frame after their figures have come.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const file = join(FOLDER, `${name}${suffix}.png`);
    await page.screenshot({ path: file, animations: "disabled" });
    assert.ok((await stat(file)).size > 5_000, `${file} shows something`);
  });
}

test("every page has its picture", async (t) => {
  // The overview last: its charts need some time to show.
  const inOrder = pages(seeded).sort((one, other) => Number(one.name === "overview") - Number(other.name === "overview"));
  for (const page of inOrder) {
    await t.test(page.name, () => picture(page, "", {}));
  }
  for (const { pages: names, suffix, look } of ALSO) {
    for (const page of pages(seeded).filter(({ name }) => names.includes(name))) {
      await t.test(page.name + suffix, () => picture(page, suffix, look));
    }
  }
});
