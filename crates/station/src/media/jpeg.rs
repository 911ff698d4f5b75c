//! JPEG (ITU-T T.81) within a budget of bytes.
//!
//! Baseline quality is searched first; where even the lowest acceptable quality is too large, the
//! picture is made smaller and searched again. Encoding is deterministic, and so is the search.

use image::RgbImage;
use image::imageops::{FilterType, resize};
use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

/// Best quality that is ever used: above it only bytes grow.
const BEST: u8 = 85;
/// Below this a smaller picture looks better than a coarser one.
const WORST: u8 = 40;
/// A picture is not made smaller than this on its longest edge, in pixels.
const SMALLEST: u32 = 160;

/// A picture as JPEG.
#[derive(Debug)]
pub(super) struct Jpeg {
    pub(super) bytes: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// `picture` as the best JPEG of at most `budget` bytes, or the smallest there is.
pub(super) fn within(picture: RgbImage, budget: usize) -> Result<Jpeg, EncodingError> {
    let mut picture = picture;
    loop {
        let (width, height) = picture.dimensions();
        let coarsest = encode(&picture, WORST)?;
        let longest = width.max(height);
        if coarsest.len() <= budget || longest <= SMALLEST {
            let bytes = finest(&picture, budget, coarsest)?;
            return Ok(Jpeg {
                bytes,
                width,
                height,
            });
        }
        // Bytes grow a little more slowly than pixels.
        let scale = (budget as f64 / coarsest.len() as f64)
            .sqrt()
            .clamp(0.5, 0.95);
        let edge = ((f64::from(longest) * scale) as u32).max(SMALLEST);
        picture = fit(&picture, edge);
    }
}

/// `picture` with its longest edge at most `edge` pixels.
pub(super) fn fit(picture: &RgbImage, edge: u32) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= edge {
        return picture.clone();
    }
    let scaled = |n: u32| (u64::from(n) * u64::from(edge) / u64::from(longest)).max(1) as u32;
    resize(
        picture,
        scaled(width),
        scaled(height),
        FilterType::CatmullRom,
    )
}

/// The finest quality within the budget; `coarsest` is the picture in the worst.
fn finest(picture: &RgbImage, budget: usize, coarsest: Vec<u8>) -> Result<Vec<u8>, EncodingError> {
    let mut best = coarsest;
    let (mut fits, mut over) = (WORST, BEST + 1);
    let top = encode(picture, BEST)?;
    if top.len() <= budget {
        return Ok(top);
    }
    over -= 1;
    while over - fits > 2 {
        let quality = fits.midpoint(over);
        let bytes = encode(picture, quality)?;
        if bytes.len() <= budget {
            fits = quality;
            best = bytes;
        } else {
            over = quality;
        }
    }
    Ok(best)
}

fn encode(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    let (width, height) = picture.dimensions();
    // `fit` keeps both edges far below 65,536.
    encoder.encode(picture, width as u16, height as u16, ColorType::Rgb)?;
    Ok(bytes)
}
