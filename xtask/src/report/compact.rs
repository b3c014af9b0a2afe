//! PNG made small, since notebooks with their pictures go under version control.

use png::{BitDepth, ColorType, Compression, Decoder, DeflateCompression, Encoder, Filter, Transformations};

use crate::Failure;

/// The same picture on white, in fewer bytes.
///
/// A browser writes for speed, and filters each row by the one above it. Plots are flat areas and a few repeated shapes:
/// without that filter, and without transparency, they take half as much.
pub fn on_white(picture: &[u8]) -> Result<Vec<u8>, Failure> {
    let said = |error: &dyn std::fmt::Display| format!("the browser's picture is no PNG: {error}");
    let mut decoder = Decoder::new(std::io::Cursor::new(picture));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|error| said(&error))?;
    let size = reader.output_buffer_size().ok_or_else(|| said(&"it is too large"))?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(|error| said(&error))?;
    pixels.truncate(frame.buffer_size());
    let colors = match frame.color_type {
        ColorType::Rgb => pixels,
        ColorType::Rgba => pixels.chunks_exact(4).flat_map(over_white).collect(),
        other => return Err(said(&format!("its colours are {other:?}"))),
    };
    let mut small = Vec::new();
    let mut encoder = Encoder::new(&mut small, frame.width, frame.height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    encoder.set_deflate_compression(DeflateCompression::Level(9));
    encoder.set_filter(Filter::NoFilter);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&colors));
    written.map_err(|error| format!("cannot write a PNG: {error}"))?;
    Ok(small)
}

fn over_white(pixel: &[u8]) -> [u8; 3] {
    let alpha = u32::from(pixel[3]);
    [0, 1, 2].map(|channel| {
        let mixed = (u32::from(pixel[channel]) * alpha + 255 * (255 - alpha) + 127) / 255;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(color: ColorType, width: u32, pixels: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, width, 1);
        encoder.set_color(color);
        encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels)).unwrap();
        bytes
    }

    #[test]
    fn transparency_becomes_white_and_colours_stay() {
        let pixels = [10, 20, 30, 255, 0, 0, 0, 0, 200, 0, 100, 128];
        let small = on_white(&encoded(ColorType::Rgba, 3, &pixels)).unwrap();
        let mut reader = Decoder::new(std::io::Cursor::new(&small)).read_info().unwrap();
        let mut found = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut found).unwrap();
        assert_eq!(found, [10, 20, 30, 255, 255, 255, 227, 127, 177]);
        assert!(on_white(b"<svg/>").unwrap_err().contains("no PNG"));
    }

    #[test]
    fn a_flat_picture_gets_small() {
        let flat: Vec<u8> = (0..3000).flat_map(|at| if at % 100 < 3 { [90, 90, 90, 255] } else { [255; 4] }).collect();
        let before = encoded(ColorType::Rgba, 3000, &flat);
        assert!(on_white(&before).unwrap().len() < before.len());
    }
}
