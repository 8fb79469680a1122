//! Training gives the same bytes on any number of threads, in any order of the files.

use std::path::Path;

use gleaner::unstable::context::boost::Growth;
use gleaner::unstable::context::fit::GROWTH;
use gleaner::unstable::train::{Gathered, MIN_SITES_FOR_TREES, Settings, train};
use serde_json::json;

/// Labelled articles of as many sites as trees ask for, in files of a few each.
fn files() -> Vec<(String, String)> {
    let subjects = ["heron", "lock", "barge", "orchard", "tram", "lantern", "quarry"];
    let doings =
        ["waited by the water", "was painted again", "came back in the rain", "cost more than it should"];
    let asks = ["Join our letter", "Become a member", "Send us a coin", "Try the app for a month"];
    let pick = |list: &[&str], n: usize| list[n % list.len()].to_owned();
    let article = |n: usize| {
        let mut paragraphs = vec![json!({"text": "Home / News / Local", "label": "nav"})];
        for p in 0..6 {
            let (a, b) = (pick(&subjects, n + p), pick(&subjects, n * 3 + p * p));
            let (c, d) = (pick(&doings, n + 2 * p), pick(&doings, n * n + p));
            let text = format!("The {a} of number {n} {c}, and nobody had told the {b}, which {d}.");
            paragraphs.push(json!({"text": text, "label": "editorial"}));
            if (n + p).is_multiple_of(4) {
                let text = format!("{} and read about the {b} first, {n} times a year!", pick(&asks, n + p));
                // Labellers differ now and then, which leaves the trees something to do.
                let label = if (n * 7 + p).is_multiple_of(5) { "editorial" } else { "pitch" };
                paragraphs.push(json!({"text": text, "label": label}));
            }
        }
        paragraphs.push(
            json!({"text": format!("© {} Lock and Barge. All rights reserved.", 1990 + n), "label": "legal"}),
        );
        json!({"id": format!("a{n}"), "domain": format!("site-{n}.example"), "paragraphs": paragraphs})
            .to_string()
    };
    let count = 2 * MIN_SITES_FOR_TREES;
    (0..count / 8)
        .map(|f| {
            let rows: String = (f * 8..(f + 1) * 8).map(|n| article(n) + "\n").collect();
            (format!("file-{f}.jsonl"), rows)
        })
        .collect()
}

fn settings() -> Settings {
    let growth = Growth { trees: 12, leaves: 4, min_weight: 4.0, ..GROWTH };
    Settings { name: "small".to_owned(), growth, ..Settings::default() }
}

fn trained(files: &[(String, String)]) -> Vec<u8> {
    let mut gathered = Gathered::default();
    for (name, rows) in files {
        gathered.add(rows.as_bytes(), Path::new(name)).unwrap();
    }
    let model = train(&gathered, &settings(), None).unwrap();
    assert_eq!(model.text().unwrap().context().trees.len(), 12);
    assert!(
        model.text().unwrap().context().trees.iter().any(|tree| tree.0.len() > 1),
        "the trees say something"
    );
    model.to_bytes()
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let files = files();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| trained(&files))
    };
    assert!(on(1) == on(4));
}

#[test]
fn the_order_of_the_files_changes_no_byte() {
    let mut files = files();
    // A table and loose paragraphs among them, with a label of their own.
    files.push((
        "loose.tsv".to_owned(),
        "pitch\tJoin the barge today\nad\tLanterns, half price\nad\tTrams, half price\n".to_owned(),
    ));
    files.push((
        "some.counts".to_owned(),
        "# gleaner count table 1\nlabels\t\teditorial\tui\nparagraphs\t\t9\t4\nwords\theron\t5\nwords\tprint\t0\t3\n".to_owned(),
    ));
    let expected = trained(&files);
    files.reverse();
    assert!(trained(&files) == expected);
    files.swap(0, 3);
    files.rotate_left(2);
    assert!(trained(&files) == expected);
}

#[test]
fn the_order_of_the_rows_changes_nothing_but_the_digest() {
    let files = files();
    let expected = trained(&files);
    let turned: Vec<(String, String)> = files
        .iter()
        .map(|(name, rows)| (name.clone(), rows.lines().rev().map(|row| format!("{row}\n")).collect()))
        .collect();
    let turned = trained(&turned);
    use gleaner::unstable::model::{Medium, Model};
    let model = |bytes: &[u8]| Model::from_bytes(bytes, Path::new("m")).unwrap();
    let (turned, expected) = (model(&turned), model(&expected));
    let mut parts = turned.text().unwrap().parts().unwrap();
    parts.header.data_digest = expected.text().unwrap().header().data_digest.clone();
    assert!(turned.with(Medium::Text, &parts).unwrap().to_bytes() == expected.to_bytes());
}
