//! Arguments that fit and that do not.

use ruche_domain::{RawJson, TaskState};

use crate::harness::{World, kind};

async fn ran(args: &str, kwargs: &str) -> Result<String, String> {
    let world = World::new().await;
    let engine = world.start();
    let mut task = world.task("add", kwargs);
    task.args = RawJson::parse(args).unwrap();
    let id = world.enqueue_task(task).await;
    let view = world.until(id, "ended", |view| view.summary.state.is_terminal()).await;
    engine.drain().await;
    if view.summary.state == TaskState::Succeeded {
        return Ok(view.result.unwrap().as_str().to_owned());
    }
    assert_eq!((kind(&view), view.summary.attempts_used), ("invalid_arguments", 1));
    Err(view.summary.failure.unwrap().message)
}

#[tokio::test]
async fn positional_arguments_fill_fields_in_order() {
    assert_eq!(ran("[2, 40]", "{}").await.unwrap(), "42");
    assert_eq!(ran("[2]", r#"{"b":40}"#).await.unwrap(), "42");
}

#[tokio::test]
async fn arguments_that_do_not_fit_fail_at_once_and_quote_nothing() {
    assert_eq!(ran("[]", r#"{"a":"secret","b":1}"#).await.unwrap_err(), "argument `a`: invalid type: string, expected i64");
    assert_eq!(ran("[1,2,3]", "{}").await.unwrap_err(), "takes at most 2 positional arguments (a, b), got 3");
    assert_eq!(ran("[1,2]", r#"{"a":1}"#).await.unwrap_err(), "argument `a` is given twice: by position and by keyword");
    assert_eq!(ran("[]", r#"{"a":1}"#).await.unwrap_err(), "missing field `b`");
}
