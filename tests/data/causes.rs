//! Errors of files keep the operating system's error as their source.

use std::error::Error as _;
use std::io;

use gradus::prelude::*;

/// The kind of the I/O error behind an error, whose text its message does not repeat.
fn kind<T>(result: Result<T>) -> Option<io::ErrorKind> {
    let error = result.err()?;
    let cause = error.source()?;
    assert!(!error.to_string().contains(&cause.to_string()), "{error}");
    assert!(format!("{error:?}").contains(&cause.to_string()), "{error:?}");
    cause.downcast_ref().map(io::Error::kind)
}

#[test]
fn a_missing_file_is_not_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none");
    assert_eq!(kind(read_csv(&path)), Some(io::ErrorKind::NotFound));
    assert_eq!(kind(StandardScaler::load(&path)), Some(io::ErrorKind::NotFound));
    let scaler = StandardScaler::fit(&array![[1.0], [2.0]]).unwrap();
    assert_eq!(kind(scaler.save(path.join("scaler.safetensors"))), Some(io::ErrorKind::NotFound));
}

#[cfg(unix)]
#[test]
fn a_folder_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(kind(read_csv(folder.path())), Some(io::ErrorKind::IsADirectory));
    assert_eq!(kind(StandardScaler::load(folder.path())), Some(io::ErrorKind::IsADirectory));
    let scaler = StandardScaler::fit(&array![[1.0], [2.0]]).unwrap();
    assert_eq!(kind(scaler.save(folder.path())), Some(io::ErrorKind::IsADirectory));
}

#[test]
fn what_is_not_text_or_not_safetensors_names_its_parser() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, b"a,b\n\xff,1\n").unwrap();
    let error = read_csv(&path).unwrap_err();
    assert!(error.source().is_some_and(|cause| cause.is::<std::str::Utf8Error>()), "{error:?}");
    let error = StandardScaler::load(&path).unwrap_err();
    assert!(error.source().is_some(), "{error:?}");
}
