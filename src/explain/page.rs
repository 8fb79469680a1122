//! A judged page to look at: its blocks in their order, shaded by verdict, with the reasons of each. One
//! self-contained file of HTML that fetches nothing.
//!
//! | file | what it does |
//! |---|---|
//! | `reasons` | why one block stays or goes |
//! | `style.css` | how it looks, on a screen in light and dark and on paper |
//! | `script.js` | the button, and reasons that stay open |

mod reasons;

use std::fmt::Write;
use std::ops::Range;

use super::wording;
use crate::document::Document;
use crate::judge::{Judge, Judged};
use crate::split::html::{Metadata, Page};
use crate::split::{Origin, Role, Unit};
use crate::verdict::{Decision, Verdict};
use crate::write::escape::markup;

use reasons::{Reasons, signed};

const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

/// The view of a page that `judge` judged last; `name` stands for a title where the page states none.
pub fn render(
    name: &str,
    document: &Document,
    page: &Page<'_>,
    judged: &Judged,
    judge: &Judge<'_>,
) -> String {
    let metadata = &page.metadata();
    let title = metadata.title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(name);
    let mut reasons = Reasons::new(judge, document, judged);
    let mut main = String::new();
    let language = language(metadata);
    for (index, (unit, decision)) in judged.units.iter().zip(&judged.decisions).enumerate() {
        let kind = decision.shown_kind().map(|kind| judge.kind(kind));
        let told = Told { decision, kind, span: unit.span.clone() };
        open(index, unit, &told, &language, &mut main);
        reasons.write(&judged.units, index, &mut main);
        main.push_str("</div></div>\n");
    }
    if main.is_empty() {
        main.push_str("<p class=\"note\">The page has no text.</p>\n");
    }
    // Only this script may run: no text of a page can hold a hash of itself.
    let nonce = blake3::hash(main.as_bytes()).to_hex();
    let title = markup(title);
    let (about, script) = (about(judged, judge), SCRIPT);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1 dir=\"auto\"{language}>{title}</h1>\n<p>What stays of this page, what goes, and why.</p>\n</header>\n\
         {about}<main>\n{main}</main>\n<footer>Written by <code>gleaner explain</code>.</footer>\n\
         <script nonce=\"{nonce}\">\n{script}</script>\n</body>\n</html>\n"
    )
}

/// What is told of a block beside its text.
struct Told<'a> {
    decision: &'a Decision,
    kind: Option<&'a str>,
    span: Option<Range<usize>>,
}

/// Everything of a block up to its reasons.
fn open(index: usize, unit: &Unit, told: &Told<'_>, language: &str, out: &mut String) {
    let Told { decision, kind: looks_like, span } = told;
    let (kind, attributes) = match unit.role {
        Role::Heading(level) => (" heading", format!(" role=\"heading\" aria-level=\"{level}\"")),
        Role::Item => (" item", String::new()),
        Role::Pre => (" pre", String::new()),
        Role::Caption => (" caption", String::new()),
        Role::Term => (" heading", String::new()),
        Role::Paragraph | Role::Cell | Role::Definition | Role::Summary => ("", String::new()),
    };
    let percent = percent(decision.probability);
    let fate = fate(decision.verdict);
    let why = decision.reason.map_or(String::new(), |it| format!(": {}", wording::sentence(it)));
    let origin = match unit.origin {
        Origin::Visible => "",
        Origin::Hidden => " It is hidden when the page is first drawn.",
        Origin::State => " It stands in data that a script would draw.",
    };
    let looks_like = looks_like.map_or(String::new(), |it| format!(" It looks most like {}.", markup(it)));
    let place = match span {
        Some(span) => format!(" Bytes {} to {}.", span.start, span.end),
        None => String::new(),
    };
    let _ = write!(
        out,
        "<div class=\"block {}{kind}\" data-index=\"{index}\"><div class=\"text\" dir=\"auto\"{language}{attributes}>{}</div>\
         <button type=\"button\" class=\"more\" aria-expanded=\"false\" aria-controls=\"why{index}\" aria-label=\"{percent}, {}: reasons\">{percent}</button>\
         <div class=\"why\" id=\"why{index}\"><p class=\"said\"><b>{fate}{why}.</b> Probability of boilerplate {:.4}, margin {} nats.{looks_like}{origin}{place}</p>",
        decision.verdict.name(),
        markup(unit.rendered()),
        fate.to_lowercase(),
        decision.probability,
        signed(decision.margin),
    );
}

