//! Whatever fails, at whatever step: no row stays without bytes for anybody to see, and no bytes stay without a row.

use std::time::Duration;

use ruche_artifacts::Swept;
use ruche_domain::Clock;

use crate::stand::{LARGE, Stand};

/// Longer than anything is left alone.
const LATER: Duration = Duration::from_secs(2 * 3_600);

async fn swept_clean(stand: &Stand) {
    stand.fail_after(-1);
    stand.clock.advance(LATER);
    stand.depot.sweep(100).await.unwrap();
    assert_eq!((stand.rows().await, stand.files()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_at_any_step_leaves_nothing_that_is_not_swept() {
    // One call writes a small object; a large one begins, sends three parts, and is completed.
    for (size, steps) in [(10, 1), (LARGE, 5)] {
        for step in 0..steps {
            let stand = Stand::new().await;
            stand.fail_after(step);
            stand.write("a", size).await.expect_err("a step failed");
            assert!(stand.store.artifacts(None, None, 10).await.unwrap().rows.is_empty(), "step {step} of {size} bytes");
            swept_clean(&stand).await;
        }
        let stand = Stand::new().await;
        stand.fail_after(steps);
        stand.write("a", size).await.expect("all steps were tried");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_dies_is_swept_when_nothing_was_heard_of_it_for_an_hour() {
    let stand = Stand::new().await;
    let name = ruche_domain::FileName::new("a").unwrap();
    let mut writer = stand.depot.create(None, name, ruche_domain::MediaType::unknown()).await.unwrap();
    writer.write(crate::stand::content(LARGE).into()).await.unwrap();
    std::mem::forget(writer);
    assert_eq!((stand.rows().await, stand.files()), (1, 1));
    stand.clock.advance(Duration::from_secs(3_599));
    assert_eq!(stand.depot.sweep(10).await.unwrap(), Swept { deleted: 0, failed: 0 });
    stand.clock.advance(Duration::from_secs(1));
    assert_eq!(stand.depot.sweep(10).await.unwrap(), Swept { deleted: 1, failed: 0 });
    assert_eq!((stand.rows().await, stand.files()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_writer_that_was_given_up_becomes_nobodys() {
    let stand = Stand::new().await;
    for size in [10, LARGE] {
        let name = ruche_domain::FileName::new("a").unwrap();
        let mut writer = stand.depot.create(None, name, ruche_domain::MediaType::unknown()).await.unwrap();
        writer.write(crate::stand::content(size).into()).await.unwrap();
        stand.clock.advance(LATER);
        assert_eq!(stand.depot.sweep(10).await.unwrap().deleted, 1);
        assert!(matches!(writer.finish().await, Err(ruche_artifacts::ArtifactError::Lost)));
        let gone = async {
            while stand.files() > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), gone).await.expect("it leaves nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_fails_leaves_bytes_that_nobody_sees_and_that_are_swept() {
    let stand = Stand::new().await;
    stand
        .behind(
            "CREATE TRIGGER told BEFORE UPDATE ON artifacts WHEN new.state = 'whole' BEGIN SELECT raise(ABORT, 'told to'); END",
        )
        .await;
    stand.write("a", 10).await.expect_err("the commit failed");
    assert_eq!((stand.rows().await, stand.files()), (1, 1));
    assert!(stand.store.artifacts(None, None, 10).await.unwrap().rows.is_empty());
    swept_clean(&stand).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_fails_at_any_step_is_done_again() {
    let stand = Stand::new().await;
    let view = stand.write("a", 10).await.unwrap();
    let told = "CREATE TRIGGER told BEFORE UPDATE ON artifacts BEGIN SELECT raise(ABORT, 'told to'); END";

    // The first step: nothing has happened, the artifact is as it was.
    stand.behind(told).await;
    stand.store.doom_artifact(view.id, stand.clock.now()).await.expect_err("the row was not doomed");
    assert_eq!(stand.read(&view, 0..10).await.unwrap().len(), 10);
    assert!(stand.is_seen(view.id).await);
    stand.behind("DROP TRIGGER told").await;

    // The second: nobody sees it, its bytes are there, and its row knows of them.
    assert!(stand.store.doom_artifact(view.id, stand.clock.now()).await.unwrap());
    stand.fail_after(0);
    assert_eq!(stand.depot.sweep(10).await.unwrap(), Swept { deleted: 0, failed: 1 });
    assert!(!stand.is_seen(view.id).await);
    assert_eq!((stand.rows().await, stand.files()), (1, 1));
    assert_eq!(stand.depot.sweep(10).await.unwrap(), Swept { deleted: 0, failed: 0 }, "not at once again");

    // The third: its bytes are gone, its row is there and nobody sees it.
    stand.behind("CREATE TRIGGER told BEFORE DELETE ON artifacts BEGIN SELECT raise(ABORT, 'told to'); END").await;
    stand.clock.advance(LATER);
    stand.depot.sweep(10).await.expect_err("the row was not deleted");
    assert!(!stand.is_seen(view.id).await);
    assert_eq!((stand.rows().await, stand.files()), (1, 0));
    stand.behind("DROP TRIGGER told").await;
    swept_clean(&stand).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_cannot_be_deleted_does_not_hold_up_others() {
    let stand = Stand::new().await;
    for n in 0..5 {
        let view = stand.write(&n.to_string(), 10).await.unwrap();
        assert!(stand.store.doom_artifact(view.id, stand.clock.now()).await.unwrap());
    }
    stand.fail_after(1);
    assert_eq!(stand.depot.sweep(3).await.unwrap(), Swept { deleted: 2, failed: 1 });
    assert_eq!(stand.depot.sweep(3).await.unwrap(), Swept { deleted: 2, failed: 0 });
    swept_clean(&stand).await;
}
