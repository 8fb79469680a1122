//! The signals of a paragraph of text.

use super::super::kinds::{self, Kinds};
use super::super::windows::{RowWindows, Windows, quotient};
use super::repeats::Repeats;
use super::{Row, Signals, refill};
use crate::bayes::evidence::{Evidence, tempered};
use crate::features::Channel;
use crate::features::topic::{Topic, TopicFinder};

/// Minimum number of words of a long paragraph: prose rather than a label or a button.
const LONG_WORDS: u32 = 25;
/// A paragraph with fewer tokens than this is short.
const SHORT_TOKENS: i32 = 12;
/// Radii of the windows over neighbours, in paragraphs.
const RADII: [usize; 3] = [3, 8, 20];

/// Values computed once per document, one per paragraph in each column. Allocations are reused for the next
/// document.
#[derive(Debug, Default)]
pub struct Columns {
    own: Vec<i32>,
    kinds: Kinds,
    topics: Vec<Topic>,
    finder: TopicFinder,
    tokens: Vec<i32>,
    runs: Vec<(i32, i32)>,
    since: Vec<i32>,
    until: Vec<i32>,
    own_windows: Windows,
    token_windows: Windows,
    topic_windows: Windows,
    kind_windows: RowWindows,
    repeats: Repeats,
    /// Upper decile of the own log-odds, median length (at least 1), share of unknown words.
    decile: i32,
    median: i32,
    unknown: i32,
    sorted: Vec<i32>,
}

impl Columns {
    /// Computes only the paragraphs' own log-odds, which is all that a context without trees uses.
    pub fn read_own(&mut self, evidence: &Evidence, kinds: usize) {
        let n = evidence.len();
        refill(&mut self.own, (0..n).map(|i| own_log_odds(evidence, i)));
        self.kinds.clear(n, kinds);
        self.topics.clear();
    }

    /// Computes all columns, for a model with `kinds` kinds.
    pub fn read(&mut self, evidence: &Evidence, kinds: usize) {
        self.read_own(evidence, kinds);
        let n = evidence.len();
        if n == 0 {
            return;
        }
        self.kind_windows.read(self.kinds.all(evidence), kinds);
        self.finder.find(evidence.topic_words(), evidence.topic_ranges(), &mut self.topics);
        self.sorted.clone_from(&self.own);
        self.sorted.sort_unstable();
        self.decile = self.sorted[n * 9 / 10];
        refill(&mut self.tokens, (0..n).map(|i| small(evidence.facts(i).shape.tokens)));
        self.sorted.clone_from(&self.tokens);
        self.sorted.sort_unstable();
        self.median = self.sorted[n / 2].max(1);
        let (unknown, known) = (0..n).fold((0i64, 0i64), |(unknown, known), i| {
            let words = evidence.known(i, Channel::Words);
            (unknown + i64::from(evidence.unknown_words(i)), known + i64::from(words))
        });
        self.unknown = share(unknown, unknown + known);
        short_runs(&self.tokens, &mut self.runs);
        distances(self.tokens.iter().copied(), &mut self.since);
        distances(self.tokens.iter().rev().copied(), &mut self.until);
        self.until.reverse();
        self.own_windows.read(&self.own);
        self.token_windows.read(&self.tokens);
        refill(&mut self.sorted, self.topics.iter().map(|topic| topic.recurring));
        self.topic_windows.read(&self.sorted);
        self.repeats.read(evidence);
    }

    /// Own log-odds of the paragraphs, tempered: the first signal.
    pub fn own(&self) -> &[i32] {
        &self.own
    }

    /// Log-odds by kind.
    pub fn kinds(&mut self) -> &mut Kinds {
        &mut self.kinds
    }
}

/// The signals of a document, based on its columns.
#[derive(Debug, Clone, Copy)]
pub struct TextSignals<'a> {
    columns: &'a Columns,
    evidence: &'a Evidence,
}

impl<'a> TextSignals<'a> {
    /// `columns` must have read all of this evidence.
    pub fn new(columns: &'a Columns, evidence: &'a Evidence) -> Self {
        Self { columns, evidence }
    }

