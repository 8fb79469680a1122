//! A judged page to look at: its blocks in their order, shaded by verdict, with the reasons of each. One
//! self-contained file of HTML.

use std::fmt::Write;

use super::wording;
use crate::features::extract::Extractor;
use crate::pages::judge::JudgedPage;
use crate::pages::model::PageModel;
use crate::pages::signals::Signals;
use crate::pages::tokens::{self, Channel, Take};
use crate::pages::weights::UNITS;
use crate::split::html::{Block, Blocks};
use crate::verdict::Verdict;

/// Features and signals that are named for each block, on each side.
const TOP: usize = 5;

const HEAD: &str = "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 1rem auto; padding: 0 1rem; color: #222; background: #fff }
.block { position: relative; border-left: .4rem solid; margin: .2rem 0; padding: .2rem .6rem; cursor: pointer; white-space: pre-wrap }
.editorial { border-color: #2a7; } .unsure { border-color: #c90; background: #fff8e0 }
.boilerplate { border-color: #b44; background: #fbeaea; color: #777 }
.h { font-weight: bold } .why { display: none; font: 13px/1.4 ui-monospace, monospace; color: #333; white-space: normal }
.block:hover > .why, .block:focus > .why, .block.open > .why { display: block }
.hide .boilerplate { display: none }
</style>\n";

const SCRIPT: &str = "<script>
document.getElementById('hide').addEventListener('click', function () { document.body.classList.toggle('hide') });
document.querySelectorAll('.block').forEach(function (block) {
  block.addEventListener('click', function () { block.classList.toggle('open') });
});
</script>\n";

/// The view. Cannot fail.
pub fn render(title: &str, blocks: &Blocks, judged: &JudgedPage, model: &PageModel) -> String {
    let names = Signals::names(0);
    let context = model.fitted().context();
    let (width, mut extractor) = (judged.signals.width(), Extractor::default());
    let mut out = format!("<!doctype html>\n<html lang=\"en\">\n<title>{}</title>\n{HEAD}", escaped(title));
    let gone = judged.dropped().iter().filter(|gone| **gone).count();
    let _ = writeln!(
        out,
        "<h1>{}</h1>\n<p>{} blocks, {gone} dropped: those from probability {:.3}. Hover over a block, or click on it, for its reasons.\n<button id=\"hide\">Hide what is dropped</button>",
        escaped(title),
        blocks.blocks.len(),
        judged.threshold,
    );
    for (index, (block, decision)) in blocks.blocks.iter().zip(&judged.decisions).enumerate() {
        let row = &judged.signals.values[index * width..(index + 1) * width];
        let heading = if matches!(block.kind, crate::split::html::Kind::Heading(_)) { " h" } else { "" };
        let _ = write!(
            out,
            "<div class=\"block {}{heading}\" tabindex=\"0\" data-index=\"{index}\">{}<div class=\"why\">",
            decision.verdict.name(),
            escaped(&block.text)
        );
        let says = if decision.verdict == Verdict::Boilerplate { "dropped" } else { "kept" };
        let why = decision.reason.map_or(String::new(), |it| format!(": {}", wording::sentence(it)));
        let _ = write!(
            out,
            "<b>{says}</b>{why}, probability of boilerplate {:.4}, margin {:+.2} nats<br>{}",
            decision.probability,
            decision.margin,
            escaped(&path(blocks, block)),
        );
        let mut shares: Vec<(f64, &str)> =
            context.explain(row).signals.into_iter().zip(names.iter().map(String::as_str)).collect();
        out.push_str(&sides("context", &mut shares));
        let mut features = Features { model, all: Vec::new() };
        tokens::text(&mut extractor, &block.text, &mut features);
        tokens::form(block, &mut features);
        for (level, (_, container)) in blocks.around(block.container).enumerate() {
            tokens::named(blocks, &container.named, Channel::Markup, "", &mut features);
            if level < 2 {
                let prefix = if level == 0 { "0" } else { "1" };
                tokens::named(blocks, &container.named, Channel::Markup, prefix, &mut features);
            }
        }
        let mut all: Vec<(f64, &str)> =
            features.all.iter().map(|(weight, name)| (*weight, name.as_str())).collect();
        out.push_str(&sides("words and markup", &mut all));
        out.push_str("</div></div>\n");
    }
    out.push_str(SCRIPT);
    out
}

/// The strongest reasons on either side.
fn sides(of: &str, all: &mut Vec<(f64, &str)>) -> String {
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    all.dedup_by(|a, b| a.1 == b.1);
    let list = |some: &mut dyn Iterator<Item = &(f64, &str)>| {
        let some: Vec<String> =
            some.map(|(weight, name)| format!("{} {weight:+.2}", escaped(name))).collect();
        some.join(", ")
    };
    let for_keeping = list(&mut all.iter().take_while(|it| it.0 < -0.005).take(TOP));
    let against = list(&mut all.iter().rev().take_while(|it| it.0 > 0.005).take(TOP));
    format!("<br>{of}, for keeping: {for_keeping}<br>{of}, against: {against}")
}

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

struct Features<'a> {
    model: &'a PageModel,
    all: Vec<(f64, String)>,
}

impl Take for Features<'_> {
    const NAMES: bool = true;

    fn take(&mut self, _: Channel, key: u64, name: &dyn Fn() -> String) {
        if let Some(weight) = self.model.weights().get(key) {
            self.all.push((f64::from(weight) / UNITS, name()));
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::judge::{Options, PageJudge};
    use crate::read::html;
    use crate::split::html as split;

    #[test]
    fn every_block_is_shown_and_nothing_runs() {
        let page =
            "<h1>Ferries</h1><p>They run &lt;script&gt;alert(1)&lt;/script&gt; again.</p><p>Join us</p>";
        let blocks = split::blocks(&html::parse(page));
        let model = PageModel::built_in().unwrap();
        let judged = PageJudge::new(model, Options::default()).judge(&blocks);
        let view = render("A <b>", &blocks, &judged, model);
        assert_eq!(view.matches("data-index").count(), 3);
        assert!(!view.contains("<script>alert"), "{view}");
        assert!(view.contains("A &lt;b&gt;") && view.contains("for keeping"));
        assert!(!view.contains("says the same"));
    }

    #[test]
    fn what_went_because_it_came_again_says_so() {
        let page = "<p>The lamp on the quay burns again.</p><p>The lamp on the quay burns again.</p>";
        let blocks = split::blocks(&html::parse(page));
        let model = PageModel::built_in().unwrap();
        let options = Options { threshold: Some(1.0), ..Options::default() };
        let view = render("Quay", &blocks, &PageJudge::new(model, options).judge(&blocks), model);
        assert_eq!(view.matches("dropped</b>: a block before it on the page says the same").count(), 1);
    }
}
