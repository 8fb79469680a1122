//! Whole pages: read, judged and written as a user does it. All texts were written for these tests.

use proptest::prelude::*;
use serde_json::Value;

use crate::program::{Desk, row};

/// An article as sites wrap it.
pub const PAGE: &str = r##"<!DOCTYPE html>
<html lang="en"><head><title>The ferry is back | Quay News</title>
<meta property="og:title" content="The ferry is back"><meta property="og:site_name" content="Quay News">
<meta name="author" content="A. Mole"><link rel="canonical" href="https://quay.example/ferry">
<script>var tracker = {"page": "ferry"};</script><style>.x { color: red }</style></head>
<body class="single-post">
<header class="site-header"><nav class="main-nav"><ul class="menu"><li><a href="/">Home</a></li>
<li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li><li><a href="/about">About us</a></li></ul></nav></header>
<main><article class="post"><h1 class="entry-title">The ferry is back</h1>
<div class="entry-content">
<p>The old ferry between the two quays sailed again on Monday, eleven years after the last crossing, and half of the
town had come to see it leave. The harbour master rang the bell herself, and the band of the fire brigade played on the pier.</p>
<h2>A long repair</h2>
<p>It took the yard three winters to replace the hull, which had rusted through in more than forty places. The engine,
built in 1961, was taken apart, cleaned and put together again by two retired mechanics who had served on board.</p>
<ul><li>The crossing takes twelve minutes.</li><li>Bicycles travel without a ticket.</li></ul>
<pre>Mon  09:00
Tue  10:30</pre>
<p>From April the boat will run every hour, the council said, and twice as often on market days. Whether it will pay
for itself is another question: the bridge, after all, costs nothing, and it is open at night.</p>
</div></article>
<aside class="sidebar"><h3>Related posts</h3><ul class="related-posts"><li><a href="/1">Bridge closed for repairs</a></li>
<li><a href="/2">New mayor elected</a></li><li><a href="/3">Five walks by the water</a></li></ul></aside></main>
<footer class="site-footer"><p>&copy; 2026 Quay News. All rights reserved.</p><ul class="menu"><li><a href="/privacy">Privacy policy</a></li>
<li><a href="/terms">Terms of use</a></li><li><a href="/contact">Contact</a></li></ul></footer>
</body></html>
"##;

/// What must stay of it, and what must go.
const STAYS: [&str; 3] = ["The old ferry", "It took the yard", "From April"];
const GOES: [&str; 5] = ["Home", "New mayor", "All rights", "Privacy policy", "tracker"];

fn is_clean(text: &str) {
    for stays in STAYS {
        assert!(text.contains(stays), "{stays:?} went: {text}");
    }
    for goes in GOES {
        assert!(!text.contains(goes), "{goes:?} stayed: {text}");
    }
}

#[test]
fn an_article_comes_out_in_every_form() {
    let desk = Desk::with("page.html", PAGE);
    let text = desk.run("clean page.html").silent();
    is_clean(text.text());
    assert_eq!(desk.feed("clean", PAGE).silent().text(), text.text(), "found out by its first bytes");
    assert_eq!(desk.feed("clean --from html --to text", PAGE).silent().text(), text.text());
    is_clean(desk.run("clean --to markdown page.html").silent().text());
    let markdown = desk.run("clean --recall --to markdown page.html").silent();
    assert!(markdown.text().contains("## A long repair\n"));
    let all = desk.run("clean --threshold 1 --to markdown page.html").silent();
    assert!(all.text().contains("- Bicycles") && all.text().contains("```\nMon  09:00\nTue  10:30\n```"));
    is_clean(desk.run("clean --to html page.html").silent().text());
    let html = desk.run("clean --recall --to html page.html").silent();
    assert!(html.text().contains("<h2>A long repair</h2>"));
    let line = desk.run("clean --to jsonl page.html").silent();
    let line: Value = serde_json::from_str(line.text()).unwrap();
    is_clean(line["text"].as_str().unwrap());
    assert_eq!(line["title"], "The ferry is back");
    assert_eq!((&line["author"], &line["language"]), (&"A. Mole".into(), &"en".into()));
    assert_eq!(
        (&line["site_name"], &line["url"]),
        (&"Quay News".into(), &"https://quay.example/ferry".into())
    );
    assert!(line.get("date").is_none(), "nothing is guessed");
}

