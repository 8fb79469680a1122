//! Why one block of a page stays or goes: what its margin is made of, and the features that say most.

use super::super::text::{self, signed};
use super::wording;
use crate::document::Document;
use crate::explain::{Explainer, Explanation, sources};
use crate::judge::{Judge, Judged};
use crate::split::{Unit, Units};

/// Features that are named for each block, on each side.
const TOP: usize = 6;
/// Nats below which a reason is none, for it would be shown as 0.00.
const NOTHING: f64 = 0.005;
/// Nats at which a bar is as long as it gets.
const LONGEST: f64 = 4.0;

/// Why a block stays or goes, as the template shows it.
pub(super) struct Why {
    /// The elements around it.
    pub path: String,
    pub parts: Vec<Part>,
    /// Features and their weights, the most telling first.
    pub keeping: Vec<(String, String)>,
    pub dropping: Vec<(String, String)>,
}

/// A part of the margin.
pub(super) struct Part {
    pub name: &'static str,
    pub nats: String,
    /// Class of its bar, `for` keeping or `against`, and how long that is in per cent.
    pub side: &'static str,
    pub long: String,
}

/// What explains the blocks of a page.
pub(super) struct Reasons<'a, 'm> {
    explainer: Explainer<'a, 'm>,
    document: &'a Document,
}

impl<'a, 'm> Reasons<'a, 'm> {
    pub(super) fn new(judge: &'a Judge<'m>, document: &'a Document, judged: &'a Judged) -> Self {
        Self { explainer: Explainer::new(judge, judged), document }
    }

    /// All of it, as the template shows it.
    pub(super) fn of(&mut self, units: &Units, index: usize) -> Why {
        let explanation = self.explainer.unit(self.document, index);
        let parts = sources::of(&explanation).into_iter().filter(|(_, nats)| nats.abs() >= NOTHING);
        let part = |(name, nats): (&'static str, f64)| {
            let side = if nats < 0.0 { "for" } else { "against" };
            let long = format!("{:.0}", (nats.abs() / LONGEST).min(1.0) * 100.0);
            Part { name, nats: signed(nats), side, long }
        };
        let features = features(&explanation);
        let shown = |(weight, name): &(f64, String)| (text::name(name), signed(*weight));
        Why {
            path: text::name(&path(units, &units[index])),
            parts: parts.map(part).collect(),
            keeping: features.iter().take_while(|it| it.0 <= -NOTHING).take(TOP).map(shown).collect(),
            dropping: features.iter().rev().take_while(|it| it.0 >= NOTHING).take(TOP).map(shown).collect(),
        }
    }
}

/// Known features of a block in words, by what they weigh, each once.
fn features(explanation: &Explanation<'_>) -> Vec<(f64, String)> {
    let known = explanation.features.iter().filter(|it| it.known);
    let mut all: Vec<_> = known.map(|it| (it.pooled(), wording::feature(it.channel, &it.name))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    all.dedup();
    all
}

/// The elements around a block, from the outside in, each with the first of its classes.
fn path(units: &Units, unit: &Unit) -> String {
    let mut path: Vec<String> = units
        .around(unit.container)
        .map(|(_, it)| {
            let class = units.name(it.named.class).split_ascii_whitespace().next().unwrap_or_default();
            let tag = units.name(it.named.tag);
            if class.is_empty() { tag.to_owned() } else { format!("{tag}.{class}") }
        })
        .collect();
    path.reverse();
    path.join(" › ")
}
