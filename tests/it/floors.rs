//! Figures that were reached are not lost again: `tests/floors.json` pins each of them, in millionths, with
//! a fingerprint (BLAKE3) of the labelled data that it was measured on.
//!
//! A figure may fall behind its floor by what one flipped paragraph makes of it ([`step`]) and no more: that
//! much another machine's arithmetic may cost. The test needs `GLEANER_CORPORA`. To pin anew:
//!
//! ```text
//! GLEANER_REPIN=up cargo test --release --test it floors -- --include-ignored --nocapture
//! ```
//!
//! raises floors, and never lowers one. `GLEANER_REPIN=lower` takes the figures as they are, other data
//! included, and names each floor that it lowers; say in the commit why.

use std::collections::BTreeMap;
use std::path::Path;

use gleaner::unstable::evaluate::{Figures, Report, ScoredDocument};
use gleaner::unstable::model::Model;
use serde::{Deserialize, Serialize};

use crate::data::{Files, corpora, english_out_of_fold, figures, project, ten_folds};

/// Pinned of the labelled lines, ten folds by site.
const TEN_FOLDS: [&str; 9] = [
    "auc",
    "ap",
    "caught@0.2%",
    "caught@0.5%",
    "caught@1.0%",
    "pitch@0.5%",
    "ece",
    "default editorial_words_lost",
    "default documents_hurt",
];
/// Pinned of each language of which there are enough articles.
const BY_LANGUAGE: [&str; 3] = ["auc", "default editorial_words_lost", "default boilerplate_lines_caught"];
/// Fewest articles of a language that has floors of its own.
const ARTICLES: usize = 20;
/// Figures of which less is better.
const LOSSES: [&str; 4] = ["ece", "default editorial_words_lost", "default documents_hurt", "zero"];
/// The pages in `floors.json`.
const PAGES: &str = "pages";

type Floors = BTreeMap<String, Set>;

/// The floors of one labelled set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Set {
    /// Fingerprint of the data.
    data: String,
    /// In millionths.
    figures: BTreeMap<String, i64>,
}

/// What was measured on one labelled set.
struct Measured {
    set: Set,
    /// What one flipped paragraph is worth, in millionths.
    steps: BTreeMap<String, i64>,
}

impl Measured {
    fn new(files: &Files, report: &Report, pinned: &[&str]) -> Self {
        let all = report.millionths();
        let figures = pinned.iter().map(|&name| (name.to_owned(), all[name])).collect();
        let steps = pinned.iter().map(|&name| (name.to_owned(), step(name, &report.figures))).collect();
        Self { set: Set { data: files.fingerprint(), figures }, steps }
    }
}

/// What one paragraph more or less on the wrong side is worth, in millionths: a share of boilerplate lines
/// moves by one of them; so does AUC where one sinks from the top to the bottom, and average precision
/// nearly; errors of the probability move by one line, words lost by a paragraph of mean length, documents
/// hurt by one document.
fn step(name: &str, figures: &Figures) -> i64 {
    let lines =
        |kept: bool| figures.labels.iter().filter(move |l| l.kept == kept).map(|l| l.lines).sum::<u64>();
    let pitch = || figures.labels.iter().find(|l| l.label == "pitch").map_or(0, |l| l.lines);
    let of = match name {
        "ece" | "brier" => figures.lines as u64,
        "default editorial_words_lost" => lines(true),
        "default documents_hurt" => figures.documents as u64,
        _ if name.starts_with("pitch@") => pitch(),
        _ => lines(false),
    };
    1_000_000_u64.div_ceil(of.max(1)) as i64
}

/// By how much a figure is better than its floor.
fn gain(name: &str, measured: i64, floor: i64) -> i64 {
    if LOSSES.contains(&name) { floor - measured } else { measured - floor }
}

/// What is below its floor, or cannot be compared.
fn failures(floors: &Floors, measured: &BTreeMap<String, Measured>) -> Vec<String> {
    let mut failures = Vec::new();
    for (name, Measured { set, steps }) in measured {
        let Some(floor) = floors.get(name) else {
            failures.push(format!("{name}: nothing is pinned"));
            continue;
        };
        if floor.data != set.data {
            failures.push(format!("{name}: the data are not those that its floors were measured on"));
            continue;
        }
        for (figure, &value) in &set.figures {
            match floor.figures.get(figure) {
                None => failures.push(format!("{name}, {figure}: not pinned")),
                Some(&floor) if gain(figure, value, floor) < -steps[figure] => failures.push(format!(
                    "{name}, {figure}: {}, the floor is {} (within {})",
                    share(value),
                    share(floor),
                    share(steps[figure])
                )),
                Some(_) => {}
            }
        }
    }
    failures
}

/// The floors with what was measured where it is better. Sets that were measured on other data stay.
fn raised(floors: &Floors, measured: &BTreeMap<String, Measured>) -> Floors {
    let mut raised = floors.clone();
    for (name, Measured { set, .. }) in measured {
        let floor = raised.entry(name.clone()).or_insert_with(|| set.clone());
        if floor.data != set.data {
            continue;
        }
        for (figure, &value) in &set.figures {
            let floor = floor.figures.entry(figure.clone()).or_insert(value);
            if gain(figure, value, *floor) > 0 {
                *floor = value;
            }
        }
    }
    raised
}

fn share(millionths: i64) -> String {
    format!("{:.6}", millionths as f64 / 1e6)
}

