//! What is shown of a document, and its lines on the terminal.

use std::io::Write;
use std::ops::Range;

use anstyle::Style;
use anyhow::{Context, Result};
use gleaner::unstable::explain::human::{Line, Tone};
use gleaner::unstable::verdict::Verdict;

use crate::args::{ExplainArgs, Only};
use crate::{output, terminal};

/// Whether the lines are coloured: those of a file are not, unless it is asked for.
pub fn is_coloured(args: &ExplainArgs) -> bool {
    let to_file = args.output.as_deref().is_some_and(|file| !output::is_standard(file));
    match args.color {
        crate::args::Color::Auto if to_file => false,
        color => terminal::is_coloured(color),
    }
}

/// Numbers of the paragraphs to show, of this many.
pub fn chosen(args: &ExplainArgs, count: usize) -> Range<usize> {
    match args.paragraph {
        None => 0..count,
        Some(number) => number.min(count)..number.saturating_add(1).min(count),
    }
}

/// Whether `--only` lets a paragraph of this verdict through.
pub fn is_wanted(args: &ExplainArgs, verdict: Verdict) -> bool {
    let fits = |only: &Only| match only {
        Only::Dropped => verdict == Verdict::Boilerplate,
        Only::Kept => verdict != Verdict::Boilerplate,
        Only::Unsure => verdict == Verdict::Unsure,
    };
    args.only.is_empty() || args.only.iter().any(fits)
}

/// Writes lines, each piece in the colour of its tone.
///
/// # Errors
/// What the output says.
pub fn lines(lines: &[Line], coloured: bool, out: &mut dyn Write) -> Result<()> {
    for line in lines {
        let mut text = String::new();
        for (tone, piece) in line.pieces() {
            let style = if coloured { style(*tone) } else { Style::new() };
            text.push_str(&format!("{style}{piece}{style:#}"));
        }
        // Blanks at the end are nothing to look at.
        write(out, text.trim_end().as_bytes())?;
        write(out, b"\n")?;
    }
    Ok(())
}

/// Writes bytes.
///
/// # Errors
/// What the output says.
pub fn write(out: &mut dyn Write, bytes: &[u8]) -> Result<()> {
    out.write_all(bytes).context("cannot write")
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Faint => Style::new().dimmed(),
        Tone::Strong => Style::new().bold(),
        Tone::Verdict(verdict) => terminal::colour(verdict),
    }
}
