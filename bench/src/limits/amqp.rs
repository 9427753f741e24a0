//! L1: a bare lapin loop: persistent messages, pipelined confirms, consume and acknowledge.

use std::time::Instant;

use anyhow::{Context, Result};
use futures::StreamExt;
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions, QueueDeclareOptions,
        QueueDeleteOptions,
    },
    types::FieldTable,
};

/// Messages per second.
#[derive(Debug)]
pub struct Figures {
    pub publish: f64,
    /// Published, confirmed, consumed and acknowledged, both at once.
    pub end_to_end: f64,
    pub cpu_us: f64,
}

const WINDOW: usize = 1_000;
const QUEUE: &str = "bare";

/// Measures `messages` messages of some 200 bytes on a durable classic queue.
///
/// # Errors
/// When RabbitMQ refuses.
pub async fn measure(url: &str, messages: usize, cpu: impl Fn() -> f64) -> Result<Figures> {
    let connection = Connection::connect(url, ConnectionProperties::default()).await.context("couldn't connect")?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    declare(&channel).await?;

    let start = Instant::now();
    publish(&channel, messages).await?;
    let publish_rate = messages as f64 / start.elapsed().as_secs_f64();
    channel.queue_delete(QUEUE.into(), QueueDeleteOptions::default()).await?;
    declare(&channel).await?;

    let (start, cpu_before) = (Instant::now(), cpu());
    let consuming = tokio::spawn(consume(url.to_owned(), messages));
    publish(&channel, messages).await?;
    consuming.await??;
    let end_to_end = messages as f64 / start.elapsed().as_secs_f64();
    let cpu_us = (cpu() - cpu_before) * 1e6 / messages as f64;
    channel.queue_delete(QUEUE.into(), QueueDeleteOptions::default()).await?;
    connection.close(200, "done".into()).await?;
    Ok(Figures { publish: publish_rate, end_to_end, cpu_us })
}

async fn declare(channel: &Channel) -> Result<()> {
    channel.queue_declare(QUEUE.into(), QueueDeclareOptions::durable(), FieldTable::default()).await?;
    Ok(())
}

async fn publish(channel: &Channel, messages: usize) -> Result<()> {
    let body = vec![b'x'; 200];
    let mut sent = 0;
    while sent < messages {
        let window = WINDOW.min(messages - sent);
        let mut confirms = Vec::with_capacity(window);
        for _ in 0..window {
            let properties = BasicProperties::default().with_delivery_mode(2);
            confirms
                .push(channel.basic_publish("".into(), QUEUE.into(), BasicPublishOptions::default(), &body, properties).await?);
        }
        for confirm in confirms {
            anyhow::ensure!(matches!(confirm.await?, Confirmation::Ack(_)), "a message was not confirmed");
        }
        sent += window;
    }
    Ok(())
}

async fn consume(url: String, messages: usize) -> Result<()> {
    let connection = Connection::connect(&url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.basic_qos(500, BasicQosOptions::default()).await?;
    let mut consumer =
        channel.basic_consume(QUEUE.into(), "bare".into(), BasicConsumeOptions::default(), FieldTable::default()).await?;
    let mut seen = 0;
    while seen < messages {
        let delivery = consumer.next().await.context("the consumer ended")??;
        seen += 1;
        // As cheap as it gets: one acknowledgement for a hundred messages.
        if seen % 100 == 0 || seen == messages {
            channel.basic_ack(delivery.delivery_tag, BasicAckOptions { multiple: true }).await?;
        }
    }
    connection.close(200, "done".into()).await?;
    Ok(())
}
