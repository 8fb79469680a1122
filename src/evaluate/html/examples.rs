//! The worst mistakes, each between its neighbours.

use super::super::ScoredParagraph;
use super::super::mistakes::{AROUND, Example, PER_DOCUMENT, Pull};
use super::Page;
use super::escape::{line, paragraph, short};
use super::tables::grouped;
use crate::explain::wording::nats;
use crate::write::escape::markup;

/// Characters of a mistaken paragraph that are shown.
const MOST: usize = 1200;
/// … and of a neighbour.
const MOST_AROUND: usize = 300;

/// Both lists.
pub fn section(out: &mut String, page: &Page<'_>) {
    let [lost, left] = page.mistakes.in_all;
    let (lost_title, lost_note, left_title, left_note) = if page.mistakes.by_verdict {
        (
            "Editorial paragraphs that were dropped",
            "Those with most words first.",
            "Boilerplate that stayed",
            "What seemed most editorial first.",
        )
    } else {
        (
            "Editorial paragraphs that look most like boilerplate",
            "There are no verdicts: the highest scores first.",
            "Boilerplate that looks most editorial",
            "There are no verdicts: the lowest scores first.",
        )
    };
    list(out, "lost", lost_title, lost_note, page.lost, lost);
    list(out, "left", left_title, left_note, page.left, left);
}

fn list(out: &mut String, id: &str, title: &str, note: &str, examples: &[Example], in_all: usize) {
    out.push_str(&format!("<section id=\"{id}\">\n<h2>{title}</h2>\n<p class=\"note\">"));
    if in_all == 0 {
        out.push_str("None.</p>\n</section>\n");
        return;
    }
    out.push_str(&format!(
        "{note} {} of {}, at most {PER_DOCUMENT} of one document, each with up to {AROUND} paragraphs before and after it. Paragraphs are numbered from 0.</p>\n<ol class=\"mistakes\">\n",
        grouped(examples.len() as u64),
        grouped(in_all as u64)
    ));
    examples.iter().for_each(|it| example(out, it));
    out.push_str("</ol>\n</section>\n");
}

fn example(out: &mut String, it: &Example) {
    out.push_str("<li>\n<p class=\"where\">");
    out.push_str(&format!("<b>{}</b>, paragraph {} of {}", short(&it.document), it.index, it.paragraphs));
    match &it.url {
        // Nothing but an address of the web becomes a link.
        Some(url) if url.starts_with("https://") || url.starts_with("http://") => out.push_str(&format!(
            " · <a href=\"{}\" rel=\"noreferrer noopener nofollow\">{}</a>",
            markup(&address(url)),
            line(url, 90)
        )),
        Some(url) => out.push_str(&format!(" · {}", line(url, 90))),
        None if !it.site.is_empty()
            && it.site != format!("document {}", it.document)
            && it.site != it.document =>
        {
            out.push_str(&format!(" · {}", short(&it.site)));
        }
        None => {}
    }
    out.push_str("</p>\n");
    for (index, text, said) in &it.lines {
        let here = *index == it.index;
        let most = if here { MOST } else { MOST_AROUND };
        let class = if here { "here" } else { "near" };
        out.push_str(&format!("<div class=\"{class}\"><p class=\"said\">{}</p>", chips(*index, said)));
        out.push_str(&format!("<p class=\"text\" dir=\"auto\">{}</p>", paragraph(text, most)));
        if here && !it.pulls.is_empty() {
            pulls(out, &it.pulls);
        }
        out.push_str("</div>\n");
    }
    out.push_str("</li>\n");
}

/// Number, label, verdict, kind, probability, words.
fn chips(index: usize, said: &ScoredParagraph) -> String {
    let side = if said.kept_label { "kept" } else { "gone" };
    let mut out = format!(
        "<span class=\"no\">{index}</span> <span class=\"label {side}\">{}</span>",
        short(&said.label)
    );
    if let Some(verdict) = said.verdict {
        out.push_str(&format!(" <span class=\"verdict {verdict}\">judged {verdict}"));
        if let Some(kind) = said.kind.as_deref().filter(|kind| !kind.is_empty()) {
            out.push_str(&format!(", {}", short(kind)));
        }
        out.push_str("</span>");
    }
    let words =
        if said.words == 1 { "1 word".to_owned() } else { format!("{} words", grouped(said.words as u64)) };
    out.push_str(&format!(
        " <span class=\"p\">p = {:.4}</span> <span class=\"p\">{words}</span>",
        said.probability
    ));
    out
}

fn pulls(out: &mut String, pulls: &[Pull]) {
    for (around, name) in [(false, "Words and shape, in nats"), (true, "Signals of the context")] {
        let some: Vec<&Pull> = pulls.iter().filter(|pull| pull.around == around).collect();
        if some.is_empty() {
            continue;
        }
        out.push_str(&format!("<p class=\"pulls\"><span>{name}:</span>"));
        for pull in some {
            let side = if pull.nats > 0.0 { "gone" } else { "kept" };
            out.push_str(&format!(
                " <span class=\"pull {side}\">{} <b>{}</b></span>",
                short(&pull.name),
                // A minus as typographers have it.
                nats(pull.nats).replace('-', "−")
            ));
        }
        out.push_str("</p>\n");
    }
}

/// An address as a link may hold it: what acts on text is percent-encoded.
fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        if c.is_ascii_graphic() {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        }
    }
    out
}
