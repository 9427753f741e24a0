//! Images good, bad and hostile.

use std::io::Cursor;

use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use ruche_domain::RetryDecision;
use serde_json::{Value, json};

use super::*;
use crate::tasks::workbench::Workbench;

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Left half red, right half blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    let colour = |x: u32| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) };
    RgbImage::from_fn(width, height, |x, _| colour(x)).into()
}

async fn resize(bench: &Workbench, bytes: Vec<u8>, more: Value) -> Result<ImageResized, TaskError> {
    let id = bench.upload("photo.bin", bytes).await;
    let mut asked = json!({"input": id});
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value::<ImageResize>(asked).unwrap().run(&bench.test).await
}

async fn resized(bytes: Vec<u8>, more: Value) -> (ImageResized, DynamicImage) {
    let bench = Workbench::new().await;
    let made = resize(&bench, bytes, more).await.unwrap();
    let written = bench.read(made.artifact).await;
    let image = image::load_from_memory(&written).unwrap();
    assert_eq!(((made.width, made.height), made.size), (image.dimensions(), written.len() as u64));
    (made, image)
}

async fn refused(bytes: Vec<u8>, more: Value) -> TaskError {
    let bench = Workbench::new().await;
    let error = resize(&bench, bytes, more).await.unwrap_err();
    assert!(bench.made().await.is_empty(), "nothing is left of a resizing that failed");
    error
}

/// A PNG's header, which says that the image is so large; there is nothing behind it.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(&halves(1, 1), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// As PNG has it (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_is_read_and_written() {
    use ImageFormat::{Gif, Jpeg, Png, WebP};
    for (format, word) in [(Png, "png"), (Jpeg, "jpeg"), (WebP, "webp"), (Gif, "gif")] {
        for (other, ending) in [("png", "png"), ("jpeg", "jpg"), ("webp", "webp"), ("gif", "gif")] {
            let (made, image) = resized(encoded(&halves(40, 20), format), json!({"width": 20, "format": other})).await;
            assert_eq!((image.dimensions(), made.name), ((20, 10), format!("photo-20x10.{ending}")), "{word} to {other}");
            let Rgba([red, _, blue, alpha]) = image.get_pixel(2, 5);
            assert!(red > 180 && blue < 80 && alpha == 255, "{word} to {other}: {red} {blue}");
        }
        let (made, _) = resized(encoded(&halves(40, 20), format), json!({"width": 20})).await;
        assert_eq!(serde_json::to_value(made.format).unwrap(), word);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fits_cut_and_distort_as_they_say() {
    let photo = || encoded(&halves(80, 40), ImageFormat::Png);
    let both = |fit: &str| json!({"width": 20, "height": 20, "fit": fit});
    assert_eq!(resized(photo(), both("contain")).await.1.dimensions(), (20, 10));
    let (_, covered) = resized(photo(), both("cover")).await;
    assert_eq!(covered.dimensions(), (20, 20));
    assert!(covered.get_pixel(2, 10)[0] > 180 && covered.get_pixel(17, 10)[2] > 180, "the middle is kept");
    assert_eq!(resized(photo(), both("fill")).await.1.dimensions(), (20, 20));
    assert_eq!(resized(photo(), json!({"width": 160})).await.1.dimensions(), (80, 40));
    assert_eq!(resized(photo(), json!({"width": 160, "enlarge": true})).await.1.dimensions(), (160, 80));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_transparent_becomes_white_where_it_cannot_be() {
    let clear: DynamicImage = RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0])).into();
    let (_, flat) = resized(encoded(&clear, ImageFormat::Png), json!({"width": 4, "format": "jpeg"})).await;
    assert!(flat.get_pixel(1, 1).0.iter().all(|channel| *channel > 250));
    let (_, kept) = resized(encoded(&clear, ImageFormat::Png), json!({"width": 4, "format": "webp"})).await;
    assert_eq!(kept.get_pixel(1, 1)[3], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_told_and_the_output_is_the_tasks() {
    let bench = Workbench::new().await;
    let made = resize(&bench, encoded(&halves(8, 8), ImageFormat::Png), json!({"width": 4, "name": "small.png"})).await.unwrap();
    assert_eq!(bench.test.progress().map(|progress| (progress.current, progress.total)), Some((4, Some(4))));
    let all = bench.made().await;
    assert_eq!((all.len(), all[0].id.as_uuid(), all[0].name.as_str()), (1, made.artifact, "small.png"));
    assert_eq!(all[0].content_type.as_str(), "image/png");
}

#[tokio::test(flavor = "multi_thread")]
async fn bombs_are_refused_before_they_are_unpacked() {
    for (width, height) in [(16_384, 16_384), (100_000, 1), (1, 100_000), (2_147_483_647, 2_147_483_647)] {
        let error = refused(bomb(width, height), json!({"width": 4})).await;
        let known = ["image_too_large", "bad_image"].contains(&error.failure.kind.as_str());
        assert!(known && error.decision == RetryDecision::Never, "{width} x {height}: {error}");
    }
    let error = refused(bomb(16_384, 16_384), json!({"width": 4})).await;
    assert_eq!(error.failure.kind, "image_too_large");
    let error =
        refused(encoded(&halves(2, 2), ImageFormat::Png), json!({"width": 16_384, "height": 16_384, "enlarge": true})).await;
    assert_eq!(error.failure.kind, "image_too_large", "nor is one made");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_image_fails_for_good() {
    let mut broken = encoded(&halves(64, 64), ImageFormat::Png);
    broken.truncate(broken.len() / 2);
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"/>"#;
    for bytes in [Vec::new(), b"hello".to_vec(), svg.to_vec(), broken, b"\x89PNG\r\n\x1a\n".to_vec(), b"GIF89a".to_vec()] {
        let error = refused(bytes, json!({"width": 4})).await;
        assert_eq!((error.failure.kind.as_str(), error.decision), ("bad_image", RetryDecision::Never));
    }
    let error = refused(vec![0; 65 * 1024 * 1024], json!({"width": 4})).await;
    assert_eq!(error.failure.kind, "input_too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_out_of_bounds_are_refused() {
    let photo = || encoded(&halves(8, 8), ImageFormat::Png);
    for bad in [
        json!({}),
        json!({"width": 0}),
        json!({"height": 16_385}),
        json!({"width": 4, "quality": 0}),
        json!({"width": 4, "quality": 101}),
        json!({"width": 4, "name": "a/b.png"}),
    ] {
        let error = refused(photo(), bad.clone()).await;
        assert_eq!((error.failure.kind.as_str(), error.decision), ("invalid_arguments", RetryDecision::Never), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_resizing_stops_between_steps() {
    let bench = Workbench::new().await;
    bench.test.cancel();
    let asked: ImageResize = serde_json::from_value(json!({"input": Uuid::nil(), "width": 4})).unwrap();
    let bytes = encoded(&halves(8, 8), ImageFormat::Png);
    let steps = bench.test.blocking(move |context| Steps::new(context).run(&asked, bytes).map(|made| made.size)).await.unwrap();
    assert!(matches!(steps, Err(ImageError::Cancelled)));
    assert_eq!(bench.test.progress(), None);
    let error = resize(&bench, encoded(&halves(8, 8), ImageFormat::Png), json!({"width": 4})).await.unwrap_err();
    assert_eq!(error.failure.kind, "cancelled");
}
