//! What is written is read, and nothing else is.

use std::time::Duration;

use bytes::Bytes;
use ruche_artifacts::{ArtifactError, Limits, Swept};
use ruche_domain::{FileName, MediaType};

use crate::stand::{LARGE, Stand, content};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_read_whatever_its_size() {
    let stand = Stand::new().await;
    for size in [0, 1, 8 * 1024 * 1024, 8 * 1024 * 1024 + 1, LARGE] {
        let view = stand.write("a", size).await.unwrap();
        assert_eq!((view.size, view.owner), (size as u64, None));
        let expected = content(size);
        assert!(stand.read(&view, 0..view.size).await.unwrap() == expected, "{size} bytes");
        let middle = size / 3..size / 2;
        let part = stand.read(&view, middle.start as u64..middle.end as u64).await.unwrap();
        assert!(part == expected[middle], "a part of {size} bytes");
    }
    assert_eq!(stand.files(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checksum_is_that_of_the_bytes() {
    let stand = Stand::new().await;
    let mut writer = stand.depot.create(None, FileName::new("a").unwrap(), MediaType::unknown()).await.unwrap();
    for piece in ["a", "", "bc"] {
        writer.write(Bytes::from(piece)).await.unwrap();
    }
    let view = writer.finish().await.unwrap();
    // FIPS 180-2, appendix B.1.
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(view.sha256.map(|byte| format!("{byte:02x}")).concat(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_an_artifact_before_it_is_whole_and_an_abandoned_one_leaves_nothing() {
    let stand = Stand::new().await;
    for size in [10, LARGE] {
        for aborts in [true, false] {
            let name = FileName::new("a").unwrap();
            let mut writer = stand.depot.create(None, name, MediaType::unknown()).await.unwrap();
            writer.write(Bytes::from(content(size))).await.unwrap();
            assert!(!stand.is_seen(writer.id()).await);
            if aborts {
                writer.abort().await;
            } else {
                drop(writer);
            }
            let gone = async {
                while stand.rows().await + i64::try_from(stand.files()).unwrap() > 0 {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(30), gone).await.expect("it leaves nothing");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_artifact_that_is_too_large_is_refused_while_it_is_written() {
    let stand = Stand::within(Limits { bytes: 100, ..Limits::default() }).await;
    assert_eq!(stand.write("a", 100).await.unwrap().size, 100);
    assert!(matches!(stand.write("b", 101).await, Err(ArtifactError::TooLarge(100))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_artifact_goes_when_its_time_is_over() {
    let stand = Stand::within(Limits { retention: Duration::from_secs(100), ..Limits::default() }).await;
    let view = stand.write("a", LARGE).await.unwrap();
    stand.clock.advance(Duration::from_secs(99));
    assert_eq!(stand.depot.sweep(10).await.unwrap(), Swept { deleted: 0, failed: 0 });
    stand.clock.advance(Duration::from_secs(1));
    assert_eq!(stand.depot.sweep(10).await.unwrap(), Swept { deleted: 1, failed: 0 });
    assert!(!stand.is_seen(view.id).await);
    assert_eq!((stand.rows().await, stand.files()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_there_are_told_apart_from_artifacts_that_are_not() {
    let (stand, other) = (Stand::new().await, Stand::new().await);
    let view = stand.write("a", 10).await.unwrap();
    let error = other.read(&view, 0..10).await.unwrap_err();
    assert!(matches!(error, ArtifactError::Missing(id) if id == view.id) && error.to_string().contains("artifacts.location"));
    assert!(matches!(other.depot.facts(view.id).await, Err(ArtifactError::NotFound(_))));
}
