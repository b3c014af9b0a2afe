//! The first cell of every kernel, which evcxr compiles and runs.
//!
//! Its parts are Rust sources for evcxr, not for this crate.

/// Passes on what cells write, in order, and reports how they fail.
#[cfg(unix)]
pub const PRELUDE: &str = concat!(
    include_str!("macros.rs.in"),
    // In a block, since only what is outside of one is compiled with each later cell.
    "{\nmod gradus_pump {\n",
    include_str!("start.rs.in"),
    include_str!("pump.rs.in"),
    include_str!("poll.rs.in"),
    "}\n",
    include_str!("hook.rs.in"),
    "}\n",
    include_str!("question_mark.rs.in"),
);

/// Shortens the message of a panic: without this, it includes forty lines of backtrace.
#[cfg(not(unix))]
pub const PRELUDE: &str = concat!(include_str!("without_front.rs.in"), include_str!("question_mark.rs.in"));
