//! Saving fitted models and scalers to files: loaded in another process, they predict the same, bit for bit.
//!
//! A file is a [safetensors](https://github.com/huggingface/safetensors) file. Every floating-point number and every list
//! of numbers is a tensor in it, named after its path (`weights`, `model.weights`, `fitted.scale`) and row-major, so that
//! NaN and infinity keep their bits and Python reads the arrays:
//!
//! ```python
//! import json, safetensors
//! with safetensors.safe_open("model.safetensors", "numpy") as file:
//!     weights, intercepts = file.get_tensor("weights"), file.get_tensor("intercepts")
//!     columns = [column["name"] for column in json.loads(file.metadata()["gradus"])["structure"]["columns"]]
//! ```
//!
//! The rest is JSON in the metadata, under `gradus`: `sha256` of the whole file (with zeros in its own place),
//! `format`, `version` of gradus, `type`, and the `structure`, in which `{"$tensor": "weights"}` refers to a tensor.
//!
//! Files of older formats stay readable: fields that a type gains later have a default.

mod compound;
mod deserializer;
mod file;
mod former_names;
mod item;
mod serializer;
mod tensor;

#[cfg(test)]
mod tests;

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The key of a reference to a tensor.
const TENSOR: &str = "$tensor";
/// How ndarray names its arrays to serde.
const ARRAY: &str = "Array";

/// Fitted models, scalers, encoders and imputers, which can be saved and loaded.
///
/// ```
/// use gradus::prelude::*;
/// let train = Dataset::from_arrays(array![[1.0], [3.0], [6.0], [5.0]], array![4.0, 8.0, 14.0, 13.0])?;
/// let scaler = StandardScaler::fit(&train)?;
/// let model = LinearRegression::closed_form().fit(&scaler.transform(&train)?)?;
/// let folder = std::env::temp_dir();
/// # let folder = folder.join(format!("gradus-saved-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).map_err(|error| gradus::Error::Data(error.to_string()))?;
/// scaler.save(folder.join("scaler.safetensors"))?;
/// model.save(folder.join("model.safetensors"))?;
///
/// // In another process, another day:
/// let scaler = StandardScaler::load(folder.join("scaler.safetensors"))?;
/// let served = FittedClosedForm::load(folder.join("model.safetensors"))?;
/// let new = scaler.transform_array(&array![[2.0]])?;
/// assert_eq!(served.predict(&new)?, model.predict(&new)?);
/// # let _ = std::fs::remove_dir_all(&folder);
/// # Ok::<(), gradus::Error>(())
/// ```
pub trait Saved: Serialize + DeserializeOwned {
    /// The type's name in the file.
    const TYPE: &'static str;

    /// Checks whether the parts of a deserialized value fit each other; by default they do.
    ///
    /// # Errors
    /// What does not fit.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// Saves to a file; an older one is replaced in one step, so that no reader ever sees half a model.
    ///
    /// # Errors
    /// [`Error::File`] where the folder does not exist or cannot be written, or the disk is full. The older file stays.
    #[doc(alias = "dump")]
    #[doc(alias = "joblib")]
    #[doc(alias = "pickle")]
    fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let (structure, tensors) = serializer::serialize(self)
            .map_err(|mismatch| Error::file(path, format!("this {} cannot be saved: {mismatch}", Self::TYPE)))?;
        file::write(path, Self::TYPE, structure, &tensors)
    }

    /// Loads what [`save`](Saved::save) wrote.
    ///
    /// # Errors
    /// [`Error::File`] for a file that does not exist, is cut off or altered, is of another type or of a newer format, or
    /// is not a file of gradus.
    #[doc(alias = "joblib")]
    fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let problem = |problem: String| Error::file(path, problem);
        let content = file::read(path)?;
        if content.kind != Self::TYPE {
            let (found, wanted) = (content.kind, Self::TYPE);
            return Err(problem(format!("holds a {found}, not a {wanted}; `{found}::load` reads it")));
        }
        let invalid = |mismatch: String| {
            let (kind, version) = (Self::TYPE, &content.version);
            problem(format!(
                "its parts do not form a {kind}: {mismatch}. gradus {version} wrote it, this is gradus {}; fit and save it again",
                env!("CARGO_PKG_VERSION")
            ))
        };
        let loaded: Self = deserializer::deserialize(&content.structure, &content.tensors)
            .map_err(|mismatch| invalid(mismatch.to_string()))?;
        loaded.check().map_err(invalid)?;
        Ok(loaded)
    }
}
