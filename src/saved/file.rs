//! The file: tensors in the safetensors format, and everything else in its metadata.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use safetensors::{SafeTensorError, SafeTensors};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::former_names::todays_name;
use super::item::Tensors;
use super::tensor::Tensor;
use crate::error::{Cause, Error, Result};
use crate::files::{cannot_be_read, hexadecimal, write_whole};

/// The newest layout that this version reads, and the one that it writes.
pub(super) const FORMAT: u64 = 1;
/// The key of gradus' metadata.
const KEY: &str = "gradus";
/// The placeholder of the checksum while it is computed.
const NO_CHECKSUM: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The metadata. The checksum comes first, so that it is found before any text that a user chose; it is the same in all
/// formats, so that a damaged file is never mistaken for a newer one.
#[derive(Serialize, Deserialize)]
struct Metadata {
    /// SHA-256 of the whole file with zeros in place of these 64 digits.
    sha256: String,
    format: u64,
    /// The version of gradus that wrote the file.
    version: String,
    #[serde(rename = "type")]
    kind: String,
    structure: Value,
}

/// The content of a file.
pub(super) struct Content {
    pub kind: String,
    /// The version of gradus that wrote it.
    pub version: String,
    pub structure: Value,
    pub tensors: BTreeMap<String, Tensor>,
}

/// Writes a file of this format.
pub(super) fn write(path: &Path, kind: &str, structure: Value, tensors: &Tensors) -> Result<()> {
    let metadata = Metadata {
        sha256: NO_CHECKSUM.into(),
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").into(),
        kind: kind.into(),
        structure,
    };
    let metadata = serde_json::to_string(&metadata)
        .map_err(|error| Error::file_because(path, "its structure cannot be written as JSON", error))?;
    let tensors = tensors.list.iter().map(|(name, tensor)| (name, tensor));
    let mut bytes = safetensors::serialize(tensors, Some([(KEY.to_string(), metadata)].into_iter().collect()))
        .map_err(|error| Error::file_because(path, "its tensors cannot be serialized", error))?;
    let position =
        checksum_position(&bytes, NO_CHECKSUM).ok_or_else(|| Error::file(path, "its metadata has no checksum"))?;
    let checksum = hexadecimal(&Sha256::digest(&bytes));
    bytes[position..position + checksum.len()].copy_from_slice(checksum.as_bytes());
    write_whole(path, &bytes)
}

/// The position of the checksum. Quotes inside the metadata's text are written with a backslash, and inside of a text in
/// it with three.
fn checksum_position(bytes: &[u8], checksum: &str) -> Option<usize> {
    let lead = br#"\"sha256\":\""#;
    let position = bytes.windows(lead.len()).position(|window| window == lead)? + lead.len();
    bytes.get(position..position + NO_CHECKSUM.len()).filter(|found| *found == checksum.as_bytes()).map(|_| position)
}

/// Reads a file and checks that it is complete and of a known format.
pub(super) fn read(path: &Path) -> Result<Content> {
    let bytes = std::fs::read(path).map_err(|error| {
        let problem = match error.kind() {
            ErrorKind::NotFound => "there is no such file; `save` makes it, or correct the path".into(),
            _ => cannot_be_read(&error),
        };
        Error::file_because(path, problem, error)
    })?;
    content(bytes).map_err(|Problem { text, cause }| Error::File { path: path.into(), problem: text, source: cause })
}

/// What is wrong with a file, and the error that reported it.
#[derive(Debug)]
pub(super) struct Problem {
    pub text: String,
    cause: Option<Cause>,
}

impl<T: Into<String>> From<T> for Problem {
    fn from(text: T) -> Self {
        Problem { text: text.into(), cause: None }
    }
}

/// Parses the bytes of a file.
pub(super) fn content(mut bytes: Vec<u8>) -> Result<Content, Problem> {
    let (metadata, tensors) = parse(&bytes)?;
    let damaged = "its checksum does not fit: the file was altered or damaged since it was saved. Take a copy of it, or \
                   save it again";
    let position = checksum_position(&bytes, &metadata.sha256).ok_or(damaged)?;
    bytes[position..position + NO_CHECKSUM.len()].copy_from_slice(NO_CHECKSUM.as_bytes());
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
        )
        .into());
    }
    let tensors = tensors.into_iter().map(|(name, tensor)| match tensor {
        Ok(tensor) => Ok((name, tensor)),
        Err(what) => Err(format!("the tensor `{name}` holds {what}")),
    });
    let Metadata { kind, version, structure, .. } = metadata;
    let kind = todays_name(&kind);
    Ok(Content { kind, version, structure, tensors: tensors.collect::<Result<_, String>>()? })
}

type Read = Vec<(String, Result<Tensor, String>)>;

/// Parses metadata and tensors of a file whose checksum is still to be compared.
fn parse(bytes: &[u8]) -> Result<(Metadata, Read), Problem> {
    let unreadable = |error: SafeTensorError| {
        let detail = match error {
            SafeTensorError::MetadataIncompleteBuffer => " (its tensors are not as long as its header says)",
            _ => "",
        };
        let text = format!(
            "cannot be read as a safetensors file{detail}: it is cut off, altered, or of another kind. Take a copy of it, \
             or save it again"
        );
        Problem { text, cause: Some(Cause::new(error)) }
    };
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
    let Some(metadata) = header.metadata().as_ref().and_then(|metadata| metadata.get(KEY)) else {
        return Err(
            "is a safetensors file, but not one that gradus saved: its metadata has no key `gradus`. Read the \
                    weights of other programs with those programs"
                .into(),
        );
    };
    let metadata = serde_json::from_str(metadata).map_err(|error: serde_json::Error| {
        let text = "its metadata cannot be read: it is altered or damaged. Take a copy of it, or save it again".into();
        Problem { text, cause: Some(Cause::new(error)) }
    })?;
    let tensors = SafeTensors::deserialize(bytes).map_err(unreadable)?;
    Ok((metadata, tensors.iter().map(|(name, view)| (name.to_string(), Tensor::read(&view))).collect()))
}
