use std::{collections::BTreeMap, time::Duration};

use proptest::prelude::*;

use super::*;
use crate::{CronRule, EveryRule, RawJson, ScheduleDefinition, ScheduleName};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn all(window: u64) -> CatchUp {
    CatchUp::All { window: Duration::from_secs(window) }
}

/// Ticks every ten seconds from 10 on.
fn schedule(catch_up: CatchUp, jitter: u64) -> Schedule {
    let rule = ScheduleRule::Every(EveryRule::new(Duration::from_secs(10), at(0)).unwrap());
    of_rule(rule, catch_up, jitter)
}

fn of_rule(rule: ScheduleRule, catch_up: CatchUp, jitter: u64) -> Schedule {
    let definition = ScheduleDefinition {
        description: String::new(),
        rule,
        task: RawJson::empty_object(),
        overlap: Overlap::Allow,
        catch_up,
        jitter: Duration::from_secs(jitter),
    };
    Schedule::begin(ScheduleName::new("s").unwrap(), definition, false, at(0)).unwrap()
}

fn plan(act: &[i64], missed: Option<(i64, i64)>, next: i64) -> Plan {
    let missed = missed.map(|(first, last)| (at(first), at(last)));
    Plan { act: act.iter().map(|s| at(*s)).collect(), missed, next: Some(at(next)) }
}

#[test]
fn nothing_happens_before_the_tick() {
    let schedule = schedule(CatchUp::None, 0);
    assert_eq!(schedule.plan(at(9)), plan(&[], None, 10));
    assert_eq!(schedule.plan(at(-100_000)), plan(&[], None, 10), "a clock set back");
    assert_eq!(schedule.plan(at(10)), plan(&[10], None, 20));
}

#[test]
fn what_is_not_late_is_done_whatever_the_policy() {
    for policy in [CatchUp::None, CatchUp::Last, all(0), all(3_600)] {
        assert_eq!(schedule(policy, 0).plan(at(35)), plan(&[10, 20, 30], None, 40), "{policy:?}");
    }
}

#[test]
fn late_ticks_follow_the_catch_up_policy() {
    assert_eq!(schedule(CatchUp::None, 0).plan(at(105)), plan(&[50, 60, 70, 80, 90, 100], Some((10, 40)), 110));
    assert_eq!(schedule(CatchUp::Last, 0).plan(at(105)), plan(&[50, 60, 70, 80, 90, 100], Some((10, 40)), 110));
    assert_eq!(schedule(all(90), 0).plan(at(105)), plan(&[20, 30, 40, 50, 60, 70, 80, 90, 100], Some((10, 10)), 110));
}

#[test]
fn the_last_is_made_up_for_when_no_newer_one_is_due() {
    let daily = || ScheduleRule::Cron(CronRule::new("0 0 * * *", "UTC").unwrap());
    let day = |n: i64| at(57_600 + 86_400 * n);
    let now = day(5) + TimeDelta::hours(7);
    assert_eq!(
        of_rule(daily(), CatchUp::Last, 0).plan(now),
        Plan { act: vec![day(5)], missed: Some((day(0), day(4))), next: Some(day(6)) }
    );
    assert_eq!(
        of_rule(daily(), CatchUp::None, 0).plan(now),
        Plan { act: vec![], missed: Some((day(0), day(5))), next: Some(day(6)) }
    );
    let one_late = of_rule(daily(), CatchUp::Last, 0).plan(day(0) + TimeDelta::hours(7));
    assert_eq!(one_late, Plan { act: vec![day(0)], missed: None, next: Some(day(1)) });
}

#[test]
fn many_ticks_are_done_in_rounds() {
    let mut late = schedule(all(86_400), 0);
    let (now, mut acted) = (at(10_000), Vec::new());
    while late.next_tick_at.is_some_and(|tick| tick <= now) {
        let plan = late.plan(now);
        assert!((1..=MOST_AT_ONCE).contains(&plan.act.len()) && plan.missed.is_none());
        acted.extend(plan.act);
        late = late.awaiting(plan.next);
    }
    assert_eq!(acted, (1..=1_000).map(|n| at(n * 10)).collect::<Vec<_>>());
}

