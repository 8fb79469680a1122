//! One small article through `gleaner clean`, from the start of the process to its end: CPU time. And what the first
//! use of each section of the built-in model takes in a process of its own.

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod turns;

use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use gleaner::unstable::model::{Medium, Model};
use turns::{median, repetitions};

/// Processes that are started for each figure. A clock tick over all of them is 20 µs a start.
const STARTS: usize = 500;
/// Length of a clock tick in /proc/self/stat, in milliseconds (USER_HZ is 100 on every Linux; proc(5)).
const TICK: f64 = 10.0;
/// What this program is called with, by itself, to load a section and say how long that took.
const LOAD: &str = "--load-section";

const ARTICLE: &str = "The harbour opened again on Monday.\n\
    Ferries run every hour until the new pier is finished, the harbour master said.\n\
    Sign up for our newsletter and never miss a story.\n";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == LOAD) {
        load(arguments.get(at + 1).map_or("", String::as_str));
        return;
    }
    let starts = repetitions(STARTS);
    let file = tempfile::NamedTempFile::with_suffix(".txt").expect("a temporary file can be made");
    fs::write(file.path(), ARTICLE).expect("a temporary file can be written");
    let article = file.path().display().to_string();
    for (what, arguments) in
        [("clean, small article", ["clean", &article]), ("--version", ["--version", "-V"])]
    {
        match cpu(starts, &arguments) {
            None => println!("CPU time of a start: skipped, there is no /proc/self/stat here"),
            Some(milliseconds) => println!("gleaner {what:<22} {milliseconds:.2} ms of CPU"),
        }
    }
    let own = std::env::current_exe().expect("this program has a file");
    for medium in Medium::ALL {
        let loads = (0..starts / 10 + 1).map(|_| {
            let run = Command::new(&own).args([LOAD, medium.name()]).output().expect("it can be started");
            String::from_utf8_lossy(&run.stdout).trim().parse().expect("it says how long it took")
        });
        println!(
            "built-in section for {:<9} {:.3} ms until it can judge",
            medium.name(),
            median(loads.collect())
        );
    }
}

/// Loads a section of the built-in model, and prints how many milliseconds that took.
fn load(name: &str) {
    let medium = Medium::ALL.into_iter().find(|medium| medium.name() == name).expect("a section's name");
    let start = Instant::now();
    let section =
        Model::built_in().and_then(|model| model.section(medium)).expect("the built-in model is sound");
    let took = start.elapsed();
    assert!(!section.weights().is_empty());
    println!("{}", took.as_secs_f64() * 1e3);
}

/// CPU time of a run of the program, in milliseconds.
fn cpu(starts: usize, arguments: &[&str]) -> Option<f64> {
    let before = children()?;
    for _ in 0..starts {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gleaner"));
        let status =
            command.args(arguments).stdout(Stdio::null()).status().expect("the program can be started");
        assert!(status.success(), "{status}");
    }
    Some((children()? - before) as f64 * TICK / starts as f64)
}

/// CPU time of all children that have ended, user and system, in clock ticks: fields 16 and 17 of proc(5).
fn children() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    Some(fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?)
}
