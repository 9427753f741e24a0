"""A Celery application as a team would have it, as a client of Ruche: prints what became of each task as JSON.

Nothing is configured for Ruche: Celery's defaults but for the queue's name and the addresses.
"""

import json
import os
import sys

from celery import Celery

app = Celery("shop", broker=os.environ["BROKER_URL"], backend="rpc://")
app.conf.task_default_queue = "default"


def outcome(result):
    try:
        value = result.get(timeout=30)
    except Exception as error:  # the task's own failure, as the client is told
        return {"id": result.id, "state": result.state, "error": type(error).__name__, "message": str(error)}
    return {"id": result.id, "state": result.state, "value": value}


sent = {
    "keywords": app.send_task("ruche.sleep", kwargs={"milliseconds": 20, "steps": 2}),
    "positions": app.send_task("ruche.sleep", [10, 1]),
    "later": app.send_task("ruche.noop", countdown=1),
    "urgent": app.send_task("ruche.noop", priority=9),
    "wrong": app.send_task("ruche.sleep", kwargs={"milliseconds": "soon"}),
    "unknown": app.send_task("shop.no_such_task"),
}
json.dump({name: outcome(result) for name, result in sent.items()}, sys.stdout)
