//! What is known of a paragraph before it is judged, as one row of integers: its own log-odds, its
//! neighbours', its place, topic, shape and repetition.

use super::windows::Windows;
use crate::bayes::evidence::Evidence;
use crate::features::Channel;
use crate::features::topic::{Topic, TopicFinder};

/// Words from which on a paragraph counts as long: prose rather than a label or a button.
const LONG_WORDS: u32 = 25;
/// Radii of the windows over neighbours, in paragraphs.
const RADII: [usize; 3] = [3, 8, 20];
/// Radius of the windows over the neighbours' kinds.
const KIND_RADIUS: usize = 4;

/// Names of the signals for a model with these kinds, in the order of every row.
pub fn names(kinds: &[String]) -> Vec<String> {
    let mut names: Vec<String> = [
        "own log-odds",
        "words log-odds",
        "pairs log-odds",
        "edges log-odds",
        "shape log-odds",
        "place log-odds",
        "words and pairs untempered",
        "unknown words",
        "unknown words in document",
        "log-odds before",
        "log-odds after",
        "log-odds around 3",
        "log-odds around 8",
        "log-odds around 20",
        "log-odds of document",
        "upper decile of document",
        "log-odds of all before",
        "log-odds of all after",
        "lowest log-odds around 3",
        "log-odds against document",
        "index",
        "index from end",
        "relative place",
        "words before",
        "words after",
        "paragraphs",
        "words of document",
        "tokens",
        "words",
        "bytes per word",
        "capitals",
        "all capitals",
        "digits",
        "calls",
        "dividers",
        "handles",
        "rights",
        "addresses",
        "prices",
        "commas",
        "stops",
        "signs",
        "begins",
        "ends",
        "tokens before",
        "tokens after",
        "tokens around 3",
        "length against document",
        "since long paragraph",
        "until long paragraph",
        "run of short lines",
        "place in run",
        "topic recurring",
        "topic central",
        "topic weight",
        "topic nearby",
        "topic around 3",
        "same line elsewhere",
        "same opening elsewhere",
        "same opening near",
        "same ending shape near",
    ]
    .map(str::to_owned)
    .to_vec();
    names.extend(kinds.iter().map(|kind| format!("{kind} log-odds")));
    names.extend(kinds.iter().map(|kind| format!("{kind} around 4")));
    names
}

/// The signals of every paragraph of one document.
#[derive(Debug, Default)]
pub struct Signals {
    width: usize,
    values: Vec<i32>,
    topics: Vec<Topic>,
    finder: TopicFinder,
    windows: Windows,
    own: Vec<i32>,
    sorted: Vec<i32>,
    kinds: Vec<Vec<i32>>,
}

impl Signals {
    /// Number of signals in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// All rows, one after another.
    pub fn values(&self) -> &[i32] {
        &self.values
    }

    /// The row of a paragraph.
    pub fn row(&self, paragraph: usize) -> &[i32] {
        &self.values[paragraph * self.width..(paragraph + 1) * self.width]
    }

    /// The kind of which the paragraph's own words and its neighbours' say most; the first of equals.
    pub fn likeliest_kind(&self, paragraph: usize) -> usize {
        let kinds = self.kinds.len();
        let row = self.row(paragraph);
        let (own, around) = row[self.width - 2 * kinds..].split_at(kinds);
        (0..kinds).rev().max_by_key(|&kind| 2 * i64::from(own[kind]) + i64::from(around[kind])).unwrap_or(0)
    }

