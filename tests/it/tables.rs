//! Parquet: every row stays, other columns stay as they are stored, damage costs a row group at most.

#![cfg(feature = "parquet")]

use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::RowAccessor;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, small};

const SCHEMA: &str = "message schema { required int64 id; optional binary text (UTF8); optional double score; optional binary note (UTF8); }";
/// Rows of a group.
const GROUP: usize = 100;

fn text_of(row: usize) -> Option<&'static str> {
    match row % 5 {
        0 => None,
        1 => Some(""),
        2 => Some("The boats wait by the pier.\n"),
        _ => Some(HARBOUR),
    }
}

/// A table of so many rows; `edges` puts rows that have no text at all into it.
pub fn put(desk: &Desk, name: &str, rows: usize) {
    write(desk, name, rows, |row| text_of(row).or(Some("The boats wait.")));
}

fn write(desk: &Desk, name: &str, rows: usize, text: impl Fn(usize) -> Option<&'static str>) {
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by("a test".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new("pier".to_owned(), "north".to_owned())]))
        .set_column_bloom_filter_enabled("note".into(), true)
        .build();
    let file = File::create(desk.path(name)).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).unwrap();
    for from in (0..rows).step_by(GROUP) {
        let here: Vec<usize> = (from..rows.min(from + GROUP)).collect();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let ids: Vec<i64> = here.iter().map(|row| *row as i64).collect();
        column.typed::<Int64Type>().write_batch(&ids, None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let levels: Vec<i16> = here.iter().map(|row| i16::from(text(*row).is_some())).collect();
        let texts: Vec<ByteArray> = here.iter().filter_map(|row| text(*row)).map(ByteArray::from).collect();
        column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let scores: Vec<f64> = here.iter().map(|row| *row as f64 / 7.0).collect();
        column.typed::<DoubleType>().write_batch(&scores, Some(&vec![1; here.len()]), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let notes: Vec<ByteArray> =
            here.iter().map(|row| ByteArray::from(format!("note {row}").into_bytes())).collect();
        column.typed::<ByteArrayType>().write_batch(&notes, Some(&vec![1; here.len()]), None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
}

type Rows = Vec<(i64, Option<String>, f64, String)>;

fn rows(bytes: &[u8]) -> Rows {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes)).unwrap();
    reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| {
            let row = row.unwrap();
            let text = row.get_string(1).ok().cloned();
            (row.get_long(0).unwrap(), text, row.get_double(2).unwrap(), row.get_string(3).unwrap().clone())
        })
        .collect()
}

/// The stored bytes of a column in a group.
fn stored(bytes: &[u8], group: usize, column: usize) -> Vec<u8> {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes)).unwrap();
    let (start, length) = reader.metadata().row_group(group).column(column).byte_range();
    bytes[start as usize..(start + length) as usize].to_vec()
}

fn expected(rows: &Rows) -> Rows {
    let clean = |text: &String| if text == HARBOUR { HARBOUR_CLEANED.to_owned() } else { text.clone() };
    rows.iter().cloned().map(|(id, text, score, note)| (id, text.as_ref().map(clean), score, note)).collect()
}