#[test]
fn what_a_page_says_twice_stays_once() {
    let from = PAGE.find("<p>It took the yard").unwrap();
    let length = PAGE[from..].find("<ul>").unwrap();
    let again = |copy: &str| PAGE.replace("<p>From April", &format!("{copy}<p>From April"));
    let copy = &PAGE[from..from + length];
    let refrain = Desk::with("page.html", again(copy));
    let text = refrain.run("clean --threshold 1 page.html").silent();
    assert_eq!(text.text().matches("It took the yard").count(), 2);
    let twice = again(&format!("<div class=small>{copy}</div>"));
    let desk = Desk::with("page.html", &twice);
    let count = |text: &str| text.matches("It took the yard").count();
    assert_eq!(count(desk.run("clean --threshold 1 page.html").silent().text()), 1);
    assert_eq!(count(desk.run("clean --recall page.html").silent().text()), 2);
    let rows = desk.run("score --threshold 1 page.html").silent();
    let rows = rows.text().lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let gone: Vec<Value> = rows.filter(|it| it["verdict"] == "boilerplate").collect();
    assert_eq!(gone.len(), 1, "{gone:?}");
    assert_eq!(gone[0]["reason"], "repeated-on-page");
}

#[test]
fn the_type_of_a_page_can_be_named() {
    let desk = Desk::with("page.html", PAGE);
    let probabilities = |flags: &str| -> Vec<f64> {
        let rows = desk.run(&format!("score {flags} page.html")).silent();
        let row = |line| serde_json::from_str::<Value>(line).unwrap()["boilerplate"].as_f64().unwrap();
        rows.text().lines().map(row).collect()
    };
    let (unnamed, listing) = (probabilities(""), probabilities("--page-type listing"));
    assert_eq!(unnamed.len(), listing.len());
    assert!(unnamed.iter().zip(&listing).all(|(a, b)| a != b));
    is_clean(desk.run("clean --page-type article page.html").silent().text());
    desk.run("clean --page-type poem page.html").expect(2, &["poem", "article"]);
}

#[test]
fn a_page_in_a_row_becomes_text_in_the_row() {
    let desk = Desk::new();
    let input = row("one", PAGE);
    let run = desk.feed("clean --from jsonl --content html", input.as_str()).silent();
    let out: Value = serde_json::from_str(run.text()).unwrap();
    is_clean(out["text"].as_str().unwrap());
    assert_eq!(out["id"], "one");
    let two = format!("{input}{}", row("two", PAGE));
    let one_core = desk.feed("clean -j 1 --from jsonl --content html", two.as_str()).silent();
    assert_eq!(desk.feed("clean -j 4 --from jsonl --content html", two.as_str()).silent().out, one_core.out);
}

#[test]
fn every_block_is_scored() {
    let desk = Desk::with("page.html", PAGE);
    let run = desk.run("score page.html").silent();
    let rows: Vec<Value> = run.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rows.len() > 15);
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row["index"], index);
        assert!((0.0..=1.0).contains(&row["boilerplate"].as_f64().unwrap()));
        assert!(row["log_odds"].is_f64());
        assert_eq!(row["kind"].is_null(), row["verdict"] == "editorial");
        let [start, end] = ["start", "end"].map(|it| row[it].as_u64().unwrap() as usize);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let source = PAGE[start..end].replace("&copy;", "©");
        assert_eq!(words(&source), words(row["text"].as_str().unwrap()));
    }
    let kinds: Vec<&str> = rows.iter().filter_map(|row| row["kind"].as_str()).collect();
    assert!(kinds.contains(&"nav") && kinds.contains(&"legal"), "{kinds:?}");
    let dropped = desk.run("clean --dry-run page.html");
    assert!(dropped.text().lines().count() < rows.len());
}

