//! An explanation in one line: what becomes of a paragraph or a block, how it begins, and what decided.

use super::features::Feature;
use super::human::{Line, Tone};
use super::sources::{self, ANY, BLOCK, WORDS as OWN};
use super::visible::{columns, one_line, shortened};
use super::{Explanation, wording};
use crate::features::Channel;
use crate::verdict::{Reason, Verdict};

/// Most words that are quoted as what decided.
const WORDS: usize = 3;
/// Most other sources that are named.
const SOURCES: usize = 2;
/// Nats from which on a word or a source is named.
const LEAST: f64 = 0.2;
/// Share of all that speaks for the verdict from which on a source is named.
const LEAST_SHARE: f64 = 0.2;
/// Columns of what decided, and the fewest columns of text beside it.
const DECIDED: usize = 40;
const TEXT: usize = 24;

/// What is said of one paragraph or block.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    /// Its number in its document, from 0.
    pub index: usize,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its probability of boilerplate, 0 to 1.
    pub probability: f64,
    /// The kind that it looks like, where it is not editorial.
    pub kind: Option<String>,
    /// Its text.
    pub text: String,
    /// What decided, in words, the most important first.
    pub decided: Vec<String>,
}

impl Brief {
    /// A paragraph or block in brief.
    #[must_use]
    pub fn of(e: &Explanation<'_>) -> Self {
        let features = e.ranked().into_iter().filter_map(|f| Some((f.pooled(), said(f)?))).collect();
        let verdict = e.decision.verdict;
        Self {
            index: e.index,
            verdict,
            probability: e.decision.probability,
            kind: e.kind.filter(|_| verdict != Verdict::Editorial).map(str::to_owned),
            text: e.text.clone(),
            decided: decided(verdict, e.decision.reason, features, sources::of(e)),
        }
    }

    /// As a line of at most this many columns: the narrower it is, the less of the text and of what decided.
    #[must_use]
    pub fn line(&self, width: usize) -> Line {
        let tone = Tone::Verdict(self.verdict);
        let fate = match self.verdict {
            Verdict::Editorial => "keep",
            Verdict::Unsure => "unsure",
            Verdict::Boilerplate => "drop",
        };
        let kind = one_line(self.kind.as_deref().unwrap_or_default());
        let line = Line::new(Tone::Faint, &format!("{:>3} ", self.index))
            .and(tone, &format!("{fate:<6} {:>4} ", wording::rough(self.probability)))
            .and(tone, &format!("{:<8} ", shortened(&kind, 8)));
        let left = width.saturating_sub(line.columns()).max(10);
        let text = one_line(&self.text);
        if left < TEXT + DECIDED / 2 {
            return line.and(Tone::Plain, &shortened(&text, left));
        }
        let decided_width = DECIDED.min(left - TEXT);
        let text_width = left - decided_width - 1;
        let text = shortened(&text, text_width);
        let gap = text_width - columns(&text);
        let decided = shortened_list(&self.decided, decided_width);
        line.and(Tone::Plain, &format!("{text}{:gap$} ", "")).and(Tone::Faint, &decided)
    }
}

/// What the columns of [`Brief::line`] are, in a line.
#[must_use]
pub fn legend() -> &'static str {
    "Number, verdict, probability of boilerplate, kind, text, what decided:"
}

/// A feature as it is named among what decided: words in quotes, elements and their classes as in a style sheet; none
/// for what has no short name.
fn said(f: &Feature) -> Option<String> {
    match f.channel {
        Channel::Words | Channel::Pairs if f.name.contains(char::is_alphanumeric) => {
            Some(format!("“{}”", one_line(&f.name)))
        }
        Channel::Markup | Channel::Inline => match f.name.strip_prefix('<') {
            Some(tag) => Some(format!("<{}>", one_line(tag))),
            None => f.name.starts_with(['.', '#']).then(|| one_line(&f.name)),
        },
        _ => None,
    }
}