#[test]
fn a_year_of_seconds_is_missed_in_no_time() {
    let every_second = ScheduleRule::Cron(CronRule::new("* * * * * *", "Europe/Paris").unwrap());
    let began = std::time::Instant::now();
    let year = 366 * 86_400;
    let plan = of_rule(every_second, CatchUp::None, 0).plan(at(year));
    assert_eq!(plan.missed, Some((at(1), at(year - 61))));
    assert_eq!(plan.act.len(), 61);
    assert!(began.elapsed().as_secs() < 2, "{:?}", began.elapsed());
}

#[test]
fn a_paused_schedule_and_one_that_has_ended_do_nothing() {
    let paused = schedule(CatchUp::None, 0).pause(at(5));
    assert_eq!((paused.next_tick_at, paused.revision), (None, 2));
    assert_eq!(paused.plan(at(100)), Plan::default());
    let resumed = paused.resume(at(1_000));
    assert_eq!(resumed.plan(at(1_010)), plan(&[1_010], None, 1_020), "what came meanwhile is forgotten");
    let once = of_rule(ScheduleRule::Once { at: at(3) }, CatchUp::None, 0);
    assert_eq!(once.plan(at(3)), Plan { act: vec![at(3)], missed: None, next: None });
    assert_eq!(once.awaiting(None).plan(at(100)), Plan::default());
}

#[test]
fn a_rule_that_never_ticks_is_refused() {
    let never = ScheduleRule::Cron(CronRule::new("0 0 30 2 *", "UTC").unwrap());
    let schedule = schedule(CatchUp::None, 0);
    let definition = ScheduleDefinition { rule: never, ..schedule.definition.clone() };
    assert_eq!(Schedule::begin(schedule.name.clone(), definition.clone(), false, at(0)), Err(crate::NeverTicks));
    assert_eq!(schedule.replace(definition, None, at(0)), Err(crate::NeverTicks));
}

#[test]
fn overlap_lets_one_run() {
    let of = |seconds: &[i64]| plan(seconds, None, 0);
    let fates = |plan: &Plan, overlap, live| {
        let (fates, cancel) = plan.fates(overlap, live);
        (fates.into_iter().map(|(_, fate)| fate == Fate::Run).collect::<Vec<_>>(), cancel)
    };
    let (one, three, none) = (of(&[1]), of(&[1, 2, 3]), of(&[]));
    for live in [false, true] {
        assert_eq!(fates(&three, Overlap::Allow, live), (vec![true; 3], false));
        assert_eq!(fates(&three, Overlap::Skip, live), (vec![!live, false, false], false));
        assert_eq!(fates(&three, Overlap::Cancel, live), (vec![false, false, true], live));
        assert_eq!(fates(&one, Overlap::Skip, live), (vec![!live], false));
        assert_eq!(fates(&one, Overlap::Cancel, live), (vec![true], live));
        assert_eq!(fates(&none, Overlap::Cancel, live), (vec![], false));
    }
}

proptest! {
    /// Several replicas with clocks that jump look at one row, one after the other: every tick is decided once.
    #[test]
    fn every_tick_is_decided_once_whatever_clocks_do(
        jumps in proptest::collection::vec(-500i64..900, 1..40),
        policy in prop_oneof![Just(CatchUp::None), Just(CatchUp::Last), Just(all(0)), Just(all(200)), Just(all(100_000))],
        jitter in 0u64..40,
    ) {
        let mut row = schedule(policy, jitter);
        let (mut now, mut latest, mut decided) = (0, 0, BTreeMap::new());
        for jump in jumps {
            now = (now + jump).max(0);
            latest = latest.max(now);
            loop {
                let plan = row.plan(at(now));
                let missed = plan.missed.map(|(first, last)| {
                    let ticks = row.definition.rule.ticks_after(first - TimeDelta::microseconds(1));
                    ticks.take_while(|tick| *tick <= last).collect::<Vec<_>>()
                });
                for tick in missed.into_iter().flatten().chain(plan.act.iter().copied()) {
                    prop_assert!(row.due(tick) <= at(now));
                    prop_assert_eq!(decided.insert(tick, ()), None, "{} twice", tick);
                }
                let done = plan.next == row.next_tick_at;
                row = row.awaiting(plan.next);
                if done { break }
            }
        }
        let expected: Vec<_> =
            row.definition.rule.ticks_after(at(0)).take_while(|tick| Some(*tick) < row.next_tick_at).collect();
        prop_assert_eq!(decided.into_keys().collect::<Vec<_>>(), expected);
        prop_assert!(row.due_at.unwrap() > at(latest));
    }
}
