//! A headless browser of the Chromium family, found on this machine and driven over its DevTools protocol.
//!
//! The library draws figures with it, `cargo xtask report` prints pages, and the browser tests look at notebooks.
//!
//! | what | where |
//! |---|---|
//! | [`find`]: Chromium, Chrome or Edge, or the program that `GRADUS_BROWSER` names | `find.rs` |
//! | [`Browser`]: its start, its end, its process tree | `browser.rs`, `process.rs` |
//! | [`Page`]: open, evaluate, wait, mouse, keys, pictures, PDF | `page.rs`, `input.rs` |
//! | [`figure::Painter`]: plotly.js figures as SVG, PDF and PNG; the house style | `figure/` |
//! | the protocol's messages; the way they take on Windows | `connection.rs`, `socket.rs` |
//!
//! Why a client of our own: the crates that drive a browser (headless_chrome, chromiumoxide) bring 88 and 117 packages,
//! with generated code for the whole protocol, into each notebook's cold build. The dozen commands needed here are JSON
//! over a pipe, and a browser that is led by a pipe ends by itself when the program that started it is gone, however it
//! went.
//!
//! ```no_run
//! use std::time::Duration;
//! let browser = gradus_browser::Browser::start(Duration::from_secs(30))?;
//! let mut page = browser.page()?;
//! page.html("<h1>Hello</h1>")?;
//! assert_eq!(page.evaluate("document.querySelector('h1').textContent")?, "Hello");
//! # Ok::<(), gradus_browser::Error>(())
//! ```

mod browser;
mod connection;
mod error;
pub mod figure;
mod find;
mod input;
mod page;
mod process;
#[cfg(any(test, not(unix)))]
mod socket;

pub use browser::Browser;
pub use error::{Error, Result};
pub use find::find;
pub use page::{Area, Page, Paper};
