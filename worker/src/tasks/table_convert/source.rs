//! Bytes for the blocking pool, asked of the runtime.

use std::io::{self, Read};

use bytes::{Buf, Bytes};
use tokio::runtime::Handle;

use super::error::TableError;
use crate::{Input, TaskContext, TaskError};

/// Longest record, in bytes: a quote that is never closed must not fill the memory.
pub(super) const LONGEST: u64 = 16 * 1024 * 1024;

/// Reads an artifact, reports how far it is, and stops when the attempt should.
pub(super) struct Source {
    context: TaskContext,
    runtime: Handle,
    input: Input,
    piece: Bytes,
    read: u64,
    /// Bytes read when the last record was complete.
    marked: u64,
    /// Why reading failed; `io::Error` cannot say it.
    failure: Option<TaskError>,
}

impl Source {
    /// On the blocking pool.
    pub(super) fn new(context: &TaskContext, input: Input) -> Self {
        let (context, runtime) = (context.clone(), Handle::current());
        Self { context, runtime, input, piece: Bytes::new(), read: 0, marked: 0, failure: None }
    }

    /// A record is complete.
    pub(super) fn mark(&mut self) {
        self.marked = self.read;
    }

    /// Whether the record that is being read is too long.
    pub(super) fn is_endless(&self) -> bool {
        self.read - self.marked > LONGEST
    }

    /// What an error of [`Read::read`] means.
    pub(super) fn failure(&mut self, line: u64) -> TaskError {
        if let Some(failure) = self.failure.take() {
            return failure;
        }
        if self.is_endless() {
            TableError::Endless(line).into()
        } else {
            TaskError::retry("couldn't read the artifact").kind("artifact_store")
        }
    }

    fn next(&mut self) -> Result<Option<Bytes>, TaskError> {
        let (context, input) = (&self.context, &mut self.input);
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                () = context.cancelled() => Err(TableError::Cancelled.into()),
                piece = input.next() => piece.transpose(),
            }
        })
    }
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.is_endless() {
            return Err(io::Error::other("the record is too long"));
        }
        while self.piece.is_empty() {
            match self.next() {
                Ok(Some(piece)) => {
                    self.context.progress(self.read, Some(self.input.size()), None);
                    self.piece = piece;
                }
                Ok(None) => {
                    self.context.progress(self.read, Some(self.input.size()), None);
                    return Ok(0);
                }
                Err(failure) => {
                    self.failure = Some(failure);
                    return Err(io::Error::other("the source failed"));
                }
            }
        }
        let count = into.len().min(self.piece.len());
        self.piece.copy_to_slice(&mut into[..count]);
        self.read += count as u64;
        Ok(count)
    }
}
