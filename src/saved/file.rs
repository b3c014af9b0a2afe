//! The file: tensors as safetensors holds them, and in its metadata what else there is to know.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use safetensors::{SafeTensorError, SafeTensors};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::former_names::todays_name;
use super::take_apart::Tensors;
use super::tensor::Tensor;
use crate::error::{Error, Result};
use crate::files::{hexadecimal, write_whole};

/// The newest layout that this version reads, and the one that it writes.
pub(super) const FORMAT: u64 = 1;
/// The key of gradus' metadata.
const KEY: &str = "gradus";
/// Where the checksum stands while it is computed.
const NO_CHECKSUM: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What the metadata holds. The checksum comes first, so that it is found before any text that a user chose; it stays as
/// it is in all formats, so that a damaged file is never taken for a newer one.
#[derive(Serialize, Deserialize)]
struct Metadata {
    /// SHA-256 of the whole file with zeros in the place of these 64 digits.
    sha256: String,
    format: u64,
    /// The version of gradus that wrote the file.
    version: String,
    #[serde(rename = "type")]
    kind: String,
    structure: Value,
}

/// What a file holds.
pub(super) struct Content {
    pub kind: String,
    /// The version of gradus that wrote it.
    pub version: String,
    pub structure: Value,
    pub tensors: BTreeMap<String, Tensor>,
}

/// Writes a file of this format.
pub(super) fn write(path: &Path, kind: &str, structure: Value, tensors: &Tensors) -> Result<()> {
    let problem = |problem: String| Error::File { path: path.into(), problem };
    let metadata = Metadata {
        sha256: NO_CHECKSUM.into(),
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").into(),
        kind: kind.into(),
        structure,
    };
    let metadata = serde_json::to_string(&metadata).map_err(|error| problem(error.to_string()))?;
    let tensors = tensors.list.iter().map(|(name, tensor)| (name, tensor));
    let mut bytes = safetensors::serialize(tensors, Some([(KEY.to_string(), metadata)].into_iter().collect()))
        .map_err(|error| problem(format!("cannot be made: {error}")))?;
    let place = place_of(&bytes, NO_CHECKSUM).ok_or_else(|| problem("has no place for its checksum".into()))?;
    let checksum = hexadecimal(&Sha256::digest(&bytes));
    bytes[place..place + checksum.len()].copy_from_slice(checksum.as_bytes());
    write_whole(path, &bytes)
}

/// Where the checksum stands. Quotes inside of the metadata's text are written with a backslash, and inside of a text in it
/// with three.
fn place_of(bytes: &[u8], checksum: &str) -> Option<usize> {
    let lead = br#"\"sha256\":\""#;
    let place = bytes.windows(lead.len()).position(|window| window == lead)? + lead.len();
    bytes.get(place..place + NO_CHECKSUM.len()).filter(|found| *found == checksum.as_bytes()).map(|_| place)
}

/// Reads a file and checks that it is whole and of a format known here.
pub(super) fn read(path: &Path) -> Result<Content> {
    let problem = |problem: String| Error::File { path: path.into(), problem };
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => problem("there is no such file; `save` makes it, or correct the path".into()),
        _ => problem(format!("cannot be read: {error}")),
    })?;
    content(bytes).map_err(problem)
}

/// What these bytes of a file hold, or what is wrong with them.
pub(super) fn content(mut bytes: Vec<u8>) -> Result<Content, String> {
    let (metadata, tensors) = parse(&bytes)?;
    let damaged = "its checksum does not fit: the file was altered or damaged since it was saved. Take a copy of it, or \
                   save it anew";
    let place = place_of(&bytes, &metadata.sha256).ok_or(damaged)?;
    bytes[place..place + NO_CHECKSUM.len()].copy_from_slice(NO_CHECKSUM.as_bytes());
    if hexadecimal(&Sha256::digest(&bytes)) != metadata.sha256 {
        return Err(damaged.into());
    }
    if metadata.format > FORMAT {
        return Err(format!(
            "is of format {}, written by gradus {}; this is gradus {}, which reads formats up to {FORMAT}. Use that \
             version or a newer one",
            metadata.format,
            metadata.version,
            env!("CARGO_PKG_VERSION")
        ));
    }
    let tensors = tensors.into_iter().map(|(name, tensor)| match tensor {
        Ok(tensor) => Ok((name, tensor)),
        Err(what) => Err(format!("the tensor `{name}` holds {what}")),
    });
    let Metadata { kind, version, structure, .. } = metadata;
    let kind = todays_name(&kind);
    Ok(Content { kind, version, structure, tensors: tensors.collect::<Result<_, _>>()? })
}

type Read = Vec<(String, Result<Tensor, String>)>;

/// Metadata and tensors of a file that is not yet known to be whole.
fn parse(bytes: &[u8]) -> Result<(Metadata, Read), String> {
    let unreadable = |error: SafeTensorError| {
        let what = match error {
            SafeTensorError::MetadataIncompleteBuffer => "its tensors are not as long as its header says".to_string(),
            other => other.to_string(),
        };
        format!(
            "cannot be read as a safetensors file ({what}): it is cut off, altered, or of another kind. Take a copy of it, \
             or save it anew"
        )
    };
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
    let Some(metadata) = header.metadata().as_ref().and_then(|metadata| metadata.get(KEY)) else {
        return Err("is a safetensors file, but not one that gradus saved, which tell their type in `gradus` in the \
                    metadata. Weights of other programs can be read with theirs"
            .into());
    };
    let metadata = serde_json::from_str(metadata).map_err(|error| {
        format!("its metadata cannot be read ({error}): it is altered or damaged. Take a copy of it, or save it anew")
    })?;
    let tensors = SafeTensors::deserialize(bytes).map_err(unreadable)?;
    Ok((metadata, tensors.iter().map(|(name, view)| (name.to_string(), Tensor::read(&view))).collect()))
}
