//! The report as one HTML page: nothing is fetched, no script runs, plots are inline SVG. The same figures
//! give the same bytes.
//!
//! | file | what it does |
//! |---|---|
//! | `escape` | text that is safe inside a page |
//! | `svg` | axes, lines and marks |
//! | `plots` | the three plots, each with its table |
//! | `tables` | headline figures, labels, kinds, sites |
//! | `examples` | the worst mistakes in their context |
//! | `style.css` | how it looks, on a screen in light and dark and on paper |

mod escape;
mod examples;
mod plots;
mod svg;
mod tables;

use super::mistakes::{Example, Mistakes};
use super::{Curve, Report, Site};
use escape::short;

/// What the page is made of.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// What was measured, in a few words each: a name and what stands behind it.
    pub about: &'a [(String, String)],
    /// The figures.
    pub report: &'a Report,
    /// What every threshold does.
    pub curve: &'a Curve,
    /// The thresholds for `unsure` and `boilerplate`, in words; `None` where none are known.
    pub thresholds: Option<[String; 2]>,
    /// Every site.
    pub sites: &'a [Site],
    /// Which mistakes were chosen, and how many there are.
    pub mistakes: &'a Mistakes,
    /// Those of [`Mistakes::lost`], in order.
    pub lost: &'a [Example],
    /// Those of [`Mistakes::left`], in order.
    pub left: &'a [Example],
    /// Labels that were left out of every figure.
    pub ignored: &'a [String],
}

/// The page. Cannot fail.
#[must_use]
pub fn page(page: &Page<'_>) -> String {
    let mut out = String::with_capacity(1 << 18);
    let figures = &page.report.figures;
    out.push_str(concat!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
        "<meta name=\"color-scheme\" content=\"light dark\">\n",
        "<meta name=\"referrer\" content=\"no-referrer\">\n",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
        "<title>gleaner: evaluation report</title>\n<style>\n",
        include_str!("style.css"),
        "</style>\n</head>\n<body>\n"
    ));
    out.push_str("<header>\n<h1>Evaluation report</h1>\n<p class=\"lede\">");
    out.push_str(&format!(
        "{} labelled lines of {} documents.",
        tables::grouped(figures.lines as u64),
        tables::grouped(figures.documents as u64)
    ));
    if !page.ignored.is_empty() {
        let names: Vec<String> = page.ignored.iter().map(|name| short(name)).collect();
        out.push_str(&format!(" Lines labelled {} are left out of every figure.", names.join(", ")));
    }
    out.push_str("</p>\n<dl class=\"about\">\n");
    for (name, value) in page.about {
        out.push_str(&format!("<div><dt>{}</dt><dd>{}</dd></div>\n", short(name), escape::line(value, 600)));
    }
    out.push_str("</dl>\n");
    out.push_str(concat!(
        "<nav aria-label=\"Sections\"><a href=\"#figures\">Figures</a> <a href=\"#plots\">Plots</a> ",
        "<a href=\"#labels\">Labels</a> <a href=\"#kinds\">Kinds</a> <a href=\"#sites\">Sites</a> ",
        "<a href=\"#lost\">Lost</a> <a href=\"#left\">Left over</a></nav>\n</header>\n<main>\n"
    ));
    tables::headline(&mut out, page.report);
    plots::section(&mut out, page);
    tables::labels(&mut out, figures);
    tables::kinds(&mut out, figures.kinds.as_ref());
    tables::sites(&mut out, page.sites, figures.default.is_some());
    examples::section(&mut out, page);
    out.push_str("</main>\n<footer><p>Written by <code>gleaner evaluate --html</code>.</p></footer>\n</body>\n</html>\n");
    out
}

#[cfg(test)]
mod tests;
