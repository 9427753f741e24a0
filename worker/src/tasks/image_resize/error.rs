//! How a resizing fails, and whether another try may do better.

use crate::TaskError;

/// Why a resizing failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum ImageError {
    #[error("{0}")]
    Arguments(&'static str),
    #[error("the file is no PNG, JPEG, WebP or GIF image")]
    Format,
    #[error("the image has {0} x {1} pixels; at most 16384 each way and 50 million in all are taken")]
    TooManyPixels(u32, u32),
    #[error("the output would have {0} x {1} pixels; at most 16384 each way and 50 million in all are made")]
    Output(u32, u32),
    #[error("the image cannot be read: {0}")]
    Decode(image::ImageError),
    #[error("the image cannot be written: {0}")]
    Encode(image::ImageError),
    #[error("the resizing was stopped")]
    Cancelled,
}

impl From<ImageError> for TaskError {
    fn from(error: ImageError) -> Self {
        let kind = match &error {
            ImageError::Arguments(_) => "invalid_arguments",
            ImageError::Format | ImageError::Decode(_) => "bad_image",
            ImageError::TooManyPixels(..) | ImageError::Output(..) => "image_too_large",
            ImageError::Encode(_) => "encode",
            ImageError::Cancelled => return Self::retry(error).kind("cancelled"),
        };
        Self::fail(error).kind(kind)
    }
}
