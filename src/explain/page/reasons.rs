//! Why one block of a page stays or goes: what its margin is made of, and the features that say most.

use std::fmt::Write;

use crate::document::Document;
use crate::explain::{Explainer, Explanation};
use crate::features::Channel;
use crate::judge::{Judge, Judged};
use crate::split::{Unit, Units};
use crate::write::escape::markup;

/// Features that are named for each block, on each side.
const TOP: usize = 6;
/// Nats below which a reason is none, for it would be shown as 0.00.
const NOTHING: f64 = 0.005;
/// Nats at which a bar is as long as it gets.
const LONGEST: f64 = 4.0;

/// Where the signals of the context come from, by how their names begin; the first that fits holds.
const FAMILIES: [(&str, &[&str]); 5] = [
    ("its neighbours", &["around", "own-before", "own-after", "length-before", "length-after"]),
    ("the elements around it", &["container", "sibling", "quarter", "large", "best"]),
    ("blocks like it", &["alike", "same-"]),
    ("the page as a whole", &["page-"]),
    ("its place", &["before", "after", "place", "token-place", "tokens-", "since-", "until-", "heading-"]),
];
/// All others look at the block alone.
const ITSELF: &str = "the block itself";
/// What the trees say of every block.
const ANY: &str = "any block";

/// What explains the blocks of a page.
pub(super) struct Reasons<'a, 'm> {
    explainer: Explainer<'a, 'm>,
    document: &'a Document,
    /// Family of each signal, in [`FAMILIES`]; one more for the block itself.
    families: Vec<usize>,
}

impl<'a, 'm> Reasons<'a, 'm> {
    pub(super) fn new(judge: &'a Judge<'m>, document: &'a Document, judged: &'a Judged) -> Self {
        let family = |name: &String| {
            let fits = |(_, starts): &(&str, &[&str])| starts.iter().any(|start| name.starts_with(start));
            FAMILIES.iter().position(fits).unwrap_or(FAMILIES.len())
        };
        Self {
            explainer: Explainer::new(judge, judged),
            document,
            families: judge.model().signal_names().iter().map(family).collect(),
        }
    }

    /// What the margin of a block is made of, in nats: it is their sum.
    #[cfg(test)]
    pub(super) fn parts(&mut self, index: usize) -> Vec<(&'static str, f64)> {
        let explanation = self.explainer.unit(self.document, index);
        self.parts_of(&explanation)
    }

    fn parts_of(&self, explanation: &Explanation<'_>) -> Vec<(&'static str, f64)> {
        let shares = &explanation.shares;
        let mut sums = [0.0; FAMILIES.len() + 1];
        sums[FAMILIES.len()] = shares.bayes;
        for (family, share) in self.families.iter().zip(&shares.signals) {
            sums[*family] += share;
        }
        let names = FAMILIES.iter().map(|(name, _)| *name).chain([ITSELF]);
        let mut parts: Vec<_> = names.zip(sums).collect();
        parts.push((ANY, shares.constant));
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
        parts
    }

    /// Writes them as HTML.
    pub(super) fn write(&mut self, units: &Units, index: usize, out: &mut String) {
        let explanation = self.explainer.unit(self.document, index);
        let _ = write!(out, "<p class=\"path\">{}</p>", markup(&path(units, &units[index])));
        out.push_str("<h3>For dropping (+) or keeping (−), in nats</h3><dl class=\"parts\">");
        for (name, nats) in self.parts_of(&explanation) {
            if nats.abs() >= NOTHING {
                let side = if nats < 0.0 { "for" } else { "against" };
                let long = (nats.abs() / LONGEST).min(1.0) * 100.0;
                let _ = write!(
                    out,
                    "<dt>{name}</dt><dd>{}</dd><dd aria-hidden=\"true\"><i class=\"{side}\" style=\"width:{long:.0}%\"></i></dd>",
                    signed(nats)
                );
            }
        }
        out.push_str("</dl>");
        let features = features(&explanation);
        let keeping: Vec<_> = features.iter().take_while(|it| it.0 <= -NOTHING).take(TOP).collect();
        let dropping: Vec<_> = features.iter().rev().take_while(|it| it.0 >= NOTHING).take(TOP).collect();
        for (title, class, some) in
            [("Its words and markup, for keeping", "kept", keeping), ("… for dropping", "gone", dropping)]
        {
            if !some.is_empty() {
                let _ = write!(out, "<h3>{title}</h3><p class=\"pulls\">");
                for (weight, name) in some {
                    let (name, weight) = (markup(name), signed(*weight));
                    let _ =
                        write!(out, "<span class=\"pull {class}\"><bdi>{name}</bdi> <b>{weight}</b></span>");
                }
                out.push_str("</p>");
            }
        }
    }
}

/// Known features of a block by what they weigh, each once.
fn features(explanation: &Explanation<'_>) -> Vec<(f64, String)> {
    let name = |channel: Channel, name: &str| match channel {
        // The others tell what they are by their signs.
        Channel::Shape | Channel::Form => format!("{}: {name}", channel.name()),
        _ => name.to_owned(),
    };
    let known = explanation.features.iter().filter(|it| it.known);
    let mut all: Vec<_> = known.map(|it| (it.pooled(), name(it.channel, &it.name))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    all.dedup();
    all
}

/// With its sign, as a reader of prose expects it.
pub(super) fn signed(nats: f64) -> String {
    format!("{nats:+.2}").replace('-', "−")
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
