//! Writes the report of a run: as JSON, or as the page that [`gleaner::unstable::report::run`] shows.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use gleaner::error::Place;
use gleaner::unstable::report::run::{Examples, Input, Problem, Run, page as shown};

use super::highlights;
use super::run_report::{Failure, RunReport, State};
use crate::output::{Output, Outputs};

/// Writes the report to these files: a page where the name ends so, else JSON.
///
/// # Errors
/// A file that cannot be written.
pub fn write(report: &RunReport, files: Vec<(&Path, Output)>, outputs: &Outputs) -> Result<()> {
    for (file, output) in files {
        let ending = file.extension().and_then(|it| it.to_str()).unwrap_or_default();
        let text = if ["html", "htm"].contains(&ending) {
            page(report)
        } else {
            serde_json::to_string_pretty(report)? + "\n"
        };
        outputs.write(output, |out| Ok(out.write_all(text.as_bytes())?))?;
    }
    Ok(())
}

/// The page.
fn page(report: &RunReport) -> String {
    let counts = &report.counts;
    let (inputs, failures, highlights) = (&report.inputs, &report.failures, &report.highlights);
    let by_kind = |(kind, texts): (&String, &highlights::Texts)| Examples {
        kind: kind.clone(),
        least_sure: texts.least_sure.clone(),
        surest: texts.surest_alone().cloned().collect(),
    };
    shown(&Run {
        command: report.command.to_owned(),
        finished: report.finished,
        seconds: report.seconds,
        threads: report.threads,
        counts: counts.clone(),
        examples: highlights.kinds.iter().map(by_kind).collect(),
        most: highlights.most.clone(),
        near: highlights.near.clone(),
        max_drop: report.max_drop,
        problems: failures.count,
        problem_kinds: failures.by_kind.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect(),
        listed_problems: failures.listed.iter().map(problem).collect(),
        inputs: [inputs.done, inputs.skipped, inputs.unreadable],
        listed_inputs: inputs
            .listed
            .iter()
            .map(|it| Input {
                path: it.path.display().to_string(),
                state: state(it.state).to_owned(),
                documents: it.counts.documents,
                words: it.counts.words,
                dropped_words: it.counts.dropped_words,
            })
            .collect(),
        settings: settings(report),
    })
}

fn state(state: State) -> &'static str {
    match state {
        State::Done => "done",
        State::Skipped => "finished earlier",
        State::Unreadable => "not read to its end",
    }
}

fn problem(it: &Failure) -> Problem {
    let place = Place { path: it.path.clone(), record: it.record, line: it.line, byte: it.byte };
    Problem { place: place.to_string(), message: it.message.clone() }
}

/// What was asked for, and what did it.
fn settings(report: &RunReport) -> Vec<(String, String)> {
    let model = &report.model;
    let file = model.file.as_ref().map_or_else(String::new, |it| format!(", {}", it.display()));
    let own = [
        ("Written by".to_owned(), format!("gleaner {}", report.gleaner)),
        ("Model".to_owned(), format!("{}{file}", model.name)),
        ("Digest of the model".to_owned(), model.digest.clone()),
        ("Digest of all settings".to_owned(), report.settings_digest.clone()),
    ];
    report.in_words.iter().cloned().chain(own).collect()
}
