//! What is known of a paragraph before it is judged, as one row of integers: its own log-odds, its
//! neighbours', its place, topic, shape and repetition.

use super::windows::{RowWindows, Windows, quotient};
use crate::bayes::evidence::Evidence;
use crate::features::Channel;
use crate::features::topic::{Topic, TopicFinder};

/// Words from which on a paragraph counts as long: prose rather than a label or a button.
const LONG_WORDS: u32 = 25;
/// Radii of the windows over neighbours, in paragraphs.
const RADII: [usize; 3] = [3, 8, 20];
/// Radius of the windows over the neighbours' kinds.
const KIND_RADIUS: usize = 4;

/// Signals that do not depend on the kinds.
const FIXED: usize = 61;

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
    own: Vec<i32>,
    /// Number of kinds.
    kinds: usize,
    /// Log-odds by kind, a row for each paragraph, and which of them are computed.
    of_kinds: Vec<i32>,
    known_kinds: Vec<bool>,
    around: Vec<i32>,
    kind_windows: RowWindows,
    columns: Columns,
}

/// One number for each paragraph, of several sorts.
#[derive(Debug, Default)]
struct Columns {
    sorted: Vec<i32>,
    tokens: Vec<i32>,
    lengths: Vec<i32>,
    recurring: Vec<i32>,
    runs: Vec<(i32, i32)>,
    since: Vec<i32>,
    until: Vec<i32>,
    own_windows: Windows,
    token_windows: Windows,
    topic_windows: Windows,
    repeats: Repeats,
}

impl Signals {
    /// Number of signals in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// All rows, one after another; none after [`Signals::fill_own`].
    pub fn values(&self) -> &[i32] {
        &self.values
    }

    /// The row of a paragraph.
    pub fn row(&self, paragraph: usize) -> &[i32] {
        &self.values[paragraph * self.width..(paragraph + 1) * self.width]
    }

    /// The first signal of every paragraph: its own log-odds.
    pub fn own(&self) -> &[i32] {
        &self.own
    }

    /// The kind of which the paragraph's own words and its neighbours' say most; the first of equals.
    /// `evidence` is what the signals were computed from.
    pub fn likeliest_kind(&mut self, evidence: &Evidence, paragraph: usize) -> usize {
        let (kinds, n) = (self.kinds, evidence.len());
        // Of the rows of a context with trees, all are there.
        let (from, to) = (paragraph.saturating_sub(KIND_RADIUS), (paragraph + KIND_RADIUS + 1).min(n));
        for i in from..to {
            if !self.known_kinds[i] {
                self.known_kinds[i] = true;
                by_kind(evidence, i, &mut self.of_kinds[i * kinds..(i + 1) * kinds]);
            }
        }
        self.around.clear();
        self.around.resize(kinds, 0);
        for i in (from..to).filter(|&i| i != paragraph) {
            let row = &self.of_kinds[i * kinds..(i + 1) * kinds];
            self.around.iter_mut().zip(row).for_each(|(sum, &value)| *sum += value);
        }
        let own = &self.of_kinds[paragraph * kinds..(paragraph + 1) * kinds];
        let others = ((to - from - 1) as i64).max(1);
        let mut likeliest = (0, i64::MIN);
        for (kind, (&own, &around)) in own.iter().zip(&self.around).enumerate() {
            let said = 2 * i64::from(own) + i64::from(quotient(i64::from(around), others));
            if said > likeliest.1 {
                likeliest = (kind, said);
            }
        }
        likeliest.0
    }

    /// What the paragraphs' rare words do elsewhere in the document.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// Computes the log-odds of every paragraph and no rows: all that a context without trees looks at.
    /// Cannot fail.
    pub fn fill_own(&mut self, evidence: &Evidence, kinds: usize) {
        self.kinds = kinds;
        self.width = FIXED + 2 * kinds;
        self.values.clear();
        self.topics.clear();
        let n = evidence.len();
        refill(&mut self.own, (0..n).map(|i| own_log_odds(evidence, i)));
        self.of_kinds.clear();
        self.of_kinds.resize(n * kinds, 0);
        self.known_kinds.clear();
        self.known_kinds.resize(n, false);
    }

