//! An explanation as one JSON object on one line, safe to show: characters that act on a terminal are
//! escaped, which changes no value.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;

use super::brief::Brief;
use super::features::{Feature, listed};
use super::visible::acts;
use super::{Explanation, wording};
use crate::verdict::Verdict;

/// One paragraph or block with everything, the fields of `gleaner score` among it.
#[derive(Debug, Serialize)]
struct Row<'a> {
    doc: &'a Value,
    index: usize,
    start: Option<usize>,
    end: Option<usize>,
    verdict: &'a str,
    kind: Option<&'a str>,
    boilerplate: f64,
    log_odds: f64,
    reason: Option<&'a str>,
    /// Of a block alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    text: &'a str,
    /// What decided, in a few words each, the most important first.
    decided: Vec<String>,
    because: Option<&'a str>,
    likeliest_kind: Option<&'a str>,
    thresholds: Thresholds,
    words: Words,
    channels: Vec<Channel<'a>>,
    features: Vec<Named<'a>>,
    /// Features of a block's elements beyond those that are listed, if there are any.
    #[serde(skip_serializing_if = "is_zero")]
    features_left_out: usize,
    context: Context,
    calibration: Calibration,
    /// Probability by shape and place alone, in a document of an unknown language.
    without_words: Option<f64>,
    /// With a site memory alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_site: Option<Site>,
}

