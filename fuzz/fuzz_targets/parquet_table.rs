//! Any bytes as a Parquet file: refused with a reason, or rows that are as many as the footer says.

#![no_main]

use std::io::Write;
use std::path::Path;

use gleaner::unstable::read::parquet::Table;
use gleaner::unstable::read::{ReadOptions, table};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // As what stands between the magic numbers, of which the end is the footer.
    let footer = (bytes.len() as u32).to_le_bytes();
    check(&[b"PAR1", bytes, &footer, b"PAR1"].concat());
});

fn check(bytes: &[u8]) {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    let table = match Table::open(file, &ReadOptions::default()) {
        Ok(table) => table,
        Err(reason) => return assert!(!reason.is_empty()),
    };
    let mut before = 0;
    for group in 0..table.groups().min(64) {
        if table.check(group).is_err() {
            continue;
        }
        let mut rows = 0;
        let read = table.each(group, before, |cell| {
            rows += 1;
            assert_eq!(cell.record, before + rows);
            for problem in table::document(&cell, Path::new("f")).problems {
                assert!(problem.to_string().starts_with("f, record "));
            }
            Ok::<(), ()>(())
        });
        assert_eq!(read, Ok(Ok(())));
        assert_eq!(rows, table.rows_in(group));
        before += rows;
    }
}