/// How much stays and goes, what colours and numbers mean, and the button.
fn about(judged: &Judged, judge: &Judge<'_>) -> String {
    let mut out = String::from("<div class=\"about\">\n");
    let of = |verdict: Verdict| {
        let mut sum = [0u64; 2];
        for (i, decision) in judged.decisions.iter().enumerate() {
            if decision.verdict == verdict {
                sum[0] += 1;
                sum[1] += u64::from(judge.evidence().facts(i).shape.words);
            }
        }
        sum
    };
    out.push_str("<div class=\"bar\" aria-hidden=\"true\">");
    for verdict in Verdict::ALL {
        let [_, words] = of(verdict);
        if words > 0 {
            let _ = write!(out, "<span class=\"{}\" style=\"flex:{words}\"></span>", verdict.name());
        }
    }
    out.push_str("</div>\n<dl class=\"legend\">\n");
    for verdict in Verdict::ALL {
        let [blocks, words] = of(verdict);
        let plural = |n: u64| if n == 1 { "" } else { "s" };
        let _ = writeln!(
            out,
            "<dt class=\"{}\">{}</dt><dd>{blocks} block{}, {words} word{}</dd>",
            verdict.name(),
            fate(verdict),
            plural(blocks),
            plural(words)
        );
    }
    let nothing = if of(Verdict::Boilerplate)[0] == 0 { " disabled" } else { "" };
    let _ = write!(
        out,
        "</dl>\n<p class=\"note\">The number beside a block is its probability of being boilerplate. On this page, blocks \
         are dropped from {} on.</p>\n\
         <p class=\"note how\">Point at a block for its reasons. Click on it, or on its number, and they stay.</p>\n\
         <button type=\"button\" id=\"hide\" aria-pressed=\"false\"{nothing}>Hide what is dropped</button>\n</div>\n",
        percent(judged.threshold),
    );
    out
}

fn fate(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Editorial => "Kept",
        Verdict::Unsure => "In doubt, kept",
        Verdict::Boilerplate => "Dropped",
    }
}

/// In words of whole percents; never a certainty that is none.
fn percent(probability: f64) -> String {
    match probability * 100.0 {
        p if p <= 0.0 || p >= 100.0 => format!("{p:.0} %"),
        p if p < 1.0 => "<1 %".to_owned(),
        p if p > 99.0 => ">99 %".to_owned(),
        p => format!("{p:.0} %"),
    }
    .replace('<', "&lt;")
    .replace('>', "&gt;")
}

/// The language that the page states, as an attribute; nothing where it states none, or no sound one.
fn language(metadata: &Metadata) -> String {
    let sound = |it: &&str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let stated = metadata.language.as_deref().filter(sound);
    stated.map(|language| format!(" lang=\"{language}\"")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Options;
    use crate::model::Model;
    use crate::split::html::Spans;

    fn judged<T>(page: &str, look: impl FnOnce(&Document, &Page<'_>, &Judged, &Judge<'_>) -> T) -> T {
        let options = Options { page_kinds: true, ..Options::default() };
        let mut judge = Judge::new(Model::built_in().unwrap(), options).unwrap();
        let utf_8 = Some(encoding_rs::UTF_8);
        let document = crate::read::text::document("a".into(), Default::default(), page.into(), utf_8);
        let (page, units) = Page::read(&document.bytes, None, Spans::Known);
        let judged = judge.page(units).unwrap();
        look(&document, &page, &judged, &judge)
    }

    fn view(page: &str) -> String {
        judged(page, |document, page, judged, judge| render("page.html", document, page, judged, judge))
    }

    const PAGE: &str =
        "<h1>Ferries</h1><p>They run &lt;script&gt;alert(1)&lt;/script&gt; again.</p><p>Join us</p>";

    #[test]
    fn every_block_is_shown_and_nothing_of_it_runs() {
        let head = "<html lang='en\" onload=x'><title>A &lt;b> \"quoted\"</title>";
        let view = view(&format!("{head}{PAGE}"));
        assert_eq!(view.matches("data-index").count(), 3);
        assert!(!view.contains("<script>alert") && !view.contains("onload"), "{view}");
        assert!(view.contains("<title>A &lt;b&gt; &quot;quoted&quot;</title>"), "{view}");
        assert!(view.contains("for keeping"));
    }

    #[test]
    fn a_block_says_where_it_stands_and_what_it_looks_like() {
        let view = view(PAGE);
        assert!(view.contains("<title>page.html</title>"));
        let at = PAGE.find("Join us").unwrap();
        assert!(view.contains(&format!("Bytes {at} to {}.", at + 7)), "{view}");
        assert!(view.contains("It looks most like"), "{view}");
    }

    #[test]
    fn reasons_add_up_to_the_margin() {
        judged(PAGE, |document, _, judged, judge| {
            let mut reasons = Reasons::new(judge, document, judged);
            for (index, decision) in judged.decisions.iter().enumerate() {
                let sum: f64 = reasons.parts(index).iter().map(|(_, nats)| nats).sum();
                assert!((sum - decision.margin).abs() < 1e-9, "{sum} {}", decision.margin);
            }
        });
    }

    #[test]
    fn nothing_is_said_to_be_certain() {
        assert_eq!(percent(0.9999), "&gt;99 %");
        assert_eq!(percent(0.0001), "&lt;1 %");
        assert_eq!([percent(0.714), percent(1.0)], ["71 %", "100 %"]);
    }
}
