//! What is explained adds up to what was judged, and can be shown.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;

use super::human::{self, Options};
use super::visible::{acts, columns};
use super::{Explainer, Explanation, json, stages};
use crate::bayes::calibrate::logistic;
use crate::document::Document;
use crate::error::Place;
use crate::features::Channel;
use crate::judge::{self, Judge, Judged};
use crate::model::Model;
use crate::read;
use crate::split::SplitMode;
use crate::verdict::{Reason, Verdict};

const ARTICLE: &str = "The flood that moved a book fair uphill\n\
By Marta Elsworth · 12 May 2023 · 6 min read\n\
When the Arle broke its banks on Friday night, the organisers had four hours to carry nine thousand \
volumes out of the corn exchange.\n\
“Nobody asked whose books they were,” said Peter Hallam, who runs the poetry stall.\n\
Become a member today for just $5 a month and support independent local journalism!\n\
© 2023 The Arle Courier. All rights reserved. | Privacy policy | Terms of use\n";

const OPTIONS: Options = Options { width: 80, top: 5, full: false };

static MODEL: LazyLock<&Model> = LazyLock::new(|| Model::built_in().unwrap());

fn document(bytes: &[u8]) -> Document {
    read::text::document("invented".into(), Place::of("invented"), bytes.to_vec(), Some(encoding_rs::UTF_8))
}

/// Calls `look` with every paragraph of a document.
fn each(
    bytes: &[u8],
    options: judge::Options,
    mut look: impl FnMut(&Explanation<'_>, &Judge<'_>),
) -> (Document, Judged) {
    let mut judge = Judge::new(&MODEL, options).unwrap();
    let document = document(bytes);
    let judged = judge.text(&document).unwrap();
    let mut explainer = Explainer::new(&judge, &judged);
    for index in 0..judged.units.len() {
        look(&explainer.unit(&document, index), &judge);
    }
    (document, judged)
}

fn adds_up(e: &Explanation<'_>) {
    for sum in &e.channels {
        let features: Vec<_> = e.features.iter().filter(|f| f.channel == sum.channel).collect();
        assert_eq!(features.len(), sum.features as usize);
        assert_eq!(features.iter().filter(|f| f.known).count(), sum.known as usize);
        for (class, &expected) in sum.sums.iter().enumerate() {
            let listed: i32 = features.iter().filter_map(|f| f.weights.get(class)).sum();
            assert_eq!(listed, expected, "{} class {class}", sum.channel.name());
        }
    }
    let unknown = e.features.iter().filter(|f| f.channel == Channel::Words && !f.known).count();
    assert_eq!(unknown, e.unknown_words as usize);
    // Fixed-point numbers of this size add without rounding.
    let parts = e.shares.bayes + e.shares.constant + e.shares.signals.iter().sum::<f64>();
    assert_eq!(parts, e.decision.margin);
    assert_eq!(logistic(e.calibrated()), e.decision.probability);
}

