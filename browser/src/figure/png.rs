//! A PNG's density: how many of its pixels are an inch, for programs that place it on paper.

/// Signature and header chunk; the new chunk must stand before the pixels.
const HEADER: usize = 8 + 25;

/// The same picture with a `pHYs` chunk (PNG specification, 11.3.5.3).
pub(super) fn with_density(mut png: Vec<u8>, dots_per_inch: f64) -> Vec<u8> {
    if png.len() < HEADER || &png[12..16] != b"IHDR" {
        return png;
    }
    let per_metre = (dots_per_inch / 0.0254).round() as u32;
    let mut chunk = b"pHYs".to_vec();
    chunk.extend(per_metre.to_be_bytes());
    chunk.extend(per_metre.to_be_bytes());
    chunk.push(1);
    let check = crc(&chunk);
    let mut whole = 9_u32.to_be_bytes().to_vec();
    whole.extend(chunk);
    whole.extend(check.to_be_bytes());
    png.splice(HEADER..HEADER, whole);
    png
}

/// CRC-32 of ISO 3309, bit by bit: it is taken of 13 bytes.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (if sum & 1 == 1 { 0xedb8_8320 } else { 0 }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sum_is_the_published_one() {
        // The usual check value of CRC-32, and that of an empty IEND chunk.
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc(b"IEND"), 0xae42_6082);
    }

    #[test]
    fn the_density_stands_behind_the_header() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend([0; 17]);
        png.extend(b"rest");
        let dense = with_density(png.clone(), 300.0);
        assert_eq!(&dense[..HEADER], &png[..HEADER]);
        assert_eq!(&dense[HEADER..HEADER + 8], b"\0\0\0\x09pHYs");
        assert_eq!(&dense[HEADER + 8..HEADER + 12], 11_811_u32.to_be_bytes());
        assert!(dense.ends_with(b"rest"));
        assert_eq!(with_density(b"no".to_vec(), 300.0), b"no");
    }
}
