//! What a run did, in a line for whoever watched it.

use gleaner::unstable::report::tally::Tally;
use std::time::Duration;

use super::form::Mode;
use crate::console::count;

/// Documents, paragraphs and words that went, time and speed.
pub fn line(counts: &Tally, mode: Mode, bytes: u64, time: Duration) -> String {
    let documents = count(counts.documents, "document");
    let paragraphs = format!("{} of {}", counts.dropped_paragraphs, count(counts.paragraphs, "paragraph"));
    let what = if mode == Mode::Score { "boilerplate" } else { "dropped" };
    let share = match counts.words {
        0 => String::new(),
        words => format!(" ({:.1}% of the words)", counts.dropped_words as f64 * 100.0 / words as f64),
    };
    let passed_over = counts.passed_over_in_words().map(|it| format!(", {it}")).unwrap_or_default();
    let seconds = time.as_secs_f64();
    let speed = if seconds >= 1.0 {
        format!(", {:.1} MB at {:.1} MB/s", bytes as f64 / 1e6, bytes as f64 / 1e6 / seconds)
    } else {
        String::new()
    };
    format!("{documents}, {paragraphs} {what}{share}{passed_over}, in {}{speed}", duration(seconds))
}

/// A remark on documents in languages that the model does not know; `first` is one of them.
pub fn unknown_language(counts: &Tally, first: &str) -> String {
    match counts.unknown_language {
        1 => format!(
            "{first}: is in a language that the model does not know; nothing in it is dropped for its words alone"
        ),
        unknown => format!(
            "{unknown} of {} documents are in a language that the model does not know (the first: {first}); \
             nothing in them is dropped for its words alone",
            counts.judged
        ),
    }
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 120.0 => format!("{s:.1} s"),
        s => format!("{:.0} min {:.0} s", (s / 60.0).floor(), s % 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_in_a_line() {
        let counts = Tally {
            documents: 1200,
            paragraphs: 8000,
            dropped_paragraphs: 1,
            words: 1000,
            dropped_words: 123,
            ..Tally::default()
        };
        assert_eq!(
            line(&counts, Mode::Clean, 5_000_000, Duration::from_secs(2)),
            "1200 documents, 1 of 8000 paragraphs dropped (12.3% of the words), in 2.0 s, 5.0 MB at 2.5 MB/s"
        );
        assert_eq!(
            line(&Tally { documents: 1, ..Tally::default() }, Mode::Score, 0, Duration::from_millis(34)),
            "1 document, 0 of 0 paragraphs boilerplate, in 34 ms"
        );
        let passed_over = [("request".to_owned(), 1), ("image/*".to_owned(), 2)].into();
        assert_eq!(
            line(&Tally { passed_over, ..Tally::default() }, Mode::Clean, 0, Duration::from_millis(34)),
            "0 documents, 0 of 0 paragraphs dropped, 3 records without a document (2 image/*, 1 request), in 34 ms"
        );
        let foreign = |unknown_language| {
            let counts = Tally { judged: 3, unknown_language, ..Tally::default() };
            super::unknown_language(&counts, "a.txt")
        };
        assert!(foreign(1).starts_with("a.txt: is in a language"));
        assert!(foreign(2).starts_with(
            "2 of 3 documents are in a language that the model does not know (the first: a.txt)"
        ));
        assert_eq!(duration(200.0), "3 min 20 s");
    }
}