    fn log_odds(&self, i: usize, row: &mut impl Row) {
        let evidence = self.evidence;
        let (known, unknown) = (evidence.known(i, Channel::Words), evidence.unknown_words(i));
        let pooled = |channel: Channel| evidence.channel(i, channel)[0];
        row.put("own log-odds", self.columns.own[i]);
        row.put("words log-odds", evidence.sum(i, Channel::Words).tempered());
        row.put("pairs log-odds", evidence.sum(i, Channel::Pairs).tempered());
        row.put("edges log-odds", pooled(Channel::Edges));
        row.put("shape log-odds", pooled(Channel::Shape));
        row.put("place log-odds", pooled(Channel::Place));
        row.put("words and pairs untempered", pooled(Channel::Words) + pooled(Channel::Pairs));
        row.put("unknown words", share(unknown.into(), i64::from(unknown) + i64::from(known)));
        row.put("unknown words in document", self.columns.unknown);
    }

    fn around(&self, i: usize, row: &mut impl Row) {
        let Columns { own, own_windows, decile, .. } = self.columns;
        let (n, mean) = (own.len(), own_windows.mean_all());
        let near = &own[i.saturating_sub(3)..(i + 4).min(n)];
        row.put("log-odds before", neighbour(own, i, -1, 0));
        row.put("log-odds after", neighbour(own, i, 1, 0));
        for radius in RADII {
            row.nth("log-odds around", radius, own_windows.mean_around(i, radius));
        }
        row.put("log-odds of document", mean);
        row.put("upper decile of document", *decile);
        row.put("log-odds of all before", own_windows.mean_of(0, i));
        row.put("log-odds of all after", own_windows.mean_of(i + 1, n));
        row.put("lowest log-odds around 3", near.iter().copied().min().unwrap_or(0));
        row.put("log-odds against document", own[i] - mean);
    }

    fn place(&self, i: usize, row: &mut impl Row) {
        let words = &self.columns.token_windows;
        let n = self.columns.own.len();
        let all = words.sum_of(0, n);
        row.put("index", small(i as u32));
        row.put("index from end", small((n - 1 - i) as u32));
        row.put("relative place", (i * 1024 / n) as i32);
        row.put("words before", share(words.sum_of(0, i), all));
        row.put("words after", share(words.sum_of(i + 1, n), all));
        row.put("paragraphs", small(n as u32));
        row.put("words of document", all.min(1 << 20));
    }

    fn shape(&self, i: usize, row: &mut impl Row) {
        let shape = &self.evidence.facts(i).shape;
        let of_words = |part: u32| share(part.into(), shape.words.into());
        let of_tokens = |part: u32| share(part.into(), shape.tokens.into());
        row.put("tokens", self.columns.tokens[i]);
        row.put("words", small(shape.words));
        row.put("bytes per word", (shape.word_bytes * 16 / shape.words.max(1)) as i32);
        row.put("capitals", of_words(shape.capitals));
        row.put("all capitals", of_words(shape.all_caps));
        row.put("digits", of_tokens(shape.digits));
        row.put("calls", small(shape.calls));
        row.put("dividers", small(shape.dividers));
        row.put("handles", small(shape.handles));
        row.put("rights", small(shape.rights));
        row.put("addresses", small(shape.addresses));
        row.put("prices", small(shape.prices));
        row.put("commas", of_tokens(shape.commas));
        row.put("stops", of_tokens(shape.stops));
        row.put("signs", small(shape.signs));
        row.put("begins", shape.begins as i32);
        row.put("ends", shape.ends as i32);
    }

    fn lengths(&self, i: usize, row: &mut impl Row) {
        let Columns { tokens, token_windows, median, since, until, runs, .. } = self.columns;
        let against = quotient(i64::from(tokens[i]) * 256, i64::from(*median));
        row.put("tokens before", neighbour(tokens, i, -1, -1));
        row.put("tokens after", neighbour(tokens, i, 1, -1));
        row.put("tokens around 3", token_windows.mean_around(i, 3));
        row.put("length against document", against.min(1 << 20));
        row.put("since long paragraph", since[i]);
        row.put("until long paragraph", until[i]);
        row.put("run of short lines", runs[i].0);
        row.put("place in run", runs[i].1);
    }

