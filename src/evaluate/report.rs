//! The figures for readers and for programs: plain-text tables of fixed width, and JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Bin, Confusion, Figures, Intervals, LabelFigures, Options, ScoredDocument, limit_name};
use crate::error::Result;

/// Columns that the tables take at most: those of a terminal that nobody made wider.
const WIDTH: usize = 80;

/// The figures with their intervals.
///
/// As JSON it has the keys of the line scorer (`auc`, `ap`, `caught@0.2%`, `pitch@0.2%`, `brier`, `ece`,
/// `default`, `documents`, `lines`, `documents_with_wrong_line_count`, `interval90`) and three more:
/// `calibration`, `labels`, `kinds`. What cannot be computed is `null`; without a verdict there is no
/// `default` and no `kinds`.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The figures.
    pub figures: Figures,
    /// Their intervals; empty without resamples.
    pub intervals: Intervals,
}

impl Report {
    /// Figures and intervals of these documents.
    ///
    /// # Errors
    ///
    /// As [`figures`](super::figures).
    pub fn new(documents: &[ScoredDocument], options: &Options) -> Result<Self> {
        let figures = super::figures(documents, options)?;
        Ok(Self { figures, intervals: super::intervals(documents, options)? })
    }

    /// The single numbers, in the order in which they are shown.
    fn numbers(&self) -> Vec<(String, Option<f64>)> {
        let f = &self.figures;
        let mut numbers = vec![("auc".to_owned(), f.auc), ("ap".to_owned(), f.ap)];
        for at in &f.at {
            let limit = limit_name(at.limit);
            numbers.push((format!("caught@{limit}"), Some(at.caught)));
            numbers.push((format!("pitch@{limit}"), Some(at.pitch)));
        }
        numbers.extend([("brier".to_owned(), f.brier), ("ece".to_owned(), f.ece)]);
        numbers
    }

    /// The numbers at the tool's verdicts, in the order in which they are shown.
    fn default_numbers(&self) -> Vec<(&'static str, Option<f64>)> {
        let Some(default) = &self.figures.default else { return Vec::new() };
        vec![
            ("editorial_words_lost", Some(default.editorial_words_lost)),
            ("boilerplate_lines_caught", Some(default.boilerplate_lines_caught)),
            ("boilerplate_words_caught", Some(default.boilerplate_words_caught)),
            ("pitch_lines_caught", Some(default.pitch_lines_caught)),
            ("documents_hurt", Some(default.documents_hurt)),
            ("unsure", Some(default.unsure)),
            ("kind_right", default.kind_right),
        ]
    }

    /// Every single number by its name, in millionths, as a model's header holds them: those of the text,
    /// those at the verdicts as `default …`, and the counts of documents and lines. What cannot be computed
    /// is left out. Cannot fail.
    #[must_use]
    pub fn millionths(&self) -> BTreeMap<String, i64> {
        let default =
            self.default_numbers().into_iter().map(|(name, value)| (format!("default {name}"), value));
        let counts = [("documents", self.figures.documents), ("lines", self.figures.lines)]
            .map(|(name, count)| (name.to_owned(), Some(count as f64)));
        let all = self.numbers().into_iter().chain(default).chain(counts);
        all.filter_map(|(name, value)| Some((name, (value? * 1e6).round() as i64))).collect()
    }

    /// All tables as text, every line ended and at most 80 columns wide, unless names of labels are longer.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Figures of a label say nothing where no line has it.
        let pitch = self.figures.labels.iter().any(|row| row.label == "pitch" && row.lines > 0);
        let shown = |name: &str| pitch || !name.starts_with("pitch");
        for (name, value) in self.numbers().into_iter().filter(|(name, _)| shown(name)) {
            let interval = self.intervals.get(&name);
            let interval = interval.map_or_else(String::new, |i| format!("   [{:.3}, {:.3}]", i.low, i.high));
            line(&mut out, format_args!("{name:14} {}{interval}", number(value)));
        }
        for (name, value) in self.default_numbers().into_iter().filter(|(name, _)| shown(name)) {
            let interval = self.intervals.get(&format!("default {name}"));
            let interval = interval.map_or_else(String::new, |i| format!("   [{:.4}, {:.4}]", i.low, i.high));
            line(&mut out, format_args!("default {name:26} {}{interval}", number(value)));
        }
        line(&mut out, format_args!("{:34} {}", "documents", self.figures.documents));
        line(&mut out, format_args!("{:34} {}", "lines", self.figures.lines));
        label_table(&mut out, &self.figures);
        calibration_table(&mut out, &self.figures.calibration);
        if let Some(kinds) = &self.figures.kinds {
            kind_table(&mut out, kinds);
        }
        out
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let start = out.len();
    let _ = out.write_fmt(text);
    out.truncate(start + out[start..].trim_end().len());
    out.push('\n');
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"))
}

/// Width of a column of names.
fn width<'n>(names: impl Iterator<Item = &'n str>) -> usize {
    names.map(|name| name.chars().count()).max().unwrap_or(0).max(5)
}

/// A name on one line: what a label may hold beyond that is escaped, a terminal's control characters too.
fn shown(name: &str) -> String {
    name.escape_debug().to_string()
}

