//! `train` on labels that are wrong: one site that gives too much, labels that were flipped, sites that were swapped,
//! text that was planted.

use serde_json::{Value, json};

use crate::program::Desk;

/// A line and its label.
type Line = (String, &'static str);

const STORY: [&str; 24] = [
    "harbour", "ferry", "captain", "tide", "council", "bridge", "engine", "winter", "repair", "storm",
    "island", "pilot", "timber", "market", "school", "river", "letter", "garden", "mayor", "lamp", "anchor",
    "stone", "orchard", "signal",
];
const PITCH: [&str; 10] =
    ["subscribe", "today", "newsletter", "support", "join", "free", "member", "offer", "sign", "inbox"];
const NAV: [&str; 6] = ["home", "next", "previous", "archive", "menu", "search"];

/// Draws that are the same on every machine.
struct Draws(u64);

impl Draws {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn words(&mut self, words: &[&str], count: usize) -> String {
        (0..count).map(|_| words[self.below(words.len())]).collect::<Vec<_>>().join(" ")
    }

    /// A page of new writing, drawn word by word: a menu, paragraphs, and pitches between them.
    fn page(&mut self) -> Vec<Line> {
        let mut lines = vec![(self.words(&NAV, 3), "nav")];
        for at in 0..12 {
            let (one, more) = (self.words(&STORY, 1), self.words(&STORY, 9));
            lines.push((format!("The {one} of the {more}."), "editorial"));
            if at % 3 == 2 {
                lines.push((self.words(&PITCH, 6), "pitch"));
            }
        }
        lines
    }

    fn pages(&mut self, count: usize) -> Vec<Vec<Line>> {
        (0..count).map(|_| self.page()).collect()
    }
}

fn row(id: &str, site: &str, lines: &[Line]) -> String {
    let lines: Vec<Value> = lines.iter().map(|(text, label)| json!({"text": text, "label": label})).collect();
    json!({"id": id, "domain": site, "paragraphs": lines}).to_string() + "\n"
}

/// One page of each of so many sites.
fn honest(sites: usize) -> String {
    let pages = Draws(1).pages(sites);
    let pages = pages.iter().enumerate();
    pages.map(|(n, page)| row(&format!("p{n}"), &format!("paper{n}.example"), page)).collect()
}

fn swapped(page: &[Line]) -> Vec<Line> {
    let other = |label| if label == "editorial" { "pitch" } else { "editorial" };
    page.iter().map(|(text, label)| (text.clone(), other(*label))).collect()
}

fn suspects(desk: &Desk) -> Vec<Value> {
    let text = String::from_utf8(desk.get("s.jsonl")).unwrap();
    text.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

#[test]
fn a_site_of_half_the_lines_that_is_wrong_teaches_nothing() {
    let desk = Desk::with("honest.jsonl", honest(24));
    let mut bad = String::new();
    for (n, page) in Draws(2).pages(24).iter().enumerate() {
        // One site under several of its names.
        let name = ["bad.example", "www.bad.example", "BAD.example."][n % 3];
        bad += &row(&format!("b{n}"), name, &swapped(page));
    }
    desk.put("bad.jsonl", bad);
    desk.put("new.txt", Draws(3).page().iter().map(|(text, _)| format!("{text}\n")).collect::<String>());
    desk.run("train -q honest.jsonl --name m -o without.gleaner").silent();
    let told = desk.run("train honest.jsonl bad.jsonl --name m -o with.gleaner");
    told.expect(0, &["bad.example: gives 408 of 816 lines, more than 10%", "nothing of it is trained on"]);
    let score = |model: &str| desk.run(&format!("score --split lines --model {model} new.txt")).silent().out;
    assert_eq!(score("with.gleaner"), score("without.gleaner"));
    // It is said even where nothing else is.
    desk.run("train -q honest.jsonl bad.jsonl -o q.gleaner").expect(0, &["bad.example: gives 408"]);
    let all = desk.run("train --max-site-share 1 honest.jsonl bad.jsonl --name m -o all.gleaner");
    assert!(!all.err.contains("is trained on"), "{}", all.err);
    assert_ne!(score("all.gleaner"), score("without.gleaner"));
}

/// Twelve pages of one site: 204 lines.
fn large() -> String {
    let pages = Draws(2).pages(12);
    pages.iter().enumerate().map(|(n, page)| row(&format!("l{n}"), "large.example", page)).collect()
}

#[test]
fn a_site_above_its_share_is_thinned_with_numbers() {
    let desk = Desk::with("honest.jsonl", honest(24));
    desk.put("large.jsonl", large());
    // 408 lines of the others: 45 of 453 are a tenth.
    let told = desk.run("train honest.jsonl large.jsonl --name m -o a.gleaner");
    told.expect(
        0,
        &[
            "large.example: gives 204 of 612 lines, more than 10%; 45 of them are trained on",
            "453 paragraphs",
        ],
    );
    desk.run("train large.jsonl honest.jsonl --name m -o b.gleaner").expect(0, &["45 of them"]);
    assert_eq!(desk.get("a.gleaner"), desk.get("b.gleaner"));
    desk.run("train --max-site-share 25% honest.jsonl large.jsonl -o c.gleaner").expect(0, &["136 of them"]);
    let whole = desk.run("train --max-site-share 1 honest.jsonl large.jsonl -o d.gleaner");
    let whole = whole.expect(0, &["612 paragraphs"]);
    assert!(!whole.err.contains("large.example: gives"), "{}", whole.err);
    desk.run("train --max-site-share 0 honest.jsonl -o e.gleaner").expect(2, &["must be above 0"]);
}

#[test]
fn few_sites_are_not_thinned() {
    let desk = Desk::with("honest.jsonl", honest(8));
    desk.put("large.jsonl", large());
    let told = desk.run("train --min-sites 1 honest.jsonl large.jsonl -o a.gleaner");
    told.expect(0, &["large.example: gives 204 of 340 lines", "not thinned (9 sites)", "340 paragraphs"]);
}

#[test]
fn flipped_labels_come_first() {
    let desk = Desk::new();
    let mut pages = Draws(1).pages(40);
    let mut flipped = Vec::new();
    for (n, page) in pages.iter_mut().enumerate().filter(|(n, _)| n % 4 == 1) {
        let at = 3 + n % 9;
        page[at].1 = if page[at].1 == "editorial" { "pitch" } else { "editorial" };
        flipped.push((format!("p{n}"), at as u64));
    }
    let rows = pages.iter().enumerate();
    let rows: String =
        rows.map(|(n, page)| row(&format!("p{n}"), &format!("paper{n}.example"), page)).collect();
    desk.put("labelled.jsonl", &rows);
    let told = desk.run("train labelled.jsonl --suspects s.jsonl -o m.gleaner");
    told.expect(
        0,
        &[
            "labels contradict the other sites",
            "s.jsonl has them",
            "labelled.jsonl:18, paragraph 11 (paper17.example): \"The ",
        ],
    );
    let rows = suspects(&desk);
    let first = rows
        .iter()
        .take(12)
        .map(|row| (row["doc"].as_str().unwrap().to_owned(), row["index"].as_u64().unwrap()));
    let first: Vec<_> = first.collect();
    let found = flipped.iter().filter(|place| first.contains(place)).count();
    assert!(found >= 9, "{found} of {} among {first:?}", flipped.len());
    let probability = |row: &Value| row["probability"].as_f64().unwrap();
    assert!(rows.windows(2).all(|pair| probability(&pair[0]) >= probability(&pair[1])));
    let worst = &rows[0];
    assert_eq!((worst["file"].as_str(), worst["confident"].as_bool()), (Some("labelled.jsonl"), Some(true)));
    assert!(worst["label"] != worst["likelier"] && !worst["text"].as_str().unwrap().is_empty(), "{worst}");
    let before = desk.get("s.jsonl");
    desk.run("train -q labelled.jsonl --suspects s.jsonl -o n.gleaner").silent();
    assert_eq!(desk.get("s.jsonl"), before);
}

#[test]
fn swapped_sites_are_named() {
    let desk = Desk::new();
    let pages = Draws(1).pages(40);
    let rows = pages.iter().enumerate().map(|(n, page)| {
        let page = if n % 20 == 7 { swapped(page) } else { page.clone() };
        row(&format!("p{n}"), &format!("paper{n}.example"), &page)
    });
    // One page has too few lines to contradict anything.
    let more = Draws(5).pages(40);
    let more = more.iter().enumerate().map(|(n, page)| {
        let page = if n % 20 == 7 { swapped(page) } else { page.clone() };
        row(&format!("q{n}"), &format!("paper{n}.example"), &page)
    });
    desk.put("labelled.jsonl", rows.chain(more).collect::<String>());
    let told = desk.run("train labelled.jsonl -o m.gleaner");
    for site in ["paper7.example", "paper27.example"] {
        let said = format!("{site}: its labels contradict the other sites (");
        assert!(told.err.contains(&said), "{}", told.err);
    }
    assert!(!told.err.contains("paper8.example: its labels"), "{}", told.err);
}

#[test]
fn planted_text_is_named() {
    let desk = Desk::new();
    let mut rows = honest(40);
    let article: Vec<Line> = Draws(9).page().into_iter().filter(|line| line.1 == "editorial").collect();
    let article: Vec<Line> = article.into_iter().map(|(text, _)| (text, "pitch")).collect();
    for n in 0..10 {
        rows += &row(&format!("copy{n}"), &format!("invented{n}.example"), &article);
    }
    desk.put("labelled.jsonl", rows);
    let told = desk.run("train labelled.jsonl --suspects s.jsonl -o m.gleaner");
    told.expect(0, &["12 texts on many sites contradict all other text, 10 copies on 10 sites of \"The "]);
    let planted =
        suspects(&desk).iter().filter(|row| row["doc"].as_str().unwrap().starts_with("copy")).count();
    assert_eq!(planted, 120);
    // The same pitch on many sites is no reason to say anything.
    let mut rows = String::new();
    for (n, page) in Draws(1).pages(40).iter_mut().enumerate() {
        page.push((
            "subscribe today and join the free newsletter offer for every member".to_owned(),
            "pitch",
        ));
        rows += &row(&format!("p{n}"), &format!("paper{n}.example"), page);
    }
    desk.put("stock.jsonl", rows);
    let told = desk.run("train stock.jsonl -o m.gleaner");
    assert!(!told.err.contains("on many sites"), "{}", told.err);
}

#[test]
fn a_model_that_drops_next_to_nothing_says_so() {
    let desk = Desk::new();
    let mut draws = Draws(4);
    let mut rows = String::new();
    for n in 0..30 {
        let mut line = || {
            let label = if draws.below(3) == 0 { "pitch" } else { "editorial" };
            (draws.words(&STORY, 8), label)
        };
        let page: Vec<Line> = (0..20).map(|_| line()).collect();
        rows += &row(&format!("p{n}"), &format!("paper{n}.example"), &page);
    }
    desk.put("labelled.jsonl", rows);
    let told = desk.run("train labelled.jsonl -o m.gleaner");
    told.expect(
        0,
        &["the model drops next to nothing: ", "lines of boilerplate, out of fold", "--threshold"],
    );
}

#[test]
fn suspects_replace_nothing() {
    let desk = Desk::with("labelled.jsonl", honest(4));
    let run = |flags: &str| desk.run(&format!("train --min-sites 1 labelled.jsonl {flags}"));
    run("-o m.gleaner --suspects ./labelled.jsonl").expect(2, &["is labelled data"]);
    run("-o m.gleaner --suspects m.gleaner").expect(2, &["name two files"]);
    run("-o m.gleaner --suspects s.jsonl --fitted f.json").expect(2, &["cannot be used with"]);
    assert_eq!(desk.names(), ["labelled.jsonl"]);
}
