//! Pictures, decoded within limits, turned upright, made small; nothing but pixels passes.
//!
//! What comes out is JPEG: the only lossy format that every browser shows and that can be written
//! in Rust alone (`image-webp` writes lossless WebP only). Where a picture of few colours is
//! smaller as lossless WebP, that is taken.

use std::io::Cursor;

use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage,
};

use super::jpeg;
use crate::sources::{PictureBudget, Trouble};

/// Most memory that one decoder may take for each pixel that is allowed, in bytes.
const BYTES_PER_PIXEL: u64 = 8;
/// A picture is tried as lossless WebP if it is no larger than this, in pixels: drawings, charts.
const LOSSLESS_PIXELS: u64 = 1_000_000;

/// A picture as it goes on air.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smaller {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// `image/jpeg` or `image/webp`.
    pub media_type: &'static str,
    /// Width, in pixels.
    pub width: u32,
    /// Height, in pixels.
    pub height: u32,
}

/// Why a picture cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// More pixels than are decoded; nothing was decoded.
    #[error("{width} × {height} pixels are more than {limit}")]
    ManyPixels {
        /// Width, in pixels.
        width: u32,
        /// Height, in pixels.
        height: u32,
        /// Most pixels.
        limit: u64,
    },
    /// No format that is decoded (JPEG, PNG, WebP, GIF), or damaged.
    #[error("{why}")]
    Damaged {
        /// What the decoder says.
        why: String,
    },
}

impl From<PictureError> for Trouble {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::ManyPixels {
                width,
                height,
                limit,
            } => Self::ManyPixels {
                width,
                height,
                limit,
            },
            PictureError::Damaged { why } => Self::Picture { why },
        }
    }
}

/// The picture in `bytes`, upright, opaque (on white), within `budget`, without metadata.
///
/// The same bytes and budget give the same picture. Over the budget it is only where 160 pixels
/// in the coarsest quality do not fit.
pub fn reencode(bytes: &[u8], budget: &PictureBudget) -> Result<Smaller, PictureError> {
    let picture = decode(bytes, budget.source_pixels)?;
    let picture = jpeg::fit(&picture, budget.edge.clamp(1, 16_384));
    let lossless = lossless(&picture);
    let (width, height) = picture.dimensions();
    let lossy = jpeg::within(picture, budget.bytes).map_err(damaged)?;
    match lossless {
        // Text in charts stays sharp: lossless wins up to the budget, if it is not much larger.
        Some(webp) if webp.len() <= budget.bytes && webp.len() <= lossy.bytes.len() => {
            Ok(Smaller {
                bytes: webp,
                media_type: "image/webp",
                width,
                height,
            })
        }
        _ => Ok(Smaller {
            bytes: lossy.bytes,
            media_type: "image/jpeg",
            width: lossy.width,
            height: lossy.height,
        }),
    }
}

fn decode(bytes: &[u8], limit: u64) -> Result<RgbImage, PictureError> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(damaged)?;
    let known = [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ];
    if reader.format().is_none_or(|f| !known.contains(&f)) {
        return Err(damaged("neither JPEG, PNG, WebP nor GIF"));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(limit.saturating_mul(BYTES_PER_PIXEL));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limit {
        return Err(PictureError::ManyPixels {
            width,
            height,
            limit,
        });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    Ok(opaque(picture))
}

/// On white, where it is transparent.
fn opaque(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let (width, height) = picture.dimensions();
    RgbImage::from_fn(width, height, |x, y| {
        let [r, g, b, a] = picture.get_pixel(x, y).0.map(u32::from);
        let on_white = |c: u32| ((c * a + 255 * (255 - a) + 127) / 255) as u8;
        image::Rgb([on_white(r), on_white(g), on_white(b)])
    })
}

fn lossless(picture: &RgbImage) -> Option<Vec<u8>> {
    let (width, height) = picture.dimensions();
    if u64::from(width) * u64::from(height) > LOSSLESS_PIXELS {
        return None;
    }
    let mut bytes = Vec::new();
    WebPEncoder::new_lossless(&mut bytes)
        .encode(picture, width, height, ExtendedColorType::Rgb8)
        .ok()?;
    Some(bytes)
}

fn damaged(error: impl std::fmt::Display) -> PictureError {
    PictureError::Damaged {
        why: edition::clean_line(&error.to_string(), 200),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(width: u32, height: u32) -> Vec<u8> {
        let mut state = 1_u32;
        let picture = RgbImage::from_fn(width, height, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Rgb([(state >> 24) as u8, (state >> 16) as u8, (state >> 8) as u8])
        });
        let mut bytes = Vec::new();
        picture
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        bytes
    }

    #[test]
    fn even_noise_fits_the_budget_and_is_the_same_twice() {
        let bytes = noise(900, 700);
        let budget = PictureBudget::default();
        let once = reencode(&bytes, &budget).unwrap();
        assert!(once.bytes.len() <= budget.bytes, "{}", once.bytes.len());
        assert_eq!(once, reencode(&bytes, &budget).unwrap());
    }

    #[test]
    fn a_picture_of_too_many_pixels_is_not_decoded() {
        let budget = PictureBudget {
            source_pixels: 1_000,
            ..PictureBudget::default()
        };
        let error = reencode(&noise(100, 100), &budget).unwrap_err();
        assert!(matches!(error, PictureError::ManyPixels { width: 100, .. }));
    }

    #[test]
    fn what_is_damaged_is_an_error() {
        let budget = PictureBudget::default();
        let mut bytes = noise(64, 64);
        bytes.truncate(200);
        assert!(reencode(&bytes, &budget).is_err());
        assert!(reencode(b"<svg/>", &budget).is_err());
    }

    #[test]
    fn a_plain_drawing_is_lossless() {
        let picture = RgbImage::from_fn(300, 200, |x, _| {
            image::Rgb([if x < 150 { 0 } else { 255 }; 3])
        });
        let mut bytes = Vec::new();
        picture
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        let small = reencode(&bytes, &PictureBudget::default()).unwrap();
        assert_eq!(small.media_type, "image/webp");
        assert!(small.bytes.len() < 1_000);
    }
}
