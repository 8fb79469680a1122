//! Headline figures and tables.

use super::super::{Confusion, Figures, LabelFigures, Report, Site, limit_name};
use super::escape::short;

/// Labels that a table of kinds has room for.
const KINDS: usize = 30;
/// Sites that are listed.
const SITES: usize = 15;

/// A whole number with its thousands apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share in per cent: a place more where it is small, because there it matters.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 1.0 { format!("{percent:.2}%") } else { format!("{percent:.1}%") }
}

/// A figure with three places; a dash where there is none.
pub fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), percent)
}

/// How a figure is written.
type Form = fn(f64) -> String;

/// The few figures that tell most.
pub fn headline(out: &mut String, report: &Report) {
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
    out.push_str("<section id=\"figures\">\n<h2>Figures</h2>\n<dl class=\"cards\">\n");
    for (name, what, value, form, figure) in cards {
        let value = value.map_or_else(|| "–".to_owned(), form);
        out.push_str(&format!("<div><dt>{name}</dt><dd><strong>{value}</strong>"));
        if let Some(it) = report.intervals.get(&figure) {
            out.push_str(&format!("<span class=\"interval\">{} to {}</span>", form(it.low), form(it.high)));
        }
        out.push_str(&format!("<small>{what}</small></dd></div>\n"));
    }
    out.push_str("</dl>\n");
    if report.intervals.iter().len() > 0 {
        out.push_str("<p class=\"note\">Ranges are 90% intervals by resampling documents.</p>\n");
    }
    out.push_str("</section>\n");
}

/// Every label, with what becomes of it.
pub fn labels(out: &mut String, figures: &Figures) {
    out.push_str("<section id=\"labels\">\n<h2>Labels</h2>\n<p class=\"note\">Right: kept for a label that is kept, dropped for any other. Kind right: of the dropped lines for which this kind was named, those that bear the label. “Gone at” a loss: lines above the threshold that costs so much of all editorial words.</p>\n");
    let limits: Vec<String> =
        figures.at.iter().map(|at| format!("gone at {}", limit_name(at.limit))).collect();
    let mut heads =
        vec!["label", "lines", "words", "dropped", "unsure", "right", "kind right", "words gone", "AUC"];
    heads.extend(limits.iter().map(String::as_str));
    open(out, "Every label", &heads);
    for row in &figures.labels {
        label(out, row);
    }
    close(out);
    out.push_str("</section>\n");
}

fn label(out: &mut String, row: &LabelFigures) {
    let at = row.verdicts.as_ref();
    let count = |n: Option<u64>| n.map_or_else(|| "–".to_owned(), grouped);
    let name = format!("{}{}", short(&row.label), if row.kept { " <small>kept</small>" } else { "" });
    let precision = at.filter(|_| !row.kept).and_then(|at| at.precision);
    let mut cells = vec![
        grouped(row.lines),
        grouped(row.words),
        count(at.map(|at| at.dropped)),
        count(at.map(|at| at.unsure)),
        share(at.and_then(|at| at.recall)),
        share(precision),
        share(at.and_then(|at| at.words_dropped)),
        number(row.auc),
    ];
    cells.extend(row.caught.iter().map(|caught| share(*caught)));
    self::row(out, &name, &cells);
}

/// Which kinds were named for which labels.
pub fn kinds(out: &mut String, kinds: Option<&Confusion>) {
    out.push_str("<section id=\"kinds\">\n<h2>Kinds</h2>\n");
    let Some(kinds) =
        kinds.filter(|kinds| kinds.unnamed.iter().chain(kinds.counts.iter().flatten()).any(|n| *n > 0))
    else {
        out.push_str("<p class=\"note\">No line was dropped, so no kind was named.</p>\n</section>\n");
        return;
    };
    out.push_str("<p class=\"note\">Dropped lines: the label that a reader gave (down) against the kind that was named (across). The darker, the larger the share of its row.</p>\n");
    let dropped = |k: usize| kinds.counts[k].iter().sum::<u64>() + kinds.unnamed[k];
    let named = |k: usize| kinds.counts.iter().map(|row| row[k]).sum::<u64>();
    let all: Vec<usize> = (0..kinds.labels.len()).collect();
    let rows: Vec<usize> = all.iter().copied().filter(|&k| dropped(k) > 0).take(KINDS).collect();
    let columns: Vec<usize> = all.iter().copied().filter(|&k| named(k) > 0).take(KINDS).collect();
    let unnamed = kinds.unnamed.iter().any(|n| *n > 0);
    let names: Vec<String> = columns.iter().map(|&k| short(&kinds.labels[k])).collect();
    let mut heads = vec!["label"];
    heads.extend(names.iter().map(String::as_str));
    if unnamed {
        heads.push("(none)");
    }
    heads.push("dropped");
    open(out, "Label against named kind", &heads);
    for &k in &rows {
        let all = dropped(k);
        out.push_str(&format!("<tr><th scope=\"row\">{}</th>", short(&kinds.labels[k])));
        let none = unnamed.then_some((None, kinds.unnamed[k]));
        let cells = columns.iter().map(|&column| (Some(column), kinds.counts[k][column]));
        for (column, count) in cells.chain(none) {
            // Five steps of shade; the number says the rest.
            let step = (count * 5).div_ceil(all);
            let right = if column == Some(k) { " right" } else { "" };
            let count = if count == 0 { "·".to_owned() } else { grouped(count) };
            out.push_str(&format!("<td class=\"heat{step}{right}\">{count}</td>"));
        }
        out.push_str(&format!("<td>{}</td></tr>\n", grouped(all)));
    }
    close(out);
    let of =
        all.iter().filter(|&&k| dropped(k) > 0).count().max(all.iter().filter(|&&k| named(k) > 0).count());
    if of > KINDS {
        out.push_str(&format!("<p class=\"note\">The first {KINDS} of {of} labels; the tables on standard output have all.</p>\n"));
    }
    out.push_str("</section>\n");
}

