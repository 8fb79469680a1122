//! The terminal behind standard output: whether it takes colours, which ones, and how wide it is.

use std::io;

use anstyle::{AnsiColor, Effects, Style};
use gleaner::unstable::verdict::Verdict;

use crate::args::Color;

/// Columns of a line where there is no terminal.
const WIDTH: usize = 100;

/// Whether standard output is to be coloured.
pub fn is_coloured(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    }
}

/// Columns of the terminal; `COLUMNS` where it says so.
pub fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    told.or_else(seen).unwrap_or(WIDTH).max(40)
}

/// The colour of a verdict.
pub fn colour(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Editorial => AnsiColor::Green.on_default(),
        Verdict::Unsure => AnsiColor::Yellow.on_default(),
        Verdict::Boilerplate => AnsiColor::Red.on_default(),
    }
}

/// How a text looks of which this is the verdict: what goes is struck through.
pub fn of_text(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Editorial => Style::new(),
        Verdict::Unsure => colour(verdict),
        Verdict::Boilerplate => colour(verdict).effects(Effects::STRIKETHROUGH),
    }
}
