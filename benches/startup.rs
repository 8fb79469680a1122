//! One small article through `gleaner clean`, from the start of the process to its end: CPU time, of
//! which loading the built-in model is nearly all.

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod turns;

use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use gleaner::model::Model;
use turns::{median, repetitions};

/// Number of processes started.
const STARTS: usize = 100;
/// Number of times the model is loaded.
const LOADS: usize = 21;
/// Length of a clock tick in /proc/self/stat, in milliseconds (USER_HZ is 100 on every Linux; proc(5)).
const TICK: f64 = 10.0;

const ARTICLE: &str = "The harbour opened again on Monday.\n\
    Ferries run every hour until the new pier is finished, the harbour master said.\n\
    Sign up for our newsletter and never miss a story.\n";

fn main() {
    let starts = repetitions(STARTS);
    let file = tempfile::NamedTempFile::with_suffix(".txt").expect("a temporary file can be made");
    fs::write(file.path(), ARTICLE).expect("a temporary file can be written");
    match children() {
        None => println!("CPU time of a start: skipped, there is no /proc/self/stat here"),
        Some(before) => {
            for _ in 0..starts {
                let status = Command::new(env!("CARGO_BIN_EXE_gleaner"))
                    .arg("clean")
                    .arg(file.path())
                    .stdout(Stdio::null())
                    .status()
                    .expect("the program can be started");
                assert!(status.success(), "{status}");
            }
            let ticks = children().unwrap_or(before) - before;
            println!("gleaner clean, small article   {:.1} ms of CPU", ticks as f64 * TICK / starts as f64);
        }
    }
    let mut features = 0;
    let loads = (0..repetitions(LOADS)).map(|_| {
        let start = Instant::now();
        features = Model::built_in().expect("the built-in model is sound").weights().len();
        start.elapsed().as_secs_f64()
    });
    let load = median(loads.collect());
    println!(
        "loading the built-in model     {:.1} ms, {:.0} ns a feature",
        load * 1e3,
        load * 1e9 / features as f64
    );
}

/// CPU time of all children that have ended, user and system, in clock ticks: fields 16 and 17 of proc(5).
fn children() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    Some(fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?)
}