#[test]
fn a_table_keeps_its_rows_and_columns() {
    let desk = Desk::new();
    write(&desk, "a.parquet", 350, text_of);
    let before = desk.get("a.parquet");
    let small = small();
    let mut outputs = Vec::new();
    for line in [
        "a.parquet -o out.parquet -j 1".to_owned(),
        "a.parquet -o out.parquet -j 3".to_owned(),
        "a.parquet --keep-dirs -o .out".to_owned(),
    ] {
        desk.run(&format!("clean {small} {line}")).silent();
        outputs.push(desk.get(if line.contains("keep") { ".out/a.parquet" } else { "out.parquet" }));
    }
    outputs.push(desk.run(&format!("clean {small} --lenient a.parquet")).out);
    outputs.push(desk.feed(&format!("clean {small} --lenient"), before.clone()).out);
    assert!(outputs.iter().all(|it| *it == outputs[0]));
    let after = &outputs[0];
    assert_eq!(rows(after), expected(&rows(&before)));
    let reader = |bytes: &[u8]| SerializedFileReader::new(Bytes::copy_from_slice(bytes)).unwrap();
    let (old, new) = (reader(&before), reader(after));
    let (old, new) = (old.metadata(), new.metadata());
    assert_eq!(old.file_metadata().schema(), new.file_metadata().schema());
    assert_eq!(old.file_metadata().created_by(), new.file_metadata().created_by());
    assert_eq!(old.file_metadata().key_value_metadata(), new.file_metadata().key_value_metadata());
    assert_eq!(old.num_row_groups(), new.num_row_groups());
    for group in 0..old.num_row_groups() {
        assert_eq!(old.row_group(group).num_rows(), new.row_group(group).num_rows());
        for column in [0, 2, 3] {
            assert_eq!(stored(&before, group, column), stored(after, group, column));
            let (old, new) = (old.row_group(group).column(column), new.row_group(group).column(column));
            assert_eq!((old.statistics(), old.num_values()), (new.statistics(), new.num_values()));
            assert_eq!(old.bloom_filter_offset().is_some(), new.bloom_filter_offset().is_some());
        }
        assert_eq!(
            old.row_group(group).column(1).compression(),
            new.row_group(group).column(1).compression()
        );
    }
    // With nothing dropped, the texts are as stored, too.
    let run = desk.run("clean --threshold 1 --lenient a.parquet");
    assert_eq!(stored(&run.out, 1, 1), stored(&before, 1, 1));
}

#[test]
fn other_forms_come_of_a_table() {
    let desk = Desk::new();
    put(&desk, "a.parquet", 5);
    let small = small();
    let run = desk.run(&format!("clean {small} --to jsonl a.parquet")).silent();
    let lines: Vec<Value> = run.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    assert_eq!((&lines[3]["id"], &lines[3]["text"]), (&3.into(), &HARBOUR_CLEANED.into()));
    let run = desk.run("score --lenient --text-key note --id-key text a.parquet").expect(0, &[]);
    assert!(run.text().starts_with("{\"doc\":\"The boats wait.\",\"index\":0,"));
    let run = desk.run(&format!("clean {small} --to dolma a.parquet")).silent();
    assert_eq!(run.text().lines().count(), 5);
    desk.run("clean --text-key nosuch a.parquet")
        .expect(2, &["a.parquet: ", "no column \"nosuch\"; the file has \""]);
    desk.run("clean --text-key score a.parquet").expect(2, &["column \"score\" is not text"]);
    desk.run("clean --drop-empty a.parquet").expect(2, &["Parquet keeps its rows"]);
    desk.run("clean --on-error drop a.parquet").expect(2, &["Parquet keeps its rows"]);
    desk.put("b.txt", HARBOUR);
    desk.run("clean a.parquet b.txt").expect(2, &["b.txt holds text, a.parquet Parquet", "--keep-dirs"]);
    desk.run("clean b.txt a.parquet").expect(2, &["a.parquet holds Parquet, b.txt text", "--to jsonl"]);
    desk.run("clean a.parquet a.parquet").expect(2, &["each must have an output of its own"]);
}

