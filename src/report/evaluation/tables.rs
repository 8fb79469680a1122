//! Headline figures and tables.

use super::super::table::{Cell, Row, Table};
use super::super::text::{grouped, name, number, percent};
use super::Card;
use crate::evaluate::{Confusion, Figures, LabelFigures, Report, Site, limit_name};

/// Labels that a table of kinds has room for.
const KINDS: usize = 30;
/// Sites that are listed.
const SITES: usize = 15;

fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), percent)
}

/// How a figure is written.
type Form = fn(f64) -> String;

/// The few figures that tell most.
pub fn headline(report: &Report) -> Vec<Card> {
    let f = &report.figures;
    let three: Form = |value| format!("{value:.3}");
    let mut cards: Vec<(String, &str, Option<f64>, Form, String)> = Vec::new();
    if let Some(at) = &f.default {
        let mut card = |name: &str, what, value, figure: &str| {
            cards.push((name.to_owned(), what, value, percent, format!("default {figure}")));
        };
        card(
            "Editorial words lost",
            "at the tool’s verdicts",
            Some(at.editorial_words_lost),
            "editorial_words_lost",
        );
        card(
            "Boilerplate lines caught",
            "at the tool’s verdicts",
            Some(at.boilerplate_lines_caught),
            "boilerplate_lines_caught",
        );
        card(
            "Documents hurt",
            "lose more than 2% of their editorial words",
            Some(at.documents_hurt),
            "documents_hurt",
        );
    }
    for at in f.at.iter().filter(|at| f.auc.is_some() && (at.limit == 0.002 || at.limit == 0.005)) {
        let limit = limit_name(at.limit);
        let name = format!("Caught at {limit} lost");
        cards.push((
            name,
            "boilerplate lines above that threshold",
            Some(at.caught),
            percent,
            format!("caught@{limit}"),
        ));
    }
    cards.push(("AUC".into(), "a boilerplate line outranks an editorial one", f.auc, three, "auc".into()));
    cards.push(("Average precision".into(), "of ranking boilerplate first", f.ap, three, "ap".into()));
    if f.ece.is_some() {
        cards.push(("Calibration error".into(), "expected, over ten bins", f.ece, three, "ece".into()));
    }
    let card = |(name, what, value, form, figure): (String, &str, Option<f64>, Form, String)| Card {
        name,
        value: value.map_or_else(|| "–".to_owned(), form),
        interval: report
            .intervals
            .get(&figure)
            .map_or_else(String::new, |it| format!("{} to {}", form(it.low), form(it.high))),
        what: what.to_owned(),
    };
    cards.into_iter().map(card).collect()
}

/// Every label that a line bears, with what becomes of it.
pub fn labels(figures: &Figures) -> Table {
    let heads = ["label", "lines", "words", "dropped", "unsure", "right", "kind right", "words gone", "AUC"];
    let limits = figures.at.iter().map(|at| format!("gone at {}", limit_name(at.limit)));
    let mut table = Table::new("Every label", heads.map(str::to_owned).into_iter().chain(limits));
    table.rows = figures.labels.iter().filter(|row| row.lines > 0).map(label).collect();
    table
}

fn label(row: &LabelFigures) -> Row {
    let at = row.verdicts.as_ref();
    let count = |n: Option<u64>| n.map_or_else(|| "–".to_owned(), grouped);
    let precision = at.filter(|_| !row.kept).and_then(|at| at.precision);
    let cells = [
        grouped(row.lines),
        grouped(row.words),
        count(at.map(|at| at.dropped)),
        count(at.map(|at| at.unsure)),
        share(at.and_then(|at| at.recall)),
        share(precision),
        share(at.and_then(|at| at.words_dropped)),
        number(row.auc),
    ];
    let caught = row.caught.iter().map(|caught| share(*caught));
    let note = if row.kept { "kept" } else { "" }.to_owned();
    Row { name: name(&row.label), note, cells: cells.into_iter().chain(caught).map(Cell::from).collect() }
}

