//! Any bytes as a model file, as they are and inside a frame with a valid checksum: refused, or safe to use.

#![no_main]

use std::path::Path;

use gleaner::error::Place;
use gleaner::model::{Model, dump, file};
use gleaner::judge::{Judge, Options};
use gleaner::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    let length = (bytes.len() as u64).to_le_bytes();
    let mut framed = [b"gleaner\n".as_slice(), &file::FORMAT.to_le_bytes(), &length, bytes].concat();
    let checksum = blake3::hash(&framed);
    framed.extend(checksum.as_bytes());
    check(&framed);
    // A dump is refused or sound too; what it fits is judged like any other.
    if let Ok(model) = dump::read(bytes, Path::new("f")) {
        judge(&model);
    }
});

fn check(bytes: &[u8]) {
    let Ok(model) = Model::from_bytes(bytes, Path::new("f")) else { return };
    let counts = &model.parts().counts;
    assert!(counts.len() * counts.labels().len() * 8 <= 1024 * bytes.len(), "memory beyond its bound");
    let again = model.to_bytes();
    let read = Model::from_bytes(&again, Path::new("f")).expect("what was written can be read");
    assert_eq!(read.to_bytes(), again);
    judge(&model);
}

fn judge(model: &Model) {
    let text = "The tide turned.\nJoin us today!\n© 2020\n漢字, $5\n";
    let document = read::text::document("f".into(), Place::of("f"), text.into(), None);
    let judged = Judge::new(model, None, Options::default()).expect("these options are sound").text(&document);
    for decision in judged.decisions {
        assert!(decision.margin.is_finite() && decision.probability > 0.0 && decision.probability < 1.0);
    }
}
