//! L2: bare PostgreSQL: a batched insert, and two batched updates of the same rows.

use std::time::Instant;

use anyhow::Result;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

/// Rows per second.
#[derive(Debug)]
pub struct Figures {
    pub insert: f64,
    /// Inserted and updated twice.
    pub life: f64,
    pub cpu_us: f64,
    /// One small durable commit, in milliseconds.
    pub commit_ms: f64,
}

const BATCH: usize = 1_000;

/// Measures `rows` rows in a table of its own.
///
/// # Errors
/// When the database refuses.
pub async fn measure(url: &str, rows: usize, cpu: impl Fn() -> f64) -> Result<Figures> {
    let mut db = PgConnection::connect(url).await?;
    sqlx::raw_sql("create table bare (id uuid primary key, payload text not null, state text not null)").execute(&mut db).await?;
    let ids: Vec<Uuid> = (0..rows).map(|_| new_id()).collect();
    let payload = "x".repeat(60);
    let (start, cpu_before) = (Instant::now(), cpu());
    for ids in ids.chunks(BATCH) {
        sqlx::query("insert into bare select id, $2, 'queued' from unnest($1::uuid[]) as t(id)")
            .bind(ids)
            .bind(&payload)
            .execute(&mut db)
            .await?;
    }
    let insert = start.elapsed().as_secs_f64();
    for state in ["running", "succeeded"] {
        for ids in ids.chunks(BATCH) {
            sqlx::query("update bare set state = $2 from unnest($1::uuid[]) as t(id) where bare.id = t.id")
                .bind(ids)
                .bind(state)
                .execute(&mut db)
                .await?;
        }
    }
    let life = start.elapsed().as_secs_f64();
    let cpu_us = (cpu() - cpu_before) * 1e6 / rows as f64;
    let commits = 100;
    let start = Instant::now();
    for id in ids.iter().take(commits) {
        sqlx::query("update bare set state = 'again' where id = $1").bind(id).execute(&mut db).await?;
    }
    let commit_ms = start.elapsed().as_secs_f64() * 1e3 / commits as f64;
    sqlx::raw_sql("drop table bare").execute(&mut db).await?;
    db.close().await?;
    Ok(Figures { insert: rows as f64 / insert, life: rows as f64 / life, cpu_us, commit_ms })
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs no clock of its own")]
fn new_id() -> Uuid {
    Uuid::now_v7()
}
