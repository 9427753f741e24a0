//! S3, as moto's server speaks it.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use bytes::Bytes;
use ruche_artifacts::{Limits, OpenError, Place, S3Place, Swept};
use ruche_domain::{Clock, FileName, MediaType, SystemClock};

use crate::stand::{LARGE, Stand, content};

/// moto's server on a port of its own.
struct Moto {
    child: Child,
    endpoint: String,
}

impl Moto {
    async fn start() -> Self {
        ruche_bootstrap::install_tls();
        let program = std::env::var_os("RUCHE_TEST_MOTO").expect("no RUCHE_TEST_MOTO; run `cargo xtask test`");
        let mut child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains("Running on http://")).expect("it says where it listens");
        // Somebody has to read what it says, or it stops.
        std::thread::spawn(move || lines.for_each(drop));
        let address = &line[line.find("http://").unwrap()..];
        Self { child, endpoint: address.trim().to_owned() }
    }

    fn place(&self, bucket: &str) -> Place {
        Place::S3(Box::new(S3Place {
            bucket: bucket.to_owned(),
            prefix: "ruche/files".to_owned(),
            endpoint: Some(self.endpoint.clone()),
            region: Some("eu-west-3".to_owned()),
            key: Some(("test-key".to_owned(), "test-secret".to_owned())),
            allow_http: true,
        }))
    }

    async fn make(&self, bucket: &str) {
        let body = r#"<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint></CreateBucketConfiguration>"#;
        let response = reqwest::Client::new().put(format!("{}/{bucket}", self.endpoint)).body(body).send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.text().await.unwrap());
    }

    /// Keys of objects, or of uploads that are not complete.
    async fn keys(&self, bucket: &str, query: &str) -> Vec<String> {
        let response = reqwest::get(format!("{}/{bucket}?{query}", self.endpoint)).await.unwrap();
        let text = response.text().await.unwrap();
        text.split("<Key>").skip(1).map(|rest| rest.split("</Key>").next().unwrap_or_default().to_owned()).collect()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

async fn stand(moto: &Moto) -> Stand {
    moto.make("bucket").await;
    Stand::over(moto.place("bucket"), Limits::default(), tempfile::tempdir().unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_read_and_deleted() {
    let moto = Moto::start().await;
    let stand = stand(&moto).await;
    let (small, large) = (stand.write("a", 10).await.unwrap(), stand.write("b", LARGE).await.unwrap());
    let expected = content(LARGE);
    assert!(stand.read(&large, 0..large.size).await.unwrap() == expected);
    assert!(stand.read(&large, 9_000_000..9_000_100).await.unwrap() == expected[9_000_000..9_000_100]);
    assert_eq!(stand.read(&small, 3..4).await.unwrap(), content(10)[3..4]);
    let keys = moto.keys("bucket", "list-type=2").await;
    assert!(keys.len() == 2 && keys.iter().all(|key| key.starts_with("ruche/files/")), "{keys:?}");
    for view in [small, large] {
        assert!(stand.store.doom_artifact(view.id, stand.clock.now()).await.unwrap());
    }
    assert_eq!(stand.depot.sweep(10).await.unwrap(), Swept { deleted: 2, failed: 0 });
    assert!(moto.keys("bucket", "list-type=2").await.is_empty());
    assert_eq!(stand.rows().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_broke_off_is_forgotten_by_its_name() {
    let moto = Moto::start().await;
    let stand = stand(&moto).await;
    let begin = async || {
        let mut writer = stand.depot.create(None, FileName::new("a").unwrap(), MediaType::unknown()).await.unwrap();
        writer.write(Bytes::from(content(LARGE))).await.unwrap();
        writer
    };
    begin().await.abort().await;
    assert!(moto.keys("bucket", "uploads").await.is_empty());
    assert_eq!(stand.rows().await, 0);
    std::mem::forget(begin().await);
    assert_eq!(moto.keys("bucket", "uploads").await.len(), 1);
    stand.clock.advance(Duration::from_secs(3_600));
    assert_eq!(stand.depot.sweep(10).await.unwrap(), Swept { deleted: 1, failed: 0 });
    assert!(moto.keys("bucket", "uploads").await.is_empty());
    assert_eq!(stand.rows().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_upload_that_was_not_committed_is_swept() {
    let moto = Moto::start().await;
    let stand = stand(&moto).await;
    stand
        .behind(
            "CREATE TRIGGER told BEFORE UPDATE ON artifacts WHEN new.state = 'whole' BEGIN SELECT raise(ABORT, 'told to'); END",
        )
        .await;
    stand.write("a", LARGE).await.expect_err("the commit failed");
    assert_eq!(moto.keys("bucket", "list-type=2").await.len(), 1);
    stand.clock.advance(Duration::from_secs(3_600));
    assert_eq!(stand.depot.sweep(10).await.unwrap(), Swept { deleted: 1, failed: 0 });
    assert!(moto.keys("bucket", "list-type=2").await.is_empty());
    assert_eq!(stand.rows().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_is_not_there_is_told_at_the_start_without_the_keys() {
    let moto = Moto::start().await;
    let error = moto.place("nobodys").open(&SystemClock as &dyn Clock).await.err().unwrap();
    assert!(matches!(error, OpenError::Unusable { .. }));
    let told = format!("{error} {error:?}");
    assert!(told.contains("couldn't write to s3://nobodys/ruche/files") && !told.contains("test-secret"), "{told}");
}
