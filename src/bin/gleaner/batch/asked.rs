//! What was asked for, in a form that can be compared: two runs with one digest write the same.

use std::collections::BTreeMap;

use clap::ValueEnum;
use gleaner::unstable::judge::Options;
use serde_json::{Value, json};

use super::Job;
use super::form::Form;
use super::plan::Compressing;
use crate::args::InputArgs;
use crate::site_memory::Memory;

/// Everything that was asked for and changes what is written, each by its flag or its name. Every struct of settings
/// is taken apart in full: a new field that is not mentioned here does not compile.
pub fn settings(
    job: &Job<'_>,
    options: &Options,
    compressing: Compressing,
    memory: Option<&Memory>,
) -> BTreeMap<&'static str, Value> {
    let Job { command, input, form, judge: _, batch: _, site: _, dropped: _, in_place: _ } = job;
    let mut settings =
        BTreeMap::from([("command", json!(command)), ("compress", json!(compression(compressing)))]);
    let InputArgs {
        files: _,
        from,
        content,
        encoding,
        text_key,
        id_key,
        url_key,
        split: _,
        max_size,
        on_error,
        lenient: _,
    } = input;
    settings.extend([
        ("from", typed(from)),
        ("content", typed(content)),
        ("encoding", json!(encoding)),
        ("text-key", json!(text_key)),
        ("id-key", json!(id_key)),
        ("url-key", json!(url_key)),
        ("max-size", json!(max_size)),
        ("on-error", typed(on_error)),
    ]);
    // What is shown on a terminal, counted or reported changes nothing that is written to a file of its own.
    let Form { mode, to, dropped, max_drop, drop_empty, view: _, words: _, told: _, apart: _, headings: _ } =
        form;
    settings.extend([
        ("mode", json!(mode.name())),
        ("to", to.as_ref().map_or(Value::Null, typed)),
        ("dropped", json!(dropped.is_some())),
        ("max-drop", json!(max_drop)),
        ("drop-empty", json!(drop_empty)),
    ]);
    let Options {
        split,
        prior,
        preset,
        threshold,
        page_type,
        every_signal,
        every_kind,
        page_kinds,
        drop_kinds,
    } = options;
    settings.extend([
        ("split", json!(split.to_string())),
        ("prior", json!(prior)),
        ("preset", json!(preset.name())),
        ("threshold", json!(threshold)),
        ("page-type", json!(page_type)),
        ("every-signal", json!(every_signal)),
        ("every-kind", json!(every_kind)),
        ("page-kinds", json!(page_kinds)),
        ("drop-kinds", json!(drop_kinds)),
    ]);
    let memory = memory.map(|memory| match memory {
        Memory::Before(memory) => json!(memory.table().bytes()),
        Memory::Built(memory) => json!(memory.digest()),
    });
    settings.extend(memory.map(|memory| ("site-memory", memory)));
    settings
}

/// A value as it is typed.
fn typed(value: &impl ValueEnum) -> Value {
    value.to_possible_value().map_or(Value::Null, |it| Value::from(it.get_name()))
}

fn compression(compressing: Compressing) -> String {
    match compressing {
        Compressing::AsInput => "as the input".to_owned(),
        Compressing::Like(how) => how.to_string(),
    }
}

/// The digest of settings and of the model that they are for, by that of its file: of both its sections, for text and
/// for pages.
pub fn digest(settings: &BTreeMap<&'static str, Value>, model: &str) -> String {
    let all = json!([env!("CARGO_PKG_VERSION"), model, settings]).to_string();
    blake3::hash(all.as_bytes()).to_hex().to_string()
}
