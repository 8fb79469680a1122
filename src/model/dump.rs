//! A model as text, to read, compare and edit: a line of JSON with its name; then for each section a line of
//! JSON with its header and trees, and its counts as a count table. Weights are left out, because they follow
//! from the counts.

use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Header, Medium, Model, Parts, check, fitted};
use crate::bayes::fit::fit_curves;
use crate::bayes::weights::Classes;
use crate::error::{Error, Place, Result};
use crate::features::counts::CountTable;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    name: String,
    made_by: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    section: String,
    header: Header,
    slope: i32,
    offset: i32,
    trees: Vec<Vec<[i64; 4]>>,
}

/// Writes a model as text. The same model gives the same text.
///
/// # Errors
/// [`Error::Model`] if the model file is damaged, and any error of `out`.
pub fn write(model: &Model, out: &mut dyn Write) -> Result<io::Result<()>> {
    let mut sections = Vec::new();
    for medium in Medium::ALL.into_iter().filter(|&medium| model.has(medium)) {
        sections.push((medium, model.section(medium)?.parts()?));
    }
    let head = Head { name: model.name().to_owned(), made_by: model.made_by().to_owned() };
    let written = || {
        serde_json::to_writer(&mut *out, &head)?;
        writeln!(out)?;
        for (medium, Parts { header, counts, context, .. }) in sections {
            let written = Written {
                section: medium.name().to_owned(),
                header,
                slope: context.slope,
                offset: context.offset,
                trees: fitted::trees(&context),
            };
            serde_json::to_writer(&mut *out, &written)?;
            writeln!(out)?;
            counts.write(out)?;
        }
        Ok(())
    };
    Ok(written())
}

/// Reads the output of [`write()`]. `path` is for messages.
///
/// # Errors
/// [`Error::Model`] or [`Error::Labelled`] if the text has another form.
pub fn read(bytes: &[u8], path: &Path) -> Result<Model> {
    let failed = |reason: String| Error::Model { path: path.to_path_buf(), reason };
    let foreign = |error: serde_json::Error| failed(format!("not a model as text: {error}"));
    let (head, mut rest) = cut(bytes);
    let head: Head = serde_json::from_slice(head).map_err(foreign)?;
    let mut sections = [None, None];
    while !rest.is_empty() {
        let (line, table) = cut(rest);
        // Rows of a count table never begin with `{`.
        let end = table.windows(2).position(|two| two == b"\n{").map_or(table.len(), |at| at + 1);
        let (table, after) = table.split_at(end);
        rest = after;
        let written: Written = serde_json::from_slice(line).map_err(foreign)?;
        let medium = Medium::ALL.into_iter().find(|medium| medium.name() == written.section);
        let medium = medium.ok_or_else(|| failed(format!("unknown section {:?}", written.section)))?;
        if sections[medium as usize].is_some() {
            return Err(failed(format!("it has the section {} twice", medium.name())));
        }
        sections[medium as usize] = Some(parts(written, table, path)?);
    }
    let [text, pages] = sections;
    Model::new(&head.name, &head.made_by, text.as_ref(), pages.as_ref()).map_err(failed)
}

/// Splits off the first line.
fn cut(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|&byte| byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[]),
    }
}

fn parts(written: Written, mut table: &[u8], path: &Path) -> Result<Parts> {
    let failed = |reason: String| Error::Model { path: path.to_path_buf(), reason };
    let Written { header, slope, offset, trees, .. } = written;
    check::header(&header).map_err(failed)?;
    let context = fitted::context(slope, offset, &trees).map_err(failed)?;
    let counts = CountTable::read(&mut table, &Place::of(path))?;
    if counts.labels() != header.labels.as_slice() {
        return Err(failed("its counts have other labels than its header".to_owned()));
    }
    let classes = Classes::new(&header.labels, &header.kept);
    let curves = fit_curves(&counts, &classes, |channel| header.alpha(channel))?;
    Ok(Parts { header, counts, curves, context })
}
