//! Progress on standard error: only on a terminal, only for what takes longer than a second.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::report::{self, Outcome};

/// Nothing is shown of what is done sooner.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time between two looks.
const PACE: Duration = Duration::from_millis(100);

/// What is on the terminal now, so that messages do not run into it.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// A running job. It disappears from the terminal when it is dropped.
pub struct Progress {
    /// None where nobody watches.
    bar: Option<ProgressBar>,
    started: Instant,
    told: Instant,
    /// Bytes that were dealt with, decompressed.
    bytes: u64,
    /// Bytes that were read, as they are stored.
    read: Arc<AtomicU64>,
    /// Files that are done, of how many.
    files: (usize, usize),
}

impl Progress {
    /// A job over so many bytes in so many files, or of so many parts, where their number is known.
    pub fn new(total: Option<u64>, files: usize) -> Self {
        let watched = io::stderr().is_terminal() && !report::is_quiet();
        let now = Instant::now();
        Self {
            bar: watched.then(|| bar(total)),
            started: now,
            told: now,
            bytes: 0,
            read: Arc::default(),
            files: (0, files),
        }
    }

    /// What counts the bytes that are read, as they are stored.
    pub fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.read)
    }

    /// One more file is done.
    pub fn file(&mut self) {
        self.files.0 += 1;
    }

    /// Says what is being done.
    pub fn phase(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_owned());
        }
    }

    /// So many of the whole are done, in words.
    pub fn done(&self, count: u64, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_position(count);
            bar.set_message(what.to_owned());
        }
    }

    /// So many more bytes have been read and dealt with.
    pub fn add(&mut self, bytes: u64, outcome: &Outcome) {
        self.bytes += bytes;
        let Some(bar) = &self.bar else { return };
        if self.told.elapsed() < PACE {
            return;
        }
        self.told = Instant::now();
        let megabytes = self.bytes as f64 / 1e6;
        let speed = megabytes / self.started.elapsed().as_secs_f64();
        let dropped = match outcome.judged {
            0 => String::new(),
            judged => format!(", {:.1}% dropped", outcome.dropped as f64 * 100.0 / judged as f64),
        };
        let files = match self.files {
            (_, 0 | 1) => String::new(),
            (done, all) => format!("{done} of {all} files, "),
        };
        bar.set_position(self.read.load(Ordering::Relaxed));
        bar.set_message(format!(
            "{files}{} documents, {megabytes:.1} MB, {speed:.1} MB/s{dropped}",
            outcome.documents
        ));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            if let Ok(mut shown) = SHOWN.lock() {
                *shown = None;
            }
            bar.finish_and_clear();
        }
    }
}

fn bar(total: Option<u64>) -> ProgressBar {
    let template =
        if total.is_some() { "{wide_msg} {bar:20} {percent:>3}%" } else { "{spinner} {wide_msg} {elapsed}" };
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    let late = bar.clone();
    thread::spawn(move || {
        thread::sleep(PATIENCE);
        let Ok(mut shown) = SHOWN.lock() else { return };
        if !late.is_finished() {
            late.set_draw_target(ProgressDrawTarget::stderr());
            late.enable_steady_tick(PACE);
            *shown = Some(late);
        }
    });
    bar
}

/// Runs `write`, which writes to standard error, beside whatever is shown there.
pub fn aside(write: impl FnOnce()) {
    // The lock is not held meanwhile: writing may take long.
    let shown = SHOWN.lock().ok().and_then(|shown| shown.clone());
    match shown {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}
