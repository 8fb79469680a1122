//! A model file is read whole or not at all, whatever was done to it; what is read scores without a panic.

use std::path::Path;
use std::sync::LazyLock;

use gleaner::error::Place;
use gleaner::unstable::bayes::calibrate::Calibration;
use gleaner::unstable::bayes::fit::fit_curves;
use gleaner::unstable::bayes::smoothing::Curve;
use gleaner::unstable::bayes::weights::{Classes, default_alpha, log_ratios};
use gleaner::unstable::context::trees::{Node, Tree};
use gleaner::unstable::features::Channel;
use gleaner::unstable::features::counts::{CountTable, MAX_LABELS, MAX_NAME_BYTES, Sites};
use gleaner::unstable::judge::{Judge, Options};
use gleaner::unstable::model::{Medium, Model, Parts, file, fixed_calibration, varint};
use gleaner::unstable::read;
use gleaner::unstable::train::{Gathered, Settings, parts};
use proptest::prelude::*;

use crate::model_parts::{self as file_parts, Tables};

pub const NAME: &str = "some-folder/small.gleaner";

/// Paragraphs of three labels, enough for a model of a few kilobytes.
pub const LABELLED: &str = "editorial\tThe heron stood in the reeds until the tide had turned.
editorial\tNobody at the lock had seen the barge come through.
editorial\tThe tide turned and the barge came with it.
pitch\tJoin our members today and read the letter first.
pitch\tMembers read the letter first: join today!
legal\tAll rights reserved.
legal\t© The lock and barge letter, all rights reserved.
";

pub fn small_settings() -> Settings {
    Settings {
        name: "small".to_owned(),
        min_sites: 1,
        min_counts: [1; Channel::ALL.len()],
        ..Settings::default()
    }
}

/// A model of three labels with two trees, small enough to try every bit of it.
pub fn small() -> &'static Model {
    static SMALL: LazyLock<Model> = LazyLock::new(|| {
        let mut gathered = Gathered::default();
        gathered.add(LABELLED.as_bytes(), Path::new("labelled.tsv")).unwrap();
        let mut parts = parts(&gathered, &small_settings(), None).unwrap();
        let node = |signal, threshold, left, value| Node { signal, threshold, left, value };
        parts.context.trees = vec![
            Tree(vec![node(0, 40, 1, 7), node(0, 0, 0, -9000), node(0, 0, 0, 12_000)]),
            Tree(vec![
                node(20, 2, 1, -3),
                node(0, 0, 0, -500),
                node(27, 12, 3, 70),
                node(0, 0, 0, 800),
                node(0, 0, 0, -1),
            ]),
        ];
        of_text(&parts).unwrap()
    });
    &SMALL
}

pub fn small_parts() -> Parts {
    small().text().unwrap().parts().unwrap()
}

/// A model, all of it.
pub fn read_model(bytes: &[u8]) -> Result<Model, String> {
    let model = Model::from_bytes(bytes, Path::new(NAME)).map_err(|error| error.to_string())?;
    for medium in Medium::ALL.into_iter().filter(|&medium| model.has(medium)) {
        model.section(medium).and_then(|section| section.counts()).map_err(|error| error.to_string())?;
    }
    Ok(model)
}

fn refused(bytes: &[u8], what: &str) -> String {
    let message = read_model(bytes).expect_err(what);
    assert!(message.starts_with(NAME), "{what}: {message} does not name the file");
    message
}

/// A model of text of these parts.
pub fn of_text(parts: &Parts) -> Result<Model, String> {
    Model::new("small", "gleaner train", Some(parts), None)
}

/// The only section of the small model.
fn section() -> file_parts::Section {
    file_parts::apart(&small().to_bytes()).remove(0)
}

/// The small model with other tables.
fn with_tables(tables: Vec<u8>) -> Vec<u8> {
    file_parts::together(&[file_parts::Section { tables, ..section() }])
}

