//! The engine that runs cells: a work folder, an `evcxr_jupyter` in it, and the process which that starts for the
//! cells.

use std::path::PathBuf;
use std::time::Duration;

use jupyter_protocol::CompleteRequest;

use gradus_kernel::Failure;
use gradus_kernel::prelude::PRELUDE;
use gradus_kernel::project::Project;
use gradus_kernel::recorded;
use gradus_kernel::work::{Locks, Work};

use super::cells_process::CellsProcess;
use super::evcxr::Evcxr;
use super::interrupt::Interrupt;

/// How long the process that runs the cells may take to connect to the front.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// How long it takes if it has run the prelude.
const CONNECT_TIMEOUT_AFTER_PRELUDE: Duration = Duration::from_millis(300);

/// Code that makes the analyzer look up what the first cells of most notebooks need.
const WARM_UP: &str =
    "use gradus::prelude::*; let numbers = vec![1.0]; let table = Array2::<f64>::zeros((1, 1)); table.";

/// A work folder with everything that runs in it.
pub struct Engine {
    pub project: Project,
    pub work: Work,
    locks: Locks,
    pub evcxr: Evcxr,
    pub cells: CellsProcess,
    pub interrupt: Interrupt,
    /// The notebook's folder.
    pub folder: PathBuf,
    pub is_warm: bool,
}

impl Engine {
    /// Makes a work folder, starts evcxr in it, and waits until the library is loaded.
    pub async fn start(project: Project, folder: PathBuf) -> Result<Self, Failure> {
        let (kernels, recorded) = (project.kernels(), recorded::read(&project.kernels()));
        let (work, locks) = Work::claim(&kernels)?;
        work.fill(&kernels)?;
        work.configure(&project, &recorded)?;
        work.clean_up_later()?;
        let interrupt = Interrupt::new(&work.interrupt(), work.compiling())?;
        let mut cells = CellsProcess::listen(&work.socket())?;
        let mut evcxr = Evcxr::start(&project, &work, &locks).await?;
        evcxr.ready().await?;
        // An `evcxr.toml` beside the notebook may have a prelude that takes the place of ours.
        let mut is_connected = cells.connected(CONNECT_TIMEOUT_AFTER_PRELUDE).await;
        if !is_connected && evcxr.run_silently(PRELUDE).await? {
            is_connected = cells.connected(CONNECT_TIMEOUT).await;
        }
        if !is_connected {
            return Err("the process that runs the cells does not find the front: is there an evcxr.toml?".into());
        }
        cells.set_folder(&folder).await;
        Ok(Self { project, work, locks, evcxr, cells, interrupt, folder, is_warm: false })
    }

    /// Lets the analyzer look up, while there is nothing else to do, what the first cells of a notebook will make it
    /// look up.
    pub async fn warm_up(&mut self) -> Result<(), Failure> {
        let request = CompleteRequest { code: WARM_UP.into(), cursor_pos: WARM_UP.chars().count() };
        self.evcxr.complete(&request).await?;
        self.is_warm = true;
        Ok(())
    }

    /// Restarts evcxr in the same folder, after it has ended.
    pub async fn restart(&mut self) -> Result<(), Failure> {
        self.cells.forget();
        self.evcxr = Evcxr::start(&self.project, &self.work, &self.locks).await?;
        self.evcxr.ready().await?;
        self.connect_again().await
    }

    /// Gets a new process for the cells, after theirs has ended.
    pub async fn revive(&mut self) -> Result<(), Failure> {
        // By now evcxr will have noticed that the process has gone, and have started another; that runs the second time.
        for _ in 0..3 {
            if self.cells.is_connected() || self.evcxr.run_silently(PRELUDE).await? {
                break;
            }
        }
        self.connect_again().await
    }

    async fn connect_again(&mut self) -> Result<(), Failure> {
        if !self.cells.connected(CONNECT_TIMEOUT).await {
            return Err("the process that runs the cells does not answer; restart the kernel".into());
        }
        self.cells.set_folder(&self.folder).await;
        Ok(())
    }
}
