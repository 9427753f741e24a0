//! The one suite every broker passes.
//!
//! A test target that depends on `tokio` runs all cases by one line, with an expression that makes a connected broker:
//!
//! ```ignore
//! async fn connected() -> ruche_broker::SharedBroker { /* ... */ }
//! ruche_broker::conformance_suite!(connected());
//! ```
//!
//! A case takes a [`Subject`]: the broker and a queue that no other case uses.

#![expect(missing_docs, reason = "the names of the cases are sentences")]

pub mod acknowledge;
pub mod consume;
pub mod publish;
pub mod shapes;
mod subject;

pub use subject::Subject;

use crate::SharedBroker;

/// Runs one case, what [`conformance_suite`](crate::conformance_suite) expands to. A case that hangs fails.
pub async fn run(broker: SharedBroker, case: impl AsyncFnOnce(&Subject)) {
    let subject = Subject::new(broker);
    let ran = tokio::time::timeout(std::time::Duration::from_secs(60), case(&subject)).await;
    subject.broker.close().await;
    ran.expect("the case ends within a minute");
}

/// Expands to one test for each case of the suite.
#[macro_export]
macro_rules! conformance_suite {
    ($broker:expr) => {
        $crate::conformance_suite!(@cases $broker,
            acknowledge: a_dropped_consumers_deliveries_come_again,
            acknowledge: acknowledged_deliveries_do_not_come_again,
            acknowledge: deliveries_may_be_acknowledged_in_any_order,
            acknowledge: requeued_deliveries_come_again,
            acknowledge: a_dead_letter_does_not_come_again,
            acknowledge: an_unknown_tag_is_ignored,
            consume: waiting_ends_when_a_message_arrives,
            consume: a_batch_is_what_is_there_up_to_the_maximum,
            consume: prefetch_bounds_what_is_delivered,
            consume: no_delivery_is_lost_when_waiting_is_given_up,
            consume: concurrent_consumers_get_each_message_once,
            consume: one_consumer_takes_from_several_queues,
            consume: a_closed_brokers_consumer_ends,
            publish: messages_come_in_the_order_they_were_published,
            publish: urgent_messages_come_first,
            publish: concurrent_callers_lose_nothing,
            publish: nothing_to_publish_is_no_error,
            publish: the_depth_counts_what_waits,
            publish: a_closed_broker_refuses_at_once,
            shapes: queues_with_odd_names_work,
            shapes: a_megabyte_passes,
            shapes: a_foreign_message_arrives_as_it_was_sent,
        );
    };
    (@cases $broker:expr, $($group:ident: $case:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::conformance::run($broker.await, $crate::conformance::$group::$case).await;
            }
        )*
    };
}
