// Chromium, and pages in it that tell everything that went wrong on them.

import { access, mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

let launched;

/** The one browser of this process. */
export async function browser() {
  launched ??= chromium.launch({ executablePath: await program(), args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  return launched;
}

/** Ends it. */
export async function closeBrowser() {
  await (await launched)?.close();
  launched = undefined;
}

async function program() {
  if (process.env.RUCHE_E2E_CHROMIUM) return process.env.RUCHE_E2E_CHROMIUM;
  for (const folder of process.env.PATH.split(delimiter)) {
    for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
      const path = join(folder, name);
      if (await access(path).then(() => true, () => false)) return path;
    }
  }
  throw new Error("there is no chromium: `cargo xtask e2e` installs it, or says how");
}

/**
 * Opens a page at a visitor's: `locale` and `colorScheme` as its browser has them; `expectedStatuses` are no faults;
 * `before` prepares the page before it goes anywhere.
 */
export async function visit(ruche, path = "/", { locale = "en-GB", colorScheme = "light", viewport, expectedStatuses = [], before, ...more } = {}) {
  const context = await (await browser()).newContext({
    baseURL: ruche.url,
    locale,
    colorScheme,
    timezoneId: "Europe/Paris",
    reducedMotion: "reduce",
    viewport: viewport ?? { width: 1280, height: 800 },
    ...more,
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.faults = [];
  page.expectedStatuses = expectedStatuses;
  await watch(page);
  await before?.(page);
  await page.goto(path);
  await page.locator("main h1").first().waitFor();
  return page;
}

/** Whatever a page complains of, or is refused, is a fault. */
async function watch(page) {
  const fault = (text) => page.faults.push(text);
  await page.exposeFunction("toldOfViolation", (text) => fault(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.toldOfViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`);
    });
  });
  page.on("pageerror", (error) => fault(`error: ${error.stack ?? error}`));
  page.on("console", (message) => {
    // The browser says so of every refused request; those that matter are told below.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) fault(`console: ${message.text()}`);
  });
  page.on("response", (response) => {
    const status = response.status();
    if (status >= 400 && !page.expectedStatuses.includes(status)) fault(`${status} ${response.request().method()} ${response.url()}`);
  });
}

/** Waits until nothing of a page is on its way any more. */
export async function hasLoaded(page) {
  await page.waitForFunction(() => document.querySelector("main h1") && !document.querySelector("#skeleton, main .notice.loading"));
}

/** Closes a page, on which nothing must have gone wrong. */
export async function leave(page) {
  const { faults } = page;
  await page.context().close();
  if (faults.length > 0) throw new Error(`on the page:\n${faults.join("\n")}`);
}

/** Runs `work` on a page; a picture of it is kept if that fails. */
export async function on(ruche, path, options, work) {
  const page = await visit(ruche, path, options);
  try {
    await work(page);
  } catch (error) {
    await picture(page, `failed-${Date.now()}`);
    error.message += page.faults.map((fault) => `\n  ${fault}`).join("");
    await page.context().close();
    throw error;
  }
  await leave(page);
}

async function picture(page, name) {
  const folder = process.env.RUCHE_E2E_RESULTS ?? "results";
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage: true }).then(() => console.error(`see ${path}`), () => {});
}
