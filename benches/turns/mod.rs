//! How often a benchmark repeats what it measures, and what it makes of the figures.

/// How often to repeat: as asked under `cargo bench`, once where `cargo test` only tries whether it runs.
pub fn repetitions(measured: usize) -> usize {
    if std::env::args().any(|argument| argument == "--bench") { measured } else { 1 }
}

/// The middle one; of an even number the upper.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