    /// What the paragraphs' rare words do elsewhere in the document.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// Computes the rows of a document for a model with `kinds` kinds. Cannot fail.
    pub fn fill(&mut self, evidence: &Evidence, kinds: usize) {
        let n = evidence.len();
        self.width = 61 + 2 * kinds;
        self.values.clear();
        self.topics.clear();
        if n == 0 {
            return;
        }
        self.finder.find(evidence.topic_words(), evidence.topic_ranges(), &mut self.topics);
        self.own.clear();
        self.own.extend((0..n).map(|i| own_log_odds(evidence, i)));
        self.sorted.clone_from(&self.own);
        self.sorted.sort_unstable();
        let decile = self.sorted[n * 9 / 10];
        let tokens: Vec<i32> = (0..n).map(|i| small(evidence.facts(i).shape.tokens)).collect();
        let mut lengths = tokens.clone();
        lengths.sort_unstable();
        let median = lengths[n / 2].max(1);
        self.kinds.resize_with(kinds, Vec::new);
        for (kind, column) in self.kinds.iter_mut().enumerate() {
            column.clear();
            column.extend((0..n).map(|i| kind_log_odds(evidence, i, kind)));
        }
        self.windows.read(&self.own);
        let words_of_document: i64 = tokens.iter().map(|&t| i64::from(t)).sum();
        let unknown_of_document = {
            let (unknown, known) = (0..n).fold((0u64, 0u64), |(u, k), i| {
                (u + u64::from(evidence.unknown_words(i)), k + u64::from(evidence.known(i, Channel::Words)))
            });
            share(unknown as i64, (unknown + known) as i64)
        };
        let runs = short_runs(&tokens);
        let since = distances(tokens.iter().copied());
        let mut until = distances(tokens.iter().rev().copied());
        until.reverse();
        let repeats = Repeats::of(evidence);
        let token_windows = Windows::over(&tokens);
        let recurring: Vec<i32> = self.topics.iter().map(|topic| topic.recurring).collect();
        let topic_windows = Windows::over(&recurring);
        let kind_windows: Vec<Windows> = self.kinds.iter().map(|column| Windows::over(column)).collect();
        let mut words_before = 0i64;
        let neighbour = |column: &[i32], i: usize, step: isize, none: i32| {
            i.checked_add_signed(step).and_then(|j| column.get(j)).copied().unwrap_or(none)
        };
        let row = &mut self.values;
        row.reserve(n * self.width);
        for i in 0..n {
            let shape = &evidence.facts(i).shape;
            let channel =
                |channel: Channel| tempered(evidence.channel(i, channel)[0], evidence.known(i, channel));
            let own = self.own[i];
            let raw = evidence.channel(i, Channel::Words)[0] + evidence.channel(i, Channel::Pairs)[0];
            let (known, unknown) = (evidence.known(i, Channel::Words), evidence.unknown_words(i));
            let mean = self.windows.mean_all();
            row.extend([
                own,
                channel(Channel::Words),
                channel(Channel::Pairs),
                evidence.channel(i, Channel::Edges)[0],
                evidence.channel(i, Channel::Shape)[0],
                evidence.channel(i, Channel::Place)[0],
                raw,
                share(i64::from(unknown), i64::from(unknown + known)),
                unknown_of_document,
                neighbour(&self.own, i, -1, 0),
                neighbour(&self.own, i, 1, 0),
            ]);
            row.extend(RADII.map(|radius| self.windows.mean_around(i, radius)));
            row.extend([
                mean,
                decile,
                self.windows.mean_of(0, i),
                self.windows.mean_of(i + 1, n),
                self.own[i.saturating_sub(3)..(i + 4).min(n)].iter().copied().min().unwrap_or(0),
                own - mean,
            ]);
            row.extend([
                small(i as u32),
                small((n - 1 - i) as u32),
                (i * 1024 / n) as i32,
                share(words_before, words_of_document),
                share(words_of_document - words_before - i64::from(tokens[i]), words_of_document),
                small(n as u32),
                words_of_document.min(1 << 20) as i32,
            ]);
            words_before += i64::from(tokens[i]);
            row.extend([
                tokens[i],
                small(shape.words),
                (shape.word_bytes * 16 / shape.words.max(1)) as i32,
                share(i64::from(shape.capitals), i64::from(shape.words)),
                share(i64::from(shape.all_caps), i64::from(shape.words)),
                share(i64::from(shape.digits), i64::from(shape.tokens)),
                small(shape.calls),
                small(shape.dividers),
                small(shape.handles),
                small(shape.rights),
                small(shape.addresses),
                small(shape.prices),
                share(i64::from(shape.commas), i64::from(shape.tokens)),
                share(i64::from(shape.stops), i64::from(shape.tokens)),
                small(shape.signs),
                shape.begins as i32,
                shape.ends as i32,
            ]);
            row.extend([
                neighbour(&tokens, i, -1, -1),
                neighbour(&tokens, i, 1, -1),
                token_windows.mean_around(i, 3),
                (i64::from(tokens[i]) * 256 / i64::from(median)).min(1 << 20) as i32,
                since[i],
                until[i],
                runs[i].0,
                runs[i].1,
            ]);
            let topic = &self.topics[i];
            row.extend([
                topic.recurring,
                topic.central,
                topic.weight,
                topic.nearby,
                topic_windows.mean_around(i, 3),
            ]);
            row.extend(repeats.of_paragraph(i));
            row.extend(self.kinds.iter().map(|column| column[i]));
            row.extend(kind_windows.iter().map(|windows| windows.mean_around(i, KIND_RADIUS)));
        }
        debug_assert_eq!(row.len(), n * self.width);
    }
}