fn shown(e: &Explanation<'_>, options: Options) -> String {
    let lines = human::paragraph(e, options);
    let line = |line: &human::Line| line.pieces().iter().map(|(_, text)| text.as_str()).collect::<String>();
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn weights_shares_and_probability_add_up() {
    let options = judge::Options { prior: Some(0.1), ..Default::default() };
    for options in [Default::default(), options] {
        let mut known = 0;
        each(ARTICLE.as_bytes(), options, |e, _| {
            adds_up(e);
            known += e.ranked().len();
        });
        assert!(known > 200, "the model knows most of it");
    }
}

#[test]
fn a_pitch_shows_what_pushed_it() {
    each(ARTICLE.as_bytes(), Default::default(), |e, _| {
        if e.index != 4 {
            return;
        }
        let text = shown(e, OPTIONS);
        assert_eq!(e.decision.verdict, Verdict::Boilerplate, "{text}");
        assert!(text.starts_with("#4 boilerplate, pitch  9"), "{text}");
        assert!(text.contains("for boilerplate") && text.contains("own tokens"), "{text}");
        let loudest = e.ranked()[0];
        let counts = loudest.counts(e.model, e.own_kind());
        let first = format!("{} {}", counts[0].0, counts[0].1);
        assert!(loudest.weights[0] > 0 && text.contains(&first), "{text}");
    });
}

#[test]
fn every_reason_has_its_sentence() {
    let foreign = "Joki nousi yöllä penkereiden yli, ja kauppiaat raahasivat laatikoita kiireesti ylös.\n\
        Tilaa uutiskirjeemme äläkä menetä yhtäkään tarinaa laaksostamme.\n";
    for (text, reason, words) in [
        (&b"A \xff\xfe\xff\xfe\xff line\n"[..], Reason::Damaged, "damaged: too much of it"),
        ("…\n".as_bytes(), Reason::NoTokens, "no-tokens: it has no word"),
        (foreign.as_bytes(), Reason::UnknownLanguage, "(by shape and place alone: "),
    ] {
        each(text, Default::default(), |e, judge| {
            adds_up(e);
            assert_eq!(e.decision.reason, Some(reason));
            assert_eq!(e.without_words.is_some(), reason == Reason::UnknownLanguage);
            assert!(shown(e, OPTIONS).contains(words), "{}", shown(e, OPTIONS));
            let row = stages::of(stages::Stage::Verdict, e, &Value::Null, judge);
            assert!(String::from_utf8(row).unwrap().contains(reason.name()));
        });
    }
}

#[test]
fn a_paragraph_that_was_not_read_has_nothing_to_show() {
    let mut judge = Judge::new(&MODEL, Default::default()).unwrap();
    let document = document(ARTICLE.as_bytes());
    let judged = judge.text(&document).unwrap();
    let mut e = Explainer::new(&judge, &judged).unit(&document, 0);
    e.features.clear();
    e.channels.iter_mut().for_each(|sum| sum.features = 0);
    e.decision.reason = Some(Reason::BeyondLimit);
    let text = shown(&e, OPTIONS);
    assert!(text.contains("beyond-limit: ") && !text.contains("for boilerplate"), "{text}");
}

#[test]
fn full_shows_the_whole_text_and_top_as_much_as_is_asked() {
    each(ARTICLE.as_bytes(), Default::default(), |e, _| {
        if e.index != 2 {
            return;
        }
        let (short, full) = (shown(e, OPTIONS), shown(e, Options { full: true, ..OPTIONS }));
        assert!(short.contains('…') && !short.contains("exchange."));
        assert!(full.contains("exchange."));
        let rows = |top| shown(e, Options { top, ..OPTIONS }).matches("editorial ").count();
        assert!(rows(9) > rows(2));
        assert!(!shown(e, Options { top: 0, ..OPTIONS }).contains("for boilerplate"));
    });
}

#[test]
fn json_holds_everything_and_the_score_first() {
    each(ARTICLE.as_bytes(), Default::default(), |e, judge| {
        let doc = Value::from(7);
        let line = json::row(e, &doc, 0.25, None);
        assert!(line.starts_with(format!("{{\"doc\":7,\"index\":{},\"start\":", e.index).as_bytes()));
        let row: Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(row["boilerplate"].as_f64(), Some(e.decision.probability));
        assert_eq!(row["features"].as_array().unwrap().len(), e.features.len());
        assert_eq!(row["context"]["signals"].as_array().unwrap().len(), e.signals.len());
        let weights: Vec<f64> =
            row["features"].as_array().unwrap().iter().filter_map(|f| f["log_odds"].as_f64()).collect();
        assert!(weights.is_sorted_by(|a, b| a >= b));
        let sums: f64 =
            row["channels"].as_array().unwrap().iter().filter_map(|c| c["log_odds"].as_f64()).sum();
        assert_eq!(weights.iter().sum::<f64>(), sums);
        let top: Value = serde_json::from_slice(&json::row(e, &doc, 0.25, Some(2))).unwrap();
        assert!(top["features"].as_array().unwrap().len() <= 4);
        for stage in [stages::Stage::Features, stages::Stage::Bayes, stages::Stage::Context] {
            let row: Value = serde_json::from_slice(&stages::of(stage, e, &doc, judge)).unwrap();
            assert_eq!(row["index"], e.index);
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_add_up_and_are_safe_to_show(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        text in any::<String>(),
        blank in any::<bool>(),
        full in any::<bool>(),
    ) {
        let split = if blank { SplitMode::Blank } else { SplitMode::Auto };
        for bytes in [&bytes[..], text.as_bytes()] {
            let (document, judged) = each(bytes, judge::Options { split, ..Default::default() }, |e, judge| {
                adds_up(e);
                let text = shown(e, Options { full, ..OPTIONS });
                for line in text.split('\n') {
                    assert!(!line.contains(acts), "{line:?}");
                    assert!(full || columns(line) <= OPTIONS.width, "{line:?}");
                }
                for stage in [stages::Stage::Features, stages::Stage::Context] {
                    let row = String::from_utf8(stages::of(stage, e, &Value::Null, judge)).unwrap();
                    assert!(!row.trim_end_matches('\n').contains(acts));
                }
            });
            let judge = Judge::new(&MODEL, Default::default()).unwrap();
            human::heading(&document, &judged, &judge, OPTIONS);
            serde_json::from_slice::<Value>(&stages::read(&document)).unwrap();
        }
    }
}

#[test]
fn a_document_of_very_many_lines_is_read_to_its_limit() {
    let text = format!("{ARTICLE}\n{}", "a\n".repeat(crate::features::MAX_DOCUMENT_PARAGRAPHS));
    let mut judge = Judge::new(&MODEL, Default::default()).unwrap();
    let document = document(text.as_bytes());
    let judged = judge.text(&document).unwrap();
    let last = judged.units.len() - 1;
    let mut explainer = Explainer::new(&judge, &judged);
    for index in [0, crate::features::MAX_DOCUMENT_PARAGRAPHS - 1, last] {
        let e = explainer.unit(&document, index);
        adds_up(&e);
        assert_eq!(e.decision.reason == Some(Reason::BeyondLimit), index == last);
        stages::of(stages::Stage::Bayes, &e, &Value::Null, &judge);
    }
}
