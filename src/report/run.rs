//! The report of a run over many documents.

use askama::Template;
use serde::Serialize;

use super::table::{Cell, Head, Table};
use super::tally::Tally;
use super::text::{Cut, counted, grouped, line, name, paragraph, percent, share};

/// Characters of a dropped text that are shown.
const TEXT: usize = 300;
/// … and of a path or a message.
const LINE: usize = 300;

/// What is told of a run.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The command, as it is typed.
    pub command: String,
    /// Whether the run came to its end.
    pub finished: bool,
    /// Seconds that it took.
    pub seconds: f64,
    /// Cores that it used.
    pub threads: usize,
    /// Everything that was counted.
    pub counts: Tally,
    /// Texts that went, by kind.
    pub examples: Vec<Examples>,
    /// Documents that lost most words, the worst first.
    pub most: Vec<Loss>,
    /// Documents nearest to the limit, or beyond it and therefore whole; the nearest first.
    pub near: Vec<Loss>,
    /// The limit: share of a document's words that may go. `None` where there is none.
    pub max_drop: Option<f64>,
    /// Problems in all.
    pub problems: u64,
    /// … by kind.
    pub problem_kinds: Vec<(String, u64)>,
    /// … one by one: the first of them.
    pub listed_problems: Vec<Problem>,
    /// Inputs done, finished in an earlier run, and not read to their end.
    pub inputs: [u64; 3],
    /// … one by one: the first of them.
    pub listed_inputs: Vec<Input>,
    /// What was asked for, in words: a name and what stands behind it.
    pub settings: Vec<(String, String)>,
}

/// Texts of one kind that went.
#[derive(Debug, Clone, Default)]
pub struct Examples {
    /// The kind; empty where none is known.
    pub kind: String,
    /// Those of the lowest probability, and those of the highest.
    pub least_sure: Vec<Dropped>,
    /// See [`Self::least_sure`].
    pub surest: Vec<Dropped>,
}

/// A text that went.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Dropped {
    /// Its document.
    pub document: String,
    /// Its text, or the beginning of it.
    pub text: String,
    /// Characters of the whole text.
    pub characters: usize,
    /// Probability that it is boilerplate.
    pub probability: f64,
}

/// What a document lost.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Loss {
    /// Its id.
    pub document: String,
    /// Its words.
    pub words: u64,
    /// … that went, or would have gone.
    pub dropped: u64,
    /// Whether all of it stayed, because that was too much.
    pub whole: bool,
}

/// A problem.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    /// Where: file, record, line, byte, as far as that is known.
    pub place: String,
    /// What it is.
    pub message: String,
}

/// An input.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Its path.
    pub path: String,
    /// How it went, in words.
    pub state: String,
    /// Its documents.
    pub documents: u64,
    /// Its words.
    pub words: u64,
    /// … that went.
    pub dropped_words: u64,
}

/// What the template shows.
#[derive(Template)]
#[template(path = "run.html")]
struct View {
    command: String,
    title: String,
    lede: String,
    finished: bool,
    cards: Vec<Card>,
    kinds: Table,
    examples: Vec<(String, Vec<Shown>)>,
    most: Table,
    near: Table,
    limit: Option<String>,
    problems: Vec<Table>,
    inputs: Table,
    settings: Vec<(String, String)>,
}

struct Card {
    name: &'static str,
    value: String,
    interval: String,
    what: String,
}

/// A dropped text as the template shows it.
struct Shown {
    document: String,
    text: Cut,
    probability: String,
}

/// The page.
#[must_use]
pub fn page(run: &Run) -> String {
    let counts = &run.counts;
    let documents = counted(counts.documents, "document");
    let speed = counts.read_bytes as f64 / 1e6 / run.seconds.max(1e-9);
    let cores = if run.threads == 1 { "one core".to_owned() } else { format!("{} cores", run.threads) };
    let view = View {
        command: name(&run.command),
        title: format!("gleaner {}: {documents}", run.command),
        lede: format!(
            "{} in {:.1} seconds on {cores}: {:.1} MB, {speed:.1} MB/s.",
            inputs_said(run.inputs),
            run.seconds,
            counts.read_bytes as f64 / 1e6
        ),
        finished: run.finished,
        cards: cards(run),
        kinds: kinds(run),
        examples: run.examples.iter().map(examples).collect(),
        most: losses("Documents that lost most", "words dropped", &run.most),
        near: losses("Documents nearest to the limit", "words to drop", &run.near),
        limit: run.max_drop.map(percent),
        problems: problems(run),
        inputs: inputs(run),
        settings: run.settings.iter().map(|(about, value)| (name(about), line(value, 2 * LINE))).collect(),
    };
    // Writing to a string cannot fail, and the template calls nothing that may.
    view.render().unwrap_or_default()
}

