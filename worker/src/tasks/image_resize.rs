//! `image.resize`: another size, another format.
//!
//! The image is decoded, resized and encoded on the blocking pool, a step at a time; between steps the attempt hears that it should
//! stop. What an image says of its size is read, and held against the bounds, before anything is unpacked.

mod error;
mod pixels;
mod steps;
#[cfg(test)]
mod tests;

use ruche_domain::{ArtifactId, FileName, MediaType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::{error::ImageError, steps::Steps};
use crate::{Task, TaskContext, TaskError};

/// Largest file taken in, in bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Resizes an image (PNG, JPEG, WebP, GIF) and writes it in the same or another format. Of an animation the first picture is used;
/// the camera's orientation is applied; other metadata is left out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({"input": "01890a5d-ac96-774b-bcce-b302099a8057", "width": 320, "format": "webp"}))]
pub struct ImageResize {
    /// Id of the artifact to resize; at most 64 MiB.
    input: Uuid,
    /// Width in pixels. Left out, it follows from the height.
    #[serde(default)]
    #[schemars(range(min = 1, max = LARGEST_SIDE))]
    width: Option<u32>,
    /// Height in pixels. Left out, it follows from the width.
    #[serde(default)]
    #[schemars(range(min = 1, max = LARGEST_SIDE))]
    height: Option<u32>,
    /// What is done where the proportions differ.
    #[serde(default)]
    fit: Fit,
    /// Whether a smaller image is enlarged.
    #[serde(default)]
    enlarge: bool,
    /// Format of the output; the input's if left out.
    #[serde(default)]
    format: Option<ImageKind>,
    /// Quality of JPEG.
    #[serde(default = "good")]
    #[schemars(range(min = 1, max = 100))]
    quality: u8,
    /// What the output is called; the input's name with its size and the format's ending if left out.
    #[serde(default)]
    #[schemars(length(min = 1, max = 200))]
    name: Option<String>,
}

/// Largest width and height, in pixels.
const LARGEST_SIDE: u32 = 16_384;

/// What is done where the proportions differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// All of the image, no larger than asked for.
    #[default]
    Contain,
    /// Exactly as large as asked for; what is too much is cut off, on both sides alike.
    Cover,
    /// Exactly as large as asked for, distorted.
    Fill,
}

/// A format of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImageKind {
    /// PNG.
    Png,
    /// JPEG; what is transparent becomes white.
    Jpeg,
    /// WebP, lossless.
    Webp,
    /// GIF, 256 colours.
    Gif,
}

/// What came of a resizing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImageResized {
    /// Id of the artifact that was made.
    pub artifact: Uuid,
    /// Its name.
    pub name: String,
    /// Its format.
    pub format: ImageKind,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Its size, in bytes.
    pub size: u64,
}

const fn good() -> u8 {
    85
}

impl Task for ImageResize {
    const NAME: &'static str = "image.resize";
    type Output = ImageResized;

    async fn run(self, context: &TaskContext) -> Result<ImageResized, TaskError> {
        self.check()?;
        let artifacts = context.artifacts();
        let input = artifacts.open(ArtifactId::from(self.input)).await?;
        let original = input.facts().name.clone();
        let bytes = read(context, input).await?;
        let asked = self.clone();
        let made = context.blocking(move |context| Steps::new(context).run(&asked, bytes)).await??;
        let name = self.output_name(&original, &made)?;
        let mut output = artifacts.create(name, made.kind.media_type()).await?;
        output.write(made.bytes).await?;
        let kept = output.finish().await?;
        let (width, height) = made.size;
        Ok(ImageResized {
            artifact: kept.id.into(),
            name: kept.name.to_string(),
            format: made.kind,
            width,
            height,
            size: kept.size,
        })
    }
}

async fn read(context: &TaskContext, input: crate::Input) -> Result<Vec<u8>, TaskError> {
    tokio::select! {
        biased;
        () = context.cancelled() => Err(ImageError::Cancelled.into()),
        bytes = input.read_all(MOST_BYTES) => bytes,
    }
}

/// A resized image.
struct Made {
    bytes: Vec<u8>,
    kind: ImageKind,
    size: (u32, u32),
}

impl ImageResize {
    fn check(&self) -> Result<(), ImageError> {
        let sides = [self.width, self.height];
        if sides == [None, None] {
            return Err(ImageError::Arguments("width or height is needed"));
        }
        if sides.into_iter().flatten().any(|side| !(1..=LARGEST_SIDE).contains(&side)) {
            return Err(ImageError::Arguments("width and height are 1 to 16384 pixels"));
        }
        if !(1..=100).contains(&self.quality) {
            return Err(ImageError::Arguments("quality is 1 to 100"));
        }
        Ok(())
    }

    fn output_name(&self, original: &FileName, made: &Made) -> Result<FileName, TaskError> {
        match &self.name {
            Some(name) => FileName::new(name).map_err(|error| TaskError::fail(error).kind("invalid_arguments")),
            None => Ok(original.derived(&format!("-{}x{}", made.size.0, made.size.1), made.kind.ending())),
        }
    }
}

impl ImageKind {
    const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
        }
    }

    fn media_type(self) -> MediaType {
        let text = match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        };
        MediaType::new(text).expect("all are media types")
    }
}
