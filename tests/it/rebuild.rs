//! What is checked in is what the data give, byte for byte.
//!
//! | file | from | written by |
//! |---|---|---|
//! | `models/built-in.gleaner` | `training-data/` | `GLEANER_OVERWRITE=1 cargo test --test it rebuild` |
//! | `training-data/fitted/*` | the corpora, where `GLEANER_CORPORA` names them and ignored tests are asked for | `ci/refit.sh` |

use std::path::Path;

use gleaner::error::Place;
use gleaner::unstable::features::counts::CountTable;
use gleaner::unstable::model::Model;
use gleaner::unstable::model::fitted::FittedContext;
use gleaner::unstable::train::{MADE_BY, pages, parts, train};

use crate::data::{Files, built_in, corpora, english_out_of_fold, gather, project};
#[cfg(feature = "html")]
use crate::program::Desk;

fn fitted(name: &str) -> FittedContext {
    let path = project("training-data/fitted").join(name);
    FittedContext::read(&std::fs::read(&path).unwrap(), &path).unwrap()
}

/// The built-in model is made of counts and of what was fitted, nothing else.
#[cfg(feature = "html")]
#[test]
fn the_built_in_model() {
    let counts = Files::read([project("training-data/fitted/lines.counts")]);
    let gathered = gather(&[&Files::own(), &counts]);
    let text = parts(&gathered, &built_in(), Some(&fitted("context.json"))).unwrap();
    let counts = std::fs::read(project("training-data/fitted/pages.counts")).unwrap();
    let counts = CountTable::read(&mut counts.as_slice(), &Place::of("pages.counts")).unwrap();
    let pages = pages::parts(counts, &fitted("pages.json"), 0).unwrap();
    let bytes = Model::new("built-in", MADE_BY, Some(&text), Some(&pages)).unwrap().to_bytes();
    let path = project("models/built-in.gleaner");
    if std::env::var_os("GLEANER_OVERWRITE").is_some_and(|value| value == "1") {
        std::fs::write(&path, &bytes).unwrap();
        return;
    }
    assert!(bytes.len() <= 5_000_000, "{} bytes", bytes.len());
    // Not assert_eq: nobody reads millions of numbers.
    assert!(
        bytes == std::fs::read(&path).unwrap(),
        "models/built-in.gleaner is not what training-data/ gives; GLEANER_OVERWRITE=1 writes it anew"
    );
}

#[test]
#[ignore = "needs GLEANER_CORPORA"]
fn the_count_table() {
    let corpora = corpora();
    let gathered = gather(&[&Files::english(&corpora), &Files::multi(&corpora)]);
    let corpus = &gathered.corpus;
    let mut table = Vec::new();
    let counted = corpus.to_table(&corpus.count(2, |_| true));
    counted.filtered(|id| counted.row(id).iter().sum::<u64>() >= 3).write(&mut table).unwrap();
    same(&table, "training-data/fitted/lines.counts");
}

#[test]
#[ignore = "needs GLEANER_CORPORA, and minutes in a release build: ci/check.sh runs it where GLEANER_REFIT=1"]
fn the_fitted_context() {
    let corpora = corpora();
    let gathered = gather(&[&Files::english(&corpora), &Files::multi(&corpora), &Files::own()]);
    let model = train(&gathered, &built_in(), None).unwrap();
    let mut fitted = FittedContext::of(model.text().unwrap());
    fitted.made_by = "ci/refit.sh".to_owned();
    fitted.evaluation = english_out_of_fold(&corpora).millionths();
    fitted.evaluation.insert("folds".to_owned(), 10_000_000);
    same((fitted.to_text() + "\n").as_bytes(), "training-data/fitted/context.json");
}

fn same(bytes: &[u8], path: &str) {
    let there = std::fs::read(project(path)).unwrap();
    assert!(bytes == there, "{} is not what the corpora give; run ci/refit.sh", Path::new(path).display());
}

#[cfg(feature = "html")]
#[test]
#[ignore = "needs GLEANER_CORPORA, and minutes in a release build: ci/check.sh runs it where GLEANER_REFIT=1"]
fn the_fitted_model_of_pages() {
    let corpora = corpora();
    let desk = Desk::new();
    let of_sets = ["waddle", "fundus", "newspaper", "newspaper4k", "readability", "cwce"];
    let sets = of_sets.map(|set| corpora.join("pages").join(set).display().to_string()).join(" ");
    let pages = format!("{} {sets}", corpora.join("wcxb-dev").display());
    let run = format!("train --pages {pages} --page-counts pages.counts -o pages.gleaner");
    desk.run(&run).expect(0, &["word_f1.all"]);
    same(&desk.get("pages.counts"), "training-data/fitted/pages.counts");
    let fitted = desk.run("model dump --fitted --pages pages.gleaner").silent();
    same(&fitted.out, "training-data/fitted/pages.json");
}
