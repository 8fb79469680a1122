//! Panics: what panics over an input is that input's problem, and nobody is shown what a programmer would be.

use std::panic::{self, AssertUnwindSafe};

use crate::console;

/// What to say of an input.
pub const OF_AN_INPUT: &str = "an error inside gleaner, which is a bug: please report it with this file";
/// What to say of a run.
pub const OF_THE_RUN: &str = "an error inside gleaner, which is a bug: please report it with what you typed";

/// From now on a panic writes nothing; with `--verbose`, in a line, where it was.
pub fn silence() {
    panic::set_hook(Box::new(|panic| {
        if console::is_verbose()
            && let Some(place) = panic.location()
        {
            console::say(&format!("an error inside gleaner, at {place}"));
        }
    }));
}

/// What `run` comes to; none if it panics. What it was working on is to be used no more then.
pub fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(run)).ok()
}