/// A paragraph's own log-odds, tempered: raw sums of long paragraphs are over-confident.
pub fn own_log_odds(evidence: &Evidence, i: usize) -> i32 {
    let known = evidence.known(i, Channel::Words)
        + evidence.known(i, Channel::Pairs)
        + evidence.known(i, Channel::Edges);
    let sum = |channel: Channel| evidence.channel(i, channel)[0];
    tempered(sum(Channel::Words) + sum(Channel::Pairs) + sum(Channel::Edges), known) + sum(Channel::Shape) / 4
}

fn kind_log_odds(evidence: &Evidence, i: usize, kind: usize) -> i32 {
    let known = evidence.known(i, Channel::Words)
        + evidence.known(i, Channel::Pairs)
        + evidence.known(i, Channel::Edges);
    let sum = |channel: Channel| evidence.channel(i, channel)[1 + kind];
    tempered(sum(Channel::Words) + sum(Channel::Pairs) + sum(Channel::Edges), known)
}

/// `sum` over the root of the number of its terms (ARCHITECTURE.md, "The arithmetic"; the root is exactly rounded by IEEE 754).
pub fn tempered(sum: i32, terms: u32) -> i32 {
    (f64::from(sum) / f64::from(terms.max(1)).sqrt()).round() as i32
}

fn small(n: u32) -> i32 {
    n.min(1 << 20) as i32
}

/// `part` of `whole` in 1/1024, at most 2^20: commas may outnumber the tokens between them a million times.
fn share(part: i64, whole: i64) -> i32 {
    if whole <= 0 { 0 } else { (part * 1024 / whole).clamp(0, 1 << 20) as i32 }
}

/// Per paragraph: length of the run of short paragraphs that it stands in, and its place in the run (0 outside).
fn short_runs(tokens: &[i32]) -> Vec<(i32, i32)> {
    let mut runs = vec![(0, 0); tokens.len()];
    let mut start = 0;
    for i in 0..=tokens.len() {
        if i == tokens.len() || tokens[i] >= 12 {
            for (place, run) in runs[start.min(i)..i].iter_mut().enumerate() {
                *run = ((i - start).min(1 << 16) as i32, (place + 1).min(1 << 16) as i32);
            }
            start = i + 1;
        }
    }
    runs
}

/// Per paragraph: how many paragraphs ago the last long one was; from the document's edge on if none was.
fn distances(tokens: impl Iterator<Item = i32>) -> Vec<i32> {
    let mut since = 0i32;
    tokens
        .map(|t| {
            let answer = since;
            since = if t >= LONG_WORDS as i32 { 1 } else { since.saturating_add(1) };
            answer
        })
        .collect()
}

/// The same line, opening or ending elsewhere in the document.
struct Repeats {
    lines: Vec<i32>,
    openings: Vec<i32>,
    near: Vec<i32>,
    endings: Vec<i32>,
}

impl Repeats {
    fn of(evidence: &Evidence) -> Self {
        let n = evidence.len();
        let lines = others(&(0..n).map(|i| evidence.facts(i).line).collect::<Vec<_>>());
        let opening: Vec<u64> = (0..n).map(|i| evidence.facts(i).opening).collect();
        let openings = others(&opening);
        let around = |i: usize| (i.saturating_sub(6)..(i + 7).min(n)).filter(move |&j| j != i);
        let near = (0..n).map(|i| around(i).filter(|&j| opening[j] == opening[i]).count() as i32).collect();
        let form = |i: usize| {
            let shape = &evidence.facts(i).shape;
            (shape.begins, shape.ends, shape.tokens.min(40) / 8)
        };
        let endings = (0..n).map(|i| around(i).filter(|&j| form(j) == form(i)).count() as i32).collect();
        Self { lines, openings, near, endings }
    }

    fn of_paragraph(&self, i: usize) -> [i32; 4] {
        [self.lines[i], self.openings[i], self.near[i], self.endings[i]]
    }
}

/// For each key, how many others are equal, at most 16.
fn others(keys: &[u64]) -> Vec<i32> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_unstable_by_key(|&i| (keys[i], i));
    let mut answer = vec![0; keys.len()];
    for run in order.chunk_by(|&a, &b| keys[a] == keys[b]) {
        for &i in run {
            answer[i] = (run.len() - 1).min(16) as i32;
        }
    }
    answer
}
