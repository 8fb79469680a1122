//! Writes the report of a run: as JSON, or as the page that [`gleaner::unstable::report::run`] shows.

use std::path::PathBuf;

use anyhow::Result;
use gleaner::unstable::report::run::{Counts, Dropped, Examples, Input, Loss, Problem, Run, page as shown};

use super::highlights;
use super::run_report::{Failure, RunReport, State};
use crate::output;

/// Writes the report to these files: a page where the name ends so, else JSON.
///
/// # Errors
/// A file that cannot be written.
pub fn write(report: &RunReport, files: &[PathBuf]) -> Result<()> {
    for file in files {
        let ending = file.extension().and_then(|it| it.to_str()).unwrap_or_default();
        let text = if ["html", "htm"].contains(&ending) {
            page(report)
        } else {
            serde_json::to_string_pretty(report)? + "\n"
        };
        output::with(Some(file), |out| Ok(out.write_all(text.as_bytes())?))?;
    }
    Ok(())
}

/// The page.
fn page(report: &RunReport) -> String {
    let counts = &report.counts;
    let (inputs, failures, highlights) = (&report.inputs, &report.failures, &report.highlights);
    let by_kind = |(kind, texts): (&String, &highlights::Texts)| Examples {
        kind: kind.clone(),
        least_sure: texts.least_sure.iter().map(dropped).collect(),
        surest: texts.surest_alone().map(dropped).collect(),
    };
    shown(&Run {
        command: report.command.to_owned(),
        finished: report.finished,
        seconds: report.seconds,
        threads: report.threads,
        counts: Counts {
            documents: counts.documents,
            judged: counts.judged,
            changed: counts.changed,
            emptied: counts.emptied,
            paragraphs: counts.paragraphs,
            dropped_paragraphs: counts.dropped_paragraphs,
            unsure_paragraphs: counts.unsure_paragraphs,
            words: counts.words,
            dropped_words: counts.dropped_words,
            read_bytes: counts.read_bytes,
        },
        kinds: counts.dropped_words_by_kind.iter().map(|(kind, words)| (kind.clone(), *words)).collect(),
        examples: highlights.kinds.iter().map(by_kind).collect(),
        most: highlights.most.iter().map(loss).collect(),
        near: highlights.near.iter().map(loss).collect(),
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

fn dropped(it: &highlights::Dropped) -> Dropped {
    let highlights::Dropped { document, text, characters, probability } = it.clone();
    Dropped { document, text, characters, probability }
}

fn loss(it: &highlights::Loss) -> Loss {
    let highlights::Loss { document, words, dropped, whole } = it.clone();
    Loss { document, words, dropped, whole }
}

fn problem(it: &Failure) -> Problem {
    let mut place = it.path.display().to_string();
    for (name, number) in [("record", it.record), ("line", it.line), ("byte", it.byte)] {
        if let Some(number) = number {
            place.push_str(&format!(", {name} {number}"));
        }
    }
    Problem { place, message: it.message.clone() }
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