#[test]
fn a_corrupt_page_costs_a_row_group() {
    let desk = Desk::new();
    put(&desk, "a.parquet", 350);
    let before = desk.get("a.parquet");
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(&before)).unwrap();
    let (start, length) = reader.metadata().row_group(1).column(1).byte_range();
    let mut broken = before.clone();
    let (from, to) = (start as usize + length as usize / 3, (start + length) as usize - 4);
    broken[from..to].iter_mut().for_each(|byte| *byte ^= 0xA5);
    desk.put("b.parquet", &broken);
    let run = desk.run(&format!("clean {} b.parquet", small()));
    let run = run.expect(
        1,
        &["b.parquet, record 101: row group 1 cannot be read", "its 100 rows pass through unchanged"],
    );
    let out = run.out;
    assert_eq!(stored(&out, 1, 1), stored(&broken, 1, 1));
    for group in [0, 2, 3] {
        assert_ne!(stored(&out, group, 1), stored(&broken, group, 1));
    }
    // Cut off, or no table at all.
    for (bytes, said) in
        [(&before[..before.len() - 9], "as Parquet"), (&b"PAR1 and no more"[..], "as Parquet")]
    {
        desk.put("c.parquet", bytes);
        desk.put("a.txt", HARBOUR);
        let run = desk
            .run(&format!("clean {} --to text --no-filename c.parquet a.txt", small()))
            .expect(1, &["c.parquet: cannot be read", said]);
        assert_eq!(run.text(), HARBOUR_CLEANED);
    }
    // Whatever bytes it holds, nothing panics and no row is lost silently.
    for n in 0..300_usize {
        let mut broken = before.clone();
        let at = 4 + n * 7919 % (before.len() - 8);
        broken[at] ^= 1 << (n % 8);
        desk.put("d.parquet", &broken);
        let run = desk.run("clean --lenient -q d.parquet -o e.parquet");
        assert!([0, 2].contains(&run.code), "{run:?}");
    }
}

#[test]
fn a_row_that_is_too_large_stays_as_it_is() {
    let desk = Desk::new();
    write(&desk, "a.parquet", 5, |row| if row == 3 { Some(LONG) } else { Some(HARBOUR) });
    let before = rows(&desk.get("a.parquet"));
    let said = ["a.parquet, record 4: the row has more than 3000 bytes"];
    let run = desk.run(&format!("clean {} --max-size 3000 a.parquet", small())).expect(1, &said);
    assert_eq!(rows(&run.out), expected(&before));
}

/// A text that is too large where no more than 3,000 bytes are allowed.
const LONG: &str = match std::str::from_utf8(&[b'x'; 3001]) {
    Ok(text) => text,
    Err(_) => "",
};

#[test]
fn a_table_that_cannot_be_written_again_costs_itself_alone() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("in")).unwrap();
    desk.put("in/a.parquet", include_bytes!("fixtures/cases/negative-offset.parquet"));
    desk.put("in/b.parquet", include_bytes!("fixtures/cases/parquet-write-zstd-446.parquet"));
    put(&desk, "in/c.parquet", 5);
    desk.put("in/d.txt", HARBOUR);
    let small = small();
    let said = [
        "in/a.parquet: cannot be written again as Parquet: ",
        "in/b.parquet: cannot be written again as Parquet: ",
        "--to jsonl reads its texts alone",
    ];
    for run in ["first", "second"] {
        let run =
            desk.run(&format!("clean {small} in -o out --keep-dirs --report {run}.json")).expect(1, &said);
        assert!(!run.err.contains("panicked") && !run.err.contains("thread"), "{}", run.err);
        assert_eq!(desk.get("out/in/d.txt"), HARBOUR_CLEANED.as_bytes());
        assert_eq!(rows(&desk.get("out/in/c.parquet")).len(), 5);
        assert!(!desk.path("out/in/a.parquet").exists() && !desk.path("out/in/b.parquet").exists());
    }
    let report: Value = serde_json::from_slice(&desk.get("second.json")).unwrap();
    assert_eq!((&report["inputs"]["unreadable"], &report["inputs"]["skipped"]), (&2.into(), &2.into()));
    // What can be read of them is read.
    let run = desk.run(&format!("score -q {small} in/a.parquet in/b.parquet"));
    let run = run.expect(1, &["in/a.parquet, record 1: row group 0 cannot be read (it is damaged ("]);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    assert!(run.text().lines().count() > 100);
}
