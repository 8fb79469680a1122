//! Judging whole pages against a bare parse of the same bytes by the same parser, on one core, and time per
//! byte from 10 kB to 50 MB.
//!
//! The two take turns, and the figure is the median of their ratios. Everything that `gleaner clean` does per
//! page is included (charset, parse, blocks, features, naive Bayes, context, verdict, text) except the output.
//! With `GLEANER_CORPORA` set, it uses every tenth page of wcxb-dev, else pages made here.

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod html5ever;
mod turns;

use std::hint::black_box;
use std::io::Read;
use std::path::Path;
use std::time::Instant;

use gleaner::unstable::judge::{Judge, Options};
use gleaner::unstable::model::Model;
use gleaner::unstable::read::html::charset;
use gleaner::unstable::split::html::Page;
use gleaner::unstable::write::page;
use turns::{median, repetitions};

/// Measured turns, after one warm-up turn.
const TURNS: usize = 9;

fn main() {
    let (name, pages) = pages();
    let bytes: usize = pages.iter().map(Vec::len).sum();
    println!("{name}: {} pages, {bytes} bytes", pages.len());
    let model = Model::built_in().expect("the built-in model is sound");
    let mut judge = Judge::new(model, Options::default()).expect("defaults are in range");
    let (mut bare, mut whole, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..=repetitions(TURNS) {
        let limit = seconds(|| pages.iter().map(|page| parse(page)).sum::<usize>());
        let cleaned = seconds(|| pages.iter().map(|page| clean(&mut judge, page)).sum::<usize>());
        if turn > 0 {
            ratios.push(limit / cleaned);
            bare.push(bytes as f64 / limit / 1e6);
            whole.push(bytes as f64 / cleaned / 1e6);
        }
    }
    let (ratio, whole, bare) = (median(ratios), median(whole), median(bare));
    println!("whole pages {ratio:.3} of a bare parse ({whole:.1} of {bare:.1} MB/s)");
    let sizes: &[usize] = if repetitions(2) == 1 { &[10_000, 100_000] } else { &SIZES };
    for &size in sizes {
        let page = made(size);
        let seconds = seconds(|| clean(&mut judge, &page));
        println!("{:>10} bytes {:8.1} ns a byte", page.len(), seconds * 1e9 / page.len() as f64);
    }
}

const SIZES: [usize; 6] = [10_000, 100_000, 1_000_000, 5_000_000, 20_000_000, 50_000_000];

fn pages() -> (&'static str, Vec<Vec<u8>>) {
    let Some(corpora) = std::env::var_os("GLEANER_CORPORA") else {
        return ("made pages", (1..40).map(|n| made(n * 8000)).collect());
    };
    let folder = Path::new(&corpora).join("wcxb-dev/html");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("GLEANER_CORPORA holds wcxb-dev")
        .map(|entry| entry.expect("the folder can be listed").path())
        .collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).expect("the page can be opened");
        flate2::read::MultiGzDecoder::new(file).read_to_end(&mut bytes).expect("the page is whole");
        bytes
    };
    ("wcxb-dev, every tenth", files.iter().step_by(10).map(read).collect())
}

/// A page of about this size.
fn made(size: usize) -> Vec<u8> {
    let mut page = String::from("<!doctype html><html lang=en><title>Quay</title><body class=home><nav><ul>");
    for link in 0..20 {
        page.push_str(&format!(
            "<li class='menu-item menu-{link}'><a href='/{link}'>Section {link}</a></li>"
        ));
    }
    page.push_str("</ul></nav><main><article class='post entry'>");
    let mut n = 0;
    while page.len() < size {
        page.push_str(&format!(
            "<section class='part part-{n}'><h2>Crossing {n}</h2><p>The ferry left the quay at {n} past nine with \
             <a href='/p/{n}'>forty people</a> on board, <b>two horses</b> and the mail.</p><ul><li>Bell {n}</li>\
             <li>Rope</li></ul><div class='share'><a href='#'>Share</a> <a href='#'>Print</a></div></section>"
        ));
        n += 1;
    }
    page.push_str("</article></main><footer>© 2026 Quay News. All rights reserved.</footer>");
    page.into_bytes()
}

fn seconds<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64()
}

fn parse(page: &[u8]) -> usize {
    black_box(html5ever::parse(&charset::decode(page, None).0)).len()
}

fn clean(judge: &mut Judge<'_>, page: &[u8]) -> usize {
    let (_, units) = Page::read(page, None);
    let judged = judge.page(units).expect("the built-in model is sound");
    black_box(page::text(&judged.units, &judged.dropped())).len()
}
