//! Detects text that was broken into lines at a fixed width, as in e-mail and typed books.

use encoding_rs::{Encoding, UTF_8};
use memchr::memchr;

use super::lines::{Lines, Seen, is_blank};
use crate::document::Document;

/// Minimum width of wrapped text, in columns; narrower lines are lists, tables and verse.
const NARROWEST: usize = 40;
/// Maximum width of wrapped text, in columns; longer lines are paragraphs.
const WIDEST: usize = 130;
/// Number of lines in runs that are examined. Wrapped text is wrapped from its beginning.
const SAMPLE: usize = 200;
/// Maximum number of lines examined in all, for documents with few runs.
const PATIENCE: usize = 2000;
/// Maximum number of bytes examined, for documents with long lines.
const REACH: usize = 64 * 1024;

/// Whether a text is hard-wrapped: its lines end where the width was used up, not where a paragraph ends.
///
/// Examined are runs of three or more lines between blank ones, in the first 200 such lines. Within a run, a
/// line counts as *wrapped* if the first word of the next line would have made it longer than the longest
/// line of the run (40 to 130 columns; wide characters take two). The text is hard-wrapped if
///
/// * three lines or more are wrapped, and at least three fifths of all that could be;
/// * at most half of the wrapped lines end a sentence;
/// * at least a third of the lines after them begin with a lower-case letter or one of a script without case.
///
/// The last two conditions exclude verse, lists of headlines and tables, whose lines can have similar
/// lengths.
pub fn is_hard_wrapped(document: &Document) -> bool {
    look(document, &mut Lines::new(document.encoding, &document.bytes)).0
}

/// Returns the same, and the lines that were examined. `lines` continues after them.
pub(super) fn look(document: &Document, lines: &mut Lines<'_>) -> (bool, Vec<Seen>) {
    let bytes = document.bytes.as_slice();
    let encoding = document.encoding;
    let mut evidence = Evidence::default();
    let mut run: Vec<&[u8]> = Vec::new();
    let mut looked: Vec<Seen> = Vec::new();
    let mut seen = 0;
    while seen < SAMPLE && looked.len() < PATIENCE && looked.last().is_none_or(|it| it.0.end < REACH) {
        let Some(span) = lines.next() else { break };
        let line = &bytes[span.clone()];
        let blank = is_blank(encoding, line);
        if blank {
            evidence.take(encoding, &run);
            run.clear();
        } else {
            seen += usize::from(!run.is_empty());
            run.push(line);
        }
        looked.push((span, blank));
    }
    evidence.take(encoding, &run);
    (evidence.is_wrapped(), looked)
}

/// Whether a line is wider than any wrapped text and could have been broken.
///
/// A fast check that saves measuring most documents. If in doubt, it returns false.
fn is_too_wide(encoding: &'static Encoding, line: &[u8]) -> bool {
    if encoding != UTF_8 || line.len() <= WIDEST {
        return false;
    }
    let start = &line[..line.len().min(4 * (WIDEST + 1))];
    // Every byte except continuation bytes begins a character, which takes one or two columns.
    let characters = start.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    let is_lead = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'|');
    let body =
        line.iter().position(|byte| !is_lead(byte)).map_or(&[][..], |lead| line[lead..].trim_ascii_end());
    characters > WIDEST && memchr(b' ', body).is_some()
}

/// One line, measured.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Width in columns, without trailing white space; counted only to just beyond [`WIDEST`].
    width: usize,
    /// Columns of the first word, and of the space before it.
    first_word: usize,
    /// Whether the line begins with a lower-case letter, or a letter of a script without case.
    goes_on: bool,
    ends_sentence: bool,
    /// Whether the line could have been broken somewhere; addresses and file names cannot.
    breakable: bool,
}

impl Line {
    fn of(encoding: &'static Encoding, line: &[u8]) -> Self {
        // No encoding takes more than four bytes per column, so the rest need not be decoded.
        let start = &line[..line.len().min(4 * (WIDEST + 2))];
        Self::measure(&encoding.decode_without_bom_handling(start).0)
    }

    fn measure(text: &str) -> Self {
        let text = text.trim_end();
        let quoted = |c: char| c.is_whitespace() || c == '>' || c == '|';
        let body = text.trim_start_matches(quoted);
        let mut width = text[..text.len() - body.len()].chars().count();
        let (mut first_word, mut in_first, mut breakable) = (0, true, false);
        for c in body.chars() {
            let columns = columns(c);
            breakable |= columns == 2 || c.is_whitespace();
            in_first &= !(breakable && first_word > 0);
            first_word += if in_first { columns } else { 0 };
            width += columns;
            if width > WIDEST {
                break;
            }
        }
        let first = body.chars().next().unwrap_or(' ');
        let goes_on = first.is_alphabetic() && !first.is_uppercase();
        let closing =
            |c: char| matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '」' | '』' | '*' | '_');
        let ends_sentence = text
            .trim_end_matches(closing)
            .ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？', '：', '；', '।', '؟', '۔']);
        // Wide characters need no space between them.
        let space = usize::from(columns(first) == 1);
        Self { width, first_word: first_word + space, goes_on, ends_sentence, breakable }
    }
}

