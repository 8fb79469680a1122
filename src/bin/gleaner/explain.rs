//! `gleaner explain`.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result, bail};
use gleaner::explain::human::{self, Line, Options, Tone};
use gleaner::explain::stages::Stage;
use gleaner::explain::{Explainer, json, stages};
use gleaner::site::Sightings;
use gleaner::verdict::Verdict;
use gleaner::{Document, Judge, Judged, split};

use crate::args::{self, Color, ExplainArgs};
use crate::input;
use crate::report::Outcome;
use crate::site_memory::Memory;
use crate::{model, output};

/// Features listed for each side unless `--top` says otherwise.
const TOP: usize = 5;
/// Columns of a line where there is no terminal.
const WIDTH: usize = 100;

/// Runs the subcommand.
pub fn run(args: &ExplainArgs) -> Result<Outcome> {
    if let Some(share) = args.max_drop.filter(|share| !(0.0..=1.0).contains(share)) {
        bail!("--max-drop is a share between 0 and 1, not {share}");
    }
    let model = model::load(args.judge.model.as_deref())?;
    let mut options = model::options(args.input.split, &args.judge)?;
    (options.every_signal, options.page_kinds) = (true, true);
    model::check(&model, &options)?;
    let judge = Judge::new(&model, options)?;
    let form = Options { width: width(), top: args.top.unwrap_or(TOP), full: args.full };
    let memory = args.site.site_memory.as_ref().map(Memory::new).transpose()?;
    let mut showing = Showing {
        args,
        judge,
        form,
        memory,
        coloured: coloured(args.color),
        shown: 0,
        legend: false,
        longest: 0,
    };
    let mut outcome = Outcome::default();
    output::with(None, |out| {
        input::each(&args.input, &mut outcome, |outcome, document, is_page| {
            #[cfg(feature = "html")]
            if is_page {
                return crate::pages::explain(&document, &mut showing.judge, outcome, out);
            }
            let _ = is_page;
            showing.document(&document, outcome, out)?;
            out.flush().context("cannot write to standard output")
        })
    })?;
    // Reading knows no paragraphs yet, and where nothing could be read that has been said.
    let counted = args.stage != Some(args::Stage::Read) && outcome.readable > 0;
    if let Some(number) = args.paragraph.filter(|&number| counted && number >= showing.longest) {
        match showing.longest {
            0 => bail!("there is no paragraph {number}: there are none"),
            n => bail!("there is no paragraph {number}: they are numbered from 0 to {}", n - 1),
        }
    }
    Ok(outcome)
}

struct Showing<'a> {
    args: &'a ExplainArgs,
    judge: Judge<'a>,
    form: Options,
    memory: Option<Memory>,
    coloured: bool,
    /// Documents shown so far.
    shown: usize,
    /// Whether the legend has been.
    legend: bool,
    /// Paragraphs of the longest document so far.
    longest: usize,
}

impl Showing<'_> {
    fn document(&mut self, document: &Document, outcome: &mut Outcome, out: &mut dyn Write) -> Result<()> {
        let stage = self.args.stage.map(stage);
        match stage {
            Some(Stage::Read) => return write(out, &stages::read(document)),
            Some(Stage::Split) => {
                let paragraphs = split::text::units(document, self.args.input.split);
                self.longest = self.longest.max(paragraphs.len());
                for index in self.chosen(paragraphs.len()) {
                    write(out, &stages::split(document, index, &paragraphs[index]))?;
                }
                return Ok(());
            }
            _ => {}
        }
        let mut judged = self.judge.text(document)?;
        if let Some(memory) = &mut self.memory
            && let Some(sightings) = Sightings::of(document, &judged.units)
        {
            self.judge.remember(&mut judged, &sightings, &memory.counts(&sightings));
        }
        if let Some(share) = self.args.max_drop {
            judged.guard(document, share);
        }
        for problem in &judged.problems {
            outcome.problem(problem);
        }
        self.longest = self.longest.max(judged.units.len());
        let chosen = self.chosen(judged.units.len());
        let human = stage.is_none() && !self.args.json;
        if human && (self.args.paragraph.is_none() || !chosen.is_empty()) {
            self.heading(document, &judged, out)?;
        }
        self.judge.model().counts()?;
        let mut explainer = Explainer::new(&self.judge, &judged);
        for index in chosen {
            let explanation = explainer.unit(document, index);
            match stage {
                Some(stage) => {
                    write(out, &stages::of(stage, &explanation, &document.id, &self.judge))?;
                }
                None if self.args.json => {
                    write(out, &json::row(&explanation, &document.id, judged.unknown, self.args.top))?;
                }
                None => {
                    write(out, b"\n")?;
                    self.lines(&human::paragraph(&explanation, self.form), out)?;
                }
            }
        }
        Ok(())
    }

    fn heading(&mut self, document: &Document, judged: &Judged, out: &mut dyn Write) -> Result<()> {
        if self.shown > 0 {
            write(out, b"\n")?;
        }
        self.shown += 1;
        self.lines(&human::heading(document, judged, self.form), out)?;
        if judged.units.is_empty() {
            return Ok(());
        }
        if !self.legend {
            self.legend = true;
            self.lines(&human::legend(&self.judge, self.form)?, out)?;
        }
        Ok(())
    }

    /// Numbers of the paragraphs to show, of so many.
    fn chosen(&self, count: usize) -> std::ops::Range<usize> {
        match self.args.paragraph {
            None => 0..count,
            Some(number) => number.min(count)..number.saturating_add(1).min(count),
        }
    }

    fn lines(&self, lines: &[Line], out: &mut dyn Write) -> Result<()> {
        for line in lines {
            let mut text = String::new();
            for (tone, piece) in line.pieces() {
                let style = if self.coloured { style(*tone) } else { Style::new() };
                text.push_str(&format!("{style}{piece}{style:#}"));
            }
            // Blanks at the end are nothing to look at.
            write(out, text.trim_end().as_bytes())?;
            write(out, b"\n")?;
        }
        Ok(())
    }
}

fn write(out: &mut dyn Write, bytes: &[u8]) -> Result<()> {
    out.write_all(bytes).context("cannot write")
}

fn stage(stage: args::Stage) -> Stage {
    match stage {
        args::Stage::Read => Stage::Read,
        args::Stage::Split => Stage::Split,
        args::Stage::Features => Stage::Features,
        args::Stage::Bayes => Stage::Bayes,
        args::Stage::Context => Stage::Context,
        args::Stage::Verdict => Stage::Verdict,
    }
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Faint => Style::new().dimmed(),
        Tone::Strong => Style::new().bold(),
        Tone::Verdict(Verdict::Editorial) => AnsiColor::Green.on_default(),
        Tone::Verdict(Verdict::Unsure) => AnsiColor::Yellow.on_default(),
        Tone::Verdict(Verdict::Boilerplate) => AnsiColor::Red.on_default(),
    }
}

fn coloured(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    }
}

/// Columns of the terminal; `COLUMNS` where it says so.
fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    told.or_else(seen).unwrap_or(WIDTH).max(40)
}
