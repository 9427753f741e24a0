//! Schedules and their ticks.

use ruche_api::{AnyJson, CatchUp, Overlap, Schedule, ScheduleRule, ScheduleTick, Skipped, TickKind};

use super::millis;

/// A schedule.
pub fn schedule(schedule: ruche_domain::Schedule) -> Schedule {
    let definition = schedule.definition;
    let (catch_up, window) = match definition.catch_up {
        ruche_domain::CatchUp::None => (CatchUp::None, None),
        ruche_domain::CatchUp::Last => (CatchUp::Last, None),
        ruche_domain::CatchUp::All { window } => (CatchUp::All, Some(window)),
    };
    Schedule {
        name: schedule.name.into(),
        description: definition.description,
        rule: rule(&definition.rule),
        task: AnyJson(definition.task),
        overlap: match definition.overlap {
            ruche_domain::Overlap::Allow => Overlap::Allow,
            ruche_domain::Overlap::Skip => Overlap::Skip,
            ruche_domain::Overlap::Cancel => Overlap::Cancel,
        },
        catch_up,
        catch_up_window_ms: window.map(millis),
        jitter_ms: millis(definition.jitter),
        paused: schedule.paused,
        next_tick_at: schedule.next_tick_at,
        due_at: schedule.due_at,
        last_tick_at: schedule.last_tick_at,
        last_task_id: schedule.last_task.map(|id| id.as_uuid()),
        created_at: schedule.created_at,
        updated_at: schedule.updated_at,
        revision: schedule.revision,
    }
}

fn rule(rule: &ruche_domain::ScheduleRule) -> ScheduleRule {
    match rule {
        ruche_domain::ScheduleRule::Cron(rule) => ScheduleRule {
            cron: Some(rule.expression().to_owned()),
            time_zone: Some(rule.time_zone().to_owned()),
            ..ScheduleRule::default()
        },
        ruche_domain::ScheduleRule::Every(rule) => {
            ScheduleRule { every_ms: Some(millis(rule.every())), anchor: Some(rule.anchor()), ..ScheduleRule::default() }
        }
        ruche_domain::ScheduleRule::Once { at } => ScheduleRule { at: Some(*at), ..ScheduleRule::default() },
    }
}

/// What became of a tick.
pub fn tick(tick: ruche_domain::Tick) -> ScheduleTick {
    ScheduleTick {
        tick_at: tick.tick_at,
        kind: match tick.kind {
            ruche_domain::TickKind::Tick => TickKind::Tick,
            ruche_domain::TickKind::Manual => TickKind::Manual,
            ruche_domain::TickKind::Backfill => TickKind::Backfill,
        },
        decided_at: tick.decided_at,
        task_id: tick.task.map(|id| id.as_uuid()),
        skipped: tick.skipped.map(|why| match why {
            ruche_domain::Skipped::Overlap => Skipped::Overlap,
            ruche_domain::Skipped::Missed => Skipped::Missed,
            ruche_domain::Skipped::Refused => Skipped::Refused,
        }),
        through: tick.through,
        detail: tick.detail,
    }
}
