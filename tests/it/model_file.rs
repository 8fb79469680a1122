//! A model file is read whole or not at all, whatever was done to it; what is read scores without a panic.

use std::path::Path;
use std::sync::LazyLock;

use gleaner::bayes::calibrate::Calibration;
use gleaner::bayes::smoothing::Curve;
use gleaner::context::trees::{Node, Tree};
use gleaner::error::Place;
use gleaner::features::Channel;
use gleaner::features::counts::{CountTable, MAX_LABELS, MAX_NAME_BYTES, Sites};
use gleaner::judge::{Judge, Options};
use gleaner::model::{Header, Model, Parts, dump, file, fixed_calibration, varint};
use gleaner::read;
use gleaner::train::{Gathered, Settings, train};
use proptest::prelude::*;

const NAME: &str = "some-folder/small.gleaner";

/// Paragraphs of three labels, enough for a model of a few kilobytes.
const LABELLED: &str = "editorial\tThe heron stood in the reeds until the tide had turned.
editorial\tNobody at the lock had seen the barge come through.
editorial\tThe tide turned and the barge came with it.
pitch\tJoin our members today and read the letter first.
pitch\tMembers read the letter first: join today!
legal\tAll rights reserved.
legal\t© The lock and barge letter, all rights reserved.
";

fn small_settings() -> Settings {
    Settings { name: "small".to_owned(), min_sites: 1, min_counts: [1; 8], ..Settings::default() }
}

/// A model of three labels with two trees, small enough to try every bit of it.
pub fn small() -> &'static Model {
    static SMALL: LazyLock<Model> = LazyLock::new(|| {
        let mut gathered = Gathered::default();
        gathered.add(LABELLED.as_bytes(), Path::new("labelled.tsv")).unwrap();
        let mut parts = train(&gathered, &small_settings(), None).unwrap().parts().clone();
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
        Model::new(parts).unwrap()
    });
    &SMALL
}

fn read_model(bytes: &[u8]) -> Result<Model, String> {
    Model::from_bytes(bytes, Path::new(NAME)).map_err(|error| error.to_string())
}

fn refused(bytes: &[u8], what: &str) -> String {
    let message = read_model(bytes).expect_err(what);
    assert!(message.starts_with(NAME), "{what}: {message} does not name the file");
    message
}

/// The file with another checksum, so that only what is inside can be at fault.
fn sealed(mut content: Vec<u8>) -> Vec<u8> {
    let checksum = blake3::hash(&content);
    content.extend(checksum.as_bytes());
    content
}

/// A file around this body.
fn framed(body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u64).to_le_bytes();
    sealed([b"gleaner\n".as_slice(), &file::FORMAT.to_le_bytes(), &length, body].concat())
}

/// Whatever a model says, it says it in finite numbers, one decision a paragraph.
fn judges_soundly(model: &Model) {
    let text = "The heron stood at the lock.\n\nJoin today!\n© 2020\n漢字 ... ,,,,,,\nZzyx qwv 12 $5\n";
    let options = Options { every_signal: true, ..Options::default() };
    let mut judge = Judge::new(model, None, options).unwrap();
    let document = read::text::document(1.into(), Place::default(), text.into(), None);
    let judged = judge.text(&document);
    assert_eq!(judged.decisions.len(), judged.units.len());
    let signals = judge.signal_rows(&judged.units);
    for (decision, row) in judged.decisions.iter().zip(signals.chunks_exact(model.signals())) {
        assert!(decision.margin.is_finite());
        assert!(decision.probability > 0.0 && decision.probability < 1.0);
        assert!(decision.kind.is_none_or(|kind| kind < model.classes().kinds()));
        let shares = model.context().explain(row);
        assert!(shares.signals.iter().all(|share| share.is_finite()));
    }
    assert!(model.thresholds().iter().chain([&model.base_rate()]).all(|p| (0.0..=1.0).contains(p)));
}

#[test]
fn saving_again_gives_the_same_bytes() {
    for model in [small(), &Model::built_in().unwrap()] {
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
        let mut other = bytes[..bytes.len() - 32].to_vec();
        other[8..12].copy_from_slice(&version.to_le_bytes());
        // A newer format may be of any length and hold anything.
        for more in [0, 100] {
            let file = sealed([other.as_slice(), &vec![7; more]].concat());
            let message = refused(&file, "another format");
            assert!(message.contains(&format!("format {version}")), "{message}");
            assert!(message.contains("use the version that wrote it, or newer"), "{message}");
        }
    }
}

