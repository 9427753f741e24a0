//! One client's stream of events.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures::stream::{BoxStream, StreamExt, unfold};
use poem::{
    IntoResponse, Response,
    web::sse::{Event, SSE},
};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    EventFilter, Seat,
    event::{LiveEvent, reset},
};
use crate::{problem::Problem, state::Shared};

/// How often a comment shows that the stream lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long clients wait before they reconnect, in milliseconds.
const RETRY_MS: u64 = 2_000;

/// The last event a client saw, from `Last-Event-ID`.
pub struct LastSeen<'a>(pub Option<&'a str>);

/// A stream of events, as a response.
pub struct Stream(SSE);

impl IntoResponse for Stream {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

struct Position {
    seat: Seat,
    filter: EventFilter,
    pending: VecDeque<Event>,
    replay: VecDeque<Arc<LiveEvent>>,
    from_now: Receiver<Arc<LiveEvent>>,
}

/// Opens a stream, which ends with `until`; refused when there are too many.
pub fn open(
    shared: &Shared,
    filter: EventFilter,
    last: &LastSeen<'_>,
    until: impl Future<Output = ()> + Send + 'static,
) -> Result<Stream, Problem> {
    let seat = Seat::take(shared)?;
    let live = &shared.live;
    let seen = last.0.map(|id| number(&live.epoch, id));
    let subscription = live.subscribe(seen.flatten());
    let mut pending = VecDeque::from([Event::retry(RETRY_MS)]);
    if matches!(seen, Some(None)) || !subscription.complete {
        pending.push_back(Event::message(reset("unknown_id")).event_type("reset"));
    }
    let position = Position { seat, filter, pending, replay: subscription.replay, from_now: subscription.from_now };
    let shutdown = shared.shutdown.clone();
    let events: BoxStream<'static, Event> =
        unfold(position, next).take_until(shutdown.cancelled_owned()).take_until(Box::pin(until)).boxed();
    Ok(Stream(SSE::new(events).keep_alive(HEARTBEAT)))
}

async fn next(mut position: Position) -> Option<(Event, Position)> {
    if let Some(event) = position.pending.pop_front() {
        return Some((event, position));
    }
    loop {
        let event = match position.replay.pop_front() {
            Some(event) => event,
            None => match position.from_now.recv().await {
                Ok(event) => event,
                Err(RecvError::Lagged(missed)) => {
                    position.seat.0.live.metrics.dropped.inc_by(missed);
                    return Some((Event::message(reset("slow_client")).event_type("reset"), position));
                }
                Err(RecvError::Closed) => return None,
            },
        };
        if position.filter.wants(&event.what) {
            let epoch = &position.seat.0.live.epoch;
            let sent = Event::message(event.what.data()).id(format!("{epoch}-{}", event.seq)).event_type(event.what.name());
            return Some((sent, position));
        }
    }
}

/// The number in an event id of this process; `None` for any other text.
fn number(epoch: &str, id: &str) -> Option<u64> {
    id.strip_prefix(epoch)?.strip_prefix('-')?.parse().ok()
}
