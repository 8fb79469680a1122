//! What was asked for, in a form that can be compared: two runs with one digest write the same.

use std::collections::BTreeMap;

use gleaner::unstable::judge::Options;
use serde_json::{Value, json};

use super::Job;
use super::plan::Compressing;
use crate::site_memory::Memory;

/// Everything that was asked for and changes what is written, by its flag.
pub fn settings(
    job: &Job<'_>,
    options: &Options,
    compressing: Compressing,
    memory: Option<&Memory>,
) -> BTreeMap<&'static str, Value> {
    let Job { input, form, .. } = job;
    let debug = |it: &dyn std::fmt::Debug| Value::from(format!("{it:?}").to_lowercase());
    let mut settings = BTreeMap::from([
        ("mode", debug(&form.mode)),
        ("to", debug(&form.to)),
        ("compress", debug(&compressing)),
        ("dropped", json!(form.dropped.is_some())),
        ("max-drop", json!(form.max_drop)),
        ("drop-empty", json!(form.drop_empty)),
        ("from", debug(&input.from)),
        ("content", debug(&input.content)),
        ("encoding", json!(input.encoding)),
        ("text-key", json!(input.text_key)),
        ("id-key", json!(input.id_key)),
        ("url-key", json!(input.url_key)),
        ("max-size", json!(input.max_size)),
        ("on-error", debug(&input.on_error)),
        ("judge", debug(options)),
    ]);
    let memory = memory.map(|memory| match memory {
        Memory::Before(memory) => json!(memory.table().bytes()),
        Memory::Built(memory) => json!(memory.digest()),
    });
    settings.extend(memory.map(|memory| ("site-memory", memory)));
    settings
}

/// The digest of settings and of the model that they are for.
pub fn digest(settings: &BTreeMap<&'static str, Value>, model: &str) -> String {
    let all = json!([env!("CARGO_PKG_VERSION"), model, settings]).to_string();
    blake3::hash(all.as_bytes()).to_hex().to_string()
}
