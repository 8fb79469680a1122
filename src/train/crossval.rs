//! Scores that are out of fold: each document is judged by a model that has seen no document of its site.
//!
//! The corpus is read and interned once; every fold is a [`Selection`] of it, so that a fold costs the
//! fitting and nothing else. A model file trained on the other folds, in the same order, gives the same
//! scores (tests compare them).

use std::path::Path;

use rayon::prelude::*;

use super::gold::{self, GoldDocument, by_lines};
use super::selection::Selection;
use super::{Gathered, Settings};
use crate::error::{Error, Result};
use crate::evaluate::ScoredDocument;
use crate::folds::fold_of;
use crate::judge::{Judge, Options};
use crate::model::Model;

/// Labelled documents that are scored in folds by site, and labelled data that every fold trains on.
///
/// A loose paragraph is trained on without a place, as ever, and scored as a document of one line.
#[derive(Debug)]
pub struct CrossValidation {
    folds: usize,
    gold: Vec<GoldDocument>,
    /// The gold first, in order: an index below its length is a gold document.
    gathered: Gathered,
}

/// A fold whose documents have been scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoldDone {
    /// Its number, from 0.
    pub fold: usize,
    /// Probabilities from which its model says unsure and boilerplate; `None` for a fold without documents.
    pub thresholds: Option<[f64; 2]>,
}

/// A fold's thresholds, and its documents with their index.
type FoldScores = (Option<[f64; 2]>, Vec<(usize, ScoredDocument)>);