    /// Computes the rows of a document for a model with `kinds` kinds. Cannot fail.
    pub fn fill(&mut self, evidence: &Evidence, kinds: usize) {
        self.fill_own(evidence, kinds);
        let n = evidence.len();
        if n == 0 {
            return;
        }
        for i in 0..n {
            by_kind(evidence, i, &mut self.of_kinds[i * kinds..(i + 1) * kinds]);
        }
        self.known_kinds.fill(true);
        self.kind_windows.read(&self.of_kinds, kinds);
        self.finder.find(evidence.topic_words(), evidence.topic_ranges(), &mut self.topics);
        let Columns { sorted, tokens, lengths, recurring, runs, since, until, .. } = &mut self.columns;
        sorted.clone_from(&self.own);
        sorted.sort_unstable();
        let decile = sorted[n * 9 / 10];
        refill(tokens, (0..n).map(|i| small(evidence.facts(i).shape.tokens)));
        lengths.clone_from(tokens);
        lengths.sort_unstable();
        let median = lengths[n / 2].max(1);
        let words_of_document: i64 = tokens.iter().map(|&t| i64::from(t)).sum();
        let unknown_of_document = {
            let (unknown, known) = (0..n).fold((0u64, 0u64), |(u, k), i| {
                (u + u64::from(evidence.unknown_words(i)), k + u64::from(evidence.known(i, Channel::Words)))
            });
            share(unknown as i64, (unknown + known) as i64)
        };
        short_runs(tokens, runs);
        distances(tokens.iter().copied(), since);
        distances(tokens.iter().rev().copied(), until);
        until.reverse();
        refill(recurring, self.topics.iter().map(|topic| topic.recurring));
        self.columns.own_windows.read(&self.own);
        self.columns.token_windows.read(&self.columns.tokens);
        self.columns.topic_windows.read(&self.columns.recurring);
        self.columns.repeats.read(evidence);
        let Columns {
            tokens, runs, since, until, own_windows, token_windows, topic_windows, repeats, ..
        } = &self.columns;
        let (mean, kind_windows) = (own_windows.mean_all(), &self.kind_windows);
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
            let around = RADII.map(|radius| own_windows.mean_around(i, radius));
            let topic = &self.topics[i];
            let [line, opening, opening_near, ending_near] = repeats.of_paragraph(i);
            let before = words_before;
            words_before += i64::from(tokens[i]);
            let fixed: [i32; FIXED] = [
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
                around[0],
                around[1],
                around[2],
                mean,
                decile,
                own_windows.mean_of(0, i),
                own_windows.mean_of(i + 1, n),
                self.own[i.saturating_sub(3)..(i + 4).min(n)].iter().copied().min().unwrap_or(0),
                own - mean,
                small(i as u32),
                small((n - 1 - i) as u32),
                (i * 1024 / n) as i32,
                share(before, words_of_document),
                share(words_of_document - words_before, words_of_document),
                small(n as u32),
                words_of_document.min(1 << 20) as i32,
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
                neighbour(tokens, i, -1, -1),
                neighbour(tokens, i, 1, -1),
                token_windows.mean_around(i, 3),
                quotient(i64::from(tokens[i]) * 256, i64::from(median)).min(1 << 20),
                since[i],
                until[i],
                runs[i].0,
                runs[i].1,
                topic.recurring,
                topic.central,
                topic.weight,
                topic.nearby,
                topic_windows.mean_around(i, 3),
                line,
                opening,
                opening_near,
                ending_near,
            ];
            row.extend_from_slice(&fixed);
            row.extend_from_slice(&self.of_kinds[i * kinds..(i + 1) * kinds]);
            kind_windows.means_around(i, KIND_RADIUS, row);
        }
        debug_assert_eq!(row.len(), n * self.width);
    }
}

/// A paragraph's own log-odds, tempered: raw sums of long paragraphs are over-confident.
pub fn own_log_odds(evidence: &Evidence, i: usize) -> i32 {
    let (words, pairs, edges) = by_tokens(evidence, i);
    tempered(words[0] + pairs[0] + edges[0], terms(evidence, i)) + evidence.channel(i, Channel::Shape)[0] / 4
}

/// Fills a row with a paragraph's log-odds by its tokens for each kind, tempered.
fn by_kind(evidence: &Evidence, i: usize, row: &mut [i32]) {
    let (words, pairs, edges) = by_tokens(evidence, i);
    let root = root(terms(evidence, i));
    let sums = words[1..].iter().zip(&pairs[1..]).zip(&edges[1..]);
    for (value, ((words, pairs), edges)) in row.iter_mut().zip(sums) {
        *value = rounded(f64::from(words + pairs + edges) / root);
    }
}

/// The sums of the three channels of tokens.
fn by_tokens(evidence: &Evidence, i: usize) -> (&[i32], &[i32], &[i32]) {
    let sums = |channel: Channel| evidence.channel(i, channel);
    (sums(Channel::Words), sums(Channel::Pairs), sums(Channel::Edges))
}