/// Columns of a character on a terminal: two for wide characters of East Asia (Unicode, UAX #11), else one.
fn columns(c: char) -> usize {
    let wide = matches!(u32::from(c),
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFD);
    if wide { 2 } else { 1 }
}

/// Counts over the runs examined so far.
#[derive(Debug, Default)]
struct Evidence {
    /// Lines that could have been wrapped.
    lines: usize,
    wrapped: usize,
    /// Wrapped lines that end a sentence.
    ends_sentence: usize,
    /// Lines after wrapped ones that may continue a sentence.
    goes_on: usize,
}

impl Evidence {
    /// Adds a run.
    fn take(&mut self, encoding: &'static Encoding, run: &[&[u8]]) {
        if run.len() < 3 {
            return;
        }
        if run.iter().any(|line| is_too_wide(encoding, line)) {
            self.lines += run.len() - 1;
            return;
        }
        let run: Vec<Line> = run.iter().map(|line| Line::of(encoding, line)).collect();
        let width = run.iter().filter(|line| line.breakable).map(|line| line.width).max().unwrap_or(0);
        let possible = (NARROWEST..=WIDEST).contains(&width);
        for pair in run.windows(2).filter(|pair| pair[0].breakable) {
            self.lines += 1;
            if possible && pair[0].width + pair[1].first_word > width {
                self.wrapped += 1;
                self.ends_sentence += usize::from(pair[0].ends_sentence);
                self.goes_on += usize::from(pair[1].goes_on);
            }
        }
    }

