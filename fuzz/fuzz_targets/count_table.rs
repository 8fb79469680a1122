//! Any bytes as a count table and as labelled data: refused with a place, or read and written the same.

#![no_main]

use std::path::Path;

use gleaner::error::Place;
use gleaner::unstable::features::counts::CountTable;
use gleaner::unstable::train::labelled;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(error) = labelled::read(bytes, Path::new("f")) {
        assert!(error.to_string().starts_with('f'), "{error}");
    }
    let Ok(table) = CountTable::read(&mut &*bytes, &Place::of("f")) else { return };
    let written = write(&table);
    let again =
        CountTable::read(&mut written.as_slice(), &Place::of("f")).expect("what was written can be read");
    assert_eq!(write(&again), written);
    // Merging sums cell by cell, and nothing overflows.
    let mut twice = table.clone();
    twice.merge(&table);
    assert_eq!(twice.len(), table.len());
    for (sum, &count) in twice.paragraphs().iter().zip(table.paragraphs()) {
        assert_eq!(*sum, count.saturating_mul(2));
    }
    assert_eq!(write(&table.seen_on(0)), written);
});

fn write(table: &CountTable) -> Vec<u8> {
    let mut out = Vec::new();
    table.write(&mut out).expect("memory takes everything");
    out
}