#[test]
fn a_page_is_explained_as_lines_and_as_a_view() {
    let desk = Desk::with("page.html", PAGE);
    desk.put("two.html", PAGE);
    let scored = desk.run("score page.html").silent();
    let count = scored.text().lines().count();
    let run = desk.run("explain page.html").silent();
    assert!(run.text().starts_with("page.html  "), "{}", run.text());
    assert!(run.text().contains(&format!("  a page of {count} blocks  ")), "{}", run.text());
    let is_block = |line: &&str| line.get(..3).is_some_and(|it| it.trim().parse::<usize>().is_ok());
    let lines: Vec<&str> = run.text().lines().filter(is_block).collect();
    assert_eq!(lines.len(), count, "{}", run.text());
    assert!(lines.iter().all(|line| line.chars().count() <= 100) && !run.text().contains("<div"));
    assert!(lines.iter().any(|line| line.contains(" keep ") && line.contains("The old ferry")));
    assert!(desk.run("explain page.html two.html").silent().text().contains("\ntwo.html  "));
    let json = desk.run("explain --json page.html -o why.jsonl").silent();
    assert!(json.out.is_empty());
    let why = String::from_utf8(desk.get("why.jsonl")).unwrap();
    for (row, scored) in why.lines().zip(scored.text().lines()) {
        let [row, scored]: [Value; 2] = [row, scored].map(|line| serde_json::from_str(line).unwrap());
        for (field, value) in scored.as_object().unwrap() {
            assert_eq!(&row[field], value, "{field}");
        }
        let context = &row["context"];
        let signals = context["signals"].as_array().unwrap().iter().map(|it| it["share"].as_f64().unwrap());
        let sum =
            signals.sum::<f64>() + context["bayes"].as_f64().unwrap() + context["constant"].as_f64().unwrap();
        assert!((sum - row["log_odds"].as_f64().unwrap()).abs() < 1e-9);
    }
    let full = desk.run("explain --full --only dropped page.html").silent();
    let heads: Vec<&str> = full.text().lines().filter(|line| line.starts_with('#')).collect();
    assert!(heads.iter().all(|head| head.contains(" boilerplate, ")), "{heads:?}");
    assert!(full.text().contains("markup +"), "channels: {}", full.text());
    desk.run("explain --html why.html page.html").silent();
    assert!(String::from_utf8(desk.get("why.html")).unwrap().contains("data-index"));
    desk.run("explain --html none.html page.html two.html").expect(2, &["two.html", "a second page"]);
    let stage = desk.run("explain --stage split page.html").silent();
    assert_eq!(stage.text().lines().count(), count);
    assert!(desk.run("explain --stage bayes --paragraph 0 page.html").silent().text().contains("\"markup\""));
    desk.run("explain --html page.html page.html").expect(2, &["is an input"]);
    desk.put("a.txt", "The boats wait by the pier.");
    desk.run("explain --html none.html a.txt").expect(2, &["a.txt: is a text"]);
    assert!(!desk.path("none.html").exists());
    desk.run("explain --paragraph 400 page.html").expect(2, &["numbered from 0 to"]);
}

#[test]
fn spans_of_a_page_are_attributes() {
    let desk = Desk::with("page.html", PAGE);
    let page = format!("é{PAGE}");
    let input = row("é", &page);
    let run = desk.feed("clean --from jsonl --content html --to dolma", input.as_str()).silent();
    let out: Value = serde_json::from_str(run.text()).unwrap();
    let spans = |name: &str| -> Vec<String> {
        let spans = out["attributes"][name].as_array().unwrap().iter();
        let at = |span: &Value, end: usize| span[end].as_u64().unwrap() as usize;
        let text = |span| page.chars().skip(at(span, 0)).take(at(span, 1) - at(span, 0)).collect();
        spans.map(text).collect()
    };
    assert_eq!(
        spans("gleaner__boilerplate").len(),
        desk.run("score page.html").silent().text().lines().count() + 1
    );
    assert!(spans("gleaner__legal").iter().any(|text| text.starts_with("&copy; 2026")));
    // Pages in another encoding have no offsets into their bytes, but code points all the same.
    let bytes: Vec<u8> = PAGE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xff\xfe", &*bytes].concat();
    assert!(desk.feed("score --from html", marked.as_slice()).silent().text().contains("\"start\":null"));
    let out = desk.feed("clean --from html --to dolma", marked.as_slice()).silent();
    assert!(out.text().contains("gleaner__legal"));
}