#[test]
fn what_follows_the_end_is_refused() {
    let bytes = small().to_bytes();
    let message = refused(&[bytes.as_slice(), b"\0"].concat(), "a byte more");
    assert!(message.contains("1 bytes follow its end"), "{message}");
    refused(&bytes.repeat(2), "twice");
    let body = &bytes[20..bytes.len() - 32];
    assert!(read_model(&framed(body)).is_ok());
    let message = refused(&framed(&[body, b"\0"].concat()), "a byte more inside");
    assert!(message.contains("bytes follow its last table"), "{message}");
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
    refused(&sealed(b"gleaner\n\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff".to_vec()), "an endless body");
    for body in [b"".as_slice(), b"\x02{}", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x7f{"] {
        refused(&framed(body), "no body to speak of");
    }
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
        ("holds a tab", |p| relabel(p, &["a", "b\tc"], &[true, false])),
        ("holds a tab", |p| relabel(p, &["a", "b\nc"], &[true, false])),
        ("keeps all of its labels, or none", |p| p.header.kept.fill(true)),
        ("keeps all of its labels, or none", |p| p.header.kept.fill(false)),
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
        ("control characters", |p| p.header.name = "a\u{1b}[31mb".to_owned()),
        ("control characters", |p| p.header.evaluation.extend([("a\nb".to_owned(), 1)])),
        ("channel words", |p| p.curves[0].clear()),
        ("channel words", |p| drop(p.curves[0].pop())),
        ("channel pairs", |p| p.curves[1].push(Curve::new(vec![(0, -5)]))),
        ("channel place", |p| p.curves[4] = p.curves[0].clone()),
        ("log-probabilities", |p| p.curves[2][1] = Curve::default()),
        ("log-probabilities", |p| p.curves[3][0] = Curve::new(vec![(0, -5), (1, 1)])),
        ("leads nowhere", |p| p.context.trees.push(Tree(Vec::new()))),
        ("leads nowhere", |p| p.context.trees[0].0[0].signal = 65),
        ("leads nowhere", |p| p.context.trees[0].0[0].signal = u16::MAX),
        ("leads nowhere", |p| p.context.trees[0].0[0].left = 2),
        ("leads nowhere", |p| p.context.trees[1].0[2].left = 1),
        ("leads nowhere", |p| p.context.trees[0].0[1].left = u16::MAX),
    ];
    for (expected, change) in changes {
        let mut parts = small().parts().clone();
        change(&mut parts);
        let message = refused(&file::encode(&parts), expected);
        assert!(message.contains(expected), "{message}, expected {expected}");
        let message = Model::new(parts).unwrap_err();
        assert!(message.contains(expected), "{message}, expected {expected}");
    }
    // What only parts made by hand can lack.
    for change in
        [|p: &mut Parts| p.curves.truncate(3), |p: &mut Parts| p.counts = table(&["a", "b"], &[1, 1])]
    {
        let mut parts = small().parts().clone();
        change(&mut parts);
        Model::new(parts).unwrap_err();
    }
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
        |p| p.header.alpha_thousandths = vec![u64::MAX; 5],
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
        let mut parts = small().parts().clone();
        change(&mut parts);
        let bytes = file::encode(&parts);
        let model = read_model(&bytes).unwrap_or_else(|message| panic!("change {number}: {message}"));
        assert!(model.to_bytes() == bytes, "change {number}");
        judges_soundly(&model);
    }
}

#[test]
fn any_calibration_that_was_fitted_can_be_saved() {
    for (slope, offset) in [(1e-300, 0.0), (1e300, -1e300), (f64::NAN, f64::NAN), (0.9, f64::INFINITY)] {
        let mut parts = small().parts().clone();
        parts.header.calibration = fixed_calibration(Calibration { slope, offset });
        judges_soundly(&Model::new(parts).unwrap());
    }
}

/// A body of this header and these count tables, no features beyond them, no trees.
fn body(header: &Header, words: &[u8]) -> Vec<u8> {
    let header = serde_json::to_vec(header).unwrap();
    let mut body = Vec::new();
    varint::put(&mut body, header.len() as u64);
    body.extend(header);
    body.extend([1, 1, 1]); // paragraphs of three labels
    body.extend(words);
    body.extend([0, 0, 0, 0]); // no features in the other channels
    body.extend([5, 1, 0, 9, 1, 0, 9, 1, 0, 9, 1, 0, 9, 1, 0, 9, 0, 0, 0, 0]); // curves: (0, -5) in each class
    body.extend([0, 0, 0]); // slope, offset, trees
    body
}

