//! Progress on standard error: only on a terminal, only for what takes longer than a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console;
use crate::outcome::Outcome;

/// Nothing is shown of what is done sooner.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time between two looks.
const PACE: Duration = Duration::from_millis(100);

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
        let mut job = Self::hidden();
        job.bar = console::is_watched().then(|| bar(total));
        job.files = (0, files);
        job
    }

    /// A job whose progress nobody is shown: somebody types what it reads, say.
    pub fn hidden() -> Self {
        let now = Instant::now();
        Self { bar: None, started: now, told: now, bytes: 0, read: Arc::default(), files: (0, 0) }
    }

    /// Bytes that were dealt with, and the time since the job began.
    pub fn so_far(&self) -> (u64, Duration) {
        (self.bytes, self.started.elapsed())
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
        // Where a bar says how much is done, there is no room for it in numbers as well.
        let read = if bar.length().is_some() { String::new() } else { format!(", {megabytes:.1} MB") };
        bar.set_message(format!(
            "{files}{}{read}, {speed:.1} MB/s{dropped}",
            console::count(outcome.documents, "document")
        ));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            console::clear(bar);
        }
    }
}

fn bar(total: Option<u64>) -> ProgressBar {
    let template = if total.is_some() {
        "{wide_msg} {bar:12} {percent:>3}%, {eta} left"
    } else {
        "{spinner} {wide_msg} {elapsed}"
    };
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    let late = bar.clone();
    thread::spawn(move || {
        thread::sleep(PATIENCE);
        console::show(&late, || {
            late.set_draw_target(ProgressDrawTarget::stderr());
            late.enable_steady_tick(PACE);
        });
    });
    bar
}