/// The small model with other counts.
fn with_counts(counts: Vec<u8>) -> Vec<u8> {
    file_parts::together(&[file_parts::Section { counts, ..section() }])
}

/// Whatever a model says, it says it in finite numbers, one decision a paragraph.
fn judges_soundly(model: &Model) {
    let text = "The heron stood at the lock.\n\nJoin today!\n© 2020\n漢字 ... ,,,,,,\nZzyx qwv 12 $5\n";
    let options = Options { every_signal: true, ..Options::default() };
    let mut judge = Judge::new(model, options).unwrap();
    let document = read::text::document(1.into(), Place::default(), text.into(), None);
    let judged = judge.text(&document).unwrap();
    assert_eq!(judged.decisions.len(), judged.units.len());
    let section = model.text().unwrap();
    let signals = judge.signal_rows(&judged.units);
    for (decision, row) in judged.decisions.iter().zip(signals.chunks_exact(section.signals())) {
        assert!(decision.margin.is_finite());
        assert!(decision.probability > 0.0 && decision.probability < 1.0);
        assert!(decision.kind.is_none_or(|kind| kind < section.classes().kinds()));
        let shares = section.context().explain(row);
        assert!(shares.signals.iter().all(|share| share.is_finite()));
    }
    assert!(section.thresholds().iter().chain([&section.base_rate()]).all(|p| (0.0..=1.0).contains(p)));
}

#[test]
fn saving_again_gives_the_same_bytes() {
    for model in [small(), Model::built_in().unwrap()] {
        let bytes = model.to_bytes();
        let again = read_model(&bytes).unwrap();
        assert!(again.to_bytes() == bytes);
        assert_eq!(again.digest(), model.digest());
        judges_soundly(&again);
    }
}

#[test]
fn every_truncation_is_refused() {
    let bytes = small().to_bytes();
    for length in 0..bytes.len() {
        refused(&bytes[..length], &format!("cut at {length}"));
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let mut bytes = small().to_bytes();
    for bit in 0..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        refused(&bytes, &format!("bit {bit}"));
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn another_format_is_refused_with_advice() {
    let bytes = small().to_bytes();
    for version in [0, file::FORMAT + 1, u32::MAX] {
        let mut other = bytes.clone();
        other[8..12].copy_from_slice(&version.to_le_bytes());
        // A newer format may be of any length and hold anything.
        for more in [0, 100] {
            let message = refused(&[other.as_slice(), &vec![7; more]].concat(), "another format");
            assert!(message.contains(&format!("format {version}")), "{message}");
            assert!(message.contains("use the version that wrote it, or a newer one"), "{message}");
        }
    }
    let message = refused(b"gleaner\n\x01\0\0\0and so on", "a model of 0.1.0");
    assert!(message.contains("train it again with `gleaner train"), "{message}");
    let message = refused(b"gleaner-pages\n\x02\0\0\0and so on", "a model of pages of 0.1.0");
    assert!(message.contains("train it again with `gleaner train --pages"), "{message}");
}

#[test]
fn what_follows_the_end_is_refused() {
    let bytes = small().to_bytes();
    assert!(file_parts::together(&[section()]) == bytes);
    let message = refused(&[bytes.as_slice(), b"\0"].concat(), "a byte more");
    assert!(message.contains("1 extra bytes at the end"), "{message}");
    refused(&bytes.repeat(2), "twice");
    for more in [&[0][..], &[0; 64]] {
        let message = refused(&with_tables([&section().tables, more].concat()), "a byte more inside");
        assert!(message.contains("extra bytes after the last table"), "{message}");
        let message = refused(&with_counts([&section().counts, more].concat()), "a byte more behind");
        assert!(message.contains("extra bytes after the last curve"), "{message}");
    }
}

#[test]
fn foreign_files_are_refused() {
    for file in
        ["", "gleaner", "{\"header\": {}}", "PK\u{3}\u{4}", "# gleaner count table 1\n", "gleaner\r\n"]
    {
        let message = refused(file.as_bytes(), file);
        assert!(message.contains("not a gleaner model"), "{message}");
    }
    refused(b"gleaner\n", "magic alone");
    refused(b"gleaner\n\x02\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", "an endless head");
    for head in [b"".as_slice(), b"{}", b"{", b"\xff\xff", b"[]"] {
        refused(&file_parts::with_head(head), "no head to speak of");
    }
    let endless = r#"{"name": "n", "made_by": "m", "text": {"tables": {"bytes": 18446744073709551615, "blake3": ""},
        "counts": {"bytes": 1, "blake3": ""}}}"#;
    refused(&file_parts::with_head(endless.as_bytes()), "an endless part");
    let spoken = r#"{"name": "n\u001b[31m", "made_by": "m"}"#;
    let message = refused(&file_parts::with_head(spoken.as_bytes()), "an escape sequence");
    assert!(message.contains("control characters"), "{message}");
}

