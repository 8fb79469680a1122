//! Cleans texts as they come, one JSON string a line, on several threads that share one cleaner. Results come out in
//! the order of the lines.
//!
//! ```sh
//! printf '"The ferry ran late."\n"Sign up today!"\n' | cargo run --example stream
//! ```

#![allow(clippy::print_stdout, reason = "showing is what an example is for")]

use std::io::{BufRead, Write};

use gleaner::Cleaner;

/// Lines that are cleaned together.
const BATCH: usize = 256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Short texts may be boilerplate altogether: then nothing of them is left.
    let cleaner = Cleaner::builder().max_drop(1.0).build()?;
    let threads = std::thread::available_parallelism()?.get();
    let mut lines = std::io::stdin().lock().lines();
    let mut out = std::io::stdout().lock();
    loop {
        let batch: Vec<String> = lines.by_ref().take(BATCH).collect::<Result<_, _>>()?;
        if batch.is_empty() {
            return Ok(());
        }
        let texts: Vec<String> =
            batch.iter().map(|line| serde_json::from_str(line)).collect::<Result<_, _>>()?;
        let share = texts.len().div_ceil(threads);
        let cleaned: Vec<String> = std::thread::scope(|scope| {
            let workers: Vec<_> = texts
                .chunks(share)
                .map(|texts| {
                    let cleaner = cleaner.clone();
                    scope.spawn(move || {
                        texts.iter().map(|text| cleaner.clean(text).into_text()).collect::<Vec<_>>()
                    })
                })
                .collect();
            workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
        });
        for text in cleaned {
            writeln!(out, "{}", serde_json::to_string(&text)?)?;
        }
        out.flush()?;
    }
}
