use super::*;

/// The ticks after a time, in the zone's own words.
fn ticks(expression: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let rule = CronRule::new(expression, zone).unwrap();
    let first = rule.next_after(after.parse().unwrap());
    let all = std::iter::successors(first, |tick| rule.next_after(*tick));
    all.take(count).map(|tick| tick.with_timezone(&rule.zone).format("%m-%d %H:%M:%S %Z").to_string()).collect()
}

#[test]
fn five_and_six_fields_names_and_nicknames() {
    let after = "2026-11-22T12:00:00Z";
    for (expression, next) in [
        ("*/15 * * * *", "11-22 12:15:00 UTC"),
        ("*/15 * * * * *", "11-22 12:00:15 UTC"),
        ("0 9 * * mon-fri", "11-23 09:00:00 UTC"),
        ("0 0 1 JAN *", "01-01 00:00:00 UTC"),
        ("0 0 L * *", "11-30 00:00:00 UTC"),
        ("0 9 * * FRI#2", "12-11 09:00:00 UTC"),
        ("@hourly", "11-22 13:00:00 UTC"),
        ("@daily", "11-23 00:00:00 UTC"),
        ("@weekly", "11-29 00:00:00 UTC"),
        ("@monthly", "12-01 00:00:00 UTC"),
        ("@yearly", "01-01 00:00:00 UTC"),
        ("  0   13 * * *  ", "11-22 13:00:00 UTC"),
    ] {
        assert_eq!(ticks(expression, "UTC", after, 1), [next], "{expression}");
    }
}

#[test]
fn hostile_expressions_are_refused() {
    let long = "1,".repeat(150) + "2 * * * *";
    for bad in [
        "",
        " ",
        "*",
        "* * * *",
        "* * * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "*/0 * * * *",
        "5-1 * * * *",
        "@reboot",
        "@every 5m",
        "a b c d e",
        "\u{1f41d} * * * *",
        "* * * * *\0",
        "-1 * * * *",
        "1e9 * * * *",
        "99999999999999999999 * * * *",
        long.as_str(),
    ] {
        assert!(matches!(CronRule::new(bad, "UTC"), Err(InvalidRule::Cron(_))), "{bad:?}");
    }
    for bad in ["", "Paris", "Europe/Atlantis", "+02:00", "europe/paris'; --"] {
        assert_eq!(CronRule::new("* * * * *", bad), Err(InvalidRule::TimeZone), "{bad:?}");
    }
}

#[test]
fn a_time_that_never_comes_is_found_out_quickly() {
    let began = std::time::Instant::now();
    for never in ["0 0 30 2 *", "0 0 31 2,4,6,9,11 *", "* * * 30 2 *", "0 0 31 4 *"] {
        let rule = CronRule::new(never, "Europe/Paris").unwrap();
        assert_eq!(rule.next_after("2026-11-22T12:00:00Z".parse().unwrap()), None, "{never}");
    }
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    let leap = CronRule::new("0 0 29 2 *", "UTC").unwrap();
    let next = leap.next_after("2096-03-01T00:00:00Z".parse().unwrap());
    assert_eq!(next, Some("2104-02-29T00:00:00Z".parse().unwrap()));
}

#[test]
fn a_daily_time_that_the_clock_skips_ticks_right_after_the_gap() {
    // Paris goes from 02:00 to 03:00 on 28 March 2027, New York on 14 March.
    let paris = ticks("30 2 * * *", "Europe/Paris", "2027-03-27T00:00:00Z", 3);
    assert_eq!(paris, ["03-27 02:30:00 CET", "03-28 03:00:00 CEST", "03-29 02:30:00 CEST"]);
    let new_york = ticks("30 2 * * *", "America/New_York", "2027-03-13T05:00:00Z", 3);
    assert_eq!(new_york, ["03-13 02:30:00 EST", "03-14 03:00:00 EDT", "03-15 02:30:00 EDT"]);
}

#[test]
fn a_daily_time_that_the_clock_shows_twice_ticks_once() {
    // Paris goes from 03:00 back to 02:00 on 31 October 2027, New York from 02:00 back to 01:00 on 7 November.
    let paris = ticks("30 2 * * *", "Europe/Paris", "2027-10-30T12:00:00Z", 2);
    assert_eq!(paris, ["10-31 02:30:00 CEST", "11-01 02:30:00 CET"]);
    let new_york = ticks("30 1 * * *", "America/New_York", "2027-11-06T12:00:00Z", 2);
    assert_eq!(new_york, ["11-07 01:30:00 EDT", "11-08 01:30:00 EST"]);
    // Also for whoever looks in between.
    assert_eq!(ticks("30 2 * * *", "Europe/Paris", "2027-10-31T01:10:00Z", 1), ["11-01 02:30:00 CET"]);
}

#[test]
fn repeated_times_skip_the_gap_and_tick_through_the_repeated_hour() {
    let gap = ticks("30 * * * *", "Europe/Paris", "2027-03-28T00:00:00Z", 3);
    assert_eq!(gap, ["03-28 01:30:00 CET", "03-28 03:30:00 CEST", "03-28 04:30:00 CEST"]);
    let twice = ticks("30 * * * *", "Europe/Paris", "2027-10-30T23:45:00Z", 3);
    assert_eq!(twice, ["10-31 02:30:00 CEST", "10-31 02:30:00 CET", "10-31 03:30:00 CET"]);
    let new_york = ticks("*/30 1-2 * * *", "America/New_York", "2027-11-07T04:59:00Z", 6);
    let expected = ["01:00:00 EDT", "01:30:00 EDT", "01:00:00 EST", "01:30:00 EST", "02:00:00 EST", "02:30:00 EST"];
    assert_eq!(new_york, expected.map(|time| format!("11-07 {time}")));
}

#[test]
fn fractions_of_a_second_do_not_hide_a_tick() {
    assert_eq!(ticks("* * * * * *", "UTC", "2026-11-22T12:00:00.999999Z", 1), ["11-22 12:00:01 UTC"]);
    assert_eq!(ticks("* * * * * *", "UTC", "2026-11-22T12:00:01Z", 1), ["11-22 12:00:02 UTC"]);
}
