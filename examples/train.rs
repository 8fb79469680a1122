//! Trains a model on two labels that have nothing to do with articles, and judges with it.
//!
//! ```sh
//! cargo run --example train --features train
//! ```

#![allow(clippy::print_stdout, reason = "showing is what an example is for")]

use std::path::Path;

use gleaner::Cleaner;
use gleaner::unstable::train::{Gathered, Settings, train};

const LABELLED: &str = "\
ham\tSee you at the quay at nine, bring the blue rope.
ham\tThe ferry is late again, I will take the bus.
ham\tCan you feed the cat tonight? Back on Sunday.
ham\tThe blue rope is in the shed, under the bench.
spam\tWIN a free cruise now! Reply WIN to claim your prize.
spam\tYou have been chosen: claim your free prize today!
spam\tFree entry! Reply now to win a cruise for two.
spam\tFinal notice: your prize expires today, claim now!
";

fn main() -> gleaner::Result<()> {
    let mut data = Gathered::default();
    data.add(LABELLED.as_bytes(), Path::new("messages.tsv"))?;
    let settings =
        Settings { keep: vec!["ham".to_owned()], min_sites: 1, min_counts: [1; 8], ..Settings::default() };
    let model = train(&data, &settings, None)?;
    let cleaner = Cleaner::builder().model(model.to_bytes()).threshold(0.5).max_drop(1.0).build()?;
    for text in ["Reply to claim your free cruise!", "Is the rope in the shed?"] {
        for unit in cleaner.judge(text) {
            println!("{:.2} {} {text}", unit.probability, unit.verdict);
        }
    }
    Ok(())
}
