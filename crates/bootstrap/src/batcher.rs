//! Coalescing by backpressure: what arrives while the previous batch is on its way goes out together with the next.
//!
//! No timer is involved, so a lone item leaves at once, and the busier it gets the larger the batches become.

use std::{future::Future, sync::Arc};

use tokio::sync::{Semaphore, mpsc, oneshot};

/// How a batcher is bounded.
#[derive(Debug, Clone, Copy)]
pub struct BatchLimits {
    /// Largest batch, in the weight of its items; one heavier item goes alone.
    pub weight: usize,
    /// Batches on their way at once.
    pub in_flight: usize,
    /// Items that may wait; beyond it submitting waits.
    pub waiting: usize,
}

/// Hands items to a function in batches, one answer per item.
#[derive(Debug)]
pub struct Batcher<T, R> {
    waiting: mpsc::Sender<(T, oneshot::Sender<R>)>,
}

impl<T, R> Clone for Batcher<T, R> {
    fn clone(&self) -> Self {
        Self { waiting: self.waiting.clone() }
    }
}

/// The batcher's task has ended (or its function broke its promise of one answer per item).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the batcher has stopped")]
pub struct Stopped;

impl<T: Send + 'static, R: Send + 'static> Batcher<T, R> {
    /// Starts a batcher. `weigh` says how heavy an item is; `process` gets a batch, never empty, and answers each item in order.
    /// It ends when every clone is dropped and everything submitted is answered.
    pub fn start<F, W, P>(limits: BatchLimits, weigh: W, process: P) -> Self
    where
        F: Future<Output = Vec<R>> + Send + 'static,
        W: Fn(&T) -> usize + Send + 'static,
        P: Fn(Vec<T>) -> F + Send + 'static,
    {
        let (waiting, arrivals) = mpsc::channel(limits.waiting);
        tokio::spawn(drive(limits, arrivals, weigh, process));
        Self { waiting }
    }

    /// Submits an item and waits for its answer. If the future is dropped the item is processed all the same.
    ///
    /// # Errors
    /// When the batcher has stopped.
    pub async fn submit(&self, item: T) -> Result<R, Stopped> {
        let (answer, answered) = oneshot::channel();
        self.waiting.send((item, answer)).await.map_err(|_| Stopped)?;
        answered.await.map_err(|_| Stopped)
    }

    /// Submits an item whose answer nobody needs; waits only for room.
    ///
    /// # Errors
    /// When the batcher has stopped.
    pub async fn send(&self, item: T) -> Result<(), Stopped> {
        self.waiting.send((item, oneshot::channel().0)).await.map_err(|_| Stopped)
    }

    /// Submits an item if there is room at once; gives it back if not.
    ///
    /// # Errors
    /// The item, when there is no room or the batcher has stopped.
    pub fn try_send(&self, item: T) -> Result<(), T> {
        self.waiting.try_send((item, oneshot::channel().0)).map_err(|error| error.into_inner().0)
    }
}

async fn drive<T, R, F, W, P>(limits: BatchLimits, mut arrivals: mpsc::Receiver<(T, oneshot::Sender<R>)>, weigh: W, process: P)
where
    R: Send + 'static,
    F: Future<Output = Vec<R>> + Send + 'static,
    W: Fn(&T) -> usize,
    P: Fn(Vec<T>) -> F,
{
    let permits = Arc::new(Semaphore::new(limits.in_flight));
    let mut next = None;
    loop {
        let Some(first) = (match next.take() {
            Some(item) => Some(item),
            None => arrivals.recv().await,
        }) else {
            return;
        };
        // Waiting for the permit is what makes batches: everything that arrives meanwhile joins.
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        let mut weight = weigh(&first.0);
        let (mut items, mut answers) = (vec![first.0], vec![first.1]);
        while weight < limits.weight {
            let Ok((item, answer)) = arrivals.try_recv() else { break };
            weight += weigh(&item);
            if weight > limits.weight {
                next = Some((item, answer));
                break;
            }
            items.push(item);
            answers.push(answer);
        }
        let batch = process(items);
        tokio::spawn(async move {
            for (answer, result) in answers.into_iter().zip(batch.await) {
                // An error means that the submitter has gone.
                drop(answer.send(result));
            }
            drop(permit);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn what_arrives_while_a_batch_is_out_goes_together() {
        let (gate, seen) = (Arc::new(Notify::new()), Arc::new(Mutex::new(Vec::new())));
        let limits = BatchLimits { weight: 100, in_flight: 1, waiting: 100 };
        let batcher = Batcher::start(limits, |_| 1, {
            let (gate, seen) = (Arc::clone(&gate), Arc::clone(&seen));
            move |items: Vec<u32>| {
                let (gate, seen) = (Arc::clone(&gate), Arc::clone(&seen));
                async move {
                    seen.lock().unwrap().push(items.len());
                    gate.notified().await;
                    items.into_iter().map(|n| n * 2).collect()
                }
            }
        });
        let first = tokio::spawn({
            let batcher = batcher.clone();
            async move { batcher.submit(1).await }
        });
        while seen.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let rest: Vec<_> = (2..=11)
            .map(|n| {
                tokio::spawn({
                    let batcher = batcher.clone();
                    async move { batcher.submit(n).await }
                })
            })
            .collect();
        while batcher.waiting.capacity() > 100 - 9 {
            tokio::task::yield_now().await;
        }
        gate.notify_one();
        assert_eq!(first.await.unwrap(), Ok(2));
        gate.notify_one();
        for (n, answer) in (2..=11).zip(rest) {
            assert_eq!(answer.await.unwrap(), Ok(n * 2));
        }
        assert_eq!(*seen.lock().unwrap(), [1, 10]);
    }

    #[tokio::test]
    async fn heavy_items_are_not_joined() {
        let limits = BatchLimits { weight: 10, in_flight: 1, waiting: 100 };
        let batcher = Batcher::start(limits, |n: &usize| *n, |items: Vec<usize>| async move { vec![items.len(); items.len()] });
        let (a, b, c) = tokio::join!(batcher.submit(6), batcher.submit(6), batcher.submit(50));
        assert_eq!((a, b, c), (Ok(1), Ok(1), Ok(1)));
    }
}
