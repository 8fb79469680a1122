//! Why one block of a page stays or goes: what its margin is made of, and the features that say most.

use std::fmt::Write;

use crate::context::Context;
use crate::features::extract::Extractor;
use crate::pages::judge::JudgedPage;
use crate::pages::model::PageModel;
use crate::pages::signals::Signals;
use crate::pages::tokens::{self, Channel, Take};
use crate::pages::weights::UNITS;
use crate::split::html::{Block, Blocks};
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

/// What explains the blocks of pages.
pub(super) struct Reasons<'m> {
    model: &'m PageModel,
    context: Context,
    /// Family of each signal, in [`FAMILIES`]; one more for the block itself.
    families: Vec<usize>,
    /// Of the page.
    signals: Signals,
    extractor: Extractor,
}

impl<'m> Reasons<'m> {
    pub(super) fn new(model: &'m PageModel, blocks: &Blocks, judged: &JudgedPage) -> Self {
        let family = |name: &String| {
            let fits = |(_, starts): &(&str, &[&str])| starts.iter().any(|start| name.starts_with(start));
            FAMILIES.iter().position(fits).unwrap_or(FAMILIES.len())
        };
        Self {
            model,
            context: model.fitted().context(),
            families: Signals::names().iter().map(family).collect(),
            signals: Signals::of(blocks, &judged.evidence),
            extractor: Extractor::default(),
        }
    }

    /// What the margin of a block is made of, in nats: it is their sum.
    pub(super) fn parts(&self, index: usize) -> Vec<(&'static str, f64)> {
        let width = self.signals.width();
        let shares = self.context.explain(&self.signals.values[index * width..(index + 1) * width]);
        let mut sums = [0.0; FAMILIES.len() + 1];
        sums[FAMILIES.len()] = shares.bayes;
        for (family, share) in self.families.iter().zip(shares.signals) {
            sums[*family] += share;
        }
        let names = FAMILIES.iter().map(|(name, _)| *name).chain([ITSELF]);
        let mut parts: Vec<_> = names.zip(sums).collect();
        parts.push((ANY, shares.constant));
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
        parts
    }

    /// Writes them as HTML.
    pub(super) fn write(&mut self, blocks: &Blocks, index: usize, out: &mut String) {
        let block = &blocks.blocks[index];
        let _ = write!(out, "<p class=\"path\">{}</p>", markup(&path(blocks, block)));
        out.push_str("<h3>For dropping (+) or keeping (−), in nats</h3><dl class=\"parts\">");
        for (name, nats) in self.parts(index) {
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
        let features = self.features(blocks, block);
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

    /// Known features of a block by what they weigh, each once.
    fn features(&mut self, blocks: &Blocks, block: &Block) -> Vec<(f64, String)> {
        let mut known = Known { model: self.model, all: Vec::new() };
        tokens::text(&mut self.extractor, &block.text, &mut known);
        tokens::form(block, &mut known);
        for inline in &blocks.inlines[block.inlines.start as usize..block.inlines.end as usize] {
            tokens::named(blocks, inline, Channel::Inline, "", &mut known);
        }
        tokens::path(blocks, block.container, &mut known);
        for (level, (_, container)) in blocks.around(block.container).enumerate() {
            let prefixes: &[&str] = match level {
                0 => &["", "0"],
                1 => &["", "1"],
                _ => &[""],
            };
            for prefix in prefixes {
                tokens::named(blocks, &container.named, Channel::Markup, prefix, &mut known);
            }
        }
        let mut all = known.all;
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        all.dedup();
        all
    }
}

struct Known<'a> {
    model: &'a PageModel,
    all: Vec<(f64, String)>,
}

impl Take for Known<'_> {
    const NAMES: bool = true;

    fn take(&mut self, channel: Channel, key: u64, name: &dyn Fn() -> String) {
        if let Some(weight) = self.model.weights().get(key) {
            let name = match channel {
                // The others tell what they are by their signs.
                Channel::Shape | Channel::Form => format!("{}: {}", channel.name(), name()),
                _ => name(),
            };
            self.all.push((f64::from(weight) / UNITS, name));
        }
    }
}

/// With its sign, as a reader of prose expects it.
pub(super) fn signed(nats: f64) -> String {
    format!("{nats:+.2}").replace('-', "−")
}

/// The elements around a block, from the outside in, each with the first of its classes.
fn path(blocks: &Blocks, block: &Block) -> String {
    let mut path: Vec<String> = blocks
        .around(block.container)
        .map(|(_, it)| {
            let class = blocks.name(it.named.class).split_ascii_whitespace().next().unwrap_or_default();
            let tag = blocks.name(it.named.tag);
            if class.is_empty() { tag.to_owned() } else { format!("{tag}.{class}") }
        })
        .collect();
    path.reverse();
    path.join(" › ")
}
