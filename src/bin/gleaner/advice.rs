//! The flags that help where the library reports something: it speaks of values, the program of flags.

use gleaner::error::{PredictionProblem, ProblemKind};
use gleaner::{Error, Problem};

/// The flag that helps, where an error of the library has one.
pub fn of_error(error: &Error) -> Option<&'static str> {
    match error {
        Error::MustKeep(_) | Error::Sample(_) => Some("--max-loss sets the loss"),
        Error::Training(_) => {
            Some("--keep names the labels to keep, --min-sites how many sites a feature needs")
        }
        Error::Prediction { kind: PredictionProblem::UnknownParagraph { .. }, .. } => {
            Some("labelled lines are paragraphs: `gleaner score --split lines`")
        }
        _ => None,
    }
}

/// A problem, and what to do about it where a flag helps.
pub fn on_problem(problem: &Problem) -> String {
    match &problem.kind {
        ProblemKind::NoText { .. } => format!("{problem}; name the field of the text with --text-key"),
        ProblemKind::TextNotString { .. } => format!("{problem}; --text-key names the field of the text"),
        ProblemKind::MaxDrop { .. } => {
            format!("{problem}; `--max-drop 1` drops all that is boilerplate")
        }
        // Later rows are wrong for the same reason, and nobody needs to be told again.
        ProblemKind::BadRow(_) if problem.place.record == Some(1) => {
            format!(
                "{problem}; rows are objects, one a line; --from json reads arrays, and objects over several lines"
            )
        }
        ProblemKind::TooLarge { .. } => format!("{problem} (--max-size allows more)"),
        ProblemKind::EmptyPage => {
            format!("{problem}; one that is built by scripts has to be saved by a browser")
        }
        ProblemKind::InvalidBytes { .. } | ProblemKind::DamagedPage { .. } => {
            format!("{problem} (--encoding names another)")
        }
        ProblemKind::Html => format!("{problem}: give --to"),
        _ => problem.to_string(),
    }
}
