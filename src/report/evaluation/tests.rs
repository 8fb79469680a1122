use proptest::prelude::*;

use super::*;
use crate::evaluate::samples::documents;
use crate::evaluate::{Options, ScoredDocument, curve, mistakes, sites};
use crate::verdict::Verdict;

/// The page of these documents, every paragraph with this text.
fn of(documents: &[ScoredDocument], options: &Options, text: &str, url: Option<&str>) -> String {
    let report = Report::new(documents, options).unwrap();
    let mistakes = mistakes::worst(documents, options, 5);
    let shown = |places: &[mistakes::Mistake]| {
        let example = |it: &mistakes::Mistake| {
            let document = &documents[it.document];
            let texts = vec![text.to_owned(); document.paragraphs.len()];
            let pulls = [("a\"<b", 1.5, false), (text, -0.5, true)]
                .map(|(name, nats, around)| mistakes::Pull { name: name.to_owned(), nats, around });
            Example {
                url: url.map(str::to_owned),
                pulls: pulls.to_vec(),
                ..Example::new(document, it.paragraph, &texts)
            }
        };
        places.iter().map(example).collect::<Vec<_>>()
    };
    let names: Vec<&str> = documents.iter().map(|document| document.id.as_str()).collect();
    page(&Page {
        about: &[("Labelled".to_owned(), text.to_owned())],
        report: &report,
        curve: &curve(documents, options).unwrap(),
        thresholds: Some(["0.5".to_owned(), "0.9".to_owned()]),
        sites: &sites(documents, &names, options),
        mistakes: &mistakes,
        lost: &shown(&mistakes.lost),
        left: &shown(&mistakes.left),
        ignored: &options.ignore,
    })
}

/// Every tag is one of ours, closed where it must be, and nothing else stands between `<` and `>`.
fn well_formed(page: &str) {
    const VOID: [&str; 2] = ["meta", "!doctype"];
    let mut open: Vec<&str> = Vec::new();
    let body = page.split_once("</style>").unwrap().1;
    open.extend(["html", "head"]);
    for piece in body.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').expect("a tag that ends");
        assert!(!rest.contains('>'), "{rest}");
        let name = tag.trim_end_matches('/').split(' ').next().unwrap();
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}>");
        } else if !tag.ends_with('/') && !VOID.contains(&name) {
            assert!(tag.matches('"').count().is_multiple_of(2), "{tag}");
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

fn samples(seed: u64, count: usize) -> Vec<ScoredDocument> {
    documents(seed, count).into_iter().map(|(document, _)| document).collect()
}

#[test]
fn everything_is_there_and_nothing_is_fetched() {
    let documents = samples(4, 20);
    let html =
        of(&documents, &Options::default(), "The ferry leaves at dawn.", Some("https://a.example/?a=1&b"));
    well_formed(&html);
    for said in [
        "<title>gleaner: evaluation report</title>",
        "Editorial words lost",
        "Precision against recall",
        "Caught against lost",
        "Do probabilities mean what they say?",
        "lines in each bin",
        "Label against named kind",
        "Most editorial words lost",
        "Editorial paragraphs that were dropped",
        "Boilerplate that stayed",
        "The ferry leaves at dawn.",
        "<a href=\"https://a.example/?a=1&#38;b\" rel=",
        "prefers-color-scheme: dark",
        "@media print",
        "90% intervals",
    ] {
        assert!(html.contains(said), "no {said:?}");
    }
    assert_eq!(html.matches("<svg").count(), 3);
    assert_eq!(html.matches("role=\"img\" aria-labelledby").count(), 3);
    assert_eq!(html.matches("<details>").count(), 3);
    for never in ["<script", "<img", "<link", "@import", "url(", "src=", "NaN", "inf%"] {
        assert!(!html.contains(never), "{never}");
    }
    assert_eq!(
        html,
        of(&documents, &Options::default(), "The ferry leaves at dawn.", Some("https://a.example/?a=1&b"))
    );
}

#[test]
fn hostile_text_stays_text() {
    let mut documents = samples(4, 20);
    for document in &mut documents {
        document.id = "</title><script>alert(1)</script>\u{202e}\0".repeat(40);
        for paragraph in &mut document.paragraphs {
            if paragraph.label == "nav" {
                paragraph.label = "<i>\u{1b}[31m\"'&".to_owned();
                paragraph.kind = Some("--><b".to_owned());
            }
        }
    }
    let text = format!("</p><script>x</script>\u{2066}\u{7}&amp;{}", "é\u{301}".repeat(50_000));
    for url in [None, Some("javascript:alert(1)"), Some("https://a.example/\"onclick=\"x\u{202e}<")] {
        let html = of(&documents, &Options::default(), &text, url);
        well_formed(&html);
        assert!(!html.contains("<script") && !html.contains("href=\"javascript"));
        assert!(!html.contains(['\u{202e}', '\u{2066}', '\u{7}', '\u{1b}', '\0']));
        assert!(html.contains("[the first 1,200 of 100,029 characters]"));
        assert!(html.len() < 400_000, "{}", html.len());
    }
}

#[test]
fn what_there_is_not_is_left_out() {
    let mut documents = samples(4, 20);
    let options = Options { probabilities: false, resamples: 0, ..Options::default() };
    let html = of(&documents, &options, "x", None);
    well_formed(&html);
    assert!(!html.contains("id=\"cal-t\"") && !html.contains("Calibration error"));
    assert!(!html.contains("intervals"));
    documents.iter_mut().flat_map(|d| &mut d.paragraphs).for_each(|p| p.verdict = None);
    let html = of(&documents, &Options::default(), "x", None);
    well_formed(&html);
    assert!(html.contains("There are no verdicts") && html.contains("No line was dropped"));
    assert!(!html.contains("Documents hurt"));
    // Nothing wrong at all.
    documents.iter_mut().flat_map(|d| &mut d.paragraphs).for_each(|p| {
        p.verdict = Some(if p.kept_label { Verdict::Editorial } else { Verdict::Boilerplate });
    });
    let html = of(&documents, &Options::default(), "x", None);
    well_formed(&html);
    assert_eq!(html.matches("<p class=\"note\">None.</p>").count(), 4);
}

#[test]
fn many_labels_are_cut_and_counted() {
    let mut document = samples(4, 30).concat();
    for (i, paragraph) in document.paragraphs.iter_mut().enumerate() {
        paragraph.label = format!("label {i}");
        paragraph.kept_label = false;
        paragraph.kind = Some(paragraph.label.clone());
        paragraph.verdict = Some(Verdict::Boilerplate);
    }
    let html = of(&[document], &Options { resamples: 0, ..Options::default() }, "x", None);
    well_formed(&html);
    assert!(html.contains("The first 30 of "));
}

/// All paragraphs in one document.
trait Concat {
    fn concat(self) -> ScoredDocument;
}

impl Concat for Vec<ScoredDocument> {
    fn concat(self) -> ScoredDocument {
        let paragraphs = self.into_iter().flat_map(|document| document.paragraphs).collect();
        ScoredDocument { id: "all".to_owned(), paragraphs }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_text_makes_a_page(seed in 0_u64..100, count in 1_usize..12, text in any::<String>(), url in any::<String>()) {
        let documents = samples(seed, count);
        let options = Options { resamples: 3, ..Options::default() };
        if curve(&documents, &options).is_ok() {
            well_formed(&of(&documents, &options, &text, Some(&format!("http://{url}"))));
        }
    }
}
