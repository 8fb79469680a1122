//! Any bytes as a model of pages, as they are, inside a frame with a valid checksum, and as counts in words:
//! refused, or safe to use.

#![no_main]

use std::path::Path;

use gleaner::pages::judge::{Options, PageJudge};
use gleaner::pages::model::{FORMAT, PageModel};
use gleaner::read::html::parse;
use gleaner::split::html::blocks;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    let length = (bytes.len() as u64).to_le_bytes();
    let mut framed = [b"gleaner-pages\n".as_slice(), &FORMAT.to_le_bytes(), &length, bytes].concat();
    let checksum = blake3::hash(&framed);
    framed.extend(checksum.as_bytes());
    check(&framed);
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(counts) = PageModel::counts_of_text(text)
    {
        let again = PageModel::counts_to_text(&counts);
        assert_eq!(PageModel::counts_of_text(&again).expect("what was written can be read"), counts);
        let fitted = PageModel::built_in().expect("the built-in model is sound").fitted().clone();
        if let Ok(model) = PageModel::new(counts, fitted) {
            judge(&model);
        }
    }
});

fn check(bytes: &[u8]) {
    let Ok(model) = PageModel::from_bytes(bytes, Path::new("f")) else { return };
    let again = model.to_bytes();
    let read = PageModel::from_bytes(&again, Path::new("f")).expect("what was written can be read");
    assert_eq!(read.to_bytes(), again);
    judge(&model);
}

fn judge(model: &PageModel) {
    let page = "<h1>The tide</h1><p>It turned.<ul class=menu><li><a href=x>Join us</a></ul><p>&copy; 2020<p>漢字, $5";
    let all = blocks(&parse(page));
    for decision in PageJudge::new(model, Options::default()).judge(&all).decisions {
        assert!(decision.margin.is_finite() && (0.0..=1.0).contains(&decision.probability));
    }
}
