//! A table of 160 MiB, converted by a process of its own: how much memory it takes at most is its own doing.

use std::{fmt::Write as _, fs, process::Command};

use bytes::Bytes;
use ruche_domain::{FileName, MediaType};
use serde_json::json;

use super::*;

const TABLE: u64 = 160 * 1024 * 1024;
/// Most memory that the conversion may add.
const MOST: u64 = 64 * 1024 * 1024;
/// Says to the process that it is the one.
const CHILD: &str = "RUCHE_TEST_CONVERTS_A_LARGE_TABLE";

/// A line of `/proc/self/status`, in bytes: `VmRSS` is what the process has now, `VmHWM` the most it ever had.
fn memory(what: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

async fn large(bench: &Workbench) -> ruche_domain::ArtifactId {
    let mut writer = bench.depot.create(None, FileName::new("large.csv").unwrap(), MediaType::unknown()).await.unwrap();
    writer.write(Bytes::from_static(b"id,name,amount\n")).await.unwrap();
    let (mut n, mut block) = (0u64, String::new());
    while writer.size() < TABLE {
        block.clear();
        while block.len() < 1024 * 1024 {
            writeln!(block, "{n},\"a customer with a rather long name, number {n}, and more of it to fill the row\",{n}.00")
                .unwrap();
            n += 1;
        }
        writer.write(Bytes::from(block.clone())).await.unwrap();
    }
    writer.finish().await.unwrap().id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_larger_than_the_memory_it_takes_is_converted() {
    if !cfg!(target_os = "linux") {
        return;
    }
    if std::env::var_os(CHILD).is_none() {
        let name = "tasks::table_convert::tests::memory::a_table_larger_than_the_memory_it_takes_is_converted";
        let program = std::env::current_exe().unwrap();
        let output = Command::new(program).args(["--exact", name, "--nocapture"]).env(CHILD, "1").output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("memory added"), "{text}{}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    let bench = Workbench::new().await;
    let before = memory("VmRSS");
    let input = large(&bench).await;
    let asked = json!({"input": input, "from": "csv", "to": "ndjson"});
    let made = serde_json::from_value::<TableConvert>(asked).unwrap().run(&bench.test).await.unwrap();
    let added = memory("VmHWM").saturating_sub(before);
    println!("memory added: {} KiB, table: {} KiB, output: {} KiB", added / 1024, TABLE / 1024, made.size / 1024);
    assert!(made.rows > 1_000_000 && made.size > TABLE);
    assert!(added < MOST, "{added} bytes of memory were added");
}
