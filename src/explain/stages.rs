//! The raw result of one stage: one JSON object per paragraph (per document for reading).

use serde::Serialize;
use serde_json::{Value, json};

use super::Explanation;
use super::features::listed;
use super::json::{Named, calibration, channels, context, line, on_site, thresholds};
use super::wording::sentence;
use crate::bayes::weights::WEIGHT_SCALE;
use crate::context::signals::text::own_log_odds;
use crate::document::Document;
use crate::features::Facts;
use crate::judge::Judge;
use crate::split::Unit;

/// A stage that can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Bytes to a document.
    Read,
    /// Document to paragraphs.
    Split,
    /// Paragraph to features and facts.
    Features,
    /// Features to log-odds per channel and kind.
    Bayes,
    /// The document's log-odds to signals and a margin.
    Context,
    /// Margin to probability, verdict, kind and reason.
    Verdict,
}

/// What reading gave: one object for the document. Cannot fail.
pub fn read(document: &Document) -> Vec<u8> {
    let problems: Vec<String> = document.problems.iter().map(ToString::to_string).collect();
    line(&json!({
        "doc": document.id,
        "path": document.place.path.display().to_string(),
        "record": document.place.record,
        "url": document.url,
        "encoding": document.encoding.name(),
        "bytes": document.bytes.len(),
        "problems": problems,
        "text": document.decoded(0..document.bytes.len()),
    }))
}

/// What splitting gave: one object for the paragraph. Cannot fail.
pub fn split(document: &Document, index: usize, unit: &Unit) -> Vec<u8> {
    let fields = json!({
        "start": unit.span.as_ref().map(|span| span.start),
        "end": unit.span.as_ref().map(|span| span.end),
        "intact": unit.intact,
        "removable": unit.removable,
        "text": unit.text(document),
    });
    line(&Row { doc: &document.id, index, fields })
}

/// What a later stage gave of a paragraph; of [`Stage::Read`] and [`Stage::Split`] only what an explanation
/// still knows: its number. `judge` is the one that judged. Cannot fail.
pub fn of(stage: Stage, explanation: &Explanation<'_>, doc: &Value, judge: &Judge<'_>) -> Vec<u8> {
    let e = explanation;
    let fields = match stage {
        Stage::Read | Stage::Split => json!({}),
        Stage::Features => {
            let (features, left_out) = listed(&e.features);
            let features: Vec<Named<'_>> = features.into_iter().map(|it| Named::of(it, e)).collect();
            let mut fields = json!({ "features": features, "facts": facts(&e.facts) });
            if left_out > 0 {
                fields["features_left_out"] = json!(left_out);
            }
            fields
        }
        Stage::Bayes => json!({
            "channels": channels(e),
            "unknown_words": e.unknown_words,
            "tempered": tempered(judge, e.index),
        }),
        Stage::Context => {
            let mut fields = json!(context(e, None));
            fields["log_odds"] = json!(e.decision.margin);
            fields["likeliest_kind"] = json!(e.kind);
            fields
        }
        Stage::Verdict => {
            let mut fields = json!({
                "verdict": e.decision.verdict,
                "likeliest_kind": e.kind,
                "boilerplate": e.decision.probability,
                "log_odds": e.decision.margin,
                "calibration": calibration(e),
                "thresholds": thresholds(e),
                "without_words": e.without_words,
                "reason": e.decision.reason,
                "because": e.decision.reason.map(sentence),
            });
            if let Some(on_site) = on_site(e) {
                fields["on_site"] = json!(on_site);
            }
            fields
        }
    };
    line(&Row { doc, index: e.index, fields })
}

/// The paragraph's own log-odds in nats; 0 where it was not read.
fn tempered(judge: &Judge<'_>, index: usize) -> f64 {
    let evidence = judge.evidence();
    if index < evidence.len() { f64::from(own_log_odds(evidence, index)) / WEIGHT_SCALE } else { 0.0 }
}

/// What every row begins with.
#[derive(Debug, Serialize)]
struct Row<'a> {
    doc: &'a Value,
    index: usize,
    #[serde(flatten)]
    fields: Value,
}

fn facts(facts: &Facts) -> Value {
    let shape = &facts.shape;
    json!({
        "bytes": shape.bytes,
        "tokens": shape.tokens,
        "words": shape.words,
        "capitals": shape.capitals,
        "all_caps": shape.all_caps,
        "digits": shape.digits,
        "word_bytes": shape.word_bytes,
        "addresses": shape.addresses,
        "prices": shape.prices,
        "calls": shape.calls,
        "dividers": shape.dividers,
        "handles": shape.handles,
        "rights": shape.rights,
        "signs": shape.signs,
        "commas": shape.commas,
        "stops": shape.stops,
        "begins": shape.begins.name(),
        "ends": shape.ends.name(),
        "token_cut": shape.cut,
        "too_long": facts.too_long,
        "lost": facts.lost,
        "line": format!("{:016x}", facts.line),
        "opening": format!("{:016x}", facts.opening),
    })
}