/// What decided for a verdict, from the most to the least important. `features` are from the one that says boilerplate
/// loudest to the one that says editorial loudest, `sources` those of the margin; both in nats.
fn decided(
    verdict: Verdict,
    reason: Option<Reason>,
    mut features: Vec<(f64, String)>,
    sources: Vec<(&str, f64)>,
) -> Vec<String> {
    if let Some(reason) = reason {
        return vec![wording::brief(reason).to_owned()];
    }
    let side = if verdict == Verdict::Editorial { -1.0 } else { 1.0 };
    if side < 0.0 {
        features.reverse();
    }
    let mut said: Vec<String> = Vec::new();
    for (nats, name) in features.into_iter().take_while(|(nats, _)| nats * side >= LEAST) {
        debug_assert!(nats.is_finite(), "weights are finite");
        // A word says nothing beside a pair that holds it.
        if said.len() < WORDS && !said.iter().any(|it| holds(it, &name) || holds(&name, it)) {
            said.push(name);
        }
    }
    let mut sources: Vec<(&str, f64)> = sources.into_iter().map(|(name, nats)| (name, nats * side)).collect();
    let all: f64 = sources.iter().map(|(_, nats)| nats.max(0.0)).sum();
    sources.retain(|(name, nats)| {
        let is_own = [OWN, BLOCK].contains(name);
        *nats >= LEAST.max(all * LEAST_SHARE) && !ANY.contains(name) && (!is_own || said.is_empty())
    });
    sources.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    said.extend(sources.into_iter().take(SOURCES).map(|(name, _)| name.to_owned()));
    said
}

/// Whether one of these quotes holds the word, or words, of the other.
fn holds(whole: &str, part: &str) -> bool {
    let [whole, part] = [whole, part].map(|it| it.trim_matches(['“', '”']));
    whole == part || whole.split(' ').any(|it| it == part)
}

/// As many of these as fit, separated by commas.
fn shortened_list(all: &[String], width: usize) -> String {
    let mut said = String::new();
    for one in all {
        let more = if said.is_empty() { one.clone() } else { format!("{said}, {one}") };
        if columns(&more) > width {
            break;
        }
        said = more;
    }
    match all.first() {
        Some(first) if said.is_empty() => shortened(first, width).into_owned(),
        _ => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[(f64, &str)]) -> Vec<(f64, String)> {
        words.iter().map(|(nats, word)| (*nats, format!("“{word}”"))).collect()
    }

    #[test]
    fn what_decided_is_on_the_side_of_the_verdict() {
        let ranked = words(&[(3.0, "sign up"), (2.0, "sign"), (1.0, "inbox"), (0.1, "the"), (-2.0, "herd")]);
        let parts = vec![(OWN, 2.0), ("its neighbours", 1.5), ("its place", -3.0), ("its topic", 0.1)];
        let said = decided(Verdict::Boilerplate, None, ranked.clone(), parts.clone());
        assert_eq!(said, ["“sign up”", "“inbox”", "its neighbours"]);
        assert_eq!(decided(Verdict::Editorial, None, ranked, parts), ["“herd”", "its place"]);
        assert_eq!(decided(Verdict::Unsure, Some(Reason::NoTokens), vec![], vec![]), ["kept: no words"]);
    }

    #[test]
    fn a_line_keeps_to_its_width() {
        let brief = Brief {
            index: 3,
            verdict: Verdict::Boilerplate,
            probability: 0.9987,
            kind: Some("pitch".to_owned()),
            text: "Sign up for our newsletter and get the best stories delivered to your inbox!".to_owned(),
            decided: vec!["“sign up”".to_owned(), "“inbox”".to_owned(), "its neighbours".to_owned()],
        };
        for width in [40, 60, 80, 100, 200] {
            let line: String = brief.line(width).pieces().iter().map(|(_, text)| text.as_str()).collect();
            assert!(columns(line.trim_end()) <= width, "{width}: {line}");
            assert!(line.starts_with("  3 drop   >99% pitch    Sign up"), "{line}");
            assert_eq!(line.contains("“sign up”"), width >= 80, "{line}");
        }
    }
}
