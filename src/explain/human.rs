//! An explanation as lines to read: compact, and safe on a terminal, because every piece of a line goes
//! through [`visible`] when the line takes it in.

use super::features::Feature;
use super::visible::{columns, one_line, shortened, visible, wrapped};
use super::wording::{feature, nats, percent, rough, sentence, signal};
use super::{ChannelSum, Explanation};
use crate::document::Document;
use crate::error::Result;
use crate::judge::{Judge, Judged};
use crate::model::Medium;
use crate::verdict::Verdict;

/// Columns before the pieces of a list.
const INDENT: usize = 12;

/// Nats from which on log-odds are not shown as 0.
const LEAST: f64 = 0.005;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Columns of a line; what is longer is shortened, or wrapped.
    pub width: usize,
    /// Most features that are listed for each side, and most signals.
    pub top: usize,
    /// Show texts and lists at their full length.
    pub full: bool,
}

/// What a piece of a line is, so that it can be coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    Plain,
    /// What only explains.
    Faint,
    /// What a line begins with.
    Strong,
    /// This verdict, or what speaks for it.
    Verdict(Verdict),
}

/// A line: pieces with their tones. No piece holds a character that acts on a terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line(Vec<(Tone, String)>);

impl Line {
    pub(super) fn new(tone: Tone, text: &str) -> Self {
        Self::default().and(tone, text)
    }

    fn plain(text: &str) -> Self {
        Self::new(Tone::Plain, text)
    }

    pub(super) fn and(mut self, tone: Tone, text: &str) -> Self {
        self.0.push((tone, visible(text).into_owned()));
        self
    }

    /// Its pieces.
    pub fn pieces(&self) -> &[(Tone, String)] {
        &self.0
    }

    pub(super) fn columns(&self) -> usize {
        self.0.iter().map(|(_, text)| columns(text)).sum()
    }
}

/// What a reader must know of the model to read the rest. Said once for texts, and once for pages.
///
/// # Errors
/// As [`Section::counts`](crate::model::Section::counts).
pub fn legend(judge: &Judge<'_>, options: Options) -> Result<Vec<Line>> {
    let model = judge.model();
    let header = model.header();
    let units = if model.medium() == Medium::Text { "paragraphs" } else { "blocks" };
    let mut labels: Vec<(&str, u64)> = Vec::new();
    let paragraphs = model.counts()?.paragraphs();
    for kept in [true, false] {
        let of = (0..header.labels.len()).filter(|&label| header.kept[label] == kept);
        labels.extend(of.map(|label| (header.labels[label].as_str(), paragraphs[label])));
    }
    let labels: Vec<String> = labels.iter().map(|(label, count)| format!("{label} {count}")).collect();
    let said = format!(
        "Weights are in nats: above 0 for boilerplate, below 0 for editorial. Channels: sum, features known/all. \
         Counts are {units} that the model has seen, of {}.",
        labels.join(", ")
    );
    Ok(note(&said, options.width))
}

/// A remark that only explains, on as many lines as it needs.
#[must_use]
pub fn note(said: &str, width: usize) -> Vec<Line> {
    wrapped(&one_line(said), width).iter().map(|line| Line::new(Tone::Faint, line)).collect()
}

/// Heads what is said of a document that `judge` judged last: its name, its verdicts and from where they hold, what the
/// model does not know of it.
pub fn heading(document: &Document, judged: &Judged, judge: &Judge<'_>, options: Options) -> Vec<Line> {
    let name = document.id.as_str().map_or_else(|| document.id.to_string(), str::to_owned);
    let count = |verdict| judged.decisions.iter().filter(|decision| decision.verdict == verdict).count();
    let mut pieces = vec![Line::new(Tone::Strong, &shortened(&one_line(&name), options.width))];
    for (verdict, n) in Verdict::ALL.map(|verdict| (verdict, count(verdict))) {
        if n > 0 {
            pieces.push(Line::new(Tone::Verdict(verdict), &format!("{n} {verdict}")));
        }
    }
    let mut faint = |said: &str| pieces.push(Line::new(Tone::Faint, said));
    match (judged.units.len(), judge.model().medium()) {
        (0, Medium::Text) => faint("no paragraphs"),
        (0, Medium::Page) => faint("a page without text"),
        (_, Medium::Text) => {
            let [unsure, boilerplate] = judge.thresholds().map(rough);
            faint(&format!("unsure from {unsure}, dropped from {boilerplate}"));
            faint(&format!("{:.0}% of its words unknown", judged.unknown * 100.0));
        }
        (n, Medium::Page) => {
            faint(&format!("a page of {n} block{}", if n == 1 { "" } else { "s" }));
            faint(&format!("dropped from {}", rough(judged.threshold)));
        }
    }
    flowed(Line::default(), pieces, 2, options.width)
}

