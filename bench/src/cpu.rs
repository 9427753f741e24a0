//! CPU time and memory of processes, from `/proc`.

use std::fs;

/// Seconds of CPU time a set of processes has used, user and system, with its ended children.
pub fn seconds(pids: &[u32]) -> f64 {
    // Linux counts in ticks of 1/100 s on every architecture Ruche is built for.
    pids.iter().filter_map(|pid| ticks(*pid)).sum::<u64>() as f64 / 100.0
}

fn ticks(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Fields 14 to 17 (utime, stime, cutime, cstime), counted after the command's name, which may hold blanks.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    fields.get(11..15)?.iter().map(|field| field.parse::<u64>().ok()).sum()
}

/// Resident memory of a set of processes, in MB.
pub fn resident_mb(pids: &[u32]) -> f64 {
    pids.iter().filter_map(|pid| resident_kb(*pid)).sum::<u64>() as f64 / 1024.0
}

fn resident_kb(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
