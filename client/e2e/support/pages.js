// Every page, and what has to be there for it to show something.

/** The pages, for a Ruche that `seed` has filled. */
export function pages(seeded) {
  return [
    { name: "overview", path: "/" },
    { name: "tasks", path: "/tasks" },
    { name: "tasks-failed", path: "/tasks?state=failed" },
    { name: "task", path: `/tasks/${seeded.retried}` },
    { name: "task-running", path: `/tasks/${seeded.running}` },
    { name: "enqueue", path: "/enqueue" },
    { name: "enqueue-form", path: "/enqueue?task=ruche.sleep" },
    { name: "queues", path: "/queues" },
    { name: "queue", path: "/queues/reports" },
    { name: "workers", path: "/workers" },
    { name: "worker", path: `/workers/${encodeURIComponent(seeded.worker)}` },
    { name: "schedules", path: "/schedules" },
    { name: "schedule", path: "/schedules/nightly-report" },
    { name: "schedule-edit", path: "/schedules/nightly-report/edit" },
    { name: "schedule-new", path: "/new/schedule" },
    { name: "workflows", path: "/workflows" },
    { name: "workflow", path: `/workflows/${seeded.workflow}` },
    { name: "workflow-new", path: "/new/workflow" },
    { name: "dead-letters", path: "/dead-letters" },
    { name: "dead-letter", path: `/dead-letters/${seeded.fingerprint}` },
    { name: "operations", path: "/operations" },
    { name: "operation", path: `/operations/${seeded.operation}` },
    { name: "audit", path: "/audit" },
    { name: "settings", path: "/settings" },
    { name: "help", path: "/help" },
    { name: "unknown", path: "/no/such/page" },
  ];
}
