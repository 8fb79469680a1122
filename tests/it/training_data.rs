//! The labelled paragraphs and tables that the built-in model is trained on: whole, consistent, and of the
//! size that was promised.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gleaner::error::Place;
use gleaner::unstable::features::counts::CountTable;
use serde::Deserialize;

/// The labels of the built-in model: editorial and ten kinds of boilerplate.
const LABELS: [&str; 11] =
    ["ad", "bio", "comment", "editorial", "legal", "meta", "nav", "pitch", "related", "social", "ui"];
/// Words from which on a paragraph may stand only once in all the data.
const DISTINCT_WORDS: usize = 6;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Article {
    id: String,
    domain: String,
    /// Of those in `languages/` alone, and their file's name.
    language: Option<String>,
    style: String,
    paragraphs: Vec<Paragraph>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paragraph {
    text: String,
    label: String,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("training-data")
}

/// Every English article with the file and line that it stands on.
fn articles() -> Vec<(String, Article)> {
    articles_in(&folder())
}

/// The same of those in other languages.
fn articles_in_other_languages() -> Vec<(String, Article)> {
    articles_in(&folder().join("languages"))
}

fn articles_in(folder: &Path) -> Vec<(String, Article)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let mut articles = Vec::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.ends_with('\n') && !text.contains('\r'), "{name}");
        for (number, line) in text.lines().enumerate() {
            let place = format!("{name}:{}", number + 1);
            let article = serde_json::from_str(line).unwrap_or_else(|error| panic!("{place}: {error}"));
            articles.push((place, article));
        }
    }
    articles
}

#[test]
fn there_is_as_much_as_was_promised() {
    let articles = articles();
    let paragraphs = || articles.iter().flat_map(|(_, article)| &article.paragraphs);
    let styles: BTreeSet<&str> = articles.iter().map(|(_, article)| article.style.as_str()).collect();
    let labels: BTreeSet<&str> = paragraphs().map(|paragraph| paragraph.label.as_str()).collect();
    assert!(articles.len() >= 150, "{} articles", articles.len());
    assert!(paragraphs().count() >= 2500, "{} paragraphs", paragraphs().count());
    assert!(styles.len() >= 20, "{} styles", styles.len());
    assert_eq!(labels.into_iter().collect::<Vec<_>>(), LABELS);
}

#[test]
fn every_language_has_its_articles() {
    let mut of_language: BTreeMap<String, Vec<Article>> = BTreeMap::new();
    for (_, article) in articles_in_other_languages() {
        of_language.entry(article.language.clone().unwrap()).or_default().push(article);
    }
    assert!(of_language.len() >= 12, "{} languages", of_language.len());
    for (language, articles) in of_language {
        let paragraphs = || articles.iter().flat_map(|article| &article.paragraphs);
        let styles: BTreeSet<&str> = articles.iter().map(|article| article.style.as_str()).collect();
        assert!(articles.len() >= 20 && styles.len() >= 8, "{language}: {} articles", articles.len());
        for label in LABELS {
            let count = paragraphs().filter(|paragraph| paragraph.label == label).count();
            assert!(count >= 10, "{language}: {count} paragraphs of {label}");
        }
    }
}

#[test]
fn every_article_is_whole() {
    let (mut ids, mut texts) = (BTreeMap::new(), BTreeMap::new());
    for (place, article) in articles().iter().chain(&articles_in_other_languages()) {
        assert_eq!(ids.insert(article.id.clone(), place), None, "{place}: the id stands twice");
        let file = place.split(".jsonl").next().unwrap();
        assert_eq!(article.language.as_ref().unwrap_or(&article.style), file, "{place}");
        let start = article.language.iter().chain([&article.style]).cloned().collect::<Vec<_>>().join("-");
        assert!(article.id.starts_with(&start), "{place}");
        // Names that nobody owns (RFC 2606), so that no text can be taken for a real site's.
        assert!(article.domain.ends_with(".example"), "{place}: {}", article.domain);
        let labels: BTreeSet<&str> = article.paragraphs.iter().map(|it| it.label.as_str()).collect();
        assert!(labels.contains("editorial") && labels.len() > 1, "{place}: one side only");
        for (index, Paragraph { text, label }) in article.paragraphs.iter().enumerate() {
            let at = format!("{place}, paragraph {index}");
            assert!(LABELS.contains(&label.as_str()), "{at}: label {label:?}");
            assert!(!text.is_empty() && text == text.trim(), "{at}: not trimmed");
            assert!(!text.chars().any(char::is_control), "{at}: control characters");
            assert!(!text.contains('\u{fffd}'), "{at}: characters lost");
            let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
            if words.len() >= DISTINCT_WORDS {
                let before = texts.insert(words.join(" "), at.clone());
                assert_eq!(before, None, "{at}: stands twice");
            }
        }
    }
}

#[test]
fn hardly_a_site_stands_twice() {
    let articles: Vec<_> = articles().into_iter().chain(articles_in_other_languages()).collect();
    let sites: BTreeSet<&str> = articles.iter().map(|(_, article)| article.domain.as_str()).collect();
    assert!(sites.len() * 10 >= articles.len() * 9, "{} sites of {} articles", sites.len(), articles.len());
}

#[test]
fn tables_of_public_corpora_name_no_site() {
    let tables: Vec<PathBuf> = std::fs::read_dir(folder().join("fitted"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "counts"))
        .collect();
    assert!(tables.len() >= 2);
    for path in tables {
        let text = std::fs::read_to_string(&path).unwrap();
        let labels: &[&str] =
            if path.ends_with("pages.counts") { &["boilerplate", "editorial"] } else { &LABELS };
        let table = CountTable::read(&mut text.as_bytes(), &Place::of(&path)).unwrap();
        assert_eq!(table.labels(), labels, "{}", path.display());
        assert!(table.paragraphs().iter().all(|&count| count > 0));
        assert!(table.len() > 10_000, "{} features", table.len());
        for id in 0..table.len() as u32 {
            let (channel, name) = table.vocabulary().feature(id);
            let row = table.row(id);
            assert_eq!(table.sites(id).at_least(), 2, "{channel:?} {name:?} was seen on one site only");
            assert!(row.iter().sum::<u64>() >= 2, "{channel:?} {name:?}");
            assert!(row.iter().zip(table.paragraphs()).all(|(count, all)| count <= all), "{name:?}");
        }
        let mut again = Vec::new();
        table.write(&mut again).unwrap();
        assert!(again == text.as_bytes(), "{}: not as it would be written", path.display());
    }
}