    fn is_wrapped(&self) -> bool {
        self.wrapped >= 3
            && self.wrapped * 5 >= self.lines * 3
            && self.ends_sentence * 2 <= self.wrapped
            && self.goes_on * 3 >= self.wrapped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;
    use crate::read;
    use encoding_rs::{SHIFT_JIS, WINDOWS_1252};
    use proptest::prelude::*;
    use serde_json::Value;

    fn wrapped(text: &str) -> bool {
        is_hard_wrapped(&read::text::document(Value::Null, Place::default(), text.into(), None))
    }

    /// Breaks a text into lines of at most `width` columns, at spaces or between wide characters.
    fn fold(text: &str, width: usize) -> String {
        let (mut out, mut line) = (String::new(), 0);
        let words: Vec<String> = if text.contains(' ') {
            text.split(' ').map(str::to_owned).collect()
        } else {
            text.chars().map(String::from).collect()
        };
        let gap = if text.contains(' ') { " " } else { "" };
        for word in words {
            let columns: usize = word.chars().map(columns).sum();
            if line > 0 && line + gap.len() + columns > width {
                out.push('\n');
                line = 0;
            } else if line > 0 {
                out.push_str(gap);
                line += gap.len();
            }
            out.push_str(&word);
            line += columns;
        }
        out
    }

    const FERRY: &str = "The ferry to the northern islands will run again from Monday, the harbour office \
        said, after a winter in which the old pier was taken down plank by plank and built anew. Tickets \
        cost what they cost before. Nobody on the quay seemed to mind the rain, or the long wait, or the \
        fact that the band had been booked for the wrong day and played to an empty car park.";
    const DEUTSCH: &str = "Die Fähre zu den nördlichen Inseln fährt ab Montag wieder, teilte das Hafenamt \
        mit, nachdem im Winter der alte Anleger Brett für Brett abgetragen und neu gebaut worden war. Die \
        Fahrkarten kosten so viel wie zuvor. Am Kai schien sich niemand am Regen oder an der langen \
        Wartezeit zu stören, und auch nicht daran, dass die Kapelle für den falschen Tag bestellt war.";
    const JAPANESE: &str = "北の島々へ向かうフェリーは月曜日から再び運航すると港の事務所が発表した。冬の間に古い桟橋は\
        一枚ずつ取り外され、新しく作り直された。切符の値段は以前と変わらない。岸壁では誰も雨や長い待ち時間を\
        気にしていないようだった。楽団は間違った日に呼ばれ、\
        誰もいない駐車場で演奏していたという。夕方には雨がやみ、子どもたちは新しい板の上を端まで走って、\
        誰がいちばん先に海へ石を投げられるかを競った。所長は来年こそ正しい日に頼むと笑った。";

    #[test]
    fn folded_prose_is_wrapped() {
        for width in [60, 65, 72, 76, 80, 100] {
            for text in [FERRY, DEUTSCH, JAPANESE] {
                let folded = fold(text, width);
                assert!(wrapped(&folded), "{width}: {folded}");
                assert!(wrapped(&format!(
                    "A title\r\n\r\n{}\r\n\r\nBy the desk\r\n",
                    folded.replace('\n', "\r\n")
                )));
                let quoted: String = folded.lines().map(|line| format!("> {line}\n")).collect();
                assert!(wrapped(&quoted));
                let indented: String = folded.lines().map(|line| format!("    {line}\n")).collect();
                assert!(wrapped(&indented));
            }
        }
    }

    #[test]
    fn paragraphs_may_be_told_by_their_indentation() {
        let book: String =
            (0..3).map(|_| fold(&format!("xxxx{FERRY}"), 65).replacen("xxxx", "    ", 1) + "\n").collect();
        assert!(wrapped(&book));
    }

    #[test]
    fn an_address_does_not_widen_the_text() {
        let address = format!("https://example.org/{}", "harbour/".repeat(9));
        assert!(wrapped(&format!("{}\n{address}\n{}\n", fold(FERRY, 65), fold(FERRY, 65))));
    }

    #[test]
    fn one_paragraph_per_line_is_not_wrapped() {
        for gap in ["\n", "\n\n"] {
            assert!(!wrapped(&[FERRY, DEUTSCH, "By the desk", JAPANESE, FERRY].join(gap)));
            let sentences: Vec<&str> =
                FERRY.split_inclusive(". ").flat_map(|it| it.split_inclusive(", ")).collect();
            assert!(!wrapped(&sentences.join(gap)), "{sentences:?}");
        }
        assert!(!wrapped(&FERRY.repeat(400)));
        assert!(!wrapped(&JAPANESE.repeat(400)));
        assert!(!wrapped(""));
    }

    #[test]
    fn verse_lists_and_code_are_not_wrapped() {
        let verse = "The rain came down upon the empty quay\nAnd washed the chalk from every wooden stair,\n\
            The gulls that cried all morning out at sea\nCame in to find that nobody was there.\n\
            The lamp above the ticket window swung\nAnd drew a yellow circle on the floor,\n\
            A bell that had not any longer rung\nHung still and green beside the open door.\n";
        let headlines = "Ferry to the northern islands runs again from Monday\nHarbour office defends price of the new wooden pier\n\
            Brass band plays to an empty car park for two hours\nSecond storm of the winter closes the coastal road\n\
            Council to vote on lights for the old breakwater\nFive walks that begin where the ferry comes in\n";
        let code = "fn main() {\n    let quay = Quay::open(\"north\").expect(\"the quay is open\");\n    for ferry in quay.ferries() {\n\
            \x20       ferry.board(passengers.iter().filter(|it| it.has_ticket()).collect());\n        ferry.leave();\n    }\n}\n";
        let addresses = "https://example.org/harbour/ferries/timetable\nhttps://example.org/harbour/ferries/prices-of-it\n".repeat(5);
        let table = "07:10  Northern Isle   Pier 1   daily except on Sundays\n08:40  Southern Isle   Pier 2   daily except on Mondays\n".repeat(4);
        let bullets = "- the ferry to the northern islands, every hour\n- the ferry to the southern islands, on Sundays\n".repeat(4);
        for text in [verse, headlines, code, &addresses, &table, &bullets] {
            assert!(!wrapped(text), "{text}");
        }
    }

    #[test]
    fn any_encoding_is_measured_in_characters() {
        for (text, encoding) in [(DEUTSCH, WINDOWS_1252), (JAPANESE, SHIFT_JIS)] {
            let bytes = encoding.encode(&fold(text, 72)).0.into_owned();
            let document = read::text::document(Value::Null, Place::default(), bytes, Some(encoding));
            assert!(is_hard_wrapped(&document), "{} {}", encoding.name(), fold(text, 72));
        }
    }

    proptest! {
        #[test]
        fn greedy_folding_is_found(
            words in proptest::collection::vec("[a-z]{2,9}", 60..120), width in 50_usize..100,
        ) {
            prop_assert!(wrapped(&fold(&words.join(" "), width)));
            prop_assert!(!wrapped(&words.join(" ")));
        }

        #[test]
        fn any_bytes_are_looked_at(bytes: Vec<u8>) {
            let document = read::text::document(Value::Null, Place::default(), bytes, None);
            is_hard_wrapped(&document);
        }
    }
}