fn inputs_said([done, skipped, unreadable]: [u64; 3]) -> String {
    let mut said = counted(done, "input");
    if skipped > 0 {
        said.push_str(&format!(" ({} more finished in an earlier run)", grouped(skipped)));
    }
    if unreadable > 0 {
        said.push_str(&format!(" and {} that could not be read to the end", grouped(unreadable)));
    }
    said
}

fn cards(run: &Run) -> Vec<Card> {
    let c = &run.counts;
    let card = |name, value: String, what: String| Card { name, value, interval: String::new(), what };
    let untouched = c.documents.saturating_sub(c.judged);
    let mut of_documents = format!("{} changed", grouped(c.changed));
    if untouched > 0 {
        of_documents.push_str(&format!(", {} passed unjudged", grouped(untouched)));
    }
    if let Some(passed_over) = c.passed_over_in_words() {
        of_documents.push_str(&format!("; {passed_over}"));
    }
    vec![
        card("Documents", grouped(c.documents), of_documents),
        card(
            "Words dropped",
            share(c.dropped_words, c.words),
            format!("{} of {}", grouped(c.dropped_words), grouped(c.words)),
        ),
        card(
            "Paragraphs dropped",
            share(c.dropped_paragraphs, c.paragraphs),
            format!("{} of {}", grouped(c.dropped_paragraphs), grouped(c.paragraphs)),
        ),
        card(
            "Kept in doubt",
            grouped(c.unsure_paragraphs),
            "paragraphs between the two thresholds".to_owned(),
        ),
        card("Nothing left", grouped(c.emptied), "documents that lost every paragraph".to_owned()),
        card("Problems", grouped(run.problems), "listed below, if there are any".to_owned()),
    ]
}

fn kinds(run: &Run) -> Table {
    let mut kinds: Vec<(&String, &u64)> = run.counts.dropped_words_by_kind.iter().collect();
    kinds.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let most = kinds.first().map_or(1, |it| *it.1.max(&1));
    let heads = ["kind".into(), Head::from("words"), Head::from("share"), Head::words("")];
    let mut table = Table::new("Words dropped, by kind", heads);
    for (kind, words) in kinds {
        let cells = [grouped(*words).into(), share(*words, run.counts.dropped_words).into()];
        table.row(kind_name(kind), cells.into_iter().chain([Cell::bar(*words as f64 / most as f64)]));
    }
    table
}

fn kind_name(kind: &str) -> String {
    if kind.is_empty() { "of no known kind".to_owned() } else { name(kind) }
}

fn examples(of: &Examples) -> (String, Vec<Shown>) {
    let shown = |it: &Dropped| Shown {
        document: name(&it.document),
        text: cut(it),
        probability: format!("{:.4}", it.probability),
    };
    (kind_name(&of.kind), of.least_sure.iter().chain(&of.surest).map(shown).collect())
}

fn cut(it: &Dropped) -> Cut {
    let mut shown = paragraph(&it.text.replace(['\n', '\t'], " "), TEXT);
    let characters = it.text.chars().count().min(TEXT);
    if it.characters > characters {
        let (first, all) = (grouped(characters as u64), grouped(it.characters as u64));
        shown.note = format!("[the first {first} of {all} characters]");
    }
    shown
}

fn losses(caption: &str, of: &str, losses: &[Loss]) -> Table {
    let mut table = Table::new(caption, ["document", of, "of", "share"]);
    for it in losses {
        let cells = [grouped(it.dropped), grouped(it.words), share(it.dropped, it.words)];
        table.row(name(&it.document), cells);
        if let Some(row) = table.rows.last_mut().filter(|_| it.whole) {
            row.note = "kept whole".to_owned();
        }
    }
    table
}

