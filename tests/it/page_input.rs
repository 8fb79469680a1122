//! Pages as they are found: data with mistakes, encodings that are not what they say, shadow roots, nothing at all.

use std::fs;

use crate::program::Desk;

/// An input that went wrong once.
macro_rules! case {
    ($name:literal) => {
        include_bytes!(concat!("fixtures/cases/", $name)).as_slice()
    };
}

const FIRST: &str = "The old pumping station at Harrow Sluice has stood empty";

#[test]
fn an_article_in_data_is_read_as_sites_write_it() {
    let desk = Desk::with("broken.html", case!("210-jsonld-bad-newlines.html"));
    desk.put("entities.html", case!("23-jsonld-graph-entities.html"));
    assert!(desk.run("clean broken.html").silent().text().starts_with(FIRST));
    let run = desk.run("clean entities.html").silent();
    assert!(run.text().starts_with(FIRST) && run.text().contains("trust’s") && !run.text().contains("&#"));
}

#[test]
fn encodings_that_are_not_what_they_say() {
    let desk = Desk::with("lie.html", case!("33-cp1251-lie-utf8.html"));
    desk.put("wide.html", case!("37-utf16-nobom.html"));
    let said =
        "lie.html: stated to be UTF-8, but is not; read as windows-1251 (give --encoding if it is another)";
    let run = desk.run("clean lie.html").expect(0, &[said]);
    assert!(run.text().contains("Старая насосная") || run.text().contains("насос"), "{}", run.text());
    assert!(!run.text().contains('\u{fffd}'));
    assert_eq!(run.err.lines().count(), 1);
    assert!(desk.run("clean -q lie.html").silent().text().contains("насос"));
    // What is given is believed, and then it is said what comes of it.
    desk.run("clean --encoding utf-8 lie.html")
        .expect(1, &["hardly anything in the page is valid UTF-8", "--encoding"]);
    for flags in ["", "--from html"] {
        let run = desk.run(&format!("clean {flags} wide.html")).silent();
        assert!(run.text().starts_with(FIRST), "{}", run.text());
    }
    fs::rename(desk.path("wide.html"), desk.path("wide.txt")).unwrap();
    assert!(desk.run("clean wide.txt").silent().text().starts_with(FIRST));
    assert!(desk.feed("clean", case!("37-utf16-nobom.html")).silent().text().starts_with(FIRST));
}

#[test]
fn a_shadow_root_is_content() {
    let desk = Desk::with("shadow.html", case!("54-shadowroot.html"));
    assert!(desk.run("clean shadow.html").silent().text().starts_with(FIRST));
    assert!(desk.run("score shadow.html").silent().text().contains("news-article"));
}

#[test]
fn a_page_of_which_nothing_was_found_is_a_problem() {
    let desk = Desk::with("empty.html", "");
    desk.put("app.html", "<!doctype html><title>App</title><div id=root></div><script src=app.js></script>");
    desk.put("article.html", crate::pages::PAGE);
    let said = "no text was found in the page";
    for command in [
        "clean empty.html",
        "clean app.html",
        "score app.html",
        "clean --to markdown app.html",
        "explain app.html",
    ] {
        desk.run(command).expect(1, &[said]);
    }
    assert_eq!(desk.run("clean --to jsonl app.html").expect(1, &[said]).text().lines().count(), 1);
    let run = desk
        .run("clean --report report.json empty.html article.html app.html")
        .expect(1, &["empty.html: ", "app.html: "]);
    assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    let report: serde_json::Value = serde_json::from_slice(&desk.get("report.json")).unwrap();
    assert_eq!(report["failures"]["by_kind"]["empty-page"], 2);
    // Fields of nothing are empty texts; pages without text in a dump are one message.
    let rows: String = (0..30).map(|n| format!("{{\"id\": {n}, \"text\": \"<div></div>\"}}\n")).collect();
    let run = desk.feed("clean --from jsonl --content html", rows).expect(1, &[said]);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    let rows = "{\"text\": \"\"}\n{\"text\": null}\n";
    assert_eq!(desk.feed("clean --from jsonl --content html", rows).silent().text(), rows);
}

#[test]
fn markup_in_a_text_is_read_as_a_page() {
    let desk = Desk::with("article.html", crate::pages::PAGE);
    let page = desk.run("clean article.html").silent().out;
    for name in ["article.txt", "article", "article.text"] {
        desk.put(name, crate::pages::PAGE);
        assert_eq!(desk.run(&format!("clean {name}")).silent().out, page, "{name}");
    }
    let piece = "<div class=\"post\">\n<p>The ferry to the northern islands runs again from Monday.</p>\n<p>The pier was built anew.</p>\n</div>\n";
    for body in [piece.to_owned(), format!("<body>{piece}"), format!("<!-- saved -->\n{piece}")] {
        let run = desk.feed("score", body).silent();
        assert!(
            run.text().contains("\"text\":\"The pier was built anew.\"") && run.text().contains("\"path\":"),
            "{}",
            run.text()
        );
    }
    // Markdown begins with some markup now and then, and is none the less text.
    let readme =
        format!("<p align=\"center\">\n<img src=a.png>\n</p>\n\n# Boats\n\n{}", crate::program::HARBOUR);
    let run = desk
        .feed("clean --threshold 1", readme.as_str())
        .expect(0, &["<stdin>: looks like HTML and is read as plain text; --from html"]);
    assert_eq!((run.text(), run.err.lines().count()), (readme.as_str(), 1));
    desk.put("README.md", &readme);
    assert_eq!(desk.run("clean --threshold 1 README.md").silent().text(), readme);
}

/// Pages that made the program take hundreds of times their size: they stay below this many megabytes, addresses
/// included.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_a_small_multiple_of_the_page() {
    let desk = Desk::with("again.html", case!("recon-b400-p10000.html"));
    let attributes: String = (0..1000).map(|n| format!(" a{n}=1")).collect();
    desk.put("attributes.html", format!("<p><b{attributes}>{}", "<p>x".repeat(20_000)));
    desk.put("quotes.html", "<blockquote>".repeat(500) + &"<p>x".repeat(20_000));
    for name in ["again", "attributes", "quotes"] {
        for command in ["clean", "clean --to markdown", "score"] {
            let run = desk.shell(&format!("ulimit -v 160000; gleaner {command} {name}.html > out"));
            assert!(run.code <= 1 && !run.err.contains("memory"), "{name} {command}: {run:?}");
        }
    }
}

#[test]
fn what_a_page_says_is_never_live() {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    let desk = Desk::with("signs.html", case!("markdown-injection.html"));
    desk.put("scripts.html", case!("xss.html"));
    let run = desk.run("clean --to markdown --threshold 1 signs.html").silent();
    for event in Parser::new_ext(
        run.text(),
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH,
    ) {
        let live = matches!(
            event,
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock | Tag::Heading { .. })
                | Event::Html(_)
                | Event::InlineHtml(_)
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
        );
        assert!(!live, "{event:?}");
    }
    for form in ["html", "markdown", "text"] {
        let run = desk.run(&format!("clean --to {form} --threshold 1 scripts.html"));
        let live = ["<script", "<img", "<svg", "<base", "<a ", "<iframe"];
        if form != "text" {
            assert!(live.iter().all(|tag| !run.text().contains(tag)), "{}", run.text());
        }
    }
}
