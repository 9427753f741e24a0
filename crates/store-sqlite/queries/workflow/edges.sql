-- workflow.edges
SELECT from_task, to_task FROM workflow_edges WHERE workflow_id = ?1