    fn topic(&self, i: usize, row: &mut impl Row) {
        let topic = &self.columns.topics[i];
        row.put("topic recurring", topic.recurring);
        row.put("topic central", topic.central);
        row.put("topic weight", topic.weight);
        row.put("topic nearby", topic.nearby);
        row.put("topic around 3", self.columns.topic_windows.mean_around(i, 3));
    }

    fn repeats(&self, i: usize, row: &mut impl Row) {
        let [line, opening, opening_near, ending_near] = self.columns.repeats.of_unit(i);
        row.put("same line elsewhere", line);
        row.put("same opening elsewhere", opening);
        row.put("same opening near", opening_near);
        row.put("same ending shape near", ending_near);
    }
}

impl Signals for TextSignals<'_> {
    fn put(&self, i: usize, row: &mut impl Row) {
        self.log_odds(i, row);
        self.around(i, row);
        self.place(i, row);
        self.shape(i, row);
        self.lengths(i, row);
        self.topic(i, row);
        self.repeats(i, row);
        let Columns { kinds, kind_windows, .. } = self.columns;
        for (kind, &log_odds) in kinds.row(i).iter().enumerate() {
            row.nth(OF_KIND, kind, log_odds);
        }
        for (kind, around) in kind_windows.means_around(i, kinds::RADIUS).enumerate() {
            row.nth(OF_KIND, kind, around);
        }
    }
}

/// Placeholder for the signals of kinds, whose names depend on the model.
const OF_KIND: &str = "kind";

/// Names of the signals for a model with these kinds, in row order.
pub fn names(kinds: &[String]) -> Vec<String> {
    let (mut evidence, mut columns, mut names) = (Evidence::default(), Columns::default(), Vec::new());
    evidence.clear(kinds.len() + 1, Channel::TEXT.len(), true);
    evidence.begin();
    evidence.end(Default::default());
    columns.read(&evidence, kinds.len());
    TextSignals::new(&columns, &evidence).put(0, &mut names);
    names.truncate(names.len() - 2 * kinds.len());
    names.extend(kinds.iter().map(|kind| format!("{kind} log-odds")));
    names.extend(kinds.iter().map(|kind| format!("{kind} around {}", kinds::RADIUS)));
    names
}

/// Own log-odds of a paragraph, tempered because raw sums of long paragraphs are over-confident.
pub fn own_log_odds(evidence: &Evidence, i: usize) -> i32 {
    let sum = [Channel::Words, Channel::Pairs, Channel::Edges]
        .map(|channel| evidence.sum(i, channel))
        .into_iter()
        .fold((0, 0), |(sum, known), it| (sum + it.log_odds, known + it.known));
    tempered(sum.0, sum.1) + evidence.channel(i, Channel::Shape)[0] / 4
}

fn neighbour(column: &[i32], i: usize, step: isize, none: i32) -> i32 {
    i.checked_add_signed(step).and_then(|j| column.get(j)).copied().unwrap_or(none)
}

fn small(n: u32) -> i32 {
    n.min(1 << 20) as i32
}

/// `part` of `whole` in 1024ths, at most 2^20: commas can outnumber the tokens around them a million times.
fn share(part: i64, whole: i64) -> i32 {
    if whole <= 0 { 0 } else { quotient(part * 1024, whole).clamp(0, 1 << 20) }
}

/// For each unit: length of the run of short units around it, and its place in the run (0 outside a run).
fn short_runs(tokens: &[i32], runs: &mut Vec<(i32, i32)>) {
    refill(runs, tokens.iter().map(|_| (0, 0)));
    let mut start = 0;
    for i in 0..=tokens.len() {
        if i == tokens.len() || tokens[i] >= SHORT_TOKENS {
            for (place, run) in runs[start.min(i)..i].iter_mut().enumerate() {
                *run = ((i - start).min(1 << 16) as i32, (place + 1).min(1 << 16) as i32);
            }
            start = i + 1;
        }
    }
}

/// For each unit: distance to the last long unit, or to the edge of the document if there is none.
fn distances(tokens: impl Iterator<Item = i32>, distances: &mut Vec<i32>) {
    let mut since = 0i32;
    let each = tokens.map(|t| {
        let answer = since;
        since = if t >= LONG_WORDS as i32 { 1 } else { since.saturating_add(1) };
        answer
    });
    refill(distances, each);
}
