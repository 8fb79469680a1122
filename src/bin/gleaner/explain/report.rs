//! `--html FILE`: one page as a report to look at in a browser.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};
use gleaner::Problem;
use gleaner::unstable::judge::Judge;
use gleaner::unstable::report::page;
use gleaner::unstable::split::html::Page;

use crate::args::ExplainArgs;
use crate::outcome::Outcome;
use crate::output::Outputs;
use crate::output::files::Files;
use crate::{input, model};

/// Writes the report.
///
/// # Errors
/// An input that is no page, or a second page; a model without a section for pages; what the output says.
pub fn write<'a>(
    args: &'a ExplainArgs,
    file: &'a Path,
    files: Files<'a>,
    outputs: &'a Outputs,
) -> Result<Outcome> {
    outputs.claim(files.writes("--html", [file]))?;
    if input::is_typed(&args.input.files) && file.exists() {
        bail!(
            "{0}: --html names the file to write, and no page is named: `gleaner explain --html why.html {0}`",
            file.display()
        );
    }
    let output = outputs.open(Some(file))?;
    let model = model::load(args.judge.model.as_deref())?;
    let mut options = model::options(args.input.split, &args.judge)?;
    options.page_kinds = true;
    model::check(&model, &options)?;
    let mut judge = Judge::new(&model, options)?;
    let mut outcome = Outcome::default();
    let mut written: Option<String> = None;
    input::each(&args.input, outputs, &mut outcome, |outcome, document, is_page| {
        if !is_page {
            bail!(
                "{}: is a text, and --html FILE writes the report of a web page into FILE: \
                 `gleaner explain --html why.html page.html`; without --html texts are explained too",
                document.place
            );
        }
        if written.is_some() {
            bail!(
                "{}: is a second page, and --html holds one; name one page for each --html FILE",
                document.place
            );
        }
        let (page, units) = Page::read(&document.bytes, Some(document.encoding));
        for kind in page.problems(&units) {
            outcome.problem(&Problem { place: document.place.clone(), kind });
        }
        let judged = judge.page(units)?;
        written = Some(page::render(&document.id.to_string(), &document, &page, &judged, &judge));
        Ok(())
    })?;
    match written {
        Some(view) => outputs.write(output, |out| Ok(out.write_all(view.as_bytes())?))?,
        None if outcome.readable > 0 => bail!("there is no page to show in {}", file.display()),
        None => {}
    }
    Ok(outcome)
}
