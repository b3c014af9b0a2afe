//! IDX, the format of MNIST: a header with the sizes, then one byte a value; compressed with gzip.

use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;

use crate::error::{Error, Result};

/// The bytes of an array of these dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Idx {
    pub dimensions: Vec<usize>,
    pub values: Vec<u8>,
}

impl Idx {
    /// Reads a `.gz` file's contents; `path` is for the error.
    pub fn parse(path: &Path, compressed: &[u8]) -> Result<Self> {
        let said = |problem: String| Error::file(path, problem);
        let mut bytes = vec![];
        GzDecoder::new(compressed)
            .read_to_end(&mut bytes)
            .map_err(|error| Error::file_because(path, "it cannot be unpacked: it is cut off or damaged", error))?;
        // Two zeros, the type of the values (8: unsigned bytes), the number of dimensions, each as four bytes.
        let [0, 0, 8, count, rest @ ..] = bytes.as_slice() else {
            return Err(said("it is no IDX file of bytes".into()));
        };
        let count = usize::from(*count);
        let Some((sizes, values)) = rest.split_at_checked(4 * count) else {
            return Err(said(format!("its header of {count} dimensions is cut off")));
        };
        let dimensions: Vec<usize> =
            sizes.as_chunks().0.iter().map(|size| u32::from_be_bytes(*size) as usize).collect();
        let expected = dimensions.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
        if expected != Some(values.len()) {
            return Err(said(format!("it announces {dimensions:?} values, but holds {}", values.len())));
        }
        Ok(Idx { dimensions, values: values.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use proptest::prelude::*;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(vec![], Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn parse(bytes: &[u8]) -> Result<Idx> {
        Idx::parse(Path::new("digits.gz"), &packed(bytes))
    }

    #[test]
    fn what_is_whole_is_read_and_what_is_not_is_told() {
        let whole = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60];
        let idx = Idx { dimensions: vec![2, 3], values: vec![10, 20, 30, 40, 50, 60] };
        assert_eq!(parse(&whole).unwrap(), idx);
        let said = |bytes: &[u8]| parse(bytes).unwrap_err().to_string();
        assert!(said(&whole[..17]).contains("announces [2, 3] values, but holds 5"), "{}", said(&whole[..17]));
        assert!(said(&whole[..9]).contains("cut off"));
        assert!(said(b"label,pixel").contains("no IDX file"));
        let cut = &packed(&whole)[..20];
        let error = Idx::parse(Path::new("digits.gz"), cut).unwrap_err().to_string();
        assert!(error.contains("unpacked") && error.contains("digits.gz"), "{error}");
        let error = Idx::parse(Path::new("digits.gz"), cut).unwrap_err();
        let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<std::io::Error>());
        assert_eq!(cause.map(std::io::Error::kind), Some(std::io::ErrorKind::UnexpectedEof));
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..40), dimensions in 0..6_u8) {
            let _ = Idx::parse(Path::new("x"), &bytes);
            let _ = parse(&bytes);
            let _ = parse(&[&[0, 0, 8, dimensions], bytes.as_slice()].concat());
        }
    }
}
