//! A judged page to look at: its blocks in their order, shaded by verdict, with the reasons of each.
//!
//! | file | what it does |
//! |---|---|
//! | `layout` | which blocks make a table |
//! | `reasons` | why one block stays or goes |
//! | `wording` | features of pages in words |

mod layout;
mod reasons;
#[cfg(test)]
mod tests;
mod wording;

use askama::Template;

use super::text::{block as shown, counted, name, probability, signed};
use crate::document::Document;
use crate::explain::wording::sentence;
use crate::features::words;
use crate::judge::{Judge, Judged};
use crate::split::html::{Metadata, Page};
use crate::split::{Origin, Role, Unit};
use crate::verdict::{Decision, Verdict};

use layout::Piece;
use reasons::{Reasons, Why};

/// Characters of a title that are shown.
const TITLE: usize = 300;
/// Nats between a block and the threshold, below which it is in doubt: odds of 1 to 2.7.
const NEAR: f64 = 1.0;

/// What the template shows.
#[derive(Template)]
#[template(path = "page.html")]
struct View {
    title: String,
    /// What the page states, where that is sound.
    language: Option<String>,
    /// What lets this page's own script run, and no other.
    nonce: String,
    legend: Vec<Share>,
    /// From which probability blocks go.
    threshold: String,
    /// Blocks in all; those near the threshold; those that stay; those that go.
    counts: [usize; 4],
    pieces: Vec<Piece<Shown>>,
}

/// How much of the page has one verdict.
struct Share {
    verdict: &'static str,
    fate: &'static str,
    words: usize,
    /// Blocks and words, as a sentence has them.
    said: String,
}

/// A block as the template shows it.
struct Shown {
    index: usize,
    verdict: &'static str,
    /// Class of the style sheet for what it is; may be empty.
    role: &'static str,
    level: Option<u8>,
    text: String,
    percent: String,
    fate: &'static str,
    /// Everything about its verdict, in sentences.
    said: String,
    probability: String,
    /// Distance from the threshold in nats, and whether that is near.
    distance: String,
    doubtful: bool,
    why: Why,
}

/// The view of a page that `judge` judged last; `title` stands for one where the page states none.
#[must_use]
pub fn render(
    title: &str,
    document: &Document,
    page: &Page<'_>,
    judged: &Judged,
    judge: &Judge<'_>,
) -> String {
    let (metadata, units) = (&page.metadata(), &judged.units);
    let mut reasons = Reasons::new(judge, document, judged);
    let mut all = Vec::with_capacity(units.len());
    for (index, (unit, decision)) in units.iter().zip(&judged.decisions).enumerate() {
        let kind = decision.shown_kind().map(|kind| judge.kind(kind));
        let distance = (log_odds(decision.probability) - log_odds(judged.threshold)).abs();
        let (role, level) = role(unit.role);
        all.push(Shown {
            index,
            verdict: decision.verdict.name(),
            role,
            level,
            text: shown(unit.rendered()),
            percent: probability(decision.probability),
            fate: fate(decision.verdict),
            said: said(unit, decision, kind),
            probability: format!("{:.6}", decision.probability),
            distance: format!("{distance:.4}"),
            doubtful: decision.verdict == Verdict::Unsure || distance < NEAR,
            why: reasons.of(units, index),
        });
    }
    let of = |verdict: Verdict| all.iter().filter(move |it| it.verdict == verdict.name());
    let legend = Verdict::ALL.map(|verdict| {
        let words = of(verdict).map(|it| words::count(units[it.index].rendered())).sum();
        let said =
            format!("{}, {}", counted(of(verdict).count() as u64, "block"), counted(words as u64, "word"));
        Share { verdict: verdict.name(), fate: fate(verdict), words, said }
    });
    let gone = of(Verdict::Boilerplate).count();
    let doubtful = all.iter().filter(|it| it.doubtful).count();
    let stated = metadata.title.as_deref().filter(|title| !title.trim().is_empty());
    let view = View {
        title: super::text::line(stated.unwrap_or(title), TITLE),
        language: language(metadata),
        // No page can hold a hash of itself.
        nonce: blake3::hash(&document.bytes).to_hex().to_string(),
        legend: legend.into(),
        threshold: probability(judged.threshold),
        counts: [all.len(), doubtful, all.len() - gone, gone],
        pieces: layout::pieces(units, all),
    };
    // Writing to a string cannot fail, and the template calls nothing that may.
    view.render().unwrap_or_default()
}

/// What is said of a block's verdict.
fn said(unit: &Unit, decision: &Decision, kind: Option<&str>) -> String {
    let mut said = format!(
        "Probability of boilerplate {:.4}, margin {} nats.",
        decision.probability,
        signed(decision.margin)
    );
    if let Some(reason) = decision.reason {
        let sentence = sentence(reason);
        let mut letters = sentence.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        said = format!("{first}{}. {said}", letters.as_str());
    }
    if let Some(kind) = kind {
        said.push_str(&format!(" It looks most like {}.", name(kind)));
    }
    said.push_str(match unit.origin {
        Origin::Visible => "",
        Origin::Hidden => " It is hidden when the page is first drawn.",
        Origin::State => " It stands in data that a script would draw.",
    });
    if let Some(span) = &unit.span {
        said.push_str(&format!(" Bytes {} to {}.", span.start, span.end));
    }
    said
}

fn role(role: Role) -> (&'static str, Option<u8>) {
    match role {
        Role::Heading(level) => ("heading", Some(level)),
        Role::Item => ("item", None),
        Role::Pre => ("pre", None),
        Role::Caption => ("caption", None),
        Role::Term => ("heading", None),
        Role::Paragraph | Role::Cell | Role::Definition | Role::Summary => ("", None),
    }
}

fn fate(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Editorial => "Kept",
        Verdict::Unsure => "In doubt, kept",
        Verdict::Boilerplate => "Dropped",
    }
}

/// Finite for probabilities of 0 and 1 too.
fn log_odds(probability: f64) -> f64 {
    let p = probability.clamp(1e-9, 1.0 - 1e-9);
    (p / (1.0 - p)).ln()
}

/// The language that the page states; none where it states no sound one.
fn language(metadata: &Metadata) -> Option<String> {
    let sound = |it: &&String| !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    metadata.language.as_ref().filter(sound).cloned()
}