/// Two tables, because both side by side are wider than a terminal.
fn label_table(out: &mut String, figures: &Figures) {
    let rows: Vec<&LabelFigures> = figures.labels.iter().filter(|row| row.lines > 0).collect();
    let names: Vec<String> = rows.iter().map(|row| shown(&row.label)).collect();
    let wide = width(names.iter().map(String::as_str));
    line(out, format_args!("\nlabels: recall = share dropped (kept, for a kept label);"));
    line(out, format_args!("precision = share that is of this label among dropped (kept) lines"));
    line(
        out,
        format_args!(
            "{:wide$} {:>7} {:>9} {:>7} {:>7} {:>9} {:>10} {:>7}",
            "label", "lines", "words", "dropped", "recall", "precision", "words gone", "auc"
        ),
    );
    for (name, row) in names.iter().zip(&rows) {
        label_row(out, name, wide, row);
    }
    if figures.at.is_empty() {
        return;
    }
    line(out, format_args!("\nlabels: share of their lines that goes at the threshold of each limit"));
    let limits: String =
        figures.at.iter().map(|at| format!(" {:>10}", format!("gone@{}", limit_name(at.limit)))).collect();
    line(out, format_args!("{:wide$}{limits}", "label"));
    for (name, row) in names.iter().zip(&rows) {
        let caught: String = row.caught.iter().map(|share| format!(" {:>10}", number(*share))).collect();
        line(out, format_args!("{name:wide$}{caught}"));
    }
}

fn label_row(out: &mut String, name: &str, wide: usize, row: &LabelFigures) {
    let at = row.verdicts.as_ref();
    let dropped = at.map_or_else(|| "-".to_owned(), |at| at.dropped.to_string());
    line(
        out,
        format_args!(
            "{name:wide$} {:>7} {:>9} {dropped:>7} {:>7} {:>9} {:>10} {:>7}",
            row.lines,
            row.words,
            number(at.and_then(|at| at.recall)),
            number(at.and_then(|at| at.precision)),
            number(at.and_then(|at| at.words_dropped)),
            number(row.auc),
        ),
    );
}

fn calibration_table(out: &mut String, bins: &[Bin]) {
    if bins.is_empty() {
        return;
    }
    line(out, format_args!("\ncalibration: mean probability against the share that is boilerplate"));
    line(out, format_args!("{:9} {:>7} {:>9} {:>9}", "bin", "lines", "predicted", "observed"));
    for bin in bins {
        let name = format!("{:.1}-{:.1}", bin.from, bin.to);
        let (predicted, observed) = (number(bin.predicted), number(bin.observed));
        line(out, format_args!("{name:9} {:>7} {predicted:>9} {observed:>9}", bin.lines));
    }
}

/// As many columns at a time as fit; labels and kinds without any line are left out.
fn kind_table(out: &mut String, kinds: &Confusion) {
    let names: Vec<String> = kinds.labels.iter().map(|name| shown(name)).collect();
    let wide = width(names.iter().map(String::as_str));
    let column = wide.max(7);
    let rows = kinds
        .counts
        .iter()
        .zip(&kinds.unnamed)
        .map(|(row, unnamed)| row.iter().copied().chain([*unnamed]).collect::<Vec<u64>>());
    let rows: Vec<(&String, Vec<u64>)> =
        names.iter().zip(rows).filter(|(_, row)| row.iter().any(|n| *n > 0)).collect();
    let heads: Vec<&str> = names.iter().map(String::as_str).chain(["(none)"]).collect();
    let columns: Vec<usize> =
        (0..heads.len()).filter(|&at| rows.iter().any(|(_, row)| row[at] > 0)).collect();
    line(out, format_args!("\nkinds: dropped lines by label (down) and the kind that was named (across)"));
    let at_once = (WIDTH.saturating_sub(wide) / (column + 1)).max(1);
    for (number, some) in columns.chunks(at_once).enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let head: String = some.iter().map(|&at| format!(" {:>column$}", heads[at])).collect();
        line(out, format_args!("{:wide$}{head}", "label"));
        for (name, row) in &rows {
            let counts: String = some.iter().map(|&at| format!(" {:>column$}", row[at])).collect();
            line(out, format_args!("{name:wide$}{counts}"));
        }
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.numbers() {
            map.serialize_entry(&name, &value)?;
        }
        if let Some(default) = &self.figures.default {
            map.serialize_entry("default", default)?;
        }
        map.serialize_entry("documents", &self.figures.documents)?;
        map.serialize_entry("lines", &self.figures.lines)?;
        // Every paragraph comes with its probability, so no document can have too many or too few.
        map.serialize_entry("documents_with_wrong_line_count", &0)?;
        map.serialize_entry("interval90", &self.intervals)?;
        map.serialize_entry("calibration", &self.figures.calibration)?;
        map.serialize_entry("labels", &self.figures.labels)?;
        if let Some(kinds) = &self.figures.kinds {
            map.serialize_entry("kinds", kinds)?;
        }
        map.end()
    }
}

impl Serialize for Intervals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|i| (&i.figure, [i.low, i.high])))
    }
}
