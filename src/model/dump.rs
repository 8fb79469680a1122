//! A model as text, to read, compare and edit: its fitted part as one line of JSON, then its counts as a
//! count table. Weights are not in it: they follow from the counts.

use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::fitted::FittedContext;
use super::{Header, Model, Parts, check};
use crate::bayes::fit::fit_curves;
use crate::bayes::weights::Classes;
use crate::error::{Error, Place, Result};
use crate::features::counts::CountTable;

#[derive(Serialize, Deserialize)]
struct Head {
    header: Header,
    fitted: FittedContext,
}

/// Writes a model: the same text for the same model.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(model: &Model, out: &mut dyn Write) -> io::Result<()> {
    let head = Head { header: model.header().clone(), fitted: FittedContext::of(model) };
    serde_json::to_writer(&mut *out, &head)?;
    writeln!(out)?;
    model.parts().counts.write(out)
}

/// Reads what [`write()`] wrote; `path` is for messages.
///
/// # Errors
/// [`Error::Model`] or [`Error::Labelled`] for anything else.
pub fn read(bytes: &[u8], path: &Path) -> Result<Model> {
    let failed = |reason: String| Error::Model { path: path.to_path_buf(), reason };
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len());
    let head: Head = serde_json::from_slice(&bytes[..end])
        .map_err(|error| failed(format!("not a dump of a model: {error}")))?;
    let counts = CountTable::read(&mut bytes.get(end + 1..).unwrap_or(&[]), &Place::of(path))?;
    let header = head.header;
    let fitted = &head.fitted;
    let twice = (header.calibration, header.thresholds, header.presets, header.base_rate);
    if twice != (fitted.calibration, fitted.thresholds, fitted.presets, fitted.base_rate) {
        return Err(failed(
            "its header and its fitted part differ in calibration, thresholds or base rate".to_owned(),
        ));
    }
    check::header(&header).map_err(failed)?;
    if counts.labels() != header.labels.as_slice() {
        return Err(failed("its counts are of other labels".to_owned()));
    }
    let classes = Classes::new(&header.labels, &header.kept);
    let curves = fit_curves(&counts, &classes, |channel| {
        header.alpha_thousandths.get(channel as usize).map_or(1.0, |&thousandths| thousandths as f64 / 1000.0)
    })?;
    Model::new(Parts { header, counts, curves, context: head.fitted.context() }).map_err(failed)
}
