//! Texts and pages, unit by unit: in a line each, at full length, as JSON, or the raw result of one stage.

use std::io::Write;

use anyhow::Result;
#[cfg(feature = "html")]
use gleaner::Problem;
use gleaner::unstable::explain::brief::{self, Brief};
use gleaner::unstable::explain::human::{self, Options};
use gleaner::unstable::explain::stages::Stage;
use gleaner::unstable::explain::{Explainer, json, stages};
use gleaner::unstable::model::{Medium, Model};
use gleaner::unstable::site::Sightings;
#[cfg(feature = "html")]
use gleaner::unstable::split::html::Page;
use gleaner::unstable::{document::Document, judge::Judge, judge::Judged};

use super::show::{chosen, is_coloured, is_wanted, lines, write};
use crate::args::{self, ExplainArgs};
use crate::outcome::Outcome;
use crate::site_memory::Memory;
use crate::{model, terminal};

/// Features listed for each side unless `--top` says otherwise.
const TOP: usize = 5;

/// Explains one document after the other.
pub struct Explaining<'a> {
    args: &'a ExplainArgs,
    judge: Judge<'a>,
    form: Options,
    memory: Option<Memory>,
    coloured: bool,
    /// Documents shown so far.
    shown: usize,
    /// What the legend has been said of.
    legend: Vec<Medium>,
    /// Units of the longest document so far.
    pub longest: usize,
}

impl<'a> Explaining<'a> {
    /// # Errors
    /// As [`model::options`] and [`model::check`], and a memory of sites that cannot be read.
    pub fn new(args: &'a ExplainArgs, model: &'a Model) -> Result<Self> {
        let mut options = model::options(args.input.split, &args.judge)?;
        (options.every_signal, options.page_kinds) = (true, true);
        model::check(model, &options)?;
        let judge = Judge::new(model, options)?;
        let form = Options { width: terminal::width(), top: args.top.unwrap_or(TOP), full: args.full };
        let memory = args.site.site_memory.as_ref().map(Memory::new).transpose()?;
        let coloured = is_coloured(args);
        Ok(Self { args, judge, form, memory, coloured, shown: 0, legend: Vec::new(), longest: 0 })
    }

    /// Explains a document.
    ///
    /// # Errors
    /// A model without a section for it, and what the output says.
    pub fn document(
        &mut self,
        document: &Document,
        is_page: bool,
        outcome: &mut Outcome,
        out: &mut dyn Write,
    ) -> Result<()> {
        let stage = self.args.stage.map(stage);
        if stage == Some(Stage::Read) {
            return write(out, &stages::read(document));
        }
        let judged = if is_page { self.page(document, outcome)? } else { self.text(document)? };
        for problem in &judged.problems {
            outcome.problem(problem);
        }
        self.longest = self.longest.max(judged.units.len());
        let mut chosen: Vec<usize> = chosen(self.args, judged.units.len()).collect();
        chosen.retain(|&index| is_wanted(self.args, judged.decisions[index].verdict));
        let is_human = stage.is_none() && !self.args.json;
        if is_human && (self.args.paragraph.is_none() || !chosen.is_empty()) {
            self.heading(document, &judged, out)?;
        }
        self.judge.model().counts()?;
        let mut explainer = Explainer::new(&self.judge, &judged);
        for index in chosen {
            if stage == Some(Stage::Split) {
                write(out, &stages::split(document, index, &judged.units[index]))?;
                continue;
            }
            let explanation = explainer.unit(document, index);
            match stage {
                Some(stage) => write(out, &stages::of(stage, &explanation, &document.id, &self.judge))?,
                None if self.args.json => {
                    write(out, &json::row(&explanation, &document.id, judged.unknown, self.args.top))?;
                }
                None if self.args.full => {
                    write(out, b"\n")?;
                    lines(&human::paragraph(&explanation, self.form), self.coloured, out)?;
                }
                None => lines(&[Brief::of(&explanation).line(self.form.width)], self.coloured, out)?,
            }
        }
        Ok(())
    }

    fn text(&mut self, document: &Document) -> Result<Judged> {
        let mut judged = self.judge.text(document)?;
        if let Some(memory) = &mut self.memory
            && let Some(sightings) = Sightings::of(document, &judged.units)
        {
            self.judge.remember(&mut judged, &sightings, &memory.counts(&sightings));
        }
        if let Some(share) = self.args.max_drop {
            judged.guard(document, share);
        }
        Ok(judged)
    }

    #[cfg(feature = "html")]
    fn page(&mut self, document: &Document, outcome: &mut Outcome) -> Result<Judged> {
        let (page, units) = Page::read(&document.bytes, Some(document.encoding));
        for kind in page.problems(&units) {
            outcome.problem(&Problem { place: document.place.clone(), kind });
        }
        Ok(self.judge.page(units)?)
    }

    #[cfg(not(feature = "html"))]
    fn page(&mut self, document: &Document, _: &mut Outcome) -> Result<Judged> {
        self.text(document)
    }

    fn heading(&mut self, document: &Document, judged: &Judged, out: &mut dyn Write) -> Result<()> {
        if self.shown > 0 {
            write(out, b"\n")?;
        }
        self.shown += 1;
        lines(&human::heading(document, judged, &self.judge, self.form), self.coloured, out)?;
        // Of a document without units there is nothing to read.
        if judged.units.is_empty() {
            return Ok(());
        }
        let medium = self.judge.model().medium();
        let legend = match (self.args.full, self.legend.as_slice()) {
            (true, said) if !said.contains(&medium) => human::legend(&self.judge, self.form)?,
            (false, []) => human::note(brief::legend(), self.form.width),
            _ => return Ok(()),
        };
        self.legend.push(medium);
        lines(&legend, self.coloured, out)
    }
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
