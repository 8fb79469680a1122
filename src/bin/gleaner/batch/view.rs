//! What would go, to look at: the text, with what goes struck through and what the model is unsure of marked.

use std::io::Write;

use anstyle::Style;
use gleaner::unstable::explain::visible::visible;
use gleaner::unstable::explain::wording::rough;
use gleaner::unstable::verdict::Verdict;
use gleaner::unstable::write::jsonl::UnitRow;
use serde_json::Value;

use crate::console::count;
use crate::terminal;

/// The name of a document, and how much of it would go.
pub fn heading(id: &Value, gone: &[bool], coloured: bool, out: &mut Vec<u8>) {
    let name = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    let going = gone.iter().filter(|gone| **gone).count();
    let said = format!("{going} of {} would go", count(gone.len() as u64, "paragraph"));
    let (strong, faint) = (style(Style::new().bold(), coloured), style(Style::new().dimmed(), coloured));
    if !out.is_empty() {
        out.push(b'\n');
    }
    let name = visible(&name);
    // Writing to memory always works.
    let _ = writeln!(out, "{strong}{name}{strong:#}{faint}: {said}{faint:#}");
}

/// One paragraph: `-` before each of its lines if it goes, `?` if the model is unsure; then its kind and its
/// probability.
pub fn row(row: &UnitRow<'_>, coloured: bool, out: &mut Vec<u8>) {
    let verdict = row.verdict.parse().unwrap_or(Verdict::Editorial);
    let mark = match verdict {
        Verdict::Editorial => ' ',
        Verdict::Unsure => '?',
        Verdict::Boilerplate => '-',
    };
    let text_style = style(terminal::of_text(verdict), coloured);
    let faint = style(Style::new().dimmed(), coloured);
    let mut lines = row.text.trim().lines().peekable();
    while let Some(line) = lines.next() {
        let line = visible(line.trim_end());
        let _ = write!(out, "{mark} {text_style}{line}{text_style:#}");
        if lines.peek().is_none() && verdict != Verdict::Editorial {
            let (kind, at) = (row.kind.unwrap_or("boilerplate"), rough(row.boilerplate));
            let why = row.reason.map(|reason| format!(", {reason}")).unwrap_or_default();
            let _ = write!(out, "  {faint}[{} {at}{why}]{faint:#}", visible(kind));
        }
        out.push(b'\n');
    }
}

fn style(style: Style, coloured: bool) -> Style {
    if coloured { style } else { Style::new() }
}
