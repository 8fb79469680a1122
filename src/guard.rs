//! Panics of dependencies, turned into errors: damaged input must cost its own document and nothing else.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

/// A dependency panicked on what it was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is damaged ({message})")]
pub struct Panicked {
    /// What the dependency said.
    pub message: String,
}

thread_local! {
    /// How many calls of [`run`] this thread is inside of.
    static INSIDE: Cell<u32> = const { Cell::new(0) };
}

/// Runs code of a dependency. What it was working on must not be used any more after a panic.
///
/// Nothing is printed: the first call puts a hook before the one that is there, which passes on all panics but
/// these.
///
/// # Errors
/// What the dependency panicked with.
pub fn run<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // A thread that is ending has no such number any more; it is inside of nothing.
            if INSIDE.try_with(Cell::get).unwrap_or(0) == 0 {
                before(info);
            }
        }));
    });
    INSIDE.with(|inside| inside.set(inside.get() + 1));
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    INSIDE.with(|inside| inside.set(inside.get() - 1));
    done.map_err(|panicked| Panicked { message: message(&*panicked) })
}

/// What a panic said, on one line.
fn message(panicked: &(dyn Any + Send)) -> String {
    let said = panicked
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panicked.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given");
    said.lines().next().unwrap_or_default().chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_message() {
        assert_eq!(run(|| 7), Ok(7));
        let number = run(|| Vec::<u8>::new().len()).unwrap();
        let failed = run(|| assert!(number > 0, "page {number} is negative\nand more")).unwrap_err();
        assert_eq!(failed.to_string(), "it is damaged (page 0 is negative)");
        let inner = run(|| run(|| panic!("inside")).is_err()).unwrap();
        assert!(inner && INSIDE.with(Cell::get) == 0);
    }
}