/// All that is said of one paragraph. Cannot fail.
pub fn paragraph(explanation: &Explanation<'_>, options: Options) -> Vec<Line> {
    let e = explanation;
    let mut lines = verdict(e, options);
    lines.extend(text(e, options));
    lines.extend(reason(e, options));
    lines.extend(on_site(e, options));
    lines.extend(channels(e, options));
    lines.extend(tokens(e, options));
    lines.extend(margin(e, options));
    lines
}

fn verdict(e: &Explanation<'_>, options: Options) -> Vec<Line> {
    let decision = &e.decision;
    let tone = Tone::Verdict(decision.verdict);
    let mut line = Line::new(Tone::Strong, &format!("#{} ", e.index)).and(tone, decision.verdict.name());
    if let Some(kind) = e.kind.filter(|_| decision.verdict != Verdict::Editorial) {
        line = line.and(tone, &format!(", {}", one_line(kind)));
    }
    let mut pieces = vec![
        line,
        Line::plain(&percent(decision.probability)),
        Line::plain(&format!("margin {}", nats(decision.margin))),
    ];
    if let Some(span) = &e.span {
        pieces.push(Line::new(Tone::Faint, &format!("bytes {}–{}", span.start, span.end)));
    }
    if e.unknown_words > 0 {
        let words = e.unknown_words + e.known_words();
        pieces.push(Line::new(Tone::Faint, &format!("{} of {words} words unknown", e.unknown_words)));
    }
    flowed(Line::default(), pieces, 2, options.width)
}

fn text(e: &Explanation<'_>, options: Options) -> Vec<Line> {
    let width = options.width.saturating_sub(2).max(10);
    let shown = one_line(&e.text);
    let lines =
        if options.full { wrapped(&shown, width) } else { vec![shortened(&shown, width).into_owned()] };
    lines.iter().map(|line| Line::plain(&format!("  {line}"))).collect()
}

/// Why the verdict is not the one that the probability seems to ask for.
fn reason(e: &Explanation<'_>, options: Options) -> Vec<Line> {
    let [unsure, boilerplate] = e.thresholds.map(percent);
    let said = match (e.decision.reason, e.decision.verdict) {
        (Some(reason), _) => {
            let without = match e.without_words {
                Some(p) => format!(" (by shape and place alone: {})", percent(p)),
                None => String::new(),
            };
            format!("{}: {}{without}.", reason.name(), sentence(reason))
        }
        (None, Verdict::Unsure) => {
            format!("kept: unsure from {unsure}, but dropped only from {boilerplate}.")
        }
        (None, _) => return Vec::new(),
    };
    reason_lines(&said, options)
}

/// What the site said, where a memory of it was asked and knew the paragraph.
fn on_site(e: &Explanation<'_>, options: Options) -> Vec<Line> {
    let Some(on_site) = e.on_site.filter(|it| it.documents > 0) else { return Vec::new() };
    let documents = match on_site.documents {
        1 => "1 other document of its site has it".to_owned(),
        n => format!("{n} other documents of its site have it"),
    };
    reason_lines(&format!("{documents}: {} nats for it.", nats(on_site.nats)), options)
}

fn reason_lines(said: &str, options: Options) -> Vec<Line> {
    let width = options.width.saturating_sub(2).max(20);
    let tone = Tone::Verdict(Verdict::Unsure);
    wrapped(said, width).iter().map(|line| Line::new(tone, &format!("  {line}"))).collect()
}

fn channels(e: &Explanation<'_>, options: Options) -> Vec<Line> {
    let piece = |sum: &ChannelSum| {
        Line::plain(&format!("{} ", sum.channel.name()))
            .and(weight_tone(sum.pooled()), &nats(sum.pooled()))
            .and(Tone::Faint, &format!(" {}/{}", sum.known, sum.features))
    };
    let pieces = e.channels.iter().filter(|sum| sum.features > 0).map(piece).collect();
    flowed(label("channels"), pieces, INDENT, options.width)
}

/// The features that pushed hardest, for either side.
fn tokens(e: &Explanation<'_>, options: Options) -> Vec<Line> {
    let ranked = e.ranked();
    // What rounds to nothing pushes nowhere.
    let boilerplate: Vec<&Feature> =
        ranked.iter().copied().take_while(|f| f.pooled() >= LEAST).take(options.top).collect();
    let editorial: Vec<&Feature> =
        ranked.iter().rev().copied().take_while(|f| f.pooled() <= -LEAST).take(options.top).collect();
    let name = |f: &Feature| one_line(&feature(f.channel, &f.name));
    let longest = boilerplate.iter().chain(&editorial).map(|f| columns(&name(f))).max().unwrap_or(0);
    let most = if options.full { longest } else { (options.width / 2).saturating_sub(14).max(12) };
    let name_width = longest.min(most);
    // With one kind alone, pooled and kind are the same.
    let kind_width = own_kind(e).map(|(_, kind)| columns(&one_line(kind)).max(6));
    let mut lines = Vec::new();
    for (side, features) in [(Verdict::Boilerplate, &boilerplate), (Verdict::Editorial, &editorial)] {
        if features.is_empty() {
            continue;
        }
        let mut head = Line::new(Tone::Verdict(side), &format!("  {:<8}", format!("for {side}")));
        if lines.is_empty() {
            head = head.and(Tone::Faint, &titles(e, kind_width));
        }
        lines.push(head);
        for f in features {
            lines.push(token(e, f, &name(f), name_width, kind_width, options));
        }
    }
    lines
}

