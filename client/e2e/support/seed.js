// A Ruche with something on every page: tasks in every state, queues held back, schedules, a workflow, failures, an operation.

import { until } from "./ruche.js";

/** Settings a seeded Ruche is started with. */
export const SETTINGS = "[worker]\nqueues = ['default', 'webhooks', 'reports', 'images']\n";

/** Fails at once, whatever is given: no such program is allowed. */
export const FAILING = ["command.run", { program: "backup" }];

/** Fills it; what the pages need to know. */
export async function seed(ruche) {
  const running = await ruche.enqueue("ruche.sleep", { milliseconds: 3_600_000, steps: 100 }, { queue: "reports" });
  const done = await ruche.enqueue("ruche.sleep", { milliseconds: 400, steps: 4 });
  await ruche.enqueueMany(30, "ruche.noop", {}, { queue: "images" });
  const [failing, kwargs] = FAILING;
  await ruche.enqueueMany(5, failing, kwargs, { max_attempts: 1 });
  const retried = await ruche.enqueue("http.request", { url: "http://127.0.0.1:1/hook" }, { max_attempts: 2, retry: { initial_ms: 100 } });
  await ruche.enqueue("http.request", { url: "https://example.invalid/later" }, { countdown_ms: 3_600_000 });
  await ruche.api("POST", "/queues/held/pause");
  await ruche.enqueueMany(3, "ruche.noop", {}, { queue: "held" });
  await ruche.api("PATCH", "/queues/reports", { limits: { max_running: 2, rate: { count: 100, per_ms: 60_000, burst: 10 } } });
  const cancelled = await ruche.enqueue("ruche.sleep", { milliseconds: 1_000 }, { queue: "held" });
  await ruche.api("POST", `/tasks/${cancelled}/cancel`);
  await schedules(ruche);
  const workflow = await graph(ruche);
  const operation = await ruche.api("POST", "/operations", { action: "set_priority", parameters: { priority: 7 }, filter: { queue: "held" } });
  await ruche.reached(done, "succeeded");
  await ruche.reached(retried, "failed");
  const letters = await until("dead letters", async () => {
    const { data } = await ruche.api("GET", "/dead-letters");
    return data.length >= 2 && data;
  });
  const { data: workers } = await ruche.api("GET", "/workers");
  return { running, done, retried, cancelled, workflow, operation: operation.id, fingerprint: letters[0].fingerprint, worker: workers[0].name };
}

async function schedules(ruche) {
  const nightly = {
    name: "nightly-report",
    description: "Every night at half past two, on the clocks of Paris.",
    rule: { cron: "30 2 * * *", time_zone: "Europe/Paris" },
    task: { task: "ruche.sleep", kwargs: { milliseconds: 200 } },
    overlap: "skip",
    catch_up: "last",
  };
  await ruche.api("POST", "/schedules", nightly);
  await ruche.api("POST", "/schedules/nightly-report/run");
  await ruche.api("POST", "/schedules", { name: "hourly-noop", rule: { cron: "0 * * * *" }, task: { task: "ruche.noop" } });
  await ruche.api("POST", "/schedules/hourly-noop/pause");
}

async function graph(ruche) {
  const noop = (key) => ({ key, task: { task: "ruche.noop" } });
  const created = await ruche.api("POST", "/workflows", {
    name: "report",
    chain: [noop("fetch"), { group: [noop("mail"), { key: "archive", task: { task: "ruche.sleep", kwargs: { milliseconds: 3_600_000 } } }] }, noop("done")],
  });
  return created.id;
}
