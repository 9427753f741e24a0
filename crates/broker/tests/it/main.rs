//! Both brokers against the suite, and what is particular to each.

mod in_process;
mod proxy;
mod rabbitmq;

/// The address of the RabbitMQ the tests use.
fn amqp_url() -> String {
    std::env::var("RUCHE_TEST_AMQP_URL").expect("RUCHE_TEST_AMQP_URL is not set; run `cargo xtask test`")
}

mod conformance {
    mod in_process {
        use std::sync::Arc;

        use ruche_broker::{InProcessBroker, SharedBroker};

        async fn connected() -> SharedBroker {
            Arc::new(InProcessBroker::default())
        }

        ruche_broker::conformance_suite!(connected());
    }

    mod rabbitmq {
        use std::sync::Arc;

        use ruche_broker::{AmqpBroker, SharedBroker};

        async fn connected() -> SharedBroker {
            let broker = AmqpBroker::connect(crate::rabbitmq::options(crate::amqp_url())).await;
            Arc::new(broker.expect("RabbitMQ answers"))
        }

        ruche_broker::conformance_suite!(connected());
    }
}
