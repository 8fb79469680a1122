//! `tune`, and what a new model has to keep.

use gleaner::unstable::model::{Medium, Model};
use serde_json::Value;

use crate::data::project;
use crate::program::{Desk, LABELLED, small_model};

/// A sign-off that reads like a pitch, written for these tests.
const LOST_ONCE: &str = "Sign up for our free newsletter and get the best stories in your inbox.";

fn model(desk: &Desk, name: &str) -> Model {
    Model::from_bytes(&desk.get(name), &desk.path(name)).unwrap()
}

fn own() -> String {
    project("training-data").display().to_string()
}

#[test]
fn thresholds_are_chosen_for_the_stated_loss() {
    let desk = Desk::new();
    let run = desk.run(&format!("tune {} -o tuned.gleaner", own())).expect(
        0,
        &[
            "measured on 163 documents",
            "before: dropped from probability 0.8",
            "default, to lose at most 0.2%",
        ],
    );
    assert_eq!(run.text(), "");
    // Fewer than 6,000 paragraphs to keep.
    assert!(run.err.contains("recall: no threshold, to lose at most 0.05% takes "), "{}", run.err);
    let tuned = model(&desk, "tuned.gleaner");
    let section = tuned.text().unwrap();
    let header = section.header();
    let before = Model::built_in().unwrap();
    assert!(header.presets.recall.is_none() && header.presets.precision.unwrap() <= header.thresholds[1]);
    assert_eq!(header.evaluation["tuned documents"], 163_000_000);
    assert!(header.evaluation["tuned default words lost at most"] <= 2_000);
    assert!(!header.evaluation.keys().any(|figure| figure.starts_with("default ")));
    // Nothing else has changed.
    let mut parts = section.parts().unwrap();
    parts.header = before.text().unwrap().header().clone();
    assert!(tuned.with(Medium::Text, &parts).unwrap().to_bytes() == before.to_bytes());
    // What it says of itself is what `evaluate` finds.
    let run = desk.run(&format!("evaluate --model tuned.gleaner --json --resamples 0 {}", own())).silent();
    let figures: Value = serde_json::from_slice(&run.out).unwrap();
    let lost = figures["default"]["editorial_words_lost"].as_f64().unwrap();
    assert!(lost <= 0.002);
    assert_eq!((lost * 1e6).round() as i64, header.evaluation["tuned default words lost"]);
    desk.run(&format!("tune -q {} -o again.gleaner", own())).silent();
    assert!(desk.get("again.gleaner") == desk.get("tuned.gleaner"));
    let dump = desk.run("model dump tuned.gleaner").silent();
    desk.feed("model load - -o loaded.gleaner", dump.out).silent();
    assert!(desk.get("loaded.gleaner") == desk.get("tuned.gleaner"));
    // A larger loss, a lower threshold.
    desk.run(&format!("tune -q --max-loss 3% {} -o bolder.gleaner", own())).silent();
    assert!(model(&desk, "bolder.gleaner").text().unwrap().thresholds()[1] <= section.thresholds()[1]);
}

#[test]
fn what_a_sample_cannot_promise_is_refused() {
    let desk = Desk::with("few.jsonl", LABELLED);
    let said =
        ["cannot tune: ", "paragraphs to keep are too few to promise a loss of at most 0.2%", "1488 more"];
    desk.run("tune few.jsonl -o m.gleaner").expect(2, &said);
    desk.run("tune few.jsonl -o m.gleaner").expect(2, &["documents are too few", "14 more; label more"]);
    desk.run(&format!("tune --max-loss 0.01% {} -o m.gleaner", own()))
        .expect(2, &["30000", "a loss of 0.", "--max-loss"]);
    for loss in ["0", "1", "100%", "much"] {
        desk.run(&format!("tune --max-loss {loss} few.jsonl -o m.gleaner")).expect(2, &["--max-loss"]);
    }
    desk.run("tune few.jsonl -o few.jsonl").expect(2, &["is labelled data; -o would replace it"]);
    desk.put("odd.tsv", "barnacle\tMind the step.\n");
    desk.run("tune odd.tsv -o m.gleaner").expect(2, &["\"barnacle\""]);
    assert_eq!(desk.names(), ["few.jsonl", "odd.tsv"]);
    assert_eq!(desk.get("few.jsonl"), LABELLED.as_bytes());
}

#[test]
fn a_model_that_would_drop_what_must_be_kept_is_not_written() {
    let desk = Desk::with("lost.txt", format!("The heron stood in the reeds.\n{LOST_ONCE}\n"));
    desk.put(
        "fine.jsonl",
        format!("{}\n", serde_json::json!({"text": "The heron stood in the reeds.\nThe tide turned."})),
    );
    desk.put("labelled.tsv", format!("editorial\t{LOST_ONCE}\n"));
    desk.put("other.tsv", format!("pitch\t{LOST_ONCE}\neditorial\tThe tide had turned by noon.\n"));
    let counts = project("training-data/fitted/lines.counts");
    let fitted = project("training-data/fitted/context.json");
    let train = format!("train {} {} --fitted {}", own(), counts.display(), fitted.display());
    let tune = format!("tune {}", own());
    for command in [train, tune] {
        let refused = [
            "lost.txt, record 2, line 2, byte 30: boilerplate with probability 0.",
            "Sign up for our free",
            "would drop 1 of 2 paragraphs that must be kept",
            "--max-loss",
        ];
        desk.run(&format!("{command} --must-keep lost.txt -o m.gleaner")).expect(2, &refused);
        desk.run(&format!("{command} --must-keep fine.jsonl --must-keep labelled.tsv -o m.gleaner"))
            .expect(2, &["labelled.tsv, record 1", "would drop 1 of 3"]);
        desk.run(&format!("{command} --must-keep lost.txt -o lost.txt"))
            .expect(2, &["is what must be kept; -o would replace it"]);
        desk.run(&format!("{command} --must-keep none.txt -o m.gleaner"))
            .expect(2, &["none.txt: cannot read"]);
        assert!(!desk.path("m.gleaner").exists());
        // What is labelled as boilerplate may go.
        desk.run(&format!("{command} --must-keep fine.jsonl --must-keep other.tsv -o m.gleaner"))
            .expect(0, &["all 3 paragraphs that must be kept are kept", "m.gleaner: "]);
        std::fs::remove_file(desk.path("m.gleaner")).unwrap();
    }
}

#[test]
fn folds_have_presets_of_their_own() {
    let desk = Desk::new();
    let evaluate =
        |flags: &str| desk.run(&format!("evaluate --folds 3 --resamples 0 --json {flags} {}", own()));
    let lost = |flags: &str| {
        let figures: Value = serde_json::from_slice(&evaluate(flags).silent().out).unwrap();
        figures["default"]["editorial_words_lost"].as_f64().unwrap()
    };
    assert!(lost("--precision") >= lost(""));
    // Half as many words as such a threshold takes.
    evaluate("--recall").expect(2, &["has no threshold for recall"]);
    evaluate("--precision --record x").expect(2, &["--record keeps the figures of the default"]);
    let small = format!("evaluate --precision --model {} {}", small_model().display(), own());
    desk.run(&format!("{small} --ignore x")).expect(2, &["does not know the label"]);
}
