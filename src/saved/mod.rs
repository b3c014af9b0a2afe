//! Fitted models and scalers as files, and back: in another process the same predictions, bit for bit.
//!
//! A file is a [safetensors](https://github.com/huggingface/safetensors) file. Every floating-point number and every list
//! of numbers is a tensor in it, named after its place (`weights`, `model.weights`, `fitted.scale`) and row-major, so that
//! NaN and infinity keep their bits and Python reads the arrays:
//!
//! ```python
//! import json, safetensors
//! with safetensors.safe_open("model.safetensors", "numpy") as file:
//!     weights, intercepts = file.get_tensor("weights"), file.get_tensor("intercepts")
//!     columns = [column["name"] for column in json.loads(file.metadata()["gradus"])["structure"]["columns"]]
//! ```
//!
//! The rest stands as JSON in the metadata, under `gradus`: `sha256` over the whole file (with zeros in its own place),
//! `format`, `version` of gradus, `type`, and the `structure`, in which `{"$tensor": "weights"}` stands for a tensor.
//!
//! Files of older formats stay readable: what a type gains later has a default.

mod file;
mod former_names;
mod put_together;
mod take_apart;
mod tensor;

#[cfg(test)]
mod tests;

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The key that says: a tensor stands here.
const TENSOR: &str = "$tensor";
/// How ndarray names its arrays to serde.
const ARRAY: &str = "Array";

/// What can be saved and loaded: fitted models, and the scalers, encoders and imputers that prepare their data.
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

    /// What is wrong with a value that was put together from a file, where its parts do not fit; nothing by default.
    ///
    /// # Errors
    /// In words what does not fit.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// Saves to a file; an older one is replaced in one step, so that nobody ever sees half a model.
    ///
    /// # Errors
    /// [`Error::File`] where the folder does not exist or cannot be written, or the disk is full. The older file stays.
    fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let (structure, tensors) = take_apart::take_apart(self).map_err(|unfit| Error::File {
            path: path.into(),
            problem: format!("this {} cannot be saved: {unfit}", Self::TYPE),
        })?;
        file::write(path, Self::TYPE, structure, &tensors)
    }

    /// Loads what [`save`](Saved::save) wrote.
    ///
    /// # Errors
    /// [`Error::File`] for a file that is not there, that is cut off or altered in any place, that is of another type, of
    /// a newer format, or not a file of gradus.
    fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let problem = |problem: String| Error::File { path: path.into(), problem };
        let content = file::read(path)?;
        if content.kind != Self::TYPE {
            let (found, wanted) = (content.kind, Self::TYPE);
            return Err(problem(format!("holds a {found}, not a {wanted}; `{found}::load` reads it")));
        }
        let unfit = |unfit: String| {
            let (kind, version) = (Self::TYPE, &content.version);
            problem(format!(
                "its parts make no {kind}: {unfit}. gradus {version} wrote it, this is gradus {}; fit and save it anew",
                env!("CARGO_PKG_VERSION")
            ))
        };
        let loaded: Self = put_together::put_together(&content.structure, &content.tensors)
            .map_err(|problem| unfit(problem.to_string()))?;
        loaded.check().map_err(unfit)?;
        Ok(loaded)
    }
}