impl CrossValidation {
    /// Reads files of labelled documents: `(bytes, path)`, the paths for messages. `gold` is scored in this
    /// many folds by site; `with` goes into the training of all of them, count tables too.
    ///
    /// # Errors
    /// [`Error::Setting`] for fewer than two folds; as [`gold::read`] and [`Gathered::add`].
    pub fn new<'f>(
        folds: usize,
        gold: impl IntoIterator<Item = (&'f [u8], &'f Path)>,
        with: impl IntoIterator<Item = (&'f [u8], &'f Path)>,
    ) -> Result<Self> {
        if folds < 2 {
            return Err(Error::Setting(format!("two folds are the fewest, not {folds}")));
        }
        let mut all = Self { folds, gold: Vec::new(), gathered: Gathered::default() };
        for (bytes, path) in gold {
            all.gold.extend(gold::read(bytes, path)?);
            all.gathered.add(bytes, path)?;
        }
        for (bytes, path) in with {
            all.gathered.add(bytes, path)?;
        }
        Ok(all)
    }

    /// The documents that are scored.
    pub fn gold(&self) -> &[GoldDocument] {
        &self.gold
    }

    /// The same, when nothing is left to train.
    pub fn into_gold(self) -> Vec<GoldDocument> {
        self.gold
    }

    /// Scores every gold document, in their order, by a model that was trained without its fold: context,
    /// calibration and thresholds too.
    ///
    /// # Errors
    /// [`Error::Training`] where a fold leaves too little to train on, with the number of the fold;
    /// [`Error::Setting`] as [`Judge::new`].
    pub fn run(&self, settings: &Settings, options: Options) -> Result<Vec<ScoredDocument>> {
        self.run_watched(settings, options, &|_| ())
    }

    /// As [`run`](Self::run); `done` is told of every fold that is done, in whatever order and from whatever
    /// thread.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_watched(
        &self,
        settings: &Settings,
        options: Options,
        done: &(dyn Fn(FoldDone) + Sync),
    ) -> Result<Vec<ScoredDocument>> {
        let fold_of: Vec<usize> = self.gold.iter().map(|gold| fold_of(&gold.site, self.folds)).collect();
        let scored: Vec<Vec<(usize, ScoredDocument)>> = (0..self.folds)
            .into_par_iter()
            .map(|fold| {
                let (thresholds, scored) = self.fold(fold, &fold_of, settings, options.clone())?;
                done(FoldDone { fold, thresholds });
                Ok(scored)
            })
            .collect::<Result<_>>()?;
        let mut scored: Vec<_> = scored.into_iter().flatten().collect();
        scored.sort_by_key(|(index, _)| *index);
        Ok(scored.into_iter().map(|(_, document)| document).collect())
    }

    fn fold(
        &self,
        fold: usize,
        fold_of: &[usize],
        settings: &Settings,
        options: Options,
    ) -> Result<FoldScores> {
        if !fold_of.contains(&fold) {
            return Ok((None, Vec::new()));
        }
        let without = |index: usize| fold_of.get(index) != Some(&fold);
        let model = || {
            let chosen = |document: &super::corpus::CorpusDocument| without(document.index);
            let (selection, fitted, _) = Selection::fit(&self.gathered.corpus, settings, &chosen)?;
            let parts = selection.parts(&fitted.context, String::new())?;
            Model::new(&settings.name, "", Some(&parts), None).map_err(Error::Training)
        };
        let model = model().map_err(|error| match error {
            Error::Training(reason) => Error::Training(format!("without fold {fold}: {reason}")),
            error => error,
        })?;
        let mut judge = Judge::new(&model, by_lines(options))?;
        let kept = |label: &str| settings.keep.iter().any(|keep| keep == label);
        let inside = self.gold.iter().enumerate().filter(|(index, _)| !without(*index));
        let scored =
            inside.map(|(index, gold)| Ok((index, gold.scored(&mut judge, kept)?))).collect::<Result<_>>()?;
        Ok((Some(judge.thresholds()), scored))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::evaluate::resample::Twister;
    use crate::train::train;
    use serde_json::json;

    const STORY: [&str; 24] = [
        "harbour", "ferry", "captain", "tide", "council", "bridge", "engine", "winter", "repair", "storm",
        "island", "pilot", "timber", "market", "school", "river", "letter", "garden", "mayor", "lamp",
        "anchor", "stone", "orchard", "signal",
    ];
    const PITCH: [&str; 8] =
        ["subscribe", "today", "newsletter", "support", "join", "free", "member", "offer"];
    const NAV: [&str; 6] = ["home", "next", "previous", "archive", "menu", "search"];

    /// One page per site: new writing, drawn word by word. One site in nine writes in words of its own, and
    /// one site alone has a legal notice.
    fn pages(count: usize) -> Vec<String> {
        let mut random = Twister::new(7);
        let mut line = |words: &[&str], length: usize| {
            let words: Vec<&str> = (0..length).map(|_| words[random.index(words.len())]).collect();
            words.join(" ")
        };
        (0..count)
            .map(|number| {
                let own: Vec<String> = STORY.iter().map(|word| format!("{word}{number}")).collect();
                let own: Vec<&str> = own.iter().map(String::as_str).collect();
                let story = if number % 9 == 4 { own.as_slice() } else { &STORY };
                let mut paragraphs = vec![json!({"text": line(&NAV, 3), "label": "nav"})];
                for index in 0..8 + number % 5 {
                    let text = format!("The {} of the {}.", line(story, 1), line(story, 8 + index));
                    paragraphs.push(json!({"text": text, "label": "editorial"}));
                    if index % 4 == 1 {
                        paragraphs.push(json!({"text": line(&PITCH, 5), "label": "pitch"}));
                    }
                }
                if number == 11 {
                    paragraphs.push(json!({"text": "All rights reserved", "label": "legal"}));
                }
                let domain = format!("paper{number}.example");
                json!({"id": number, "domain": domain, "paragraphs": paragraphs}).to_string()
            })
            .collect()
    }

    /// What model files trained on the other folds say, file by file.
    fn one_by_one(rows: &[String], with: &[(&[u8], &Path)], folds: usize) -> Vec<ScoredDocument> {
        let path = Path::new("gold.jsonl");
        let settings = Settings::default();
        let mut scored = Vec::new();
        for fold in 0..folds {
            let (mut inside, mut outside) = (String::new(), String::new());
            for (number, row) in rows.iter().enumerate() {
                let here = fold_of(&format!("paper{number}.example"), folds) == fold;
                let part = if here { &mut inside } else { &mut outside };
                *part += &format!("{row}\n");
            }
            let mut gathered = Gathered::default();
            gathered.add(outside.as_bytes(), path).unwrap();
            for (bytes, path) in with {
                gathered.add(bytes, path).unwrap();
            }
            let file = train(&gathered, &settings, None).unwrap().to_bytes();
            let model = Model::from_bytes(&file, path).unwrap();
            let ignore = ["legal".to_owned()];
            let gold = gold::read(inside.as_bytes(), path).unwrap();
            scored.extend(gold::score(&gold, &model, Options::default(), &ignore).unwrap());
        }
        scored.sort_by_key(|document| document.id.parse::<usize>().unwrap());
        scored
    }

    #[test]
    fn as_model_files_trained_without_the_fold() {
        let rows = pages(63);
        let gold = rows.join("\n");
        let loose = b"pitch\tjoin the newsletter\npitch\tsupport us, join\neditorial\tthe harbour lamp\n";
        let table = "# gleaner count table 1\nlabels\t\teditorial\tnav\nparagraphs\t\t20\t4\nwords\tharbour\t9\t1\nwords\tmenu\t0\t4\n";
        let with: [(&[u8], &Path); 2] = [(loose, Path::new("loose.tsv")), (table.as_bytes(), Path::new("t"))];
        let all = CrossValidation::new(4, [(gold.as_bytes(), Path::new("gold.jsonl"))], with).unwrap();
        let ours = all.run(&Settings::default(), Options::default()).unwrap();
        let mut theirs = one_by_one(&rows, &with, 4);
        // The only site of a label that the other folds do not have: which side it is on is for the settings.
        theirs[11].paragraphs.iter_mut().for_each(|p| p.kept_label = p.label == "editorial");
        assert_eq!(ours, theirs);
        let probabilities: BTreeSet<u64> =
            ours.iter().flat_map(|d| &d.paragraphs).map(|p| p.probability.to_bits()).collect();
        assert!(probabilities.len() > 200, "{}", probabilities.len());
        assert_eq!(ours, all.run(&Settings::default(), Options::default()).unwrap());
    }

    #[test]
    fn too_little_to_train_on_names_the_fold() {
        assert!(CrossValidation::new(1, [], []).is_err());
        let rows = pages(1);
        let all = CrossValidation::new(10, [(rows[0].as_bytes(), Path::new("g"))], []).unwrap();
        let error = all.run(&Settings::default(), Options::default()).unwrap_err().to_string();
        assert!(error.starts_with("cannot train: without fold "), "{error}");
    }

    #[test]
    #[ignore = "needs GLEANER_CORPORA, and minutes in a release build"]
    fn as_a_model_file_on_the_corpora() {
        let corpora = crate::about_the_tests::corpora();
        let files: Vec<Vec<u8>> = (0..10)
            .map(|fold| std::fs::read(corpora.join(format!("lines/en/fold-{fold}.jsonl"))).unwrap())
            .collect();
        let path = Path::new("gold");
        let all = CrossValidation::new(10, files.iter().map(|bytes| (bytes.as_slice(), path)), []).unwrap();
        let fold_of: Vec<usize> = all.gold.iter().map(|gold| fold_of(&gold.site, 10)).collect();
        let settings = Settings::default();
        let (_, ours) = all.fold(3, &fold_of, &settings, Options::default()).unwrap();
        let mut gathered = Gathered::default();
        for (_, bytes) in files.iter().enumerate().filter(|(fold, _)| *fold != 3) {
            gathered.add(bytes, path).unwrap();
        }
        let model = train(&gathered, &settings, None).unwrap();
        let gold = gold::read(&files[3], path).unwrap();
        let theirs = gold::score(&gold, &model, Options::default(), &[]).unwrap();
        assert_eq!(ours.into_iter().map(|(_, document)| document).collect::<Vec<_>>(), theirs);
    }
}