/// How many features they are sums of.
fn terms(evidence: &Evidence, i: usize) -> u32 {
    [Channel::Words, Channel::Pairs, Channel::Edges].map(|channel| evidence.known(i, channel)).iter().sum()
}

/// `sum` over the root of the number of its terms (ARCHITECTURE.md, "The arithmetic"; the root is exactly rounded by IEEE 754).
pub fn tempered(sum: i32, terms: u32) -> i32 {
    rounded(f64::from(sum) / root(terms))
}

fn root(terms: u32) -> f64 {
    f64::from(terms.max(1)).sqrt()
}

/// The nearest whole number, halves away from zero, of what lies within 32 bits: as [`f64::round`], which
/// is a call on processors that are not asked for more than the first of their kind could do.
#[inline]
fn rounded(x: f64) -> i32 {
    let whole = x as i32;
    let rest = x - f64::from(whole);
    whole + i32::from(rest >= 0.5) - i32::from(rest <= -0.5)
}

fn small(n: u32) -> i32 {
    n.min(1 << 20) as i32
}

/// `part` of `whole` in 1/1024, at most 2^20: commas may outnumber the tokens between them a million times.
fn share(part: i64, whole: i64) -> i32 {
    if whole <= 0 { 0 } else { quotient(part * 1024, whole).clamp(0, 1 << 20) }
}

/// The same room with new values.
fn refill<T>(column: &mut Vec<T>, values: impl Iterator<Item = T>) {
    column.clear();
    column.extend(values);
}

/// Per paragraph: length of the run of short paragraphs that it stands in, and its place in the run (0 outside).
fn short_runs(tokens: &[i32], runs: &mut Vec<(i32, i32)>) {
    refill(runs, tokens.iter().map(|_| (0, 0)));
    let mut start = 0;
    for i in 0..=tokens.len() {
        if i == tokens.len() || tokens[i] >= 12 {
            for (place, run) in runs[start.min(i)..i].iter_mut().enumerate() {
                *run = ((i - start).min(1 << 16) as i32, (place + 1).min(1 << 16) as i32);
            }
            start = i + 1;
        }
    }
}

/// Per paragraph: how many paragraphs ago the last long one was; from the document's edge on if none was.
fn distances(tokens: impl Iterator<Item = i32>, distances: &mut Vec<i32>) {
    let mut since = 0i32;
    let each = tokens.map(|t| {
        let answer = since;
        since = if t >= LONG_WORDS as i32 { 1 } else { since.saturating_add(1) };
        answer
    });
    refill(distances, each);
}

/// How far a paragraph may be whose opening or form is compared.
const NEAR: usize = 6;

/// The same line, opening or ending elsewhere in the document.
#[derive(Debug, Default)]
struct Repeats {
    lines: Vec<i32>,
    openings: Vec<i32>,
    near: Vec<i32>,
    endings: Vec<i32>,
    keys: Vec<u64>,
    order: Vec<(u64, u32)>,
    forms: Vec<u32>,
}

impl Repeats {
    fn read(&mut self, evidence: &Evidence) {
        let n = evidence.len();
        refill(&mut self.keys, (0..n).map(|i| evidence.facts(i).line));
        others(&self.keys, &mut self.order, &mut self.lines);
        refill(&mut self.keys, (0..n).map(|i| evidence.facts(i).opening));
        others(&self.keys, &mut self.order, &mut self.openings);
        refill(
            &mut self.forms,
            (0..n).map(|i| {
                let shape = &evidence.facts(i).shape;
                (shape.begins as u32) << 16 | (shape.ends as u32) << 8 | (shape.tokens.min(40) / 8)
            }),
        );
        refill(&mut self.near, (0..n).map(|i| like(&self.keys, i)));
        refill(&mut self.endings, (0..n).map(|i| like(&self.forms, i)));
    }

    fn of_paragraph(&self, i: usize) -> [i32; 4] {
        [self.lines[i], self.openings[i], self.near[i], self.endings[i]]
    }
}

/// How many of the near ones are equal.
fn like<T: Copy + PartialEq>(keys: &[T], i: usize) -> i32 {
    let near = &keys[i.saturating_sub(NEAR)..(i + NEAR + 1).min(keys.len())];
    near.iter().map(|&key| i32::from(key == keys[i])).sum::<i32>() - 1
}

/// For each key, how many others are equal, at most 16.
fn others(keys: &[u64], order: &mut Vec<(u64, u32)>, answer: &mut Vec<i32>) {
    refill(order, keys.iter().copied().zip(0..));
    order.sort_unstable();
    refill(answer, keys.iter().map(|_| 0));
    for run in order.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        for &(_, i) in run {
            answer[i as usize] = (run.len() - 1).min(16) as i32;
        }
    }
}