fn token(
    e: &Explanation<'_>,
    f: &Feature,
    name: &str,
    name_width: usize,
    kind_width: Option<usize>,
    options: Options,
) -> Line {
    let name = shortened(name, name_width);
    let gap = name_width - columns(&name);
    let mut line = Line::new(weight_tone(f.pooled()), &format!("    {:>6}", nats(f.pooled())));
    if let (Some(width), Some((kind, _))) = (kind_width, own_kind(e)) {
        line = line.and(Tone::Plain, &format!("  {:>width$}", nats(f.of_kind(kind))));
    }
    line = line
        .and(Tone::Faint, &format!("  {:<5}", f.channel.name()))
        .and(Tone::Plain, &format!("  {name}{:gap$}", ""));
    let counts: Vec<String> =
        f.counts(e.model, e.own_kind()).iter().map(|(label, count)| format!("{label} {count}")).collect();
    let counts = one_line(&counts.join(", "));
    let left = options.width.saturating_sub(line.columns() + 2);
    let counts = if options.full { counts.into() } else { shortened(&counts, left) };
    line.and(Tone::Faint, &format!("  {counts}"))
}

/// What the margin is made of.
fn margin(e: &Explanation<'_>, options: Options) -> Vec<Line> {
    let names = e.model.signal_names();
    let part = |share: f64, name: &str, value: &str| {
        let line = Line::new(weight_tone(share), &nats(share)).and(Tone::Plain, &format!(" {name}"));
        if value.is_empty() { line } else { line.and(Tone::Faint, &format!(" ({value})")) }
    };
    let is_text = e.model.medium() == Medium::Text;
    // Values of pages are numbers of their own scales, which say nothing to a reader.
    let reads = |i: usize| if is_text { signal(&names[i], e.signals[i]) } else { String::new() };
    let mut pieces = vec![match is_text {
        true => {
            let weighed = format!("{} after weighing them by their number", reads(0));
            part(e.shares.bayes, "own tokens", &weighed)
        }
        false => part(e.shares.bayes, "own words and markup", ""),
    }];
    if !e.model.context().trees.is_empty() {
        pieces.push(part(e.shares.constant, "constant", ""));
    }
    let ranked = e.ranked_signals();
    let (shown, rest) = ranked.split_at(options.top.min(ranked.len()));
    for &i in shown {
        pieces.push(part(e.shares.signals[i], &names[i], &reads(i)));
    }
    if !rest.is_empty() {
        let sum = rest.iter().map(|&i| e.shares.signals[i]).sum();
        pieces.push(part(sum, &format!("from {} weaker signals of the context", rest.len()), ""));
    }
    flowed(label("margin"), pieces, INDENT, options.width)
}

/// Pieces after a start, on as many lines as they need; later lines are indented.
fn flowed(start: Line, pieces: Vec<Line>, indent: usize, width: usize) -> Vec<Line> {
    let mut lines = vec![start];
    let mut fresh = true;
    for piece in pieces {
        if let Some(line) = lines.last_mut() {
            if !fresh && line.columns() + 2 + piece.columns() > width {
                lines.push(Line::plain(&" ".repeat(indent)).joined(piece));
            } else {
                line.0.push((Tone::Plain, if fresh { "" } else { "  " }.to_owned()));
                line.0.extend(piece.0);
            }
        }
        fresh = false;
    }
    lines
}

/// What a list begins with, `INDENT` columns wide.
fn label(text: &str) -> Line {
    Line::new(Tone::Faint, &format!("  {text:<0$}", INDENT - 2))
}

impl Line {
    fn joined(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

fn weight_tone(nats: f64) -> Tone {
    match nats {
        _ if nats >= LEAST => Tone::Verdict(Verdict::Boilerplate),
        _ if nats <= -LEAST => Tone::Verdict(Verdict::Editorial),
        _ => Tone::Plain,
    }
}

/// The likeliest kind, where its own numbers are worth a column: with one kind alone, pooled and kind are the same.
fn own_kind<'e>(e: &Explanation<'e>) -> Option<(usize, &'e str)> {
    let kind = e.own_kind().filter(|_| e.model.classes().kinds() > 1)?;
    Some((kind, e.model.kind(kind)))
}

/// What stands over the columns of numbers.
fn titles(e: &Explanation<'_>, kind_width: Option<usize>) -> String {
    match (kind_width, own_kind(e)) {
        (Some(width), Some((_, kind))) => format!("   (nats: pooled, {:.width$})", one_line(kind)),
        _ => "   (nats)".to_owned(),
    }
}
