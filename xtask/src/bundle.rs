//! `bundle`: runs setup, and packs what it has compiled into one archive.

use std::path::PathBuf;
use std::process::ExitCode;

use gradus_kernel::project::Project;
use gradus_lab::bundle::{Wanted, pack};
use gradus_lab::console::Board;
use gradus_lab::{Failure, setup};

pub fn run(project: &Project, out: Option<PathBuf>, level: u8) -> Result<ExitCode, Failure> {
    setup::run_with(project, &Wanted::None)?;
    let out = out.unwrap_or_else(|| project.root().join("target").join("bundle"));
    let archive = Board::new().step("bundle", |say| {
        let archive = pack(project, &out, Some(level), say)?;
        let size = archive.metadata().map_or(0, |meta| meta.len() / 1_000_000);
        Ok((archive, format!("{size} MB")))
    })?;
    println!("{}", archive.display());
    Ok(ExitCode::SUCCESS)
}