#[test]
fn recall_keeps_more_than_precision() {
    let desk = Desk::with("page.html", PAGE);
    let length = |flags: &str| desk.run(&format!("clean {flags} page.html")).silent().out.len();
    assert!(length("--precision") <= length(""));
    assert!(length("") <= length("--recall"));
    assert!(length("--threshold 1") > length("--threshold 0.5"));
}

#[test]
fn a_page_of_scripts_is_read_from_its_data() {
    let body =
        "The ferry leaves the north quay at nine in the morning, and comes back at noon with the mail.";
    let page = format!(
        "<!doctype html><div id=app></div><script type=\"application/ld+json\">{{\"articleBody\": \"{body}\"}}</script>"
    );
    let run = Desk::new().feed("clean --threshold 1", page).silent();
    assert_eq!(run.text().trim_end(), body);
}

#[test]
fn what_is_broken_deep_or_long_comes_out() {
    let desk = Desk::new();
    let deep = format!("<!doctype html>{}Deep inside.{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
    let deep = desk.feed("clean --threshold 1", deep).expect(1, &["exceeds a limit"]);
    assert!(deep.text().contains("Deep inside."));
    let lines: Vec<String> = (0..40_000).map(|n| format!("<p>Line {n} of a long page.")).collect();
    let long = format!("<!doctype html>{}", lines.concat());
    assert!(desk.feed("clean --threshold 1", long).silent().out.len() > 500_000);
    let cut = &PAGE[..PAGE.len() / 2];
    assert!(desk.feed("clean --threshold 1", cut).silent().text().contains("The old ferry"));
    assert_eq!(desk.feed("clean --from html", "").expect(1, &["no text was found in the page"]).text(), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_are_a_page(bytes in proptest::collection::vec(any::<u8>(), 0..400), tags in "(<[/]?(p|td|li|table|pre|a|br|script|h1|svg)>|[a-z ]{0,9}){0,40}") {
        use gleaner::unstable::judge::{Judge, Options};
        let mut page = tags.into_bytes();
        page.extend(bytes);
        let (text, _) = gleaner::unstable::read::html::charset::decode(&page, None);
        let units = gleaner::unstable::split::html::units(&gleaner::unstable::read::html::parse(text));
        let judged = Judge::new(&crate::properties::MODEL, Options::default()).unwrap().page(units).unwrap();
        prop_assert_eq!(judged.decisions.len(), judged.units.len());
        for decision in &judged.decisions {
            prop_assert!(decision.probability.is_finite() && decision.margin.is_finite());
        }
        gleaner::unstable::write::page::markdown(&judged.units, &judged.dropped());
        gleaner::unstable::write::page::html(&judged.units, &judged.dropped(), &Default::default());
    }
}

/// Pages with reference texts, in a folder as `train --pages` takes it: an article and what its site wraps it in.
fn corpus(desk: &Desk, folder: &str) {
    std::fs::create_dir_all(desk.path(&format!("{folder}/html"))).unwrap();
    let mut gold = String::new();
    for n in 0..24 {
        let word = ["heron", "lock", "barge", "tram"][n % 4];
        let text = format!("The {word} stood by the quay until the tide had turned, and number {n} saw it.");
        let page = format!(
            "<nav class=menu><a href=/>Home page</a><a href=/t>Terms of use</a></nav><main class=entry><p>{text}</p>\
             </main><footer class=foot><p>All rights reserved by the letter.</p></footer>"
        );
        desk.put(&format!("{folder}/html/p{n}.html"), page);
        let row = serde_json::json!({
            "id": format!("p{n}"), "domain": format!("site{n}.example"), "page_type": "article", "main_content": text,
        });
        gold += &format!("{row}\n");
    }
    desk.put(&format!("{folder}/ground-truth.jsonl"), gold);
}

#[test]
fn sets_of_pages_are_trained_on_together_and_measured_apart() {
    let desk = Desk::new();
    corpus(&desk, "news");
    corpus(&desk, "blogs");
    desk.run("train --pages news blogs -o both.gleaner").expect(0, &["48 pages", "word_f1_of_set.blogs"]);
    // The order of the folders changes nothing; a flag ends their list.
    desk.run("train --pages blogs --pages news -o again.gleaner --name both").expect(0, &["48 pages"]);
    assert!(desk.get("both.gleaner") == desk.get("again.gleaner"));
    for (flags, unseen) in
        [("", "its site"), (" --leave-out site", "its site"), (" --leave-out set", "its set")]
    {
        let line = format!("evaluate --pages news blogs --folds 10 --texts texts{flags}");
        let run = desk.run(&line).expect(0, &[]);
        for said in [unseen, "word_f1_of_set.news", "word_f1_of_set.blogs", "word_f1_mean_of_sets"] {
            assert!(run.text().contains(said), "{flags}: {said}: {}", run.text());
        }
        let rows = String::from_utf8(desk.get("texts")).unwrap();
        let rows: Vec<Value> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
        assert_eq!(rows.iter().filter(|row| row["set"] == "news").count(), 24);
        assert!(rows.iter().all(|row| row["text"].as_str().unwrap().contains("stood by the quay")));
    }
    // Without one of them, nothing would be left to train on.
    let run = desk.run("evaluate --pages news --folds 10 --leave-out set");
    run.expect(2, &["without the set news"]);
    corpus(&desk, "other/news");
    desk.run("train --pages news other/news -o x").expect(2, &["another set has the name news"]);
}

#[test]
fn a_model_judges_what_it_has_a_section_for() {
    let desk = Desk::with("page.html", PAGE);
    corpus(&desk, "pages");
    desk.put("a.txt", crate::program::HARBOUR);
    desk.put("labelled.jsonl", crate::program::LABELLED);
    desk.run("train --pages pages --page-counts p.counts -o pages.gleaner").expect(0, &["word_f1.all"]);
    desk.run("train -q labelled.jsonl --min-sites 1 -o text.gleaner").silent();
    desk.run("clean --model pages.gleaner page.html").silent();
    desk.run("clean --model text.gleaner a.txt").silent();
    let no_text = ["pages.gleaner: it has no section for text; `gleaner train FILE… -o MODEL` trains one"];
    let no_pages =
        ["text.gleaner: it has no section for pages; `gleaner train --pages DIR -o MODEL` trains one"];
    for command in ["clean", "score", "explain", "clean --dry-run", "clean --site-memory 1MB"] {
        let run = desk.run(&format!("{command} --model pages.gleaner a.txt")).expect(2, &no_text);
        assert_eq!(run.text(), "");
    }
    for command in ["clean", "score", "explain", "clean --page-type article"] {
        let run = desk.run(&format!("{command} --model text.gleaner page.html")).expect(2, &no_pages);
        assert_eq!(run.text(), "");
    }
    desk.run("tune --model pages.gleaner labelled.jsonl -o tuned.gleaner").expect(2, &no_text);
    desk.run("evaluate --model pages.gleaner labelled.jsonl").expect(2, &no_text);
    // What was fitted and counted makes the same section again, beside one for text.
    let fitted = desk.run("model dump --fitted --pages pages.gleaner").silent();
    desk.put("p.json", fitted.out);
    let both =
        "train -q labelled.jsonl --min-sites 1 --page-counts p.counts --page-fitted p.json -o both.gleaner";
    desk.run(both).silent();
    for (one, file) in [("pages", "page.html"), ("text", "a.txt")] {
        let alone = desk.run(&format!("score --model {one}.gleaner {file}")).silent();
        let together = desk.run(&format!("score --model both.gleaner {file}")).silent();
        // Kinds of blocks are those of the model's own text.
        let numbers = |out: &str| -> Vec<String> {
            let rows = out.lines().map(|row| serde_json::from_str::<Value>(row).unwrap());
            rows.map(|row| format!("{} {}", row["verdict"], row["boilerplate"])).collect()
        };
        assert_eq!(numbers(alone.text()), numbers(together.text()));
    }
    let info = desk.run("model info both.gleaner").silent();
    assert!(info.text().contains("\ntext\n") && info.text().contains("\npages\n"), "{}", info.text());
    let info: Value =
        serde_json::from_slice(&desk.run("model info --json both.gleaner").silent().out).unwrap();
    assert_eq!(info["pages"]["labels"][0], "boilerplate");
    let dump = desk.run("model dump both.gleaner").silent();
    desk.feed("model load - -o again.gleaner", dump.out).silent();
    assert!(desk.get("again.gleaner") == desk.get("both.gleaner"));
}
