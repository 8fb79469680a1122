//! From names of files to documents, one after another, on one thread.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use gleaner::Problem;
use gleaner::unstable::document::Document;
use gleaner::unstable::report::tally::Tally;

use super::ids::Ids;
use super::items::{self, Item, Note};
use super::markup::looks_like_html;
use super::units::{Input, Settings, Step, Unit};
use super::{list, named, open, reader};
use crate::advice;
use crate::args::{InputArgs, OnError};
use crate::console::remark;
use crate::outcome::Outcome;
use crate::output::Outputs;
use crate::progress::Progress;

/// Hands every document that can be judged to `each`, on this thread, and whether it is a page. Problems are
/// told.
///
/// Memory is that of one document, and of the ids seen so far.
///
/// # Errors
/// What `each` says, a setting that is none, standard input named twice, and with `--on-error fail` the
/// first problem.
pub fn each(
    args: &InputArgs,
    outputs: &Outputs,
    outcome: &mut Outcome,
    mut each: impl FnMut(&mut Outcome, Document, bool) -> Result<()>,
) -> Result<()> {
    let settings = Settings::new(args)?;
    named::check(&args.files)?;
    named::hint_if_typed(&args.files);
    let listing = list::expand(&args.files, None, &outputs.identities());
    listing.remark();
    let listed = listing.files;
    let mut progress = if named::is_typed(&args.files) {
        Progress::hidden()
    } else {
        Progress::new(open::total(listed.iter().flatten()), listed.len())
    };
    let mut markup = false;
    let (mut ids, read) = (Ids::default(), progress.counter());
    for (number, file) in listed.iter().enumerate() {
        let (mut input, mut of_input) = (None::<Arc<Input>>, Tally::default());
        let mut emit = |step: Step| {
            let Step::Unit(unit) = step else { return Ok(()) };
            let size = unit.size() as u64;
            let mut notes = Vec::new();
            let item = match unit {
                Unit::Begin(it) => {
                    input = Some(it);
                    return Ok(());
                }
                Unit::End { error, any } => {
                    if let Some(passed_over) = of_input.passed_over_in_words()
                        && let Some(input) = input.as_ref().filter(|_| of_input.documents == 0)
                    {
                        remark(&no_document(&input.path, &passed_over));
                    }
                    outcome.readable += u64::from(any);
                    return match error {
                        Some(error) if args.on_error == OnError::Fail => Err(error.into()),
                        Some(error) => {
                            outcome.unreadable(&error.into());
                            Ok(())
                        }
                        None => Ok(()),
                    };
                }
                unit => match &input {
                    Some(input) => items::item(unit, input, &settings, &mut |note| notes.push(note)),
                    None => return Ok(()),
                },
            };
            for note in notes {
                match note {
                    Note::Document => {
                        outcome.documents += 1;
                        of_input.documents += 1;
                    }
                    Note::PassedOver(kind) => {
                        *of_input.passed_over.entry(kind.to_owned()).or_default() += 1;
                    }
                    Note::Remark(line) => remark(&line),
                    Note::LooksLikeHtml(place) => {
                        if !markup {
                            remark(&looks_like_html(&place));
                        }
                        markup = true;
                    }
                    Note::Problem(problem) => tell(args.on_error, outcome, &problem)?,
                    Note::Id(id, place) => {
                        if let Some(problem) = ids.seen(id, place) {
                            tell(args.on_error, outcome, &problem)?;
                        }
                    }
                }
            }
            if let (Some(item), Some(input)) = (&item, &input) {
                outcome.met = outcome.met | item.kinds(input.container);
            }
            if let Some((document, is_page)) = item.and_then(Item::document) {
                each(outcome, document, is_page)?;
            }
            progress.add(size, outcome);
            Ok(())
        };
        reader::read(file, number, false, &settings, &read, &mut emit)?;
    }
    Ok(())
}

/// What to say of an archive that holds records, but nothing to judge.
pub fn no_document(archive: &Path, passed_over: &str) -> String {
    format!("{}: holds no text and no page: {passed_over}", archive.display())
}

/// Tells what befell a document.
///
/// # Errors
/// The problem, with `--on-error fail`.
pub fn tell(on_error: OnError, outcome: &mut Outcome, problem: &Problem) -> Result<()> {
    if on_error == OnError::Fail {
        return Err(anyhow!(advice::on_problem(problem)));
    }
    outcome.problem(problem);
    Ok(())
}
