//! The report of a run as a page that stands alone: no script, no address outside it.

use std::fmt::Write;

use gleaner::explain::visible::one_line;
use gleaner::write::escape::markup;

use super::run_report::{RunReport, State};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;\
background:#fff}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}\
td,th{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #ddd;vertical-align:top;\
overflow-wrap:anywhere}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
.bar{background:#c7d7ee;height:.8rem}.bad{color:#a11}\
@media(prefers-color-scheme:dark){body{background:#16181c;color:#ddd}td,th{border-color:#333}.bar{background:#345}\
.bad{color:#f88}}";

/// The page.
pub fn page(report: &RunReport) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(report, &mut out);
    out
}

fn write(report: &RunReport, out: &mut String) -> std::fmt::Result {
    let counts = &report.counts;
    let share = |part: u64, of: u64| if of == 0 { 0.0 } else { part as f64 * 100.0 / of as f64 };
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>gleaner {}: {} documents</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body>",
        report.command, counts.documents
    )?;
    writeln!(out, "<h1>gleaner {}: {} documents</h1>", report.command, number(counts.documents))?;
    if !report.finished {
        writeln!(out, "<p class=\"bad\">The run did not come to its end.</p>")?;
    }
    writeln!(out, "<table>")?;
    let seconds = report.seconds.max(1e-9);
    let rows = [
        ("inputs done", number(report.inputs.done)),
        ("inputs finished earlier", number(report.inputs.skipped)),
        ("inputs that could not be read to their end", number(report.inputs.unreadable)),
        ("documents judged", number(counts.judged)),
        ("documents changed", number(counts.changed)),
        ("documents of which nothing is left", number(counts.emptied)),
        (
            "paragraphs dropped",
            format!(
                "{} of {} ({:.1} %)",
                number(counts.dropped_paragraphs),
                number(counts.paragraphs),
                share(counts.dropped_paragraphs, counts.paragraphs)
            ),
        ),
        ("paragraphs kept though unsure", number(counts.unsure_paragraphs)),
        (
            "words dropped",
            format!(
                "{} of {} ({:.1} %)",
                number(counts.dropped_words),
                number(counts.words),
                share(counts.dropped_words, counts.words)
            ),
        ),
        ("problems", number(report.failures.count)),
        (
            "time",
            format!(
                "{:.1} s on {} threads, {:.1} MB/s",
                report.seconds,
                report.threads,
                counts.read_bytes as f64 / 1e6 / seconds
            ),
        ),
    ];
    for (name, value) in rows {
        writeln!(out, "<tr><td>{name}<td class=\"n\">{value}")?;
    }
    writeln!(out, "</table>")?;
    if !counts.dropped_words_by_kind.is_empty() {
        writeln!(out, "<h2>Words dropped, by kind</h2><table>")?;
        let mut kinds: Vec<_> = counts.dropped_words_by_kind.iter().collect();
        kinds.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        for (kind, words) in kinds {
            let percent = share(*words, counts.dropped_words);
            writeln!(
                out,
                "<tr><td>{}<td class=\"n\">{}<td style=\"width:50%\"><div class=\"bar\" style=\"width:{percent:.1}%\"></div>",
                escape(kind),
                number(*words)
            )?;
        }
        writeln!(out, "</table>")?;
    }
    if report.failures.count > 0 {
        writeln!(out, "<h2>Problems</h2><table>")?;
        for (kind, count) in &report.failures.by_kind {
            writeln!(out, "<tr><td>{kind}<td class=\"n\">{}", number(*count))?;
        }
        writeln!(
            out,
            "</table><table><tr><th>input<th class=\"n\">record<th class=\"n\">line<th class=\"n\">byte<th>problem"
        )?;
        for failure in &report.failures.listed {
            let figure = |it: Option<u64>| it.map(|it| it.to_string()).unwrap_or_default();
            writeln!(
                out,
                "<tr><td>{}<td class=\"n\">{}<td class=\"n\">{}<td class=\"n\">{}<td>{}",
                escape(&failure.path.display().to_string()),
                figure(failure.record),
                figure(failure.line),
                figure(failure.byte),
                escape(&failure.message)
            )?;
        }
        writeln!(out, "</table>")?;
        more(out, report.failures.listed.len(), report.failures.count)?;
    }
    writeln!(
        out,
        "<h2>Inputs</h2><table><tr><th>input<th>state<th class=\"n\">documents<th class=\"n\">words dropped"
    )?;
    for input in &report.inputs.listed {
        let state = match input.state {
            State::Done => "done",
            State::Skipped => "finished earlier",
            State::Unreadable => "not read to its end",
        };
        writeln!(
            out,
            "<tr><td>{}<td>{state}<td class=\"n\">{}<td class=\"n\">{}",
            escape(&input.path.display().to_string()),
            number(input.counts.documents),
            number(input.counts.dropped_words)
        )?;
    }
    writeln!(out, "</table>")?;
    let inputs = report.inputs.done + report.inputs.skipped + report.inputs.unreadable;
    more(out, report.inputs.listed.len(), inputs)?;
    writeln!(out, "<h2>Settings</h2><table>")?;
    let model = report.model.file.as_ref().map(|it| format!(", {}", it.display())).unwrap_or_default();
    writeln!(out, "<tr><td>gleaner<td>{}", report.gleaner)?;
    writeln!(
        out,
        "<tr><td>model<td>{}{} ({})",
        escape(&report.model.name),
        escape(&model),
        escape(&report.model.digest)
    )?;
    for (name, value) in &report.settings {
        writeln!(out, "<tr><td>{name}<td>{}", escape(&value.to_string()))?;
    }
    writeln!(out, "<tr><td>digest of all this<td>{}", report.settings_digest)?;
    writeln!(out, "</table></body></html>")
}

fn more(out: &mut String, listed: usize, all: u64) -> std::fmt::Result {
    if (listed as u64) < all {
        writeln!(out, "<p>{} more are not listed.</p>", number(all - listed as u64))
    } else {
        Ok(())
    }
}

/// With a comma between thousands.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// One line, safe inside a page.
fn escape(text: &str) -> String {
    markup(&one_line(text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_and_markup() {
        assert_eq!([0, 999, 1000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(escape("<b a=\"1\">&\u{7}"), "&lt;b a=&quot;1&quot;&gt;&amp;&lt;U+0007&gt;");
    }
}
