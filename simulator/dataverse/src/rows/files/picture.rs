//! Thumbnails of pictures: a square of 144 pixels from the middle (reference §8.2).
//!
//! Layer: rows, pure.

use std::io::Cursor;

use http::StatusCode;
use image::{DynamicImage, ImageFormat, ImageReader, Limits, imageops::FilterType};

use crate::http::SimError;

/// Pixels of a thumbnail's side.
const SIDE: u32 = 144;
/// Bytes that decoding may take: a picture of a few kilobytes can claim to be as large as a wall.
const MEMORY: u64 = 256 << 20;

/// The thumbnail of a picture, as a PNG or, of a JPEG, as a JPEG.
///
/// # Errors
/// 400 `0x80072553` for what is no picture.
pub fn thumbnail(bytes: &[u8]) -> Result<Vec<u8>, SimError> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(unreadable)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let format = match reader.format() {
        Some(ImageFormat::Jpeg) => ImageFormat::Jpeg,
        _ => ImageFormat::Png,
    };
    let picture = reader.decode().map_err(unreadable)?;
    let side = picture.width().min(picture.height());
    let (left, top) = ((picture.width() - side) / 2, (picture.height() - side) / 2);
    let square = picture.crop_imm(left, top, side, side);
    let square = match side > SIDE {
        true => square.resize_exact(SIDE, SIDE, FilterType::Triangle),
        false => square,
    };
    let square = match format {
        ImageFormat::Jpeg => DynamicImage::ImageRgb8(square.into_rgb8()),
        _ => square,
    };
    let mut written = Cursor::new(Vec::new());
    square.write_to(&mut written, format).map_err(unreadable)?;
    Ok(written.into_inner())
}

fn unreadable(reason: impl std::fmt::Display) -> SimError {
    SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80072553",
        format!("Error occured when processing image. Reason: {reason}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut written = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height)
            .write_to(&mut written, ImageFormat::Png)
            .unwrap();
        written.into_inner()
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory(bytes).unwrap();
        (picture.width(), picture.height())
    }

    #[test]
    fn a_large_picture_becomes_a_small_square_and_a_small_one_stays() {
        assert_eq!(size(&thumbnail(&png(600, 300)).unwrap()), (144, 144));
        assert_eq!(size(&thumbnail(&png(80, 40)).unwrap()), (40, 40));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert_eq!(thumbnail(b"not a picture").unwrap_err().code, "0x80072553");
    }
}
