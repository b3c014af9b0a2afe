//! PNG made small, since notebooks with their pictures go under version control.

use std::collections::HashMap;

use png::{BitDepth, ColorType, Compression, Decoder, DeflateCompression, Encoder, Filter, Transformations};

use crate::Failure;

/// Red, green, blue and opacity; all 0 where nothing is seen.
type Color = [u8; 4];

/// The colours of a palette, of which the first are the most frequent in the picture, and the rest those that are
/// farthest from all others.
const PALETTE: usize = 256;
const FREQUENT: usize = 32;
/// More colours than lines, letters and points have: somewhere they pass into each other, which a palette would show as
/// steps.
const GRADIENT: usize = 4096;

/// The same picture in a half of the bytes, or with a palette in a quarter.
///
/// A plot is drawn in a few colours; the hundreds in its picture are the soft edges of lines and letters. Those of the
/// palette stay as they are, the others become the nearest of them. Where there are thousands, all stay.
pub fn smaller(picture: &[u8]) -> Result<Vec<u8>, Failure> {
    let (width, height, colors) = read(picture)?;
    let mut small = Vec::new();
    let mut encoder = Encoder::new(&mut small, width, height);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    encoder.set_deflate_compression(DeflateCompression::Level(9));
    // Plots repeat themselves, which the compression sees best in the pixels as they are.
    encoder.set_filter(Filter::NoFilter);
    let pixels: Vec<u8> = match palette(&colors) {
        Some(palette) => {
            encoder.set_color(ColorType::Indexed);
            encoder.set_palette(palette.iter().flat_map(|color| [color[0], color[1], color[2]]).collect::<Vec<u8>>());
            encoder.set_trns(palette.iter().map(|color| color[3]).collect::<Vec<u8>>());
            let mut places: HashMap<Color, u8> = HashMap::new();
            let place = |color: &Color| *places.entry(*color).or_insert_with(|| nearest(&palette, color));
            colors.iter().map(place).collect()
        }
        None => {
            encoder.set_color(ColorType::Rgba);
            colors.concat()
        }
    };
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels));
    written.map_err(|error| format!("cannot write a PNG: {error}"))?;
    Ok(small)
}

/// Width, height and colours of a picture.
fn read(picture: &[u8]) -> Result<(u32, u32, Vec<Color>), Failure> {
    let said = |error: &dyn std::fmt::Display| format!("the browser's picture is no PNG: {error}");
    let mut decoder = Decoder::new(std::io::Cursor::new(picture));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|error| said(&error))?;
    let size = reader.output_buffer_size().ok_or_else(|| said(&"it is too large"))?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(|error| said(&error))?;
    pixels.truncate(frame.buffer_size());
    let colors = match frame.color_type {
        ColorType::Rgb => pixels.chunks_exact(3).map(|pixel| [pixel[0], pixel[1], pixel[2], u8::MAX]).collect(),
        ColorType::Rgba => pixels.chunks_exact(4).map(seen).collect(),
        other => return Err(said(&format!("its colours are {other:?}"))),
    };
    Ok((frame.width, frame.height, colors))
}

fn seen(pixel: &[u8]) -> Color {
    if pixel[3] == 0 { [0; 4] } else { [pixel[0], pixel[1], pixel[2], pixel[3]] }
}

/// At most 256 colours that stand for all, unless these are too many.
fn palette(colors: &[Color]) -> Option<Vec<Color>> {
    let mut counts: HashMap<Color, usize> = HashMap::new();
    for color in colors {
        *counts.entry(*color).or_default() += 1;
    }
    if counts.len() > GRADIENT {
        return None;
    }
    let mut order: Vec<(usize, Color)> = counts.into_iter().map(|(color, count)| (count, color)).collect();
    // The colour decides between equals, so that the same picture gives the same file.
    order.sort_unstable_by(|a, b| b.cmp(a));
    let mut palette: Vec<Color> = order.iter().map(|(_, color)| *color).collect();
    if palette.len() <= PALETTE {
        return Some(palette);
    }
    let rest = palette.split_off(FREQUENT);
    let mut gaps: Vec<(u32, Color)> = rest
        .into_iter()
        .map(|color| (distance(&palette[usize::from(nearest(&palette, &color))], &color), color))
        .collect();
    while palette.len() < PALETTE {
        let Some((_, farthest)) = gaps.iter().copied().max() else { break };
        palette.push(farthest);
        for (gap, color) in &mut gaps {
            *gap = (*gap).min(distance(&farthest, color));
        }
    }
    Some(palette)
}

/// The place of the nearest colour in a palette of at most 256.
fn nearest(palette: &[Color], color: &Color) -> u8 {
    let places = (0..=u8::MAX).zip(palette);
    places.min_by_key(|(_, other)| distance(other, color)).map_or(0, |(place, _)| place)
}

/// The square of the distance between two colours.
fn distance(a: &Color, b: &Color) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
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

    /// Reads a picture whose palette is expanded to colours.
    fn colors(picture: &[u8]) -> Vec<Color> {
        read(picture).unwrap().2
    }

    #[test]
    fn few_colours_stay_with_their_transparency() {
        let pixels = [10, 20, 30, 255, 9, 9, 9, 0, 200, 0, 100, 128];
        let small = smaller(&encoded(ColorType::Rgba, 3, &pixels)).unwrap();
        assert_eq!(colors(&small), [[10, 20, 30, 255], [0; 4], [200, 0, 100, 128]]);
        let opaque = smaller(&encoded(ColorType::Rgb, 1, &[1, 2, 3])).unwrap();
        assert_eq!(colors(&opaque), [[1, 2, 3, 255]]);
        assert!(smaller(b"<svg/>").unwrap_err().contains("no PNG"));
    }

    #[test]
    fn of_many_colours_the_frequent_stay_and_the_others_are_near() {
        // A thousand shades once each, on a ground of two colours.
        let shades =
            (0..1000_u32).map(|at| [at % 10 * 25, at / 10 % 10 * 25, at / 100 * 25, 255].map(|shade| shade as u8));
        let all: Vec<Color> = std::iter::repeat_n([0; 4], 5000)
            .chain(std::iter::repeat_n([0, 114, 178, 255], 300))
            .chain(shades)
            .collect();
        let picture = encoded(ColorType::Rgba, 6300, &all.concat());
        let small = smaller(&picture).unwrap();
        let after = colors(&small);
        assert_eq!(after[..5300], all[..5300]);
        let worst = all.iter().zip(&after).map(|(before, after)| distance(before, after)).max().unwrap();
        // Two steps of the shades in each direction at the most.
        assert!(worst <= 3 * 50_u32.pow(2), "{worst}");
        assert_eq!(small, smaller(&picture).unwrap(), "the same picture gives the same file");
    }

    #[test]
    fn a_gradient_stays() {
        let all: Vec<Color> = (0..5000_u32).map(|at| [(at / 256) as u8, (at % 256) as u8, 90, 255]).collect();
        let small = smaller(&encoded(ColorType::Rgba, 5000, &all.concat())).unwrap();
        assert_eq!(colors(&small), all);
    }
}
