//! What a schedule does at a time: the one decision all replicas take alike.

use chrono::TimeDelta;

use crate::{CatchUp, Overlap, Schedule, ScheduleRule, Timestamp};

/// Most ticks acted on at once; what is more waits for the next round, which follows immediately.
pub const MOST_AT_ONCE: usize = 100;

/// Most ticks looked at one by one.
const MOST_STEPS: usize = 10_000;

/// Which ticks are acted on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// These make tasks, as far as the overlap policy lets them; in order.
    pub act: Vec<Timestamp>,
    /// The first and the last of the ticks before them that are missed.
    pub missed: Option<(Timestamp, Timestamp)>,
    /// The first tick that is not decided yet.
    pub next: Option<Timestamp>,
}

/// What becomes of a tick that is acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It makes a task.
    Run,
    /// It makes none, for the overlap policy.
    Overlap,
}

impl Schedule {
    /// What is to be done at `now`. Nothing, before the next tick is due: a clock that runs behind, or was set back, changes
    /// nothing.
    #[must_use]
    pub fn plan(&self, now: Timestamp) -> Plan {
        let Some(first) = self.next_tick_at else { return Plan::default() };
        if self.paused || self.due(first) > now {
            return Plan { next: self.next_tick_at, ..Plan::default() };
        }
        let rule = &self.definition.rule;
        let kept_from = earlier(now, self.definition.catch_up.patience());
        let mut plan = leap(rule, first, earlier(kept_from, self.definition.jitter));
        self.walk(&mut plan, now, kept_from);
        let up_to_date = plan.next.is_none_or(|next| self.due(next) > now);
        if self.definition.catch_up == CatchUp::Last && plan.act.is_empty() && up_to_date {
            plan.make_up_for_last(rule);
        }
        plan
    }

    /// Looks at one tick after the other, for each has a jitter of its own.
    fn walk(&self, plan: &mut Plan, now: Timestamp, kept_from: Timestamp) {
        for _ in 0..MOST_STEPS {
            let Some(tick) = plan.next.filter(|tick| self.due(*tick) <= now) else { return };
            if plan.act.len() == MOST_AT_ONCE {
                return;
            }
            if plan.act.is_empty() && self.due(tick) < kept_from {
                plan.missed = Some((plan.missed.map_or(tick, |(first, _)| first), tick));
            } else {
                plan.act.push(tick);
            }
            plan.next = self.definition.rule.next_after(tick);
        }
    }
}

impl Plan {
    /// What becomes of each tick, and whether the task before is to be cancelled. `live`: whether that task has not ended.
    #[must_use]
    pub fn fates(&self, overlap: Overlap, live: bool) -> (Vec<(Timestamp, Fate)>, bool) {
        // Of several at once one can run alone: the first, which the others would find running, or the last, which would
        // cancel those before.
        let alone = match overlap {
            Overlap::Allow => None,
            Overlap::Skip if live => Some(usize::MAX),
            Overlap::Skip => Some(0),
            Overlap::Cancel => Some(self.act.len().saturating_sub(1)),
        };
        let fate = |index| if alone.is_none_or(|alone| alone == index) { Fate::Run } else { Fate::Overlap };
        let fates = self.act.iter().enumerate().map(|(index, tick)| (*tick, fate(index))).collect();
        (fates, overlap == Overlap::Cancel && live && !self.act.is_empty())
    }

    fn make_up_for_last(&mut self, rule: &ScheduleRule) {
        let Some((first, last)) = self.missed.take() else { return };
        self.act.push(last);
        if first < last {
            self.missed = Some((first, rule.last_before(first, last)));
        }
    }
}

/// Ticks so late that no jitter helps them are missed together, however many they are.
fn leap(rule: &ScheduleRule, first: Timestamp, bound: Timestamp) -> Plan {
    if first >= bound {
        return Plan { next: Some(first), ..Plan::default() };
    }
    let last = rule.last_before(first, bound);
    Plan { act: Vec::new(), missed: Some((first, last)), next: rule.next_after(last) }
}

fn earlier(at: Timestamp, by: std::time::Duration) -> Timestamp {
    TimeDelta::from_std(by).ok().and_then(|by| at.checked_sub_signed(by)).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests;
