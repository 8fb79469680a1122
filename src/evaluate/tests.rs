use proptest::prelude::*;

use super::samples::{document, documents, paragraph};
use super::*;

fn of(lines: &[(&str, usize, f64)]) -> Figures {
    figures(&[document(lines)], &Options::default()).unwrap()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

#[test]
fn by_hand() {
    // Ranked: pitch .9 · editorial .8 (1 word) · nav .8 · editorial .3 (999 words) · bio .1
    let f = of(&[
        ("editorial", 999, 0.3),
        ("pitch", 5, 0.9),
        ("nav", 3, 0.8),
        ("editorial", 1, 0.8),
        ("bio", 9, 0.1),
        ("meta", 4, 1.0),
    ]);
    // Pairs: pitch beats 2, nav beats 1 and ties 1, bio beats none, of 3 × 2.
    assert_eq!(f.auc, Some(3.5 / 6.0));
    // Groups with hits: 1 × 1/1, 1 × 2/3, 1 × 3/5.
    assert!(close(f.ap.unwrap(), (1.0 + 2.0 / 3.0 + 3.0 / 5.0) / 3.0));
    // One word in a thousand is exactly the first limit; the next group costs everything.
    assert_eq!(f.at.iter().map(|at| at.caught).collect::<Vec<_>>(), [2.0 / 3.0; 4]);
    assert_eq!(f.at.iter().map(|at| at.pitch).collect::<Vec<_>>(), [1.0; 4]);
    assert!(close(f.brier.unwrap(), (0.01 + 0.04 + 0.64 + 0.09 + 0.81) / 5.0));
    // Bins .1: |.1 − 1|, .3: |.3 − 0|, .8: |1.6 − 1|, .9: |.9 − 1|.
    assert!(close(f.ece.unwrap(), (0.9 + 0.3 + 0.6 + 0.1) / 5.0));
    assert_eq!((f.documents, f.lines, f.default, f.kinds), (1, 5, None, None));
    let rows: Vec<_> = f.labels.iter().map(|l| (l.label.as_str(), l.lines, l.words, l.auc)).collect();
    assert_eq!(
        rows,
        [
            ("editorial", 2, 1000, None),
            ("bio", 1, 9, Some(0.0)),
            ("nav", 1, 3, Some(0.75)),
            ("pitch", 1, 5, Some(1.0)),
        ]
    );
    assert_eq!(f.labels[0].caught, [Some(0.5); 4]);
}

#[test]
fn ties_move_together() {
    let f = of(&[("pitch", 1, 0.5), ("editorial", 1, 0.5), ("nav", 1, 0.5), ("editorial", 1, 0.5)]);
    assert_eq!((f.auc, f.ap), (Some(0.5), Some(0.5)));
    assert!(f.at.iter().all(|at| at.caught == 0.0 && at.pitch == 0.0));
    assert_eq!((f.brier, f.ece), (Some(0.25), Some(0.0)));
    // The two zeros are one probability.
    let zeros = of(&[("pitch", 1, 0.0), ("editorial", 1, -0.0)]);
    assert_eq!(zeros.auc, Some(0.5));
}

#[test]
fn a_limit_of_nothing_and_of_everything() {
    let options = Options { limits: vec![1.0, 0.0, 0.5], ..Options::default() };
    let lines =
        [("nav", 1, 0.9), ("editorial", 2, 0.6), ("nav", 1, 0.5), ("editorial", 2, 0.2), ("nav", 1, 0.1)];
    let f = figures(&[document(&lines)], &options).unwrap();
    assert_eq!(f.at.iter().map(|at| at.caught).collect::<Vec<_>>(), [1.0, 1.0 / 3.0, 2.0 / 3.0]);
}

#[test]
fn one_side_only() {
    let kept = of(&[("editorial", 3, 0.2), ("editorial", 3, 0.9)]);
    assert_eq!((kept.auc, kept.ap), (None, None));
    assert!(kept.at.iter().all(|at| at.caught == 0.0 && at.pitch == 0.0));
    let gone = of(&[("pitch", 3, 0.2), ("nav", 3, 0.9)]);
    assert_eq!((gone.auc, gone.ap), (None, Some(1.0)));
    assert!(gone.at.iter().all(|at| at.caught == 1.0 && at.pitch == 1.0));
    for lines in [[("editorial", 0, 0.0)], [("nav", 0, 1.0)]] {
        let report = Report::new(&[document(&lines)], &Options::default()).unwrap();
        assert!(report.intervals.get("auc").is_none());
        let json = serde_json::to_value(&report).unwrap();
        assert!(json["auc"].is_null());
        assert!(!report.text().contains("NaN"));
    }
}

#[test]
fn nothing_to_count() {
    for documents in [vec![], vec![ScoredDocument::default()], vec![document(&[("meta", 3, 0.2)])]] {
        let error = figures(&documents, &Options::default()).unwrap_err();
        assert!(error.to_string().contains("no labelled line"), "{error}");
        assert!(intervals(&documents, &Options::default()).is_err());
    }
}

#[test]
fn what_is_refused() {
    let fine = document(&[("nav", 1, 0.5)]);
    for bad in [f64::NAN, f64::INFINITY, -0.1, 1.0000001] {
        let error = figures(&[document(&[("nav", 1, bad)])], &Options::default()).unwrap_err();
        assert!(error.to_string().contains("not a probability"), "{error}");
        let options = Options { limits: vec![bad], ..Options::default() };
        assert!(figures(std::slice::from_ref(&fine), &options).is_err());
    }
    let twice = Options { limits: vec![0.01, 0.01], ..Options::default() };
    assert!(figures(std::slice::from_ref(&fine), &twice).is_err());
    let mut torn = document(&[("nav", 1, 0.5), ("nav", 1, 0.5)]);
    torn.paragraphs[1].kept_label = true;
    assert!(figures(&[torn], &Options::default()).unwrap_err().to_string().contains("\"nav\" is kept"));
}

#[test]
fn at_the_verdicts() {
    let said = |label: &str, words, verdict, kind: Option<&str>| ScoredParagraph {
        verdict: Some(verdict),
        kind: kind.map(str::to_owned),
        ..paragraph(label, words, 0.5)
    };
    use Verdict::{Boilerplate, Editorial, Unsure};
    let first = vec![
        said("editorial", 98, Editorial, Some("nav")),
        said("editorial", 2, Boilerplate, Some("nav")),
        said("pitch", 10, Boilerplate, Some("pitch")),
        said("pitch", 20, Unsure, Some("pitch")),
        said("nav", 1, Boilerplate, Some("social")),
    ];
    let second = vec![
        said("editorial", 97, Editorial, None),
        said("editorial", 3, Boilerplate, None),
        said("nav", 1, Boilerplate, Some("nav")),
        said("nav", 8, Boilerplate, Some("")),
        said("meta", 50, Unsure, Some("meta")),
    ];
    let documents = [first, second].map(|paragraphs| ScoredDocument { id: String::new(), paragraphs });
    let f = figures(&documents, &Options::default()).unwrap();
    assert_eq!(
        f.default,
        Some(AtVerdicts {
            editorial_words_lost: 5.0 / 200.0,
            boilerplate_lines_caught: 4.0 / 5.0,
            boilerplate_words_caught: 20.0 / 40.0,
            pitch_lines_caught: 1.0 / 2.0,
            // Two words of a hundred are the bound, three are beyond it.
            documents_hurt: 1.0 / 2.0,
            unsure: 1.0 / 9.0,
            kind_right: Some(2.0 / 3.0),
        })
    );
    let kinds = f.kinds.unwrap();
    assert_eq!(kinds.labels, ["editorial", "nav", "pitch", "social"]);
    assert_eq!(kinds.counts, [[0, 1, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]]);
    assert_eq!(kinds.unnamed, [1, 1, 0, 0]);
    let shares = |k: usize| {
        let at = f.labels[k].verdicts.as_ref().unwrap();
        (at.recall, at.precision, at.words_dropped)
    };
    assert_eq!(shares(0), (Some(2.0 / 4.0), Some(2.0 / 3.0), Some(5.0 / 200.0)));
    assert_eq!(shares(1), (Some(1.0), Some(1.0 / 2.0), Some(1.0)));
    assert_eq!(shares(2), (Some(1.0 / 2.0), Some(1.0), Some(10.0 / 30.0)));
    assert_eq!(shares(3), (None, Some(0.0), None));
}

#[test]
fn calibration_bins() {
    let f = of(&[("nav", 1, 0.0), ("editorial", 1, 0.1), ("nav", 1, 0.19), ("nav", 1, 1.0)]);
    let rows: Vec<_> = f.calibration.iter().map(|bin| bin.lines).collect();
    assert_eq!(rows, [1, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(f.calibration[1].observed, Some(0.5));
    assert!(close(f.calibration[1].predicted.unwrap(), 0.145));
    assert_eq!(f.calibration[2].predicted, None);
    assert_eq!((f.calibration[9].from, f.calibration[9].to), (0.9, 1.0));
}

#[test]
fn names_of_limits() {
    let limits = [0.0, 0.001, 0.002, 0.005, 0.01, 0.0025, 0.07, 1.0, 1.0 / 3.0];
    let names = ["0.0%", "0.1%", "0.2%", "0.5%", "1.0%", "0.25%", "7.0%", "100.0%", "33.333333333%"];
    assert_eq!(limits.map(limit_name), names);
}

#[test]
fn words_as_counted() {
    for (text, count) in [("", 1), (" \t", 1), ("one", 1), ("a b\u{a0}c\u{1f}d\u{3000}e", 5), ("渡し船", 3)]
    {
        assert_eq!(words(text), count, "{text:?}");
    }
}

/// The draws written out as documents, ranked anew: what the weighted pass must equal.
#[test]
fn resamples_as_written_out() {
    let documents: Vec<_> = documents(3, 40).into_iter().map(|(document, _)| document).collect();
    let options = Options { resamples: 1, ..Options::default() };
    let once = intervals(&documents, &options).unwrap();
    let counting: Vec<_> = documents
        .iter()
        .filter(|d| d.paragraphs.iter().any(|p| !options.ignores(&p.label)))
        .cloned()
        .collect();
    assert!(counting.len() < documents.len());
    let mut twister = resample::Twister::new(1);
    let drawn: Vec<_> =
        (0..counting.len()).map(|_| counting[twister.index(counting.len())].clone()).collect();
    let f = figures(&drawn, &options).unwrap();
    assert_eq!(once.get("auc").map(|i| (i.low, i.high)), f.auc.map(|auc| (auc, auc)));
    assert_eq!(once.get("ap").map(|i| i.low), f.ap);
    assert_eq!(once.get("caught@0.5%").map(|i| i.low), Some(f.at[2].caught));
    assert_eq!(once.get("pitch@0.5%").map(|i| i.low), Some(f.at[2].pitch));
    let default = f.default.unwrap();
    for (name, figure) in [
        ("editorial_words_lost", default.editorial_words_lost),
        ("boilerplate_lines_caught", default.boilerplate_lines_caught),
    ] {
        assert_eq!(once.get(&format!("default {name}")).map(|i| (i.low, i.high)), Some((figure, figure)));
    }
    // Documents without a line that counts are never hurt, and never drawn.
    let hurt = default.documents_hurt * drawn.len() as f64 / documents.len() as f64;
    assert!(once.get("default documents_hurt").is_some_and(|i| close(i.low, hurt)));
    assert_eq!(once.iter().len(), 13);
    let none = intervals(&documents, &Options { resamples: 0, ..Options::default() }).unwrap();
    assert_eq!(none.iter().len(), 0);
}

#[test]
fn tables() {
    let documents: Vec<_> = documents(4, 20).into_iter().map(|(document, _)| document).collect();
    let text = Report::new(&documents, &Options::default()).unwrap().text();
    for head in
        ["auc            0.", "caught@0.2%    ", "default kind_right", "labels:", "calibration:", "kinds:"]
    {
        assert!(text.contains(head), "no {head:?} in\n{text}");
    }
    assert!(text.lines().all(|line| line == line.trim_end()));
    let hostile = document(&[("a\u{1b}[2J\nb", 1, 0.5), ("editorial", 1, 0.5)]);
    let text = Report::new(&[hostile], &Options::default()).unwrap().text();
    assert!(!text.contains('\u{1b}') && text.contains("a\\u{1b}[2J\\nb"), "{text}");
}

proptest! {
    #[test]
    fn the_order_of_documents_changes_nothing(seed in 0_u64..1000, count in 1_usize..40, turn in 0_usize..40) {
        let mut documents: Vec<_> = documents(seed, count).into_iter().map(|(d, _)| d).collect();
        let before = figures(&documents, &Options::default()).ok();
        documents.rotate_left(turn % count);
        documents[..count / 2].reverse();
        prop_assert_eq!(figures(&documents, &Options::default()).ok(), before);
    }

    #[test]
    fn shares_stay_shares(seed in 0_u64..1000, count in 1_usize..20) {
        let documents: Vec<_> = documents(seed, count).into_iter().map(|(d, _)| d).collect();
        if let Ok(report) = Report::new(&documents, &Options { resamples: 25, ..Options::default() }) {
            let f = &report.figures;
            let at = f.at.iter().flat_map(|at| [at.caught, at.pitch]);
            let all = at.chain(f.auc).chain(f.ap).chain(f.brier).chain(f.ece);
            prop_assert!(all.chain(report.intervals.iter().flat_map(|i| [i.low, i.high])).all(|x| (0.0..=1.0).contains(&x)));
            prop_assert!(report.intervals.iter().all(|i| i.low <= i.high));
            prop_assert!(f.at.windows(2).all(|pair| pair[0].caught <= pair[1].caught));
        }
    }
}
