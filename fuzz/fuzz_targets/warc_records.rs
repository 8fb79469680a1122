//! Any bytes as a web archive: records give back their input, and take another block without losing their place.

#![no_main]

use gleaner::unstable::read::warc::{Content, Records};
use gleaner::unstable::write;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut back = Vec::new();
    for record in Records::new(bytes, "f") {
        let record = record.expect("memory can always be read");
        assert_eq!(record.place.byte, Some(back.len() as u64));
        back.extend_from_slice(&record.bytes);
        let (Content::Text(_) | Content::Html(_) | Content::Http(_)) = &record.content else { continue };
        let block = &record.bytes[record.block.clone()];
        assert_eq!(write::warc::splice(&record.bytes, record.block.clone(), block).as_ref(), record.bytes);
        // With another block it is one sound record that holds that block.
        let spliced = write::warc::splice(&record.bytes, record.block.clone(), b"The tide turned.\n");
        let mut again = Records::new(&*spliced, "g");
        let read = again.next().expect("a record").expect("memory can always be read");
        assert_eq!(&read.bytes[read.block.clone()], b"The tide turned.\n");
        assert!(again.next().is_none());
    }
    assert_eq!(back, bytes);
});
