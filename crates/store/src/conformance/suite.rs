//! The list of cases.

/// Runs every case as a test of its own, on the fixture that the given expression awaits to.
///
/// Tests are named after their case, in one module per file of the suite.
#[macro_export]
macro_rules! conformance_suite {
    ($fixture:expr) => {
        $crate::conformance_cases! { $fixture, enqueue:
            a_task_without_an_eta_starts_queued
            a_task_with_an_eta_to_come_starts_scheduled
            a_task_with_a_past_eta_starts_queued
            everything_that_was_enqueued_is_read_back
            a_batch_has_one_answer_per_request_in_order
            an_empty_batch_changes_nothing
            only_queued_tasks_are_noted_for_the_publisher
            confirmed_notes_are_removed_and_unknown_ones_ignored
            a_known_id_refuses_the_whole_batch
            ten_thousand_tasks_go_in_at_once
        }
        $crate::conformance_cases! { $fixture, idempotency:
            a_repeated_request_gets_its_first_tasks_in_order
            a_key_used_for_another_request_is_refused
            of_two_with_one_key_in_a_batch_the_first_wins
            keys_are_told_apart_exactly
            a_request_without_tasks_is_remembered_too
            concurrent_repeats_create_once
            concurrent_batches_with_the_same_keys_do_not_hang
        }
        $crate::conformance_cases! { $fixture, claim:
            a_claim_gives_what_was_enqueued
            a_claimed_task_runs_under_a_lease
            a_duplicate_id_is_claimed_once
            unknown_ids_are_left_out
            a_running_task_is_not_claimed_again
            a_cancelled_task_is_never_claimed
            an_ended_task_is_not_claimed
            a_retrying_task_is_not_claimed_before_it_is_released
            a_task_is_not_claimed_from_its_expiry_on
            a_released_attempt_is_numbered_on
            concurrent_claimers_never_share_a_task
        }
        $crate::conformance_cases! { $fixture, foreign:
            an_unknown_foreign_task_is_stored_and_claimed
            of_a_known_task_the_message_is_ignored
            a_foreign_task_delivered_again_is_claimed_once
            a_foreign_task_with_an_eta_to_come_is_scheduled
            a_foreign_task_past_its_expiry_is_stored_and_not_claimed
            foreign_and_own_tasks_are_claimed_together
            one_foreign_task_delivered_to_many_workers_runs_once
        }
        $crate::conformance_cases! { $fixture, renew:
            a_held_lease_is_prolonged
            answers_are_in_order_with_the_lost_among_them
            another_worker_s_lease_is_not_prolonged
            a_rescued_attempt_finds_its_lease_lost
            a_request_to_cancel_is_told_at_every_renewal
            an_overdue_lease_nobody_took_is_still_held
        }
        $crate::conformance_cases! { $fixture, finish:
            a_success_keeps_its_result
            a_null_result_is_a_result
            a_failure_is_kept
            a_retrying_task_waits_until_due
            a_cancelled_attempt_ends_the_task
            a_released_attempt_does_not_count
            a_stale_outcome_is_not_taken
            an_outcome_is_taken_once
            of_two_outcomes_in_one_batch_one_is_taken
            a_mixed_batch_is_answered_in_order
            an_attempt_asked_to_stop_is_not_tried_again
            an_attempt_asked_to_stop_may_still_succeed_or_fail
            the_last_attempt_s_retry_is_a_failure
            progress_of_the_running_attempt_is_kept
        }
        $crate::conformance_cases! { $fixture, attempts:
            a_task_that_never_ran_has_none
            the_running_attempt_is_shown
            each_attempt_says_what_it_led_to
            the_current_attempt_does_not_show_the_last_one_s_failure
            a_lost_attempt_is_kept_as_lost
            a_task_cancelled_between_attempts_shows_no_more_attempts
            a_retry_by_hand_keeps_the_ended_attempt
            a_retry_of_a_task_cancelled_between_attempts_adds_none
        }
        $crate::conformance_cases! { $fixture, cancel:
            waiting_tasks_are_cancelled_at_once
            a_running_task_is_asked_to_stop
            an_ended_task_stays_as_it_is
            an_unknown_task_is_not_found
            a_new_attempt_is_not_asked_to_stop_anew
        }
        $crate::conformance_cases! { $fixture, retry:
            ended_tasks_are_queued_again
            the_retried_task_is_noted_for_the_publisher
            a_task_need_not_wait_for_its_retry
            one_more_attempt_is_allowed_if_all_were_used
            attempts_left_are_not_added_to
            an_expiry_is_lifted
            progress_is_cleared
            other_states_refuse
        }
        $crate::conformance_cases! { $fixture, release:
            due_tasks_are_queued_with_a_note
            nothing_due_leaves_no_note
            the_limit_is_kept_and_the_longest_due_go_first
            the_next_due_time_is_the_earliest
            two_schedulers_never_release_the_same_task
        }
        $crate::conformance_cases! { $fixture, expire:
            waiting_tasks_past_their_time_expire
            the_limit_is_kept
            an_expired_task_is_neither_claimed_nor_released
        }
        $crate::conformance_cases! { $fixture, rescue:
            a_lost_task_with_attempts_left_is_queued_again
            a_lost_last_attempt_is_a_failure
            a_lost_task_asked_to_stop_is_cancelled
            a_mixed_batch_is_rescued_at_once
            the_limit_is_kept
        }
        $crate::conformance_cases! { $fixture, relay:
            old_notes_are_taken_with_their_tasks
            a_taken_note_is_left_alone_for_a_while
            a_note_is_old_when_it_is_from_before_the_time
            only_tasks_still_queued_are_handed_over
            a_note_whose_tasks_have_moved_on_is_removed
            the_limit_counts_notes_and_the_oldest_go_first
            two_relays_never_take_the_same_note
            long_queued_tasks_come_by_priority_then_age
            waiting_queues_tell_since_when
        }
        $crate::conformance_cases! { $fixture, prune:
            each_end_has_its_own_retention
            live_tasks_are_kept_for_ever
            retention_counts_from_the_end_not_from_the_start
            attempts_and_logs_go_with_their_task
            the_limit_is_kept
            idempotency_keys_are_forgotten
            workers_not_heard_of_for_a_day_are_removed
        }
        $crate::conformance_cases! { $fixture, browse:
            a_list_is_newest_first
            each_filter_alone_and_all_together
            the_worker_filter_knows_every_state
            an_unknown_task_is_none
            states_of_known_ids_are_told
            counts_stop_at_the_limit
            queues_show_their_live_tasks
            the_store_answers
        }
        $crate::conformance_cases! { $fixture, paging:
            tasks_of_one_moment_are_paged_by_id
            a_full_last_page_has_no_next
            filtered_pages_hold_every_match_once
            a_cursor_need_not_name_a_stored_task
            a_summary_has_every_field_of_its_task
        }
        $crate::conformance_cases! { $fixture, logs:
            lines_are_kept_in_order_with_their_attempt
            lines_are_paged_by_their_number
            an_ended_attempt_may_still_log
            lines_of_an_unknown_task_are_dropped
        }
        $crate::conformance_cases! { $fixture, registry:
            definitions_are_read_back_by_name
            a_definition_replaces_the_one_of_its_name
            concurrent_registrations_all_succeed
            a_heartbeat_is_read_back
            a_later_heartbeat_replaces_the_former
            only_workers_heard_of_lately_are_listed
            a_worker_that_signs_off_is_gone
        }
        $crate::conformance_cases! { $fixture, feed:
            the_way_of_a_task_is_told
            a_change_names_its_task_and_queue
            what_changed_nothing_is_not_told
            many_changes_are_told_as_a_summary
            a_changed_registry_is_told
        }
        $crate::conformance_cases! { $fixture, hostile:
            payloads_come_back_as_the_text_they_were
            deeply_nested_payloads_are_kept
            a_megabyte_goes_in_and_out
            failures_hold_any_text
            progress_holds_any_text
            the_longest_names_fit
            the_most_attempts_fit
        }
        $crate::conformance_cases! { $fixture, actions:
            waiting_tasks_are_cancelled_and_running_ones_asked_to_stop
            ended_tasks_are_retried_with_their_history
            retried_tasks_are_noted_for_the_publisher
            ended_tasks_are_deleted_with_what_they_left
            only_ended_tasks_are_deleted
            waiting_tasks_are_moved_and_queued_ones_published_again
            waiting_tasks_change_their_priority
            what_is_so_already_is_skipped_and_says_so
            only_so_many_skipped_tasks_are_remembered
        }
        $crate::conformance_cases! { $fixture, operations:
            the_filter_is_kept
            tasks_accepted_later_are_left_alone
            chunks_go_on_where_the_last_one_ended
            a_chunk_given_up_half_way_is_done_again
            a_stopped_operation_leaves_the_rest_alone
            a_failed_operation_says_why_and_ends
            open_operations_take_turns
            a_dry_run_counts_what_would_change
            an_operation_on_nothing_succeeds_at_once
            a_repeated_request_is_the_same_operation
            only_so_many_are_open
            operations_are_listed_newest_first
            everything_asked_for_is_read_back
            ended_operations_are_forgotten
        }
        $crate::conformance_cases! { $fixture, dead_letters:
            failures_alike_are_one_group
            names_and_kinds_part_groups
            every_way_to_fail_has_its_fingerprint
            hostile_failures_are_grouped_too
            a_retried_task_leaves_its_group
            groups_are_paged_and_counts_stop_at_the_limit
            an_operation_replays_one_group
            an_edited_task_runs_as_it_was_edited
            what_is_not_edited_stays
        }
        $crate::conformance_cases! { $fixture, schedules:
            a_schedule_is_read_back_and_its_name_is_taken
            schedules_are_paged_by_name
            a_change_needs_the_expected_revision
            a_paused_schedule_does_not_tick
            a_due_tick_makes_its_task_and_its_history
            the_longest_due_go_first_and_the_limit_is_kept
            a_refused_task_is_told_in_history
            missed_ticks_are_kept_as_one
            a_tick_is_skipped_while_the_task_before_lives
            a_tick_cancels_the_task_before
            a_run_by_hand_is_a_tick_of_its_own
            a_backfill_makes_what_was_not_made_and_that_once
            a_tick_that_was_backfilled_makes_no_second_task
            a_deleted_schedule_is_gone_with_its_history
            history_is_paged_latest_first_and_bounded
            what_a_schedule_does_is_told
        }
        $crate::conformance_cases! { $fixture, workflows:
            a_chain_runs_link_by_link_and_is_relayed_at_once
            a_diamond_waits_for_both_sides
            a_retried_attempt_releases_nothing
            outcomes_at_once_release_a_chords_body_exactly_once
            one_batch_of_outcomes_moves_members_and_others
            results_flow_into_the_arguments
            a_result_that_is_not_there_fails_the_node
            a_failure_cancels_the_rest
            a_failure_cancels_only_what_depends_on_it
            a_failure_that_may_be_is_seen_as_null
            every_other_end_counts_too
            an_eta_that_is_to_come_is_waited_for
            a_workflow_is_cancelled_as_a_whole
            a_retry_runs_from_the_failed_node_on
            a_node_retried_by_hand_is_waited_for_again
            a_lost_answer_leaves_nothing_half_done
            a_claim_of_another_worker_sees_the_whole_task
            workflows_are_paged_latest_first
            an_ended_workflow_is_pruned_with_its_tasks
        }

        $crate::conformance_cases! { $fixture, workflow_ways:
            cancelling_many_cancels_what_depends_on_them
            retrying_many_reopens_workflows_and_passes_over_what_cannot_run_yet
            deleting_many_leaves_what_a_running_workflow_needs
            moving_many_moves_what_is_blocked_and_releases_it_there
            dead_letters_of_workflows_are_replayed
            a_node_is_not_retried_before_what_it_depends_on
            a_blocked_node_takes_no_slot_and_a_released_one_waits_for_its_own
            a_node_that_makes_room_for_another_counts_as_cancelled
            a_full_key_refuses_the_whole_workflow
            a_repeated_request_makes_one_workflow
            repeated_requests_at_once_make_one_workflow
            nodes_stay_as_long_as_their_workflow
            a_task_that_outlives_its_workflow_is_like_any_other
            ends_and_cancellations_at_once_leave_the_counts_right
        }

        $crate::conformance_cases! { $fixture, unique:
            a_held_key_is_refused_or_answered_with_its_holder
            a_created_task_is_noted_and_read_back
            a_key_is_free_when_its_holder_is_in_no_state_of_the_scope
            a_period_frees_the_key_of_a_task_that_lives
            a_waiting_task_takes_over_what_the_newest_brings
            a_replaced_task_moves_to_the_newest_eta_and_back
            a_task_between_attempts_goes_on_waiting_with_new_arguments
            a_running_task_is_left_alone
            a_debounced_task_is_put_off_up_to_its_longest_wait
            of_several_in_one_request_the_first_is_created
            of_several_requests_in_one_batch_the_first_is_created
            one_held_key_refuses_the_whole_request
            a_repeated_request_gets_what_it_got_before
            concurrent_requests_with_one_key_make_one_task
            concurrent_batches_in_different_orders_make_one_task_per_key
            concurrent_repeats_of_one_request_make_one_task
            what_a_worker_claims_meanwhile_has_the_newest_arguments_or_another_task_has
            a_pruned_task_holds_no_key
            only_what_is_new_needs_room_in_its_concurrency_key
            ten_thousand_unique_tasks_go_in_at_once
        }
        mod replicas {
            #[allow(unused_imports, reason = "the fixture's expression may name anything of the caller's")]
            use super::*;

            #[tokio::test(flavor = "multi_thread")]
            async fn servers_with_clocks_that_jump_make_one_task_per_tick() {
                $crate::conformance::schedules::replicas($fixture.await).await;
            }
        }
        $crate::conformance_cases! { $fixture, access:
            a_key_is_read_back_with_its_digest
            no_more_keys_are_kept_than_the_most
            keys_are_paged_newest_first
            a_revoked_key_stays_revoked_and_loses_its_sessions
            uses_only_move_forward
            a_session_is_read_back_with_its_key
            a_session_ends_with_its_time_or_its_key
            a_closed_session_is_gone
            a_key_s_oldest_sessions_make_room
            what_is_over_is_pruned
        }
        $crate::conformance_cases! { $fixture, artifacts:
            an_artifact_is_seen_when_it_is_whole
            hostile_names_come_back_as_they_were
            an_attempt_that_is_over_begins_and_completes_nothing
            a_later_attempt_replaces_what_earlier_ones_left_under_its_names
            a_task_keeps_no_more_than_it_may
            saying_twice_that_it_is_complete_is_once
            whole_artifacts_are_paged_newest_first
            a_deleted_artifact_is_gone_at_once_and_handed_out_until_forgotten
            what_expires_or_is_left_behind_is_handed_out_in_batches
            a_renewed_artifact_is_not_left_behind
            one_that_was_given_up_cannot_become_whole
            artifacts_go_with_their_deleted_task
            artifacts_go_with_their_pruned_task
            no_two_processes_are_handed_the_same
        }
        $crate::conformance_cases! { $fixture, audit:
            entries_are_read_back
            each_filter_alone_and_all_together
            a_hostile_filter_finds_nothing
            old_entries_are_pruned_oldest_first
            a_thousand_entries_go_in_at_once
        }
        mod operators {
            #[allow(unused_imports, reason = "the fixture's expression may name anything of the caller's")]
            use super::*;

            #[tokio::test(flavor = "multi_thread")]
            async fn another_process_goes_on() {
                $crate::conformance::operations::another_process_goes_on($fixture.await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn two_processes_never_handle_a_task_twice() {
                $crate::conformance::operations::two_processes_never_handle_a_task_twice($fixture.await).await;
            }
        }
        $crate::conformance_cases! { $fixture, queues:
            a_paused_queue_starts_nothing_until_it_is_resumed
            gates_tell_what_is_said_of_queues
            an_opened_queue_is_swept_by_priority_and_age_and_forgotten
            of_a_limited_queue_only_admitted_tasks_are_claimed
            the_most_urgent_and_oldest_are_admitted_first
            an_attempt_that_is_over_frees_its_slot
            a_waiting_task_that_ends_frees_its_slot
            a_retry_needs_a_slot_of_its_own
            what_ran_before_the_limit_counts
            starts_are_spread_over_time
            who_does_not_begin_is_told_of_once_more
            a_paused_queue_admits_nobody_and_keeps_its_slots
            lifted_limits_hold_nobody
            an_ended_attempt_is_followed_at_once
            only_an_open_queue_with_slots_is_followed_in
            a_moved_task_leaves_its_slot_behind
            places_in_line_are_told_up_to_a_bound
            a_round_keeps_to_its_size
            limits_hold_whatever_happens
        }
        $crate::conformance_cases! { $fixture, concurrency_keys:
            a_key_s_starts_are_spread_over_time
            keys_take_turns
            a_full_key_waits_and_others_go_on
            a_key_behind_a_thousand_full_ones_comes_to_its_turn
            a_newcomer_takes_the_place_of_its_key_s_running_task
            a_full_key_refuses_what_is_beyond
            a_key_is_never_overfilled_by_many_at_once
            full_keys_are_told_with_those_that_wait
        }
        $crate::conformance_cases! { $fixture, webhooks:
            a_subscription_is_read_back
            a_name_is_taken_once_and_no_more_than_a_hundred_are
            a_change_is_made_to_the_revision_it_was_meant_for
            an_unknown_subscription_is_not_found
            every_way_a_task_ends_is_recorded_once
            what_maintenance_and_operators_end_is_recorded_too
            only_what_commits_after_the_subscription_and_while_it_is_active_is_recorded
            each_subscription_gets_what_it_asked_for
            an_event_tells_the_facts_of_its_moment
            a_retry_tells_when_the_attempt_ended_and_when_the_next_begins
            payloads_are_told_only_to_who_asked_and_as_they_came
            what_fits_just_so_is_told
            delivering_makes_no_events
            a_mixed_batch_of_outcomes_is_recorded_whole
            a_subscription_that_is_deleted_while_tasks_end_fails_no_outcome
        }
        $crate::conformance_cases! { $fixture, deliveries:
            each_delivery_gets_one_task
            a_backlog_of_one_subscription_does_not_hold_up_another
            a_task_sends_its_own_delivery_only
            a_changed_address_applies_to_what_is_on_its_way
            a_secret_that_was_replaced_signs_for_a_while
            each_try_is_entered
            a_receiver_that_cannot_be_reached_is_told_of
            a_receiver_that_is_gone_pauses_its_subscription
            one_that_fails_for_five_days_is_paused
            what_is_on_its_way_when_its_subscription_is_paused_waits
            a_test_is_delivered_like_any_event
            what_ended_can_be_delivered_once_more_under_the_same_id
            what_failed_since_a_time_can_be_delivered_once_more
            deliveries_are_paged_the_latest_first
            a_delivery_whose_task_ended_without_a_word_fails_after_an_hour
            what_ended_long_ago_is_deleted_in_portions
            of_a_deleted_subscription_nothing_is_left
        }
        mod dispatchers {
            #[allow(unused_imports, reason = "the fixture's expression may name anything of the caller's")]
            use super::*;

            #[tokio::test(flavor = "multi_thread")]
            async fn another_process_dispatches_what_one_has_recorded() {
                $crate::conformance::deliveries::another_process_dispatches_what_one_has_recorded($fixture.await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn dispatchers_at_once_make_one_task_per_delivery() {
                $crate::conformance::deliveries::dispatchers_at_once_make_one_task_per_delivery($fixture.await).await;
            }
        }
        $crate::conformance_cases! { $fixture, names:
            a_limited_name_starts_so_many_per_time_in_all_queues
            a_start_of_a_limited_name_is_good_for_one_attempt
            a_name_and_its_queue_hold_both
            rounds_of_many_servers_share_a_name_s_tokens
            a_new_rate_does_not_fill_the_bucket
            a_lifted_name_holds_nobody_and_is_swept
            who_starts_by_name_and_does_not_begin_is_told_of_once_more
            a_limited_name_s_tasks_in_a_paused_queue_hold_no_others_up
        }
        mod model {
            #[allow(unused_imports, reason = "the fixture's expression may name anything of the caller's")]
            use super::*;

            #[tokio::test(flavor = "multi_thread")]
            async fn random_walks_agree_with_the_lifecycle() {
                for seed in 1..=4 {
                    $crate::conformance::model::walk($fixture.await, seed).await;
                }
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn random_walks_keep_workflows_right() {
                for seed in 1..=4 {
                    $crate::conformance::workflows::walk::walk($fixture.await, seed).await;
                }
            }
        }
    };
}

/// One module of cases; part of [`conformance_suite`](crate::conformance_suite).
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_cases {
    ($fixture:expr, $module:ident: $($case:ident)*) => {
        mod $module {
            #[allow(unused_imports, reason = "the fixture's expression may name anything of the caller's")]
            use super::*;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $case() {
                    $crate::conformance::run($fixture.await, $crate::conformance::$module::$case).await;
                }
            )*
        }
    };
}

#[cfg(test)]
mod tests {
    /// A case that no backend runs proves nothing.
    #[test]
    fn every_case_is_listed() {
        let suite = include_str!("suite.rs");
        for source in [
            include_str!("enqueue.rs"),
            include_str!("idempotency.rs"),
            include_str!("claim.rs"),
            include_str!("foreign.rs"),
            include_str!("renew.rs"),
            include_str!("finish.rs"),
            include_str!("attempts.rs"),
            include_str!("cancel.rs"),
            include_str!("retry.rs"),
            include_str!("release.rs"),
            include_str!("expire.rs"),
            include_str!("rescue.rs"),
            include_str!("relay.rs"),
            include_str!("prune.rs"),
            include_str!("browse.rs"),
            include_str!("paging.rs"),
            include_str!("logs.rs"),
            include_str!("registry.rs"),
            include_str!("feed.rs"),
            include_str!("hostile.rs"),
            include_str!("schedules.rs"),
            include_str!("access.rs"),
            include_str!("audit.rs"),
            include_str!("artifacts.rs"),
            include_str!("actions.rs"),
            include_str!("operations.rs"),
            include_str!("dead_letters.rs"),
            include_str!("queues.rs"),
            include_str!("concurrency_keys.rs"),
            include_str!("unique.rs"),
            include_str!("workflows.rs"),
            include_str!("workflows/ways.rs"),
            include_str!("webhooks.rs"),
            include_str!("deliveries.rs"),
        ] {
            for case in source.split("pub async fn ").skip(1).filter(|rest| rest.contains("(s: &Subject)")) {
                let name = case.split('(').next().expect("a name before the parenthesis");
                assert!(suite.contains(&format!(" {name}\n")), "{name} is not in the list");
            }
        }
    }
}
