//! The steps, on the blocking pool.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage,
    codecs::{gif::GifEncoder, jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
    imageops::FilterType,
};

use super::{
    ImageKind, ImageResize, LARGEST_SIDE, Made,
    error::ImageError,
    pixels::{self, Aim},
};
use crate::TaskContext;

/// Most memory a decoder may ask for, in bytes.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;

/// Steps in all.
const STEPS: u64 = 4;

/// Goes through the steps, reports each, and stops between two when the attempt should.
pub(super) struct Steps<'a> {
    context: &'a TaskContext,
    done: u64,
}

impl<'a> Steps<'a> {
    pub(super) fn new(context: &'a TaskContext) -> Self {
        Self { context, done: 0 }
    }

    pub(super) fn run(mut self, asked: &ImageResize, bytes: Vec<u8>) -> Result<Made, ImageError> {
        self.step("read")?;
        let (image, from) = decode(bytes)?;
        self.step("decoded")?;
        let aim = pixels::aim((image.width(), image.height()), (asked.width, asked.height), asked.fit, asked.enlarge);
        let image = resize(image, aim)?;
        self.step("resized")?;
        let kind = asked.format.unwrap_or(from);
        let made = Made { size: (image.width(), image.height()), bytes: encode(&image, kind, asked.quality)?, kind };
        self.step("encoded")?;
        Ok(made)
    }

    fn step(&mut self, what: &str) -> Result<(), ImageError> {
        if self.context.is_cancelled() {
            return Err(ImageError::Cancelled);
        }
        self.done += 1;
        self.context.progress(self.done, Some(STEPS), what.to_owned());
        Ok(())
    }
}

fn decode(bytes: Vec<u8>) -> Result<(DynamicImage, ImageKind), ImageError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| ImageError::Format)?;
    let kind = match reader.format() {
        Some(ImageFormat::Png) => ImageKind::Png,
        Some(ImageFormat::Jpeg) => ImageKind::Jpeg,
        Some(ImageFormat::WebP) => ImageKind::Webp,
        Some(ImageFormat::Gif) => ImageKind::Gif,
        _ => return Err(ImageError::Format),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(ImageError::Decode)?;
    // The header's words: nothing is unpacked yet.
    let (width, height) = decoder.dimensions();
    if !pixels::is_bounded((width, height)) {
        return Err(ImageError::TooManyPixels(width, height));
    }
    let orientation = decoder.orientation().map_err(ImageError::Decode)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(ImageError::Decode)?;
    image.apply_orientation(orientation);
    Ok((image, kind))
}

fn resize(image: DynamicImage, aim: Aim) -> Result<DynamicImage, ImageError> {
    let Aim { scaled, cut } = aim;
    // To cover a narrow strip, an image may have to be scaled to more than it is cut to.
    if !pixels::is_bounded(scaled) || scaled.0.max(scaled.1) > LARGEST_SIDE {
        return Err(ImageError::Output(scaled.0, scaled.1));
    }
    if scaled == (image.width(), image.height()) && cut == scaled {
        return Ok(image);
    }
    let image = image.resize_exact(scaled.0, scaled.1, FilterType::Lanczos3);
    if cut == scaled {
        return Ok(image);
    }
    Ok(image.crop_imm((scaled.0 - cut.0) / 2, (scaled.1 - cut.1) / 2, cut.0, cut.1))
}

fn encode(image: &DynamicImage, kind: ImageKind, quality: u8) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    let written = match kind {
        ImageKind::Png => {
            let image = eight_bits(image);
            PngEncoder::new(&mut bytes).write_image(image.as_bytes(), image.width(), image.height(), image.color().into())
        }
        ImageKind::Jpeg => JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&on_white(image)),
        ImageKind::Webp => {
            let image = eight_bits(image);
            WebPEncoder::new_lossless(&mut bytes).write_image(
                image.as_bytes(),
                image.width(),
                image.height(),
                image.color().into(),
            )
        }
        ImageKind::Gif => GifEncoder::new(&mut bytes).encode_frame(image::Frame::new(image.to_rgba8())),
    };
    written.map_err(ImageError::Encode)?;
    Ok(bytes)
}

/// Eight bits per channel, with transparency where there was some.
fn eight_bits(image: &DynamicImage) -> DynamicImage {
    if image.color().has_alpha() { image.to_rgba8().into() } else { image.to_rgb8().into() }
}

/// Without transparency.
fn on_white(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let image = image.to_rgba8();
    let mut flat = RgbImage::new(image.width(), image.height());
    for (flat, pixel) in flat.pixels_mut().zip(image.pixels()) {
        let [red, green, blue, alpha] = pixel.0.map(u32::from);
        let blend = |channel: u32| u8::try_from((channel * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX);
        *flat = Rgb([blend(red), blend(green), blend(blue)]);
    }
    flat
}
