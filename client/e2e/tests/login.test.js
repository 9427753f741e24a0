// Logging in and out with a key.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, on } from "../support/browser.js";
import { Ruche } from "../support/ruche.js";

const KEY = "0123456789abcdef-e2e";
let ruche;
before(async () => (ruche = await Ruche.start({ key: KEY })));
after(async () => {
  await closeBrowser();
  await ruche.stop();
});

const REFUSALS = { expectedStatuses: [401] };

test("whoever shows the key gets in, stays in, and can leave", async () => {
  await on(ruche, "/queues", REFUSALS, async (page) => {
    await page.getByRole("heading", { level: 1, name: "Log in" }).waitFor();
    assert.equal(await page.getByRole("navigation").count(), 0, "nothing is shown to strangers");
    await page.getByLabel("API key").fill(KEY);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { level: 1, name: "Queues" }).waitFor();
    const cookies = await page.context().cookies();
    assert.deepEqual(cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]), [["ruche_session", true, "Strict"]]);
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    assert.ok(!stored.includes(KEY) && !stored.includes("rs_"), stored);

    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Queues" }).waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("heading", { level: 1, name: "Log in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Log in" }).waitFor();
  });
});

test("a wrong key is refused in words, and what was typed can be mended", async () => {
  await on(ruche, "/", REFUSALS, async (page) => {
    const key = page.getByLabel("API key");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("Enter a key").waitFor();
    await key.fill("rk_wrong-wrong-wrong");
    await key.press("Enter");
    await page.getByText("This key is not accepted").waitFor();
    await assert.doesNotReject(page.waitForFunction(() => document.activeElement?.id === "key"));
    assert.equal(await key.getAttribute("aria-invalid"), "true");
    await key.fill(KEY);
    await key.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  });
});

test("a session that ends elsewhere asks to log in again, and goes on where one was", async () => {
  await on(ruche, "/", REFUSALS, async (page) => {
    await page.getByLabel("API key").fill(KEY);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    await page.context().clearCookies();
    await page.getByRole("link", { name: "Workers", exact: true }).click();
    await page.getByLabel("API key").fill(KEY);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { level: 1, name: "Workers" }).waitFor();
  });
});