#[test]
fn a_section_that_is_missing_is_named_with_what_trains_it() {
    assert!(!small().has(Medium::Page));
    let message = small().pages().unwrap_err().to_string();
    let advice = "no section for pages; `gleaner train --pages DIR -o MODEL` trains one";
    assert!(message.starts_with("small") && message.contains(advice), "{message}");
    let message = refused(&file_parts::with_head(br#"{"name": "n", "made_by": "m"}"#), "no section");
    assert!(message.contains("no section for text or for pages"), "{message}");
}

#[test]
fn what_nobody_asks_for_is_not_looked_at() {
    let mut section = section();
    section.counts[5] ^= 1;
    let sound = small().to_bytes();
    let at = sound.len() - section.counts.len();
    let file = [&sound[..at], &section.counts].concat();
    let model = Model::from_bytes(&file, Path::new(NAME)).unwrap();
    assert!(model.text().is_ok());
    let message = model.text().unwrap().counts().unwrap_err().to_string();
    assert!(message.starts_with(NAME) && message.contains("checksum"), "{message}");
}

/// A table over other labels, with one row.
fn table(labels: &[&str], row: &[u64]) -> CountTable {
    let mut table = CountTable::new(labels.iter().map(|&label| label.to_owned()).collect());
    table.add_row(Channel::Words, "heron", row, Sites::Many);
    table
}

#[test]
fn a_header_at_odds_with_its_tables_is_refused() {
    type Change = fn(&mut Parts);
    fn relabel(parts: &mut Parts, labels: &[&str], kept: &[bool]) {
        parts.header.labels = labels.iter().map(|&label| label.to_owned()).collect();
        parts.header.kept = kept.to_vec();
        parts.counts = table(labels, &vec![1; labels.len()]);
    }
    let changes: &[(&str, Change)] = &[
        ("two to", |p| p.header.labels.clear()),
        ("two to", |p| relabel(p, &["a"], &[true])),
        ("two to", |p| p.header.kept.truncate(2)),
        ("two to", |p| p.header.kept.push(true)),
        ("two to", |p| {
            let labels: Vec<String> = (0..=MAX_LABELS).map(|n| format!("{n:04}")).collect();
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            relabel(p, &labels, &[[true].as_slice(), &[false; MAX_LABELS]].concat());
        }),
        ("alphabetical", |p| relabel(p, &["a", "a"], &[true, false])),
        ("alphabetical", |p| p.header.labels.reverse()),
        ("the label is empty", |p| relabel(p, &["", "a"], &[true, false])),
        ("contains a tab", |p| relabel(p, &["a", "b\tc"], &[true, false])),
        ("contains a tab", |p| relabel(p, &["a", "b\nc"], &[true, false])),
        ("one dropped", |p| p.header.kept.fill(true)),
        ("must be kept", |p| p.header.kept.fill(false)),
        ("train it again", |p| p.header.features += 1),
        ("thresholds", |p| p.header.thresholds = [900_000, 500_000]),
        ("thresholds", |p| p.header.thresholds = [500_000, 1_000_001]),
        ("thresholds", |p| p.header.thresholds = [u32::MAX; 2]),
        ("thresholds", |p| p.header.presets.precision = Some(980_001)),
        ("thresholds", |p| p.header.presets.precision = Some(499_999)),
        ("thresholds", |p| p.header.presets.recall = Some(979_999)),
        ("thresholds", |p| p.header.presets.recall = Some(1_000_001)),
        ("calibration", |p| p.header.calibration[0] = 0),
        ("calibration", |p| p.header.calibration[0] = -1),
        ("calibration", |p| p.header.calibration[0] = i64::MAX),
        ("calibration", |p| p.header.calibration[1] = i64::MIN),
        ("base rate", |p| p.header.base_rate = 1_000_001),
        ("pseudo-count", |p| p.header.alpha_thousandths.clear()),
        ("pseudo-count", |p| p.header.alpha_thousandths.push(1)),
        ("pseudo-count", |p| p.header.alpha_thousandths[2] = 0),
        ("control characters", |p| p.header.data_digest = "a\u{1b}[31mb".to_owned()),
        ("control characters", |p| p.header.page_types.extend([("a\nb".to_owned(), [1, 1])])),
        ("calibration", |p| p.header.page_types.extend([("article".to_owned(), [0, 1])])),
        ("control characters", |p| p.header.evaluation.extend([("a\nb".to_owned(), 1)])),
        ("channel words", |p| p.curves[0].clear()),
        ("channel words", |p| drop(p.curves[0].pop())),
        ("channel pairs", |p| p.curves[1].push(Curve::new(vec![(0, -5)]))),
        ("channel place", |p| p.curves[4] = p.curves[0].clone()),
        ("log-probabilities", |p| p.curves[2][1] = Curve::default()),
        ("log-probabilities", |p| p.curves[3][0] = Curve::new(vec![(0, -5), (1, 1)])),
        ("malformed", |p| p.context.trees.push(Tree(Vec::new()))),
        ("malformed", |p| p.context.trees[0].0[0].signal = 65),
        ("malformed", |p| p.context.trees[0].0[0].signal = u16::MAX),
        ("malformed", |p| p.context.trees[0].0[0].left = 2),
        ("malformed", |p| p.context.trees[1].0[2].left = 1),
        ("malformed", |p| p.context.trees[0].0[1].left = u16::MAX),
    ];
    for (expected, change) in changes {
        let mut parts = small_parts();
        change(&mut parts);
        let message = of_text(&parts).unwrap_err();
        assert!(message.contains(expected), "{message}, expected {expected}");
        // The same, where it stands in a file already.
        let mut tables = Tables::of(&section().tables);
        tables.tables[0] = serde_json::to_vec(&parts.header).unwrap();
        if parts.header != *small().text().unwrap().header() {
            refused(&with_tables(tables.to_bytes()), expected);
        }
    }
    // What only parts made by hand can lack.
    for change in
        [|p: &mut Parts| p.curves.truncate(3), |p: &mut Parts| p.counts = table(&["a", "b"], &[1, 1])]
    {
        let mut parts = small_parts();
        change(&mut parts);
        of_text(&parts).unwrap_err();
    }
}

#[test]
fn tables_that_would_mislead_a_look_up_are_refused() {
    type Change = fn(&mut Tables);
    const NEVER: [u8; 4] = [0xff; 4];
    let changes: &[(&str, Change)] = &[
        ("power of two", |t| t.tables[1].truncate(12)),
        ("power of two", |t| t.tables[1].clear()),
        ("power of two", |t| t.tables[2].clear()),
        ("power of two", |t| t.tables[2].extend([0; 16])),
        ("missing rows", |t| {
            t.tables[3].extend([0; 16]);
            t.tables[1][..4].copy_from_slice(&NEVER);
        }),
        ("missing rows", |t| t.tables[3].truncate(48)),
        ("no rows", |t| t.tables[3].clear()),
        ("unknown features", |t| t.tables[3][3] = 1),
        ("number of kinds", |t| t.tables[4].extend([0; 4])),
        ("full", |t| t.tables[1].as_chunks_mut().0.iter_mut().for_each(|slot| *slot = [1, 0, 0, 0])),
        ("malformed", |t| t.tables[6][2] = 2),
        ("malformed", |t| t.tables[6][0] = 65),
        ("malformed", |t| t.tables[5].extend([0; 4])),
        ("missing nodes", |t| t.tables[5][0] = 9),
        ("last tree", |t| t.tables[5][0] = 2),
        ("last tree", |t| t.tables[6].extend([0; 12])),
        ("more than", |t| {
            t.tables[5] = [1, 0, 0, 0].repeat(4097);
            t.tables[6] = vec![0; 12 * 4097];
        }),
    ];
    for (expected, change) in changes {
        let mut tables = Tables::of(&section().tables);
        change(&mut tables);
        let message = refused(&with_tables(tables.to_bytes()), expected);
        assert!(message.contains(expected), "{message}, expected {expected}");
    }
    let tables = Tables::of(&section().tables);
    for (number, claimed) in (0..16).flat_map(|number| [(number, u32::MAX), (number, 1 << 31)]) {
        let mut numbers = tables.numbers;
        // Slope and offset are any number.
        if !(7..9).contains(&number) {
            numbers[number] = claimed;
            refused(&with_tables(tables.to_bytes_with(numbers)), "a length of no table");
        }
    }
    let between = tables.numbers[0] as usize + 64;
    let mut bytes = tables.to_bytes();
    assert_eq!(bytes[between], 0);
    bytes[between] = 1;
    let message = refused(&with_tables(bytes), "something between");
    assert!(message.contains("between tables"), "{message}");
}

#[test]
fn extreme_numbers_are_safe() {
    type Change = fn(&mut Parts);
    fn trees(parts: &mut Parts, value: i32) {
        parts.context.trees = (0..50).map(|_| Tree(vec![Node { value, ..Node::default() }])).collect();
    }
    let changes: &[Change] = &[
        |p| p.header.calibration = [1 << 44, 1 << 44],
        |p| p.header.calibration = [1, -(1 << 44)],
        |p| p.header.thresholds = [0, 0],
        |p| p.header.thresholds = [1_000_000; 2],
        |p| p.header.base_rate = 0,
        |p| p.header.base_rate = 1_000_000,
        |p| p.header.alpha_thousandths = vec![u64::MAX; Channel::ALL.len()],
        |p| p.header.trained_on = [u64::MAX; 2],
        |p| (p.context.slope, p.context.offset) = (i32::MAX, i32::MAX),
        |p| (p.context.slope, p.context.offset) = (i32::MIN, i32::MIN),
        |p| trees(p, i32::MAX),
        |p| trees(p, i32::MIN),
        |p| p.context.trees[0].0[0].threshold = i32::MIN,
        |p| p.context.trees.clear(),
        // Curves too short for the counts, and further apart than 32 bits tell.
        |p| p.curves.iter_mut().flatten().for_each(|curve| *curve = Curve::new(vec![(0, 0)])),
        |p| p.curves.iter_mut().flatten().for_each(|curve| *curve = Curve::new(vec![(9, i32::MIN)])),
        |p| {
            for (class, curve) in p.curves.iter_mut().flatten().enumerate() {
                *curve = Curve::new(vec![(0, if class % 2 == 0 { i32::MIN } else { 0 }), (u64::MAX, -1)]);
            }
        },
        |p| {
            for name in ["heron", "join", "the"] {
                p.counts.add_row(Channel::Words, name, &[u64::MAX; 3], Sites::Many);
            }
            (0..3).for_each(|label| p.counts.add_paragraphs(label, u64::MAX));
        },
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut parts = small_parts();
        change(&mut parts);
        let made = of_text(&parts).unwrap_or_else(|message| panic!("change {number}: {message}"));
        let model =
            read_model(&made.to_bytes()).unwrap_or_else(|message| panic!("change {number}: {message}"));
        assert!(model.to_bytes() == made.to_bytes(), "change {number}");
        judges_soundly(&model);
    }
}

#[test]
fn any_calibration_that_was_fitted_can_be_saved() {
    for (slope, offset) in [(1e-300, 0.0), (1e300, -1e300), (f64::NAN, f64::NAN), (0.9, f64::INFINITY)] {
        let mut parts = small_parts();
        parts.header.calibration = fixed_calibration(Calibration { slope, offset });
        judges_soundly(&of_text(&parts).unwrap());
    }
}

/// Counts of these words, nothing else, and no curves but for words.
fn counts_of(words: &[u8]) -> Vec<u8> {
    let others = [0; Channel::ALL.len() - 1];
    // Paragraphs of three labels; curves of four classes with the point (0, -5) each.
    [[1, 1, 1].as_slice(), words, &others, &[4], &[1, 0, 9].repeat(4), &others].concat()
}

#[test]
fn names_that_no_vocabulary_has_are_refused() {
    // Number of features, then each: bytes shared, bytes that follow, they, labels, counts.
    let sound: &[u8] = &[2, 0, 1, b'a', 1, 1, 1, 1, b'b', 3, 1, 2];
    assert!(read_model(&with_counts(counts_of(sound))).is_ok());
    for (expected, words) in [
        ("shares more", [1, 3, 1, b'a', 1, 1].as_slice()),
        ("not UTF-8", &[1, 0, 1, 0xff, 1, 1]),
        ("no name", &[1, 0, 0, 1, 1]),
        ("invalid feature name", &[1, 0, 3, b'a', b'\t', b'b', 1, 1]),
        ("invalid feature name", &[1, 0, 5, b'a', 0x1b, b'[', b'1', b'm', 1, 1]),
        ("out of order", &[2, 0, 1, b'b', 1, 1, 0, 1, b'a', 1, 1]),
        ("out of order", &[2, 0, 1, b'a', 1, 1, 1, 0, 1, 1]),
        ("has no counts", &[1, 0, 1, b'a', 0]),
        ("has no counts", &[1, 0, 1, b'a', 1, 0]),
        ("incomplete", &[200, 1]),
        ("too large", &[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    ] {
        let message = refused(&with_counts(counts_of(words)), expected);
        assert!(message.contains(expected), "{message}, expected {expected}");
    }
    // Each name repeats the long one before it: small in the file, without end in memory.
    let long = MAX_NAME_BYTES + 1;
    let mut words = Vec::new();
    varint::put(&mut words, 1);
    words.push(0);
    varint::put(&mut words, long as u64);
    words.extend(vec![b'a'; long]);
    words.extend([1, 1]);
    let message = refused(&with_counts(counts_of(&words)), "a long name");
    assert!(message.contains(&format!("{long} bytes")), "{message}");
}

#[test]
fn one_feature_under_two_names_is_refused() {
    // A pair has two words: what is said of a third is said of the same pair.
    let pairs = [[2, 0, 3].as_slice(), b"a b", &[1, 1, 3, 2], b" c", &[1, 1]].concat();
    let mut counts = counts_of(&[0]);
    counts.splice(4..5, pairs);
    let message = refused(&with_counts(counts), "two names");
    assert!(message.contains("\"a b c\" occurs twice"), "{message}");
}

/// Changes bytes, takes some out and puts some in.
pub fn spoil(section: &mut file_parts::Section, changes: Vec<(prop::sample::Index, u8, u8)>) {
    for (index, action, byte) in changes {
        let part = if index.index(4) == 0 { &mut section.counts } else { &mut section.tables };
        let at = index.index(part.len());
        match action {
            0 => part[at] = byte,
            1 => part.insert(at, byte),
            _ => drop(part.remove(at)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Bytes changed, taken out and put in, with the frame made good again: what is inside must hold by itself.
    #[test]
    fn any_body_is_refused_or_safe(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0u8..3, any::<u8>()), 1..4)
    ) {
        let mut section = section();
        spoil(&mut section, changes);
        let file = file_parts::together(&[section]);
        if let Ok(model) = read_model(&file) {
            let counts = model.text().unwrap().counts().unwrap();
            prop_assert!(counts.len() * counts.labels().len() * size_of::<u64>() <= 1024 * file.len());
            judges_soundly(&model);
            // Its tables need not follow from its counts, but those of a model made of the same parts do.
            let again = of_text(&model.text().unwrap().parts().unwrap());
            if let Ok(again) = again {
                prop_assert!(read_model(&again.to_bytes()).unwrap().to_bytes() == again.to_bytes());
            }
        }
    }

    /// The table that a model is looked up in is what its counts give by linfa's curves.
    #[test]
    fn tables_follow_from_counts(
        rows in proptest::collection::vec((0usize..3, "[a-e]{1,2}( [a-e])?", 0usize..5, 1u64..3000), 2..60),
    ) {
        let labels: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        let mut counts = CountTable::new(labels.clone());
        for (channel, name, label, count) in &rows {
            counts.add_named(Channel::ALL[*channel], name, *label, *count, Sites::Many);
            counts.add_paragraphs(*label, *count);
        }
        let kept = vec![true, false, false, true, false];
        let classes = Classes::new(&labels, &kept);
        let mut parts = small_parts();
        parts.curves = fit_curves(&counts, &classes, default_alpha).unwrap();
        (parts.header.labels, parts.header.kept, parts.counts, parts.context.trees) = (labels, kept, counts, Vec::new());
        let model = of_text(&parts).unwrap();
        proves(&model, default_alpha);
        // And by hand, for each row.
        let section = model.text().unwrap();
        let table = section.counts().unwrap();
        for id in 0..table.len() as u32 {
            let mut sums = Vec::new();
            classes.fold(table.row(id), &mut sums);
            let mut expected = vec![0; 1 + classes.kinds()];
            let curves = &parts.curves[table.vocabulary().channel(id) as usize];
            log_ratios(&sums, curves, &mut expected);
            prop_assert_eq!(section.weights().find(table.vocabulary().key(id)), Some(expected));
        }
        prop_assert_eq!(section.weights().len(), table.len());
    }
}

/// Counts fitted anew give the same file: curves, weights and all.
fn proves(model: &Model, alpha: impl Fn(Channel) -> f64 + Copy) {
    let anew = |medium| {
        model.has(medium).then(|| {
            let mut parts = model.section(medium).unwrap().parts().unwrap();
            let classes = Classes::new(&parts.header.labels, &parts.header.kept);
            let curves = fit_curves(&parts.counts, &classes, alpha).unwrap();
            assert!(curves == parts.curves, "{medium:?}");
            parts.curves = curves;
            parts
        })
    };
    let [text, pages] = Medium::ALL.map(anew);
    let again = Model::new(model.name(), model.made_by(), text.as_ref(), pages.as_ref()).unwrap();
    assert!(again.to_bytes() == model.to_bytes());
}

#[test]
fn the_tables_of_the_built_in_model_follow_from_its_counts() {
    let model = Model::built_in().unwrap();
    let header = model.text().unwrap().header();
    assert!(Channel::ALL.into_iter().all(|channel| header.alpha(channel) == default_alpha(channel)));
    proves(model, default_alpha);
}
