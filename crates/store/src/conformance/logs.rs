//! Log lines.

use ruche_domain::{LogLevel, LogLine, TaskId};

use super::{Subject, subject::*};
use crate::{AttemptLog, AttemptRef, LogView};

fn line(s: &Subject, level: LogLevel, message: &str) -> LogLine {
    LogLine { at: s.now(), level, message: message.to_owned() }
}

async fn read(s: &Subject, id: TaskId, after: i64, limit: u32) -> Vec<LogView> {
    s.store.logs(id, after, limit).await.expect("logs")
}

fn messages(lines: &[LogView]) -> Vec<&str> {
    lines.iter().map(|l| l.message.as_str()).collect()
}

pub async fn lines_are_kept_in_order_with_their_attempt(s: &Subject) {
    let (a, b) = (s.running().await, s.running().await);
    let logs = [
        AttemptLog {
            attempt: attempt(&a),
            lines: vec![line(s, LogLevel::Debug, "a1"), line(s, LogLevel::Info, "a2\n\t\u{1f41d} 'quoted' \"x\"")],
        },
        AttemptLog { attempt: attempt(&b), lines: vec![line(s, LogLevel::Warn, "b1")] },
        AttemptLog { attempt: attempt(&b), lines: Vec::new() },
        AttemptLog { attempt: attempt(&a), lines: vec![line(s, LogLevel::Error, "a3")] },
    ];
    s.store.append_logs(&logs).await.expect("logs");
    s.store.append_logs(&[]).await.expect("logs");
    let of_a = read(s, a.task.id, 0, MANY).await;
    assert_eq!(messages(&of_a), ["a1", "a2\n\t\u{1f41d} 'quoted' \"x\"", "a3"]);
    assert_eq!(of_a.iter().map(|l| l.level).collect::<Vec<_>>(), [LogLevel::Debug, LogLevel::Info, LogLevel::Error]);
    assert!(of_a.is_sorted_by(|x, y| x.seq < y.seq));
    assert!(of_a.iter().all(|l| (l.attempt, l.at) == (1, s.now())));
    assert_eq!(messages(&read(s, b.task.id, 0, MANY).await), ["b1"]);
}

pub async fn lines_are_paged_by_their_number(s: &Subject) {
    let claimed = s.running().await;
    for n in 0..5 {
        let lines = vec![line(s, LogLevel::Info, &format!("{n}a")), line(s, LogLevel::Info, &format!("{n}b"))];
        s.store.append_logs(&[AttemptLog { attempt: attempt(&claimed), lines }]).await.expect("logs");
    }
    let (mut after, mut all) = (0, Vec::new());
    loop {
        let page = read(s, claimed.task.id, after, 3).await;
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        after = last.seq;
        all.extend(page);
    }
    assert_eq!(messages(&all), ["0a", "0b", "1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b"]);
}

pub async fn an_ended_attempt_may_still_log(s: &Subject) {
    let ended = s.ended(succeeded()).await;
    let lines = vec![line(s, LogLevel::Info, "late")];
    s.store.append_logs(&[AttemptLog { attempt: attempt(&ended), lines }]).await.expect("logs");
    assert_eq!(messages(&read(s, ended.task.id, 0, MANY).await), ["late"]);
}

pub async fn lines_of_an_unknown_task_are_dropped(s: &Subject) {
    let known = s.running().await;
    let unknown = AttemptRef { id: s.new_id(), attempt: 1 };
    let logs = [unknown, attempt(&known)].map(|attempt| AttemptLog { attempt, lines: vec![line(s, LogLevel::Info, "x")] });
    s.store.append_logs(&logs).await.expect("logs");
    assert!(read(s, unknown.id, 0, MANY).await.is_empty());
    assert_eq!(read(s, known.task.id, 0, MANY).await.len(), 1);
}
