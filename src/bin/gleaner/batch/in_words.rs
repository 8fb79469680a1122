//! What a run was asked for, in words, for its report.

use clap::ValueEnum;
use gleaner::unstable::judge::Options;
use gleaner::unstable::verdict::Preset;

use super::Job;
use super::form::Mode;
use super::plan::Compressing;

use crate::args::{Content, From, OnError, To};

/// Everything that decides what is written: a name and what stands behind it.
pub fn of(job: &Job<'_>, options: &Options, compressing: Compressing, memory: bool) -> Vec<(String, String)> {
    let Job { input, form, .. } = job;
    let mut words: Vec<(&str, String)> = Vec::new();
    words.push(("Written", written(form.mode, form.to)));
    words.push(("Dropped from", dropped_from(options)));
    if let Some(prior) = options.prior {
        words.push(("Boilerplate to expect", format!("{} of the paragraphs", percent(prior))));
    }
    if let Some(page_type) = &options.page_type {
        words.push(("Pages are", format!("of the type {page_type}")));
    }
    if form.mode != Mode::Score {
        let limit =
            format!("texts stay whole that would lose more than {} of their words", percent(form.max_drop));
        words.push(("Limit", if form.is_limited() { limit } else { "none".to_owned() }));
    }
    if memory {
        words.push(("Sites", "what stands on several pages of a site goes more easily".to_owned()));
    }
    let content = if input.content == Content::Html { ", their texts as HTML" } else { "" };
    words.push((
        "Inputs are",
        match input.from {
            From::Auto => format!("told apart by name and content{content}"),
            from => format!("{}{content}", value(from)),
        },
    ));
    words.push(("Encoding", input.encoding.clone().unwrap_or_else(|| "found out for each text".to_owned())));
    let keys = format!("{} (text), {} (id), {} (address)", input.text_key, input.id_key, input.url_key);
    words.push(("Fields of rows", keys));
    words.push((
        "Compressed",
        match compressing {
            Compressing::AsInput => "as the input is".to_owned(),
            Compressing::Like(how) => format!("{how:?}").to_lowercase().replace("none", "not at all"),
        },
    ));
    words.push((
        "Documents in trouble",
        match input.on_error {
            OnError::Keep => "pass through untouched".to_owned(),
            OnError::Drop => "are left out".to_owned(),
            OnError::Fail => "end the run".to_owned(),
        },
    ));
    if form.drop_empty {
        words.push(("Documents with nothing left", "are left out".to_owned()));
    }
    words.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn written(mode: Mode, to: Option<To>) -> String {
    match (mode, to) {
        (Mode::Score, _) => "a row for every paragraph".to_owned(),
        (Mode::DryRun, _) => "a row for every paragraph that would go; nothing is changed".to_owned(),
        (Mode::Clean, None) => "documents without what is dropped, in the form of the input".to_owned(),
        (Mode::Clean, Some(to)) => format!("documents without what is dropped, as {}", value(to)),
    }
}

fn dropped_from(options: &Options) -> String {
    match (options.threshold, options.preset) {
        (Some(threshold), _) => format!("a probability of {threshold}"),
        (None, Preset::Default) => "the model’s own threshold".to_owned(),
        (None, preset) => format!("the model’s own threshold for --{}", preset.name()),
    }
}

fn percent(share: f64) -> String {
    let percent = format!("{:.2}", share * 100.0);
    format!("{}%", percent.trim_end_matches('0').trim_end_matches('.'))
}

/// A value as it is typed.
fn value(value: impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |it| it.get_name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_well() {
        assert_eq!(
            written(Mode::Clean, Some(To::Markdown)),
            "documents without what is dropped, as markdown"
        );
        assert_eq!([0.6, 0.125, 1.0].map(percent), ["60%", "12.5%", "100%"]);
        let asked = Options { threshold: Some(0.9), ..Options::default() };
        assert_eq!(dropped_from(&asked), "a probability of 0.9");
        let recall = Options { preset: Preset::Recall, ..Options::default() };
        assert_eq!(dropped_from(&recall), "the model’s own threshold for --recall");
    }
}
