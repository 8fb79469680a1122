//! Scoring plain text against a bare tokenise-and-hash pass over the same bytes, on one core.
//!
//! Both begin with the bytes of each article in memory, and so with detecting that they are UTF-8. The two
//! take turns, and the figure is the median of their ratios, because on a busy machine ratios are stable and
//! times are not. Everything that `gleaner score` does per document is included (read, split, features, naive
//! Bayes, context, verdict) except the output.

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod material;
mod turns;

use std::hint::black_box;
use std::time::Instant;

use gleaner::error::Place;
use gleaner::unstable::features::tokens::tokenize;
use gleaner::unstable::judge::{Judge, Options};
use gleaner::unstable::model::{Medium, Model};
use gleaner::unstable::read;
use gleaner::unstable::train::labelled::{self, Labelled};
use material::Material;
use serde_json::Value;
use turns::{median, repetitions};
use xxhash_rust::xxh3::xxh3_64;

/// Measured turns, after one warm-up turn.
const TURNS: usize = 31;

fn main() {
    let material = Material::load();
    let articles = articles(&material);
    let bytes: usize = articles.iter().map(Vec::len).sum();
    let with = Model::built_in().expect("the built-in model is sound");
    let mut parts = with.text().and_then(|text| text.parts()).expect("the built-in model is sound");
    parts.context.trees.clear();
    let without = with.with(Medium::Text, &parts).expect("a model without trees is sound");
    println!("{}: {} articles, {bytes} bytes", material.name, articles.len());
    for (name, model) in [("without context", &without), ("with context", with)] {
        let mut judge = Judge::new(model, Options::default()).expect("defaults are in range");
        let (mut bare, mut whole, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for turn in 0..=repetitions(TURNS) {
            let limit =
                seconds(|| articles.iter().map(|bytes| hash_tokens(bytes)).fold(0, u64::wrapping_add));
            let scored = seconds(|| articles.iter().map(|bytes| score(&mut judge, bytes)).sum::<usize>());
            if turn > 0 {
                ratios.push(limit / scored);
                bare.push(bytes as f64 / limit / 1e6);
                whole.push(bytes as f64 / scored / 1e6);
            }
        }
        println!(
            "{name:<16} {:.3} of the bare pass ({:.1} of {:.1} MB/s)",
            median(ratios),
            median(whole),
            median(bare)
        );
    }
}

/// The articles as plain text, one paragraph per line.
fn articles(material: &Material) -> Vec<Vec<u8>> {
    let mut articles = Vec::new();
    for (path, bytes) in &material.files {
        for item in labelled::read(bytes, path).unwrap_or_else(|error| panic!("{error}")) {
            if let Labelled::Document(document) = item.1 {
                let lines: Vec<&str> = document.paragraphs.iter().map(|p| p.text.as_str()).collect();
                articles.push(lines.join("\n").into_bytes());
            }
        }
    }
    articles
}

fn seconds<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}

fn hash_tokens(bytes: &[u8]) -> u64 {
    let mut sum = 0u64;
    tokenize(std::str::from_utf8(bytes).expect("articles are text"), |token, _, _| {
        sum = sum.wrapping_add(xxh3_64(token.as_bytes()));
        true
    });
    sum
}

fn score(judge: &mut Judge<'_>, bytes: &[u8]) -> usize {
    let document = read::text::document(Value::Null, Place::default(), bytes.to_vec(), None);
    black_box(judge.text(&document).expect("it judges text")).decisions.len()
}