fn problems(run: &Run) -> Vec<Table> {
    if run.problems == 0 {
        return Vec::new();
    }
    let mut kinds = Table::new("Problems by kind", ["kind", "problems"]);
    for (kind, count) in &run.problem_kinds {
        kinds.row(name(&kind.replace('-', " ")), [grouped(*count)]);
    }
    let mut listed = Table::new("Problems one by one", ["where".into(), Head::words("what")]);
    for it in &run.listed_problems {
        listed.row(line(&it.place, LINE), [Cell::words(line(&it.message, LINE))]);
    }
    listed.note = more(run.listed_problems.len(), run.problems);
    vec![kinds, listed]
}

fn inputs(run: &Run) -> Table {
    let heads =
        ["input".into(), Head::words("state"), "documents".into(), "words dropped".into(), "share".into()];
    let mut table = Table::new("Inputs", heads);
    for it in &run.listed_inputs {
        let counts = [grouped(it.documents), grouped(it.dropped_words), share(it.dropped_words, it.words)];
        let state = Cell::words(name(&it.state));
        table.row(line(&it.path, LINE), std::iter::once(state).chain(counts.map(Cell::from)));
    }
    table.note = more(run.listed_inputs.len(), run.inputs.iter().sum());
    table
}

fn more(listed: usize, all: u64) -> String {
    match all.saturating_sub(listed as u64) {
        0 => String::new(),
        more => format!("{} more are not listed.", grouped(more)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> Run {
        let text = "Subscribe <b>now</b>\n& save\u{202e}".to_owned();
        let dropped = Dropped { document: "a\u{7}.txt".into(), characters: 900, text, probability: 0.61 };
        let loss = |dropped, whole| Loss { document: "<a>".into(), words: 100, dropped, whole };
        Run {
            command: "clean".to_owned(),
            seconds: 2.0,
            threads: 1,
            counts: Tally {
                documents: 1234,
                judged: 1200,
                changed: 7,
                paragraphs: 900,
                dropped_paragraphs: 90,
                words: 20_000,
                dropped_words: 1000,
                read_bytes: 4_000_000,
                dropped_words_by_kind: [("ad".into(), 200), ("pitch".into(), 800)].into(),
                ..Tally::default()
            },
            examples: vec![Examples { kind: "pitch".into(), least_sure: vec![dropped], surest: vec![] }],
            most: vec![loss(40, false)],
            near: vec![loss(70, true), loss(40, false)],
            max_drop: Some(0.6),
            problems: 3,
            problem_kinds: vec![("bad-row".into(), 3)],
            listed_problems: vec![Problem { place: "a.jsonl, line 3".into(), message: "not <JSON>".into() }],
            inputs: [2, 1, 0],
            listed_inputs: vec![Input { path: "a.jsonl".into(), state: "done".into(), ..Input::default() }],
            settings: vec![("Threshold".into(), "the model’s".into())],
            ..Run::default()
        }
    }

    #[test]
    fn a_run_reads_well() {
        let page = page(&run());
        for said in [
            "<title>gleaner clean: 1,234 documents</title>",
            "The run did not come to its end.",
            "2 inputs (1 more finished in an earlier run) in 2.0 seconds on one core: 4.0 MB, 2.0 MB/s.",
            "<strong>5.0%</strong>",
            "7 changed, 34 passed unjudged",
            "kept whole",
            "bad row",
            "2 more are not listed.",
            "[the first ",
            "not &#60;JSON&#62;",
            "Subscribe &#60;b&#62;now&#60;/b&#62; &#38; save&#60;U+202E&#62;",
            "a&#60;U+0007&#62;.txt",
        ] {
            assert!(page.contains(said), "no {said:?} in {page}");
        }
        let bars: Vec<&str> =
            page.split("<i style=\"width:").skip(1).map(|it| it.split('%').next().unwrap()).collect();
        assert_eq!(bars, ["100.0", "25.0"]);
        assert!(!page.contains("<script") && !page.contains('\u{202e}') && !page.contains("<b>now"));
    }

    #[test]
    fn what_there_is_not_is_left_out() {
        let page = page(&Run { finished: true, ..Run::default() });
        for never in
            ["did not come", "id=\"problems\"", "id=\"near\"", "id=\"examples\"", "id=\"kinds\"", "NaN"]
        {
            assert!(!page.contains(never), "{never}");
        }
    }
}
