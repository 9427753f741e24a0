//! Reading.

use std::{
    ops::Range,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use prometheus::IntCounter;
use ruche_store::ArtifactView;

use crate::{ArtifactError, Depot, ObjectError, objects::Pieces};

/// Bytes of an artifact, in pieces, as they come.
pub struct Reader {
    pieces: Pieces,
    read: IntCounter,
}

impl Depot {
    /// Opens an artifact, or a part of it.
    ///
    /// # Errors
    /// [`ArtifactError::Missing`] when its bytes are not there, among others.
    pub async fn read(&self, artifact: &ArtifactView, range: Range<u64>) -> Result<Reader, ArtifactError> {
        let range = range.start..range.end.min(artifact.size);
        let pieces = if range.is_empty() {
            stream::empty().boxed()
        } else {
            match self.inner.objects.read(artifact.id, range).await {
                Err(ObjectError::NotFound(_)) => return Err(ArtifactError::Missing(artifact.id)),
                pieces => pieces?,
            }
        };
        Ok(Reader { pieces, read: self.inner.metrics.read.clone() })
    }
}

impl Stream for Reader {
    type Item = Result<Bytes, ObjectError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.pieces.poll_next_unpin(context);
        if let Poll::Ready(Some(Ok(piece))) = &polled {
            self.read.inc_by(piece.len() as u64);
        }
        polled
    }
}
