//! What is checked in is what the data give, byte for byte.
//!
//! | file | from | written by |
//! |---|---|---|
//! | `models/en.gleaner` | `training-data/` | `GLEANER_OVERWRITE=1 cargo test --test it rebuild` |
//! | `training-data/fitted/*` | the corpora, where `GLEANER_CORPORA` names them and ignored tests are asked for | `ci/refit.sh` |

use std::path::Path;

use gleaner::model::fitted::FittedContext;
use gleaner::train::{Settings, train};

use crate::data::{Files, corpora, gather, project, ten_folds};
#[cfg(feature = "html")]
use crate::program::Desk;

fn fitted_context() -> FittedContext {
    let path = project("training-data/fitted/context.json");
    FittedContext::read(&std::fs::read(&path).unwrap(), &path).unwrap()
}

#[test]
fn the_built_in_model() {
    let counts = Files::read([project("training-data/fitted/lines-dev.counts")]);
    let gathered = gather(&[&Files::own(), &counts]);
    let settings = Settings { name: "en".to_owned(), ..Settings::default() };
    let bytes = train(&gathered, &settings, Some(&fitted_context())).unwrap().to_bytes();
    let path = project("models/en.gleaner");
    if std::env::var_os("GLEANER_OVERWRITE").is_some_and(|value| value == "1") {
        gleaner::write::atomic::replace(&path, |out| out.write_all(&bytes)).unwrap();
        return;
    }
    assert!(bytes.len() <= 3_000_000, "{} bytes", bytes.len());
    // Not assert_eq: nobody reads half a million numbers.
    assert!(
        bytes == std::fs::read(&path).unwrap(),
        "models/en.gleaner is not what training-data/ gives; GLEANER_OVERWRITE=1 writes it anew"
    );
}

#[test]
#[ignore = "needs GLEANER_CORPORA"]
fn the_count_table() {
    let corpora = corpora();
    let gathered = gather(&[&Files::lines_dev(&corpora)]);
    let corpus = &gathered.corpus;
    let mut table = Vec::new();
    corpus.to_table(&corpus.count(|_| true, true)).seen_on(2).write(&mut table).unwrap();
    same(&table, "training-data/fitted/lines-dev.counts");
}

#[test]
#[ignore = "needs GLEANER_CORPORA, and minutes in a release build: ci/check.sh runs it where GLEANER_REFIT=1"]
fn the_fitted_context() {
    let corpora = corpora();
    let gathered = gather(&[&Files::lines_dev(&corpora), &Files::own()]);
    let model = train(&gathered, &Settings::default(), None).unwrap();
    let mut fitted = FittedContext::of(&model);
    fitted.made_by = "ci/refit.sh".to_owned();
    fitted.evaluation = ten_folds(&corpora).millionths();
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
    let pages = corpora.join("wcxb-dev");
    let run = format!("train --pages {} --page-counts pages.counts -o pages.gleaner", pages.display());
    desk.run(&run).expect(0, &["word_f1.all"]);
    same(&desk.get("pages.counts"), "training-data/fitted/pages.counts");
    let fitted = desk.run("model dump --fitted pages.gleaner").silent();
    same(&fitted.out, "training-data/fitted/pages.json");
}

/// The model of pages is made of its counts and of what was fitted, nothing else.
#[cfg(feature = "html")]
#[test]
fn the_built_in_model_of_pages() {
    use gleaner::error::Place;
    use gleaner::features::counts::CountTable;
    let path = project("training-data/fitted/pages.json");
    let fitted = FittedContext::read(&std::fs::read(&path).unwrap(), &path).unwrap();
    let counts = std::fs::read(project("training-data/fitted/pages.counts")).unwrap();
    let counts = CountTable::read(&mut counts.as_slice(), &Place::of("pages.counts")).unwrap();
    let bytes = gleaner::train::pages::model(counts, &fitted).unwrap().to_bytes();
    let path = project("models/pages.gleaner");
    if std::env::var_os("GLEANER_OVERWRITE").is_some_and(|value| value == "1") {
        gleaner::write::atomic::replace(&path, |out| out.write_all(&bytes)).unwrap();
        return;
    }
    let both = bytes.len() as u64 + std::fs::metadata(project("models/en.gleaner")).unwrap().len();
    assert!(both <= 8_000_000, "the built-in models have {both} bytes");
    assert!(
        bytes == std::fs::read(&path).unwrap(),
        "models/pages.gleaner is not what training-data/fitted/ gives; GLEANER_OVERWRITE=1 writes it anew"
    );
}
