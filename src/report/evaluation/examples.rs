//! The worst mistakes, each between its neighbours.

use super::super::text::{Cut, counted, grouped, line, name, paragraph, signed};
use super::Page;
use crate::evaluate::ScoredParagraph;
use crate::evaluate::mistakes::{AROUND, Example, PER_DOCUMENT};

/// Characters of a mistaken paragraph that are shown.
const MOST: usize = 1200;
/// … and of a neighbour.
const MOST_AROUND: usize = 300;
/// … and of an address.
const ADDRESS: usize = 90;

/// Mistakes of one side.
pub struct List {
    pub id: &'static str,
    pub title: &'static str,
    pub note: String,
    pub examples: Vec<Shown>,
}

/// A mistake as the template shows it.
pub struct Shown {
    pub document: String,
    /// Which paragraph of how many.
    pub place: String,
    pub site: Option<String>,
    /// An address of the web, and how it reads.
    pub link: Option<(String, String)>,
    pub lines: Vec<Line>,
    /// What decided, under a title each.
    pub pulls: Vec<(&'static str, Vec<Pull>)>,
}

/// The paragraph or one of its neighbours.
pub struct Line {
    pub here: bool,
    pub index: usize,
    /// Class of its label: `kept` or `gone`.
    pub side: &'static str,
    pub label: String,
    pub verdict: Option<&'static str>,
    /// The kind that was named, with a comma before it; may be empty.
    pub kind: String,
    pub probability: String,
    pub words: String,
    pub text: Cut,
}

/// Something that pushed the paragraph to one side.
pub struct Pull {
    pub side: &'static str,
    pub name: String,
    pub nats: String,
}

/// Both lists.
pub fn lists(page: &Page<'_>) -> [List; 2] {
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
    [
        list("lost", lost_title, lost_note, page.lost, lost),
        list("left", left_title, left_note, page.left, left),
    ]
}

fn list(id: &'static str, title: &'static str, note: &str, examples: &[Example], in_all: usize) -> List {
    let note = match in_all {
        0 => "None.".to_owned(),
        _ => format!(
            "{note} {} of {}, at most {PER_DOCUMENT} of one document, each with up to {AROUND} paragraphs before and after it. Paragraphs are numbered from 0.",
            grouped(examples.len() as u64),
            grouped(in_all as u64)
        ),
    };
    List { id, title, note, examples: examples.iter().map(shown).collect() }
}

fn shown(it: &Example) -> Shown {
    // Nothing but an address of the web becomes a link.
    let is_link = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    let link = it.url.as_ref().filter(is_link).map(|url| (address(url), line(url, ADDRESS)));
    let site = match &it.url {
        Some(url) if link.is_none() => Some(line(url, ADDRESS)),
        Some(_) => None,
        None => {
            (!it.site.is_empty() && it.site != format!("document {}", it.document) && it.site != it.document)
                .then(|| name(&it.site))
        }
    };
    let pulls =
        [(false, "Words and shape, in nats"), (true, "Signals of the context")].map(|(around, title)| {
            let some = it.pulls.iter().filter(|pull| pull.around == around).map(|pull| Pull {
                side: if pull.nats > 0.0 { "gone" } else { "kept" },
                name: name(&pull.name),
                nats: signed(pull.nats),
            });
            (title, some.collect::<Vec<_>>())
        });
    Shown {
        document: name(&it.document),
        place: format!("paragraph {} of {}", it.index, it.paragraphs),
        site,
        link,
        lines: it
            .lines
            .iter()
            .map(|(index, text, said)| told(*index, text, said, *index == it.index))
            .collect(),
        pulls: pulls.into_iter().filter(|(_, pulls)| !pulls.is_empty()).collect(),
    }
}

fn told(index: usize, text: &str, said: &ScoredParagraph, here: bool) -> Line {
    Line {
        here,
        index,
        side: if said.kept_label { "kept" } else { "gone" },
        label: name(&said.label),
        verdict: said.verdict.map(|verdict| verdict.name()),
        kind: said
            .kind
            .as_deref()
            .filter(|kind| !kind.is_empty())
            .map_or_else(String::new, |kind| format!(", {}", name(kind))),
        probability: format!("{:.4}", said.probability),
        words: counted(said.words as u64, "word"),
        text: paragraph(text, if here { MOST } else { MOST_AROUND }),
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
