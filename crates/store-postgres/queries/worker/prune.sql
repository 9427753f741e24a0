-- worker.prune
delete from workers where seen_at < $1
