// A real `ruche up`, on SQLite, with the client inside, in an empty directory of its own.

import { spawn } from "node:child_process";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { once } from "node:events";

const PROGRAM = process.env.RUCHE_E2E_PROGRAM;
if (!PROGRAM) throw new Error("RUCHE_E2E_PROGRAM has to name the program `ruche`: run this by `cargo xtask e2e`");

/** A running Ruche, and its API. */
export class Ruche {
  #child;
  #directory;
  #key;

  /** Starts one. With `key` it asks for it; `settings` are further lines of its configuration. */
  static async start({ key, settings = "" } = {}) {
    const directory = await mkdtemp(join(tmpdir(), "ruche-e2e-"));
    const http = key ? `[http]\napi_key = '${key}'\n` : "";
    await writeFile(join(directory, "ruche.toml"), http + settings);
    const ruche = new Ruche();
    ruche.#directory = directory;
    ruche.#key = key;
    // Should this process die without stopping it.
    process.once("exit", () => ruche.#child.kill("SIGKILL"));
    await ruche.#spawn("127.0.0.1:0");
    return ruche;
  }

  async #spawn(listen) {
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("RUCHE_")));
    const args = ["up", "--listen", listen, "--data-dir", join(this.#directory, "data")];
    const log = await open(join(this.#directory, "log"), "a");
    this.#child = spawn(PROGRAM, args, { cwd: this.#directory, env: environment, stdio: ["ignore", "pipe", log.fd] });
    await log.close();
    this.url = await address(this.#child);
  }

  /** Stops it and starts it again at the same address, with `work` done while it is away. */
  async restart(work) {
    await this.#end();
    await work();
    await this.#spawn(new URL(this.url).host);
  }

  async #end() {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
  }

  /** Calls the API; the answer's JSON. Throws for anything but success. */
  async api(method, path, body, headers = {}) {
    if (this.#key) headers.authorization = `Bearer ${this.#key}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Enqueues a task and gives its id. */
  async enqueue(task, kwargs = {}, more = {}) {
    return (await this.api("POST", "/tasks", { task, kwargs, ...more })).id;
  }

  /** Enqueues many alike. */
  async enqueueMany(count, task, kwargs = {}, more = {}) {
    for (let left = count; left > 0; left -= 10_000) {
      const tasks = Array.from({ length: Math.min(left, 10_000) }, () => ({ task, kwargs, ...more }));
      await this.api("POST", "/tasks/batch", { tasks });
    }
  }

  /** Waits until a task is in a state. */
  async reached(id, state) {
    return until(`task ${id} ${state}`, async () => {
      const task = await this.api("GET", `/tasks/${id}`);
      return task.state === state && task;
    });
  }

  /** How many tasks are in a state. */
  async count(state) {
    const stats = await this.api("GET", "/stats");
    return stats.tasks.find((entry) => entry.state === state)?.count ?? 0;
  }

  /** Stops it and removes its directory. */
  async stop() {
    await this.#end();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function address(child) {
  const lines = createInterface({ input: child.stdout });
  const said = [];
  for await (const line of lines) {
    said.push(line);
    const found = line.match(/^\s*API\s+(\S+)\/api\/v1/);
    if (found) {
      // What it still says has a reader.
      lines.on("line", () => {});
      child.stdout.resume();
      return found[1];
    }
  }
  throw new Error(`ruche up ended: ${said.join("\n")}`);
}

/** Asks again and again, until the answer is a yes; gives it. */
export async function until(what, ask, patience = 60_000) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${what} did not come about within ${patience} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
