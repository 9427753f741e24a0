//! Bytes from the blocking pool, handed to the runtime.

use std::{
    io::{self, Write},
    mem,
};

use tokio::runtime::Handle;

use crate::{Output, TaskContext, TaskError};

/// Bytes that are handed over at once.
const FULL: usize = 256 * 1024;

/// Writes an artifact.
pub(super) struct Sink {
    runtime: Handle,
    output: Output,
    buffer: Vec<u8>,
    /// Why writing failed; `io::Error` cannot say it, nor can what writes here.
    failure: Failure,
}

/// Where a sink leaves why it failed.
pub(super) type Failure = std::sync::Arc<std::sync::Mutex<Option<TaskError>>>;

impl Sink {
    /// On the blocking pool.
    pub(super) fn new(_: &TaskContext, output: Output) -> (Self, Failure) {
        let failure = Failure::default();
        (Self { runtime: Handle::current(), output, buffer: Vec::new(), failure: failure.clone() }, failure)
    }

    /// Where to write; then say so with [`Self::written`].
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Hands over what is there, if it is much.
    pub(super) fn written(&mut self) -> Result<(), TaskError> {
        if self.buffer.len() < FULL { Ok(()) } else { self.hand_over() }
    }

    /// Hands over the rest, and the output back.
    pub(super) fn finish(mut self) -> Result<Output, TaskError> {
        self.hand_over()?;
        Ok(self.output)
    }

    fn hand_over(&mut self) -> Result<(), TaskError> {
        let bytes = mem::take(&mut self.buffer);
        self.runtime.block_on(self.output.write(bytes))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        match self.written() {
            Ok(()) => Ok(bytes.len()),
            Err(failure) => {
                *self.failure.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(failure);
                Err(io::Error::other("the sink failed"))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
