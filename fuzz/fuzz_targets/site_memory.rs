//! Any bytes as a memory of sites, as they are and inside a frame with a valid checksum: refused, or safe to use.

#![no_main]

use std::path::Path;

use gleaner::unstable::site::{SiteMemory, file, host::host};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    let length = (bytes.len() as u64).to_le_bytes();
    let mut framed = [file::MAGIC.as_slice(), &file::FORMAT.to_le_bytes(), &length, bytes].concat();
    let checksum = blake3::hash(&framed);
    framed.extend(checksum.as_bytes());
    check(&framed);
    if let Some(host) = host(&String::from_utf8_lossy(bytes)) {
        assert!(!host.is_empty() && !host.contains(['/', '@']));
    }
});

fn check(bytes: &[u8]) {
    let Ok(memory) = SiteMemory::from_bytes(bytes, Path::new("f")) else { return };
    assert!(memory.table().bytes() <= 64 * bytes.len() as u64, "memory beyond its bound");
    assert_eq!(memory.to_bytes(), bytes);
    let mut twice = memory.clone();
    twice.merge(&memory).expect("sizes are the same");
    assert_eq!(twice.table().len(), memory.table().len());
}
