// The one stream of events, shared by all tabs.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, on } from "../support/browser.js";
import { Ruche, until } from "../support/ruche.js";

let ruche;
before(async () => (ruche = await Ruche.start()));
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

/** How many streams the server has open. */
async function streams() {
  const text = await (await fetch(`${ruche.url}/metrics`)).text();
  return Number(text.match(/^ruche_sse_clients(?:\{.*\})? (\d+)/m)?.[1]);
}

const says = (page, text) => page.locator(".connection").getByRole("status").getByText(text, { exact: true }).waitFor();

test("whoever looks sees whether the page is live, and can pause it", async () => {
  await on(ruche, "/", {}, async (page) => {
    await says(page, "Live");
    await page.getByRole("button", { name: "Pause live updates" }).click();
    await says(page, "Paused");
    await until("no stream", async () => (await streams()) === 0);
    await page.getByRole("button", { name: "Resume live updates" }).click();
    await says(page, "Live");
  });
});

test("a server that goes away and comes back is found again", async () => {
  await on(ruche, "/help", { expectedStatuses: [502, 503] }, async (page) => {
    await says(page, "Live");
    await ruche.restart(() => says(page, "Reconnecting"));
    await says(page, "Live");
    page.faults = page.faults.filter((fault) => !fault.includes("ERR_CONNECTION_REFUSED"));
  });
});

test("three tabs share one stream, and the others go on when the one that holds it is closed", async () => {
  await on(ruche, "/", {}, async (first) => {
    await says(first, "Live");
    const others = [await first.context().newPage(), await first.context().newPage()];
    for (const page of others) {
      await page.goto("/");
      await says(page, "Live");
    }
    // The server learns only by its next comment that those of the tests before are gone.
    await until("one stream", async () => (await streams()) === 1, 60_000);
    await first.close();
    for (const page of others) await says(page, "Live");
    await until("one stream again", async () => (await streams()) === 1, 60_000);
    assert.equal(await streams(), 1);
  });
});
