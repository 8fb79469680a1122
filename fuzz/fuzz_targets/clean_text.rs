//! Any bytes as plain text: from reading to what is left, with the built-in model.

#![no_main]

use encoding_rs::UTF_8;
use gleaner::error::Place;
use gleaner::unstable::model::Model;
use gleaner::unstable::judge::{Judge, Options};
use gleaner::unstable::split::SplitMode;
use gleaner::unstable::{read, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    read::sniff(None, bytes);
    let split = [SplitMode::Auto, SplitMode::Lines, SplitMode::Blank][usize::from(choice % 3)];
    let document = read::text::document("f".into(), Place::of("f"), bytes.to_vec(), None);
    let options = Options { split, ..Options::default() };
    let model = Model::built_in().expect("the built-in model is sound");
    let kinds = model.text().expect("the built-in model judges text").classes().kinds();
    let mut judge = Judge::new(model, options).expect("these options are sound");
    let mut judged = judge.text(&document).expect("the built-in model judges text");
    let again = judge.text(&document).expect("the built-in model judges text");
    assert_eq!(judged.decisions, again.decisions);
    assert_eq!(judged.units.len(), judged.decisions.len());

    let text = std::str::from_utf8(bytes).ok().filter(|_| document.encoding == UTF_8);
    let mut end = 0;
    for (paragraph, decision) in judged.units.iter().zip(&judged.decisions) {
        let span = paragraph.range();
        assert!(end <= span.start && span.start < span.end && span.end <= bytes.len());
        end = span.end;
        assert!(text.is_none_or(|text| text.get(span).is_some()));
        assert!(decision.probability > 0.0 && decision.probability < 1.0);
        assert!(decision.margin.is_finite() && decision.kind.is_none_or(|kind| kind < kinds));
    }
    if choice >= 128 {
        judged.guard(&document, 0.6);
    }
    let kept = write::text::keep(&document, &judged.units, &judged.dropped());
    let mut rest = bytes.iter();
    assert!(kept.iter().all(|byte| rest.any(|it| it == byte)), "kept bytes are a subset, in order");
});
