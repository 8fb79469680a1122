//! Training on labelled documents: time in seconds, and peak memory.

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod material;
mod turns;

use std::fs;
use std::time::Instant;

use gleaner::unstable::train::{Gathered, Settings, train};
use material::Material;
use turns::{median, repetitions};

/// Measured trainings.
const TURNS: usize = 5;

fn main() {
    let material = Material::load();
    let (mut gathering, mut counting, mut training) = (Vec::new(), Vec::new(), Vec::new());
    let (mut paragraphs, mut most) = (0, None);
    for turn in 0..repetitions(TURNS) {
        let start = Instant::now();
        let mut gathered = Gathered::default();
        for (path, bytes) in &material.files {
            gathered.add(bytes, path).unwrap_or_else(|error| panic!("{error}"));
        }
        gathering.push(start.elapsed().as_secs_f64());
        let model = train(&gathered, &Settings::default(), None).unwrap_or_else(|error| panic!("{error}"));
        training.push(start.elapsed().as_secs_f64());
        if turn == 0 {
            most = peak();
        }
        let start = Instant::now();
        let corpus = &gathered.corpus;
        let mut table = Vec::new();
        corpus.to_table(&corpus.count(0, |_| true)).write(&mut table).expect("memory takes every byte");
        counting.push(start.elapsed().as_secs_f64());
        paragraphs = model.text().expect("it is of text").header().trained_on[1];
    }
    println!("{}: {paragraphs} paragraphs", material.name);
    println!("read and turned into features  {:.2} s", median(gathering));
    println!("counted, written as a table    {:.2} s", median(counting));
    println!("trained, reading included      {:.2} s", median(training));
    match most {
        Some(kilobytes) => println!("most memory in one training    {:.0} MB", kilobytes as f64 / 1e3),
        None => println!("most memory: skipped, there is no /proc/self/status here"),
    }
}

/// High-water mark of resident memory, in units of 1024 bytes.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
