//! Stands in for `download` where gradus was built without the feature `fetch`.

use std::path::Path;

use super::Remote;
use crate::error::{Error, Result};

impl Remote {
    /// Says that the file is not there, where it can be had, and where it belongs.
    pub(super) fn fetch(&self, path: &Path) -> Result<()> {
        Err(Error::Fetch {
            file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            url: self.sources.first().map_or_else(|| "nowhere".into(), |source| source.url.clone()),
            problem: "gradus was built without its feature `fetch`. Add it to the features of gradus in the program's \
                      Cargo.toml"
                .into(),
            folder: path.parent().unwrap_or(Path::new(".")).to_path_buf(),
        })
    }
}