/// The sites that lose most, and those that keep most boilerplate.
pub fn sites(out: &mut String, sites: &[Site], verdicts: bool) {
    out.push_str("<section id=\"sites\">\n<h2>Sites</h2>\n");
    if !verdicts {
        out.push_str("<p class=\"note\">Without verdicts nothing is dropped, so no site loses anything.</p>\n</section>\n");
        return;
    }
    out.push_str("<div class=\"pair\">\n");
    let mut worst: Vec<&Site> = sites.iter().filter(|site| site.lost_words > 0).collect();
    // Stable: equals stay in the order of their names.
    worst.sort_by_key(|site| std::cmp::Reverse(site.lost_words));
    let lost = |site: &Site| {
        let share = site.lost_words as f64 / site.kept_words.max(1) as f64;
        [
            grouped(site.documents),
            grouped(site.lost_words),
            grouped(site.kept_words),
            percent(share),
            grouped(site.hurt),
        ]
    };
    listed(
        out,
        "Most editorial words lost",
        &["documents", "words lost", "of", "share", "hurt"],
        &worst,
        lost,
    );
    let mut worst: Vec<&Site> = sites.iter().filter(|site| site.left() > 0).collect();
    worst.sort_by_key(|site| std::cmp::Reverse(site.left()));
    let left = |site: &Site| {
        let share = site.left() as f64 / site.boilerplate.max(1) as f64;
        [grouped(site.documents), grouped(site.left()), grouped(site.boilerplate), percent(share)]
    };
    listed(out, "Most boilerplate lines left", &["documents", "lines left", "of", "share"], &worst, left);
    out.push_str("</div>\n</section>\n");
}

fn listed<const N: usize>(
    out: &mut String,
    title: &str,
    heads: &[&str; N],
    sites: &[&Site],
    cells: impl Fn(&Site) -> [String; N],
) {
    out.push_str(&format!("<div>\n<h3>{title}</h3>\n"));
    if sites.is_empty() {
        out.push_str("<p class=\"note\">None.</p>\n</div>\n");
        return;
    }
    open(out, title, &[&["site"], heads.as_slice()].concat());
    for site in sites.iter().take(SITES) {
        row(out, &short(&site.name), &cells(site));
    }
    close(out);
    if sites.len() > SITES {
        out.push_str(&format!(
            "<p class=\"note\">The first {SITES} of {} sites.</p>\n",
            grouped(sites.len() as u64)
        ));
    }
    out.push_str("</div>\n");
}

/// A table that can be scrolled sideways where it is too wide, by keyboard too.
fn open(out: &mut String, caption: &str, heads: &[&str]) {
    out.push_str(&format!(
        "<div class=\"wide\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\"><table><thead><tr>"
    ));
    for head in heads {
        out.push_str(&format!("<th scope=\"col\">{head}</th>"));
    }
    out.push_str("</tr></thead><tbody>\n");
}

fn row(out: &mut String, name: &str, cells: &[String]) {
    out.push_str(&format!("<tr><th scope=\"row\">{name}</th>"));
    cells.iter().for_each(|cell| out.push_str(&format!("<td>{cell}</td>")));
    out.push_str("</tr>\n");
}

fn close(out: &mut String) {
    out.push_str("</tbody></table></div>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0.0, 0.0015, 0.5, 1.0].map(percent), ["0.0%", "0.15%", "50.0%", "100.0%"]);
        assert_eq!(number(None), "–");
    }
}