/// What the site said of a paragraph.
#[derive(Debug, Serialize)]
pub(super) struct Site {
    /// Other documents of the site that have it.
    documents: u32,
    /// What was added for it, in nats.
    added: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct Thresholds {
    unsure: f64,
    boilerplate: f64,
}

#[derive(Debug, Serialize)]
struct Words {
    known: u32,
    unknown: u32,
    unknown_share: f64,
    unknown_share_of_document: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct Channel<'a> {
    channel: &'a str,
    features: u32,
    known: u32,
    log_odds: f64,
    kinds: BTreeMap<&'a str, f64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Named<'a> {
    channel: &'a str,
    name: &'a str,
    reads: String,
    /// None where the model does not know the feature.
    log_odds: Option<f64>,
    /// Log-odds of the likeliest kind.
    of_kind: Option<f64>,
    /// Paragraphs by label; labels that never had the feature are left out.
    counts: BTreeMap<&'a str, u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Context {
    bayes: f64,
    constant: f64,
    signals: Vec<Signal>,
}

#[derive(Debug, Serialize)]
struct Signal {
    name: String,
    value: i32,
    reads: String,
    share: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct Calibration {
    slope: f64,
    offset: f64,
    prior: f64,
    log_odds: f64,
}

/// The whole explanation. `top` limits the features and signals that are listed, as in
/// [`super::human::Options`]; without it all are, unknown features at the end. `unknown` is the document's
/// share of unknown words. Cannot fail.
pub fn row(explanation: &Explanation<'_>, doc: &Value, unknown: f64, top: Option<usize>) -> Vec<u8> {
    let e = explanation;
    let (listed, features_left_out) = listed(&e.features);
    let ranked = super::ranked(listed.iter().copied());
    let features = match top {
        None => {
            let unknown = listed.into_iter().filter(|feature| !feature.known);
            ranked.into_iter().chain(unknown).map(|feature| Named::of(feature, e)).collect()
        }
        Some(top) => {
            let first = ranked.iter().take_while(|feature| feature.weights[0] > 0).take(top).count();
            let last = ranked.iter().rev().take_while(|feature| feature.weights[0] < 0).take(top).count();
            let ends = ranked[..first].iter().chain(&ranked[ranked.len() - last..]);
            ends.map(|feature| Named::of(feature, e)).collect()
        }
    };
    line(&Row {
        doc,
        index: e.index,
        start: e.span.as_ref().map(|span| span.start),
        end: e.span.as_ref().map(|span| span.end),
        verdict: e.decision.verdict.name(),
        kind: e.kind.filter(|_| e.decision.verdict != Verdict::Editorial),
        boilerplate: e.decision.probability,
        log_odds: e.decision.margin,
        reason: e.decision.reason.map(|reason| reason.name()),
        path: e.path.as_deref(),
        text: &e.text,
        decided: Brief::of(e).decided,
        because: e.decision.reason.map(wording::sentence),
        likeliest_kind: e.kind,
        thresholds: thresholds(e),
        words: Words {
            known: e.known_words(),
            unknown: e.unknown_words,
            unknown_share: e.unknown_share(),
            unknown_share_of_document: unknown,
        },
        channels: channels(e),
        features,
        features_left_out: if top.is_none() { features_left_out } else { 0 },
        context: context(e, top),
        calibration: calibration(e),
        without_words: e.without_words,
        on_site: on_site(e),
    })
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

pub(super) fn on_site(e: &Explanation<'_>) -> Option<Site> {
    e.on_site.map(|it| Site { documents: it.documents, added: it.nats })
}

pub(super) fn thresholds(e: &Explanation<'_>) -> Thresholds {
    Thresholds { unsure: e.thresholds[0], boilerplate: e.thresholds[1] }
}

pub(super) fn calibration(e: &Explanation<'_>) -> Calibration {
    let calibration = e.model.calibration();
    Calibration {
        slope: calibration.slope,
        offset: calibration.offset,
        prior: e.prior_shift,
        log_odds: e.calibrated(),
    }
}

pub(super) fn channels<'a>(e: &'a Explanation<'_>) -> Vec<Channel<'a>> {
    let kinds = 0..e.model.classes().kinds();
    e.channels
        .iter()
        .map(|sum| Channel {
            channel: sum.channel.name(),
            features: sum.features,
            known: sum.known,
            log_odds: sum.pooled(),
            kinds: kinds.clone().map(|kind| (e.model.kind(kind), sum.of_kind(kind))).collect(),
        })
        .collect()
}

impl<'a> Named<'a> {
    pub(super) fn of(feature: &'a Feature, e: &Explanation<'a>) -> Self {
        let known = feature.known;
        Self {
            channel: feature.channel.name(),
            name: &feature.name,
            reads: wording::feature(feature.channel, &feature.name),
            log_odds: known.then(|| feature.pooled()),
            of_kind: e.own_kind().filter(|_| known).map(|kind| feature.of_kind(kind)),
            counts: feature.counts(e.model, e.own_kind()).into_iter().collect(),
        }
    }
}

/// The context's part: signals by falling share, those without one at the end and only without `top`.
pub(super) fn context(e: &Explanation<'_>, top: Option<usize>) -> Context {
    let names = e.model.signal_names();
    let mut order = e.ranked_signals();
    match top {
        Some(top) => order.truncate(top),
        None => order.extend((0..e.signals.len()).filter(|&i| e.shares.signals[i] == 0.0)),
    }
    let signals = order.into_iter().map(|i| Signal {
        name: names[i].clone(),
        value: e.signals[i],
        reads: wording::signal(&names[i], e.signals[i]),
        share: e.shares.signals[i],
    });
    Context { bayes: e.shares.bayes, constant: e.shares.constant, signals: signals.collect() }
}

/// A value as one line, line feed included.
pub(super) fn line(value: &impl Serialize) -> Vec<u8> {
    let text = serde_json::to_string(value).expect("strings and finite numbers are always JSON");
    let mut line = String::with_capacity(text.len() + 1);
    let mut rest = text.as_str();
    // Outside its strings JSON is printable ASCII, so every such character stands inside one.
    while let Some((at, c)) = rest.char_indices().find(|&(_, c)| acts(c)) {
        line.push_str(&rest[..at]);
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(line, "\\u{unit:04x}");
        }
        rest = &rest[at + c.len_utf8()..];
    }
    line.push_str(rest);
    line.push('\n');
    line.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_acts_is_escaped_and_reads_back(text in any::<String>()) {
            let text = format!("{text}\u{9b}\u{e0001}\u{7f}");
            let line = String::from_utf8(line(&text)).unwrap();
            prop_assert!(!line.trim_end_matches('\n').contains(acts));
            prop_assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
        }
    }
}
