//! A model as text: it leads back to the same bytes, and one that was spoilt is refused.

use std::path::Path;

use gleaner::unstable::features::Channel;
use gleaner::unstable::features::counts::MAX_LABELS;
use gleaner::unstable::model::{Model, dump};
use gleaner::unstable::train::{Gathered, Settings, train};

use crate::model_file::{LABELLED, read_model, small, small_settings};

fn dumped(model: &Model) -> Vec<u8> {
    let mut out = Vec::new();
    dump::write(model, &mut out).unwrap().unwrap();
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
        alphas: [1.0 / 3.0; Channel::ALL.len()],
        ..small_settings()
    };
    let odd = train(&gathered, &settings, None).unwrap();
    for model in [small(), &odd, Model::built_in().unwrap()] {
        let text = dumped(model);
        let loaded = dump::read(&text, Path::new("model.dump")).unwrap();
        assert!(loaded.to_bytes() == model.to_bytes());
        assert!(dumped(&read_model(&model.to_bytes()).unwrap()) == dumped(&loaded));
    }
}

#[test]
fn a_dump_that_was_spoilt_is_refused() {
    let text = String::from_utf8(dumped(small())).unwrap();
    let spoilt = [
        text.replacen("\"calibration\":[", "\"calibration\":[-", 1),
        text.replacen("\"trees\":[[[", "\"trees\":[[[70000", 1),
        text.replacen("\"section\":\"text\"", "\"section\":\"prose\"", 1),
        text.repeat(2).replacen(text.lines().next().unwrap(), "", 2),
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
