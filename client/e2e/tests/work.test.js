// A task's life, by hand: enqueued by its form, watched, cancelled, run again.

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

/** The id of the task whose page is shown. */
async function shown(page) {
  await page.waitForURL(/\/tasks\/[0-9a-f-]{36}/);
  return page.url().match(/tasks\/([0-9a-f-]{36})/)[1];
}

/** Waits until the heading's badge says so. */
const stands = (page, state) => page.getByRole("main").getByText(state, { exact: true }).first().waitFor();

async function fillSleep(page, milliseconds, steps) {
  await page.goto("/enqueue");
  await page.getByLabel("Task name").selectOption("ruche.sleep");
  await page.getByLabel(/^milliseconds/).fill(String(milliseconds));
  await page.getByLabel(/^steps/).fill(String(steps));
}

test("a task is enqueued by the form made from its schema, and its progress is watched to the end", async () => {
  await on(ruche, "/", {}, async (page) => {
    await fillSleep(page, 4_000, 8);
    await page.getByRole("main").getByRole("button", { name: "Enqueue", exact: true }).click();
    const id = await shown(page);
    const bar = page.getByRole("progressbar").first();
    await bar.waitFor();
    const told = new Set();
    await until("several steps of progress", async () => {
      told.add(await bar.getAttribute("value", { timeout: 1_000 }).catch(() => null));
      return told.size >= 3;
    });
    await stands(page, "Succeeded");
    const task = await ruche.api("GET", `/tasks/${id}`);
    assert.deepEqual([task.state, task.kwargs], ["succeeded", { milliseconds: 4_000, steps: 8 }]);
    await page.getByRole("link", { name: "Logs", exact: true }).click();
    await page.getByText("slept 8 of 8 steps").waitFor();
    await page.getByRole("link", { name: "Payload" }).click();
    await page.getByText("4000").or(page.getByText("4,000")).first().waitFor();
  });
});

test("what the server refuses is told beside the field, and nothing typed is lost", async () => {
  await on(ruche, "/", { expectedStatuses: [422] }, async (page) => {
    await fillSleep(page, 1_000, 0);
    await page.getByRole("main").getByRole("button", { name: "Enqueue", exact: true }).click();
    const steps = page.getByLabel(/^steps/);
    await page.waitForFunction(() => document.querySelector("[aria-invalid=true]"));
    assert.equal(await steps.getAttribute("aria-invalid"), "true");
    assert.equal(await page.getByLabel(/^milliseconds/).inputValue(), "1000");
    await steps.fill("1");
    await page.getByRole("main").getByRole("button", { name: "Enqueue", exact: true }).click();
    await shown(page);
    await stands(page, "Succeeded");
  });
});

test("form and JSON are two views of the same input", async () => {
  await on(ruche, "/", {}, async (page) => {
    await fillSleep(page, 1_500, 3);
    await page.getByRole("main").getByText("JSON", { exact: true }).click();
    const raw = page.getByLabel("Keyword arguments as JSON");
    assert.deepEqual(JSON.parse(await raw.inputValue()), { milliseconds: 1_500, steps: 3 });
    await raw.fill('{"milliseconds": 10, "steps": 2}');
    await page.getByRole("main").getByText("Form", { exact: true }).click();
    assert.equal(await page.getByLabel(/^milliseconds/).inputValue(), "10");
    await page.getByRole("main").getByRole("button", { name: "Enqueue", exact: true }).click();
    const task = await ruche.reached(await shown(page), "succeeded");
    assert.deepEqual(task.kwargs, { milliseconds: 10, steps: 2 });
  });
});

test("a running task is cancelled after a question, and retried", async () => {
  const id = await ruche.enqueue("ruche.sleep", { milliseconds: 3_000_000, steps: 1_000 });
  await ruche.reached(id, "running");
  await on(ruche, `/tasks/${id}`, {}, async (page) => {
    await stands(page, "Running");
    const cancel = page.getByRole("main").getByRole("button", { name: "Cancel", exact: true });
    await cancel.click();
    const dialog = page.getByRole("dialog", { name: "Cancel this task?" });
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.ok(await cancel.evaluate((button) => button === document.activeElement), "the focus is back where it was");
    assert.equal((await ruche.api("GET", `/tasks/${id}`)).state, "running");
    await cancel.click();
    await dialog.getByRole("button", { name: "Cancel task", exact: true }).click();
    await stands(page, "Cancelled");
    await ruche.reached(id, "cancelled");
    await page.getByRole("main").getByRole("button", { name: "Retry", exact: true }).click();
    await stands(page, "Running");
    assert.equal((await ruche.api("GET", `/tasks/${id}`)).attempt, 2);
  });
  await ruche.api("POST", `/tasks/${id}/cancel`);
});

test("a failed task is run again with other input", async () => {
  const id = await ruche.enqueue("http.request", { url: "http://127.0.0.1:1/never" }, { max_attempts: 1 });
  await ruche.reached(id, "failed");
  await on(ruche, `/tasks/${id}`, {}, async (page) => {
    await stands(page, "Failed");
    await page.getByRole("button", { name: /Run again with other input/ }).click();
    const dialog = page.getByRole("dialog");
    const url = dialog.getByLabel(/^url/);
    assert.equal(await url.inputValue(), "http://127.0.0.1:1/never");
    await url.fill("http://127.0.0.1:1/other");
    await dialog.getByRole("button", { name: "Retry" }).click();
    await dialog.waitFor({ state: "hidden" });
    await until("the second attempt over", async () => {
      const task = await ruche.api("GET", `/tasks/${id}`);
      return task.attempt === 2 && task.state === "failed" && task.kwargs.url.endsWith("/other");
    });
  });
});

test("the list is filtered by what is typed, the address holds it, and Back undoes it", async () => {
  await on(ruche, "/tasks", {}, async (page) => {
    const rows = page.locator("main table tbody tr");
    await rows.first().waitFor();
    const filter = page.getByRole("combobox", { name: "Filter tasks" }).or(page.getByLabel("Filter tasks")).first();
    await filter.fill("state:failed");
    await filter.press("Enter");
    await page.waitForURL(/q=state%3Afailed|q=state:failed/);
    await page.waitForFunction(() => [...document.querySelectorAll("main table tbody tr")].every((row) => row.textContent.includes("Failed")));
    await page.reload();
    await rows.first().waitFor();
    assert.match(await rows.first().textContent(), /Failed/);
    await filter.fill("nonsense:yes");
    await filter.press("Enter");
    await page.getByText(/no qualifier/).first().waitFor();
  });
});