#[test]
fn names_that_no_vocabulary_has_are_refused() {
    let header = small().header();
    // Number of features, then each: bytes shared, bytes that follow, they, labels, counts.
    let sound: &[u8] = &[2, 0, 1, b'a', 1, 1, 1, 1, b'b', 3, 1, 2];
    let five = |curves: &[u8]| framed(&[&body(header, sound)[..], curves].concat());
    let message = refused(&five(&[]), "four classes have four curves");
    assert!(message.contains("curves"), "{message}");
    for (expected, words) in [
        ("shares more", [1, 3, 1, b'a', 1, 1].as_slice()),
        ("not UTF-8", &[1, 0, 1, 0xff, 1, 1]),
        ("without a name", &[1, 0, 0, 1, 1]),
        ("no feature has a name", &[1, 0, 3, b'a', b'\t', b'b', 1, 1]),
        ("out of order", &[2, 0, 1, b'b', 1, 1, 0, 1, b'a', 1, 1]),
        ("out of order", &[2, 0, 1, b'a', 1, 1, 1, 0, 1, 1]),
        ("has no counts", &[1, 0, 1, b'a', 0]),
        ("has no counts", &[1, 0, 1, b'a', 1, 0]),
        ("middle of a table", &[200, 1]),
        ("too large", &[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    ] {
        let message = refused(&framed(&body(header, words)), expected);
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
    let message = refused(&framed(&body(header, &words)), "a long name");
    assert!(message.contains(&format!("{long} bytes")), "{message}");
}

#[test]
fn one_feature_under_two_names_is_refused() {
    // A pair has two words: what is said of a third is said of the same pair.
    let pairs = [[2, 0, 3].as_slice(), b"a b", &[1, 1, 3, 2], b" c", &[1, 1]].concat();
    let mut body = body(small().header(), &[0]);
    let at = body.len() - 27;
    body.splice(at..=at, pairs);
    let message = refused(&framed(&body), "two names");
    assert!(message.contains("\"a b c\" twice"), "{message}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Bytes changed, taken out and put in, with the frame made good again: what is inside must hold by itself.
    #[test]
    fn any_body_is_refused_or_safe(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0u8..3, any::<u8>()), 1..4)
    ) {
        let bytes = small().to_bytes();
        let mut body = bytes[20..bytes.len() - 32].to_vec();
        for (index, action, byte) in changes {
            let at = index.index(body.len());
            match action {
                0 => body[at] = byte,
                1 => body.insert(at, byte),
                _ => drop(body.remove(at)),
            }
        }
        let file = framed(&body);
        if let Ok(model) = read_model(&file) {
            let counts = &model.parts().counts;
            prop_assert!(counts.len() * counts.labels().len() * size_of::<u64>() <= 1024 * file.len());
            judges_soundly(&model);
            let again = model.to_bytes();
            prop_assert!(read_model(&again).unwrap().to_bytes() == again);
        }
    }
}

fn dumped(model: &Model) -> Vec<u8> {
    let mut out = Vec::new();
    dump::write(model, &mut out).unwrap();
    out
}

#[test]
fn a_dump_leads_back_to_the_same_bytes() {
    let mut gathered = Gathered::default();
    let odd = LABELLED.replace("editorial", "Für später, \"gut\"").replace("pitch", "a b  \u{2028}{c}");
    gathered.add(odd.as_bytes(), Path::new("odd.tsv")).unwrap();
    let settings = Settings {
        keep: vec!["Für später, \"gut\"".to_owned()],
        // Not a whole number of thousandths.
        alphas: [1.0 / 3.0; 8],
        ..small_settings()
    };
    let odd = train(&gathered, &settings, None).unwrap();
    for model in [small(), &odd, &Model::built_in().unwrap()] {
        let text = dumped(model);
        let loaded = dump::read(&text, Path::new("model.dump")).unwrap();
        assert!(loaded.to_bytes() == model.to_bytes());
        assert!(dumped(&read_model(&model.to_bytes()).unwrap()) == dumped(&loaded));
    }
}

#[test]
fn a_dump_that_was_spoilt_is_refused() {
    let text = String::from_utf8(dumped(small())).unwrap();
    let slope = format!("\"calibration\":[{}", small().header().calibration[0]);
    let spoilt = [
        text.replacen(&slope, "\"calibration\":[5", 1),
        text.replacen("paragraphs\t", "paragraph\t", 1),
        text.replacen("labels\t\teditorial", "labels\t\tother", 1),
        text.replacen("\"alpha_thousandths\":[", "\"alpha_thousandths\":[0,", 1),
        text.lines().next().unwrap().to_owned(),
        text[..text.len() - 1].to_owned(),
        String::new(),
    ];
    for (number, text) in spoilt.iter().enumerate() {
        let error = dump::read(text.as_bytes(), Path::new("model.dump")).expect_err(&number.to_string());
        assert!(error.to_string().starts_with("model.dump"), "{error}");
    }
}

#[test]
fn labels_that_no_file_could_hold_are_refused_where_they_are_read() {
    for row in [
        r#"{"id": 1, "paragraphs": [{"text": "a", "label": "one\ttwo"}]}"#.to_owned(),
        r#"{"text": "a", "label": "one\ntwo"}"#.to_owned(),
        "__label__a\u{7}b text".to_owned(),
        format!("{}\ttext", "long".repeat(100)),
    ] {
        let error = Gathered::default().add(row.as_bytes(), Path::new("rows")).unwrap_err().to_string();
        assert!(error.starts_with("rows, record 1, line 1, byte 0: ") && error.contains("label"), "{error}");
    }
    let columns: String = (0..=MAX_LABELS).map(|n| format!("sentence number {n}\teditorial\n")).collect();
    let error =
        Gathered::default().add(columns.as_bytes(), Path::new("columns.tsv")).unwrap_err().to_string();
    assert!(error.starts_with("columns.tsv: more than"), "{error}");
}