/// Which kinds were named for which labels; none where none was.
pub fn kinds(kinds: Option<&Confusion>) -> Option<Table> {
    let any = |kinds: &&Confusion| kinds.unnamed.iter().chain(kinds.counts.iter().flatten()).any(|n| *n > 0);
    let kinds = kinds.filter(any)?;
    let dropped = |k: usize| kinds.counts[k].iter().sum::<u64>() + kinds.unnamed[k];
    let named = |k: usize| kinds.counts.iter().map(|row| row[k]).sum::<u64>();
    let (mut rows, mut columns): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    rows.extend((0..kinds.labels.len()).filter(|&k| dropped(k) > 0));
    columns.extend((0..kinds.labels.len()).filter(|&k| named(k) > 0));
    let all = rows.len().max(columns.len());
    rows.truncate(KINDS);
    columns.truncate(KINDS);
    let unnamed = kinds.unnamed.iter().any(|n| *n > 0);
    let heads = std::iter::once("label".to_owned())
        .chain(columns.iter().map(|&k| name(&kinds.labels[k])))
        .chain(unnamed.then(|| "(none)".to_owned()))
        .chain(["dropped".to_owned()]);
    let mut table = Table::new("Label against named kind", heads);
    for &k in &rows {
        let all = dropped(k);
        let none = unnamed.then_some((None, kinds.unnamed[k]));
        let counts = columns.iter().map(|&column| (Some(column), kinds.counts[k][column])).chain(none);
        let cells = counts.map(|(column, count)| {
            // Five steps of shade; the number says the rest.
            let step = (count * 5).div_ceil(all);
            let right = if column == Some(k) { " right" } else { "" };
            let text = if count == 0 { "·".to_owned() } else { grouped(count) };
            Cell { text, class: format!("heat{step}{right}"), bar: None }
        });
        table.row(name(&kinds.labels[k]), cells.chain([grouped(all).into()]));
    }
    if all > KINDS {
        table.note = format!("The first {KINDS} of {all} labels; the tables on standard output have all.");
    }
    Some(table)
}

/// The sites that lose most, and those that keep most boilerplate.
pub fn sites(sites: &[Site]) -> [Table; 2] {
    let share = |part: u64, whole: u64| percent(part as f64 / whole.max(1) as f64);
    let lost = |it: &Site| {
        let lost = share(it.lost_words, it.kept_words);
        [grouped(it.documents), grouped(it.lost_words), grouped(it.kept_words), lost, grouped(it.hurt)]
            .to_vec()
    };
    let left = |it: &Site| {
        let left = share(it.left(), it.boilerplate);
        [grouped(it.documents), grouped(it.left()), grouped(it.boilerplate), left].to_vec()
    };
    let heads = ["site", "documents", "words lost", "of", "share", "hurt"];
    let lost = worst(sites, "Most editorial words lost", &heads, |it| it.lost_words, lost);
    let heads = ["site", "documents", "lines left", "of", "share"];
    [lost, worst(sites, "Most boilerplate lines left", &heads, Site::left, left)]
}

fn worst(
    sites: &[Site],
    title: &str,
    heads: &[&str],
    by: impl Fn(&Site) -> u64,
    cells: impl Fn(&Site) -> Vec<String>,
) -> Table {
    let mut worst: Vec<&Site> = sites.iter().filter(|site| by(site) > 0).collect();
    // Stable: equals stay in the order of their names.
    worst.sort_by_key(|site| std::cmp::Reverse(by(site)));
    let mut table = Table::new(title, heads.iter().copied());
    for site in worst.iter().take(SITES) {
        table.row(name(&site.name), cells(site));
    }
    if worst.len() > SITES {
        table.note = format!("The first {SITES} of {} sites.", grouped(worst.len() as u64));
    }
    table
}
