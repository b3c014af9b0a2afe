//! `saved/` from outside: other processes, older files, full disks.

mod fixtures;

use std::path::Path;
use std::process::Command;

use gradus::prelude::*;

/// The bits of every prediction of a saved model on scaled examples, as text.
fn served(folder: &Path) -> Result<String> {
    let scaler = StandardScaler::load(folder.join("scaler.safetensors"))?;
    let model = FittedClosedForm::load(folder.join("model.safetensors"))?;
    let predicted = model.predict(&scaler.transform(&datasets::diabetes()?)?)?;
    Ok(predicted.iter().map(|value| format!("{:016x}\n", value.to_bits())).collect())
}

fn fitted(folder: &Path) -> Result<Array1<f64>> {
    let diabetes = datasets::diabetes()?;
    let scaler = StandardScaler::fit(&diabetes)?;
    let scaled = scaler.transform(&diabetes)?;
    let model = LinearRegression::closed_form().fit(&scaled)?;
    scaler.save(folder.join("scaler.safetensors"))?;
    model.save(folder.join("model.safetensors"))?;
    model.predict(&scaled)
}

/// What the tests that call this program again pass on to it.
fn folder_of_parent() -> Option<std::path::PathBuf> {
    std::env::var_os("GRADUS_SAVED").map(std::path::PathBuf::from)
}

#[test]
fn another_process() {
    if let Some(folder) = folder_of_parent() {
        std::fs::write(folder.join("predicted"), served(&folder).unwrap()).unwrap();
    }
}

#[test]
fn another_process_predicts_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let here = fitted(folder.path()).unwrap();
    let program = std::env::current_exe().unwrap();
    let status =
        Command::new(program).args(["--exact", "another_process"]).env("GRADUS_SAVED", folder.path()).status().unwrap();
    assert!(status.success());
    let there = std::fs::read_to_string(folder.path().join("predicted")).unwrap();
    let here: Vec<String> = here.iter().map(|value| format!("{:016x}", value.to_bits())).collect();
    assert_eq!(there.lines().collect::<Vec<_>>(), here);
}

#[test]
fn a_disk_that_takes_no_more() {
    let Some(folder) = folder_of_parent() else { return };
    let error = fitted(&folder).unwrap_err().to_string();
    assert!(error.contains("safetensors: cannot be written: "), "{error}");
}

/// Files of this process cannot grow beyond a block, as on a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_the_older_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    fitted(folder.path()).unwrap();
    let before = served(folder.path()).unwrap();
    let program = std::env::current_exe().unwrap();
    let status = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" --exact a_disk_that_takes_no_more"])
        .arg(program)
        .env("GRADUS_SAVED", folder.path())
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(served(folder.path()).unwrap(), before);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let scaler = StandardScaler::fit(&array![[1.0], [2.0]]).unwrap();
    let refused = |path: &Path| scaler.save(path).unwrap_err().to_string();
    let text = refused(&folder.path().join("missing/scaler.safetensors"));
    assert!(text.contains("scaler.safetensors") && text.contains("missing does not exist; make it first"), "{text}");
    std::fs::write(folder.path().join("file"), "").unwrap();
    assert!(refused(&folder.path().join("file/scaler.safetensors")).contains("does not exist"));
    assert!(refused(folder.path()).contains("cannot be written"));
    #[cfg(target_os = "linux")]
    assert!(refused(Path::new("/proc/scaler.safetensors")).contains("cannot be written"));
}

#[test]
fn models_of_any_layout_predict_the_same_bits() -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let diabetes = datasets::diabetes()?;
    let x = diabetes.features();
    // Several targets, whose weights a solver or a start may hold column by column.
    let y = ndarray::concatenate![ndarray::Axis(1), *diabetes.targets(), x.slice(ndarray::s![.., ..2]).to_owned()];
    for solver in [Solver::Automatic, Solver::NormalEquations, Solver::Qr, Solver::Svd] {
        let model = LinearRegression::closed_form().solver(solver).fit(&(x, &y))?;
        model.save(&path)?;
        let loaded = FittedClosedForm::load(&path)?;
        assert_eq!(loaded, model);
        assert_eq!(loaded.weights().strides(), model.weights().strides());
        for rows in [1, 2, 3, 100, x.nrows()] {
            let x = x.slice(ndarray::s![..rows, ..]).to_owned();
            assert_eq!(loaded.predict_raw(&x)?, model.predict_raw(&x)?);
        }
    }
    let start = Array2::from_elem((3, x.ncols()), 0.5).reversed_axes();
    let steps = LinearRegression::gradient_descent().learning_rate(1e-6).start_targets(start, Array1::zeros(3));
    let steps = steps.epochs(2).fit(&(x, &y))?;
    steps.save(&path)?;
    assert_eq!(<FittedGradientDescent>::load(&path)?.predict_raw(x)?, steps.predict_raw(x)?);
    Ok(())
}