#[test]
#[ignore = "needs GLEANER_CORPORA, and minutes in a release build"]
fn floors_hold() {
    let corpora = corpora();
    let measured = measure(&corpora);
    let path = project("tests/floors.json");
    let mut floors = read_floors();
    for (name, Measured { set, .. }) in &measured {
        for (figure, &value) in &set.figures {
            let floor = floors.get(name).and_then(|set| set.figures.get(figure));
            let floor = floor.map_or_else(|| "none".to_owned(), |&floor| share(floor));
            println!("{name:16} {figure:34} {} (floor {floor})", share(value));
        }
    }
    let pinned = match std::env::var("GLEANER_REPIN").as_deref() {
        Err(_) | Ok("") => floors.clone(),
        Ok("up") => raised(&floors, &measured),
        Ok("lower") => {
            for failure in failures(&floors, &measured) {
                println!("lowered: {failure}");
            }
            measured.iter().map(|(name, measured)| (name.clone(), measured.set.clone())).collect()
        }
        Ok(other) => panic!("GLEANER_REPIN is up or lower, not {other:?}"),
    };
    if pinned != floors {
        std::fs::write(&path, serde_json::to_string_pretty(&pinned).unwrap() + "\n").unwrap();
        floors = pinned;
    }
    let failures = failures(&floors, &measured);
    assert!(failures.is_empty(), "below the floors of tests/floors.json:\n{}", failures.join("\n"));
}

fn measure(corpora: &Path) -> BTreeMap<String, Measured> {
    let (english, multi) = (Files::english(corpora), Files::multi(corpora));
    let others = ten_folds(&multi, &english);
    let mut measured = BTreeMap::from([
        ("lines/en".to_owned(), Measured::new(&english, english_out_of_fold(corpora), &TEN_FOLDS)),
        ("lines/multi".to_owned(), Measured::new(&multi, &figures(&others), &TEN_FOLDS)),
        (PAGES.to_owned(), pages()),
    ]);
    for (language, documents) in by_language(&multi, others) {
        if documents.len() >= ARTICLES {
            let of_language = Measured::new(&multi, &figures(&documents), &BY_LANGUAGE);
            measured.insert(format!("lines/multi {language}"), of_language);
        }
    }
    measured
}

/// Scored documents by the language that their row names.
fn by_language(files: &Files, documents: Vec<ScoredDocument>) -> BTreeMap<String, Vec<ScoredDocument>> {
    let rows = files.iter().flat_map(|(bytes, _)| bytes.split(|&byte| byte == b'\n'));
    let rows = rows.filter(|row| !row.is_empty()).map(|row| serde_json::from_slice(row).unwrap());
    let mut languages = BTreeMap::new();
    for (row, document) in rows.zip(documents) {
        let row: serde_json::Value = row;
        assert_eq!(row["id"], document.id.as_str());
        languages.entry(row["language"].as_str().unwrap().to_owned()).or_insert_with(Vec::new).push(document);
    }
    languages
}

/// Figures of pages, ten folds by site, as the built-in model states them: the refit in `rebuild.rs` proves that
/// they are its own. Nothing is computed again, so nothing may be lost.
fn pages() -> Measured {
    let header = Model::built_in().unwrap().pages().unwrap().header();
    let steps = header.evaluation.keys().map(|name| (name.clone(), 0)).collect();
    Measured { set: Set { data: header.data_digest.clone(), figures: header.evaluation.clone() }, steps }
}

fn read_floors() -> Floors {
    let bytes = std::fs::read(project("tests/floors.json"));
    bytes.map(|bytes| serde_json::from_slice(&bytes).unwrap()).unwrap_or_default()
}

#[test]
fn floors_of_pages_hold() {
    let failures = failures(&read_floors(), &BTreeMap::from([(PAGES.to_owned(), pages())]));
    assert!(failures.is_empty(), "below the floors of tests/floors.json:\n{}", failures.join("\n"));
}

#[test]
fn floors_rise_and_never_fall() {
    let set = |data: &str, auc: i64, ece: i64| Set {
        data: data.to_owned(),
        figures: BTreeMap::from([("auc".to_owned(), auc), ("ece".to_owned(), ece)]),
    };
    let steps = BTreeMap::from([("auc".to_owned(), 100), ("ece".to_owned(), 10)]);
    let measured = |set: Set| BTreeMap::from([("lines".to_owned(), Measured { set, steps: steps.clone() })]);
    let floors = BTreeMap::from([("lines".to_owned(), set("a", 950_000, 9_000))]);
    for (auc, ece, failing) in
        [(949_900, 9_010, 0), (949_899, 9_010, 1), (990_000, 9_011, 1), (0, 20_000, 2), (990_000, 0, 0)]
    {
        assert_eq!(failures(&floors, &measured(set("a", auc, ece))).len(), failing, "{auc} {ece}");
    }
    assert_eq!(failures(&floors, &measured(set("b", 990_000, 0))).len(), 1);
    assert_eq!(raised(&floors, &measured(set("b", 990_000, 0))), floors);
    assert_eq!(raised(&floors, &measured(set("a", 949_990, 9_001))), floors);
    assert_eq!(raised(&floors, &measured(set("a", 960_000, 9_001)))["lines"], set("a", 960_000, 9_000));
    assert_eq!(raised(&Floors::new(), &measured(set("a", 1, 2)))["lines"], set("a", 1, 2));
}
