//! Texts in, cleaned texts and verdicts out.

use std::borrow::Cow;

use gleaner::error::Place;
use gleaner::unstable::document::Document;
use gleaner::unstable::explain::{Explainer, wording};
use gleaner::unstable::judge::{Judge, Judged};
use gleaner::unstable::read;
use gleaner::unstable::verdict::{Decision, Verdict};
use gleaner::unstable::write::text::keep;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::model::NativeModel;
use crate::raised;
use crate::settings::Settings;
use crate::text::{CodePoints, Text, to_python};
use crate::threads;

/// Cleans texts; one that loses nothing comes back as the object that it was.
#[pyfunction]
pub fn clean<'py>(
    py: Python<'py>,
    model: &NativeModel,
    texts: Vec<Bound<'py, PyString>>,
    settings: Settings,
    threads: usize,
) -> PyResult<Bound<'py, PyList>> {
    let kept = each(py, model, &texts, &settings, threads, |document, judged| kept(document, &judged))?;
    let cleaned: Vec<_> = texts
        .into_iter()
        .zip(kept)
        .map(|(text, kept)| kept.map_or(Ok(text), |kept| to_python(py, &kept)))
        .collect::<PyResult<_>>()?;
    PyList::new(py, cleaned)
}

/// A paragraph: its text, where it stands in code points, verdict, kind, probability, log-odds, and why the verdict
/// is milder than the probability.
type Paragraph<'py> =
    (Bound<'py, PyString>, usize, usize, &'static str, Option<String>, f64, f64, Option<&'static str>);

/// What came of a text: what is left of it, its number of paragraphs, those that were dropped, and what befell it.
type Examined<'py> = (Bound<'py, PyString>, usize, Vec<Paragraph<'py>>, Vec<String>);

/// Cleans texts, and says what went.
#[pyfunction]
pub fn examine<'py>(
    py: Python<'py>,
    model: &NativeModel,
    texts: Vec<Bound<'py, PyString>>,
    settings: Settings,
    threads: usize,
) -> PyResult<Vec<Examined<'py>>> {
    let all = each(py, model, &texts, &settings, threads, |document, judged| {
        let problems = document.problems.iter().chain(&judged.problems);
        let problems: Vec<String> = problems.map(|problem| problem.kind.to_string()).collect();
        let mut points = CodePoints::new(&document.bytes);
        let found = judged.units.iter().zip(&judged.decisions);
        let gone: Vec<_> = found
            .filter(|(_, decision)| decision.verdict == Verdict::Boilerplate)
            .map(|(paragraph, &decision)| {
                let span = [points.at(paragraph.range().start), points.at(paragraph.range().end)];
                (document.bytes[paragraph.range()].to_vec(), span, decision)
            })
            .collect();
        (kept(document, &judged), judged.units.len(), gone, problems)
    })?;
    let model = model.section()?;
    let rows = texts.into_iter().zip(all);
    rows.map(|(text, (kept, count, gone, problems))| {
        let text = kept.map_or(Ok(text), |kept| to_python(py, &kept))?;
        let gone = gone.into_iter().map(|(text, [start, end], decision)| {
            let (verdict, kind, probability, log_odds, note) = told(model, decision);
            Ok((to_python(py, &text)?, start, end, verdict, kind, probability, log_odds, note))
        });
        Ok((text, count, gone.collect::<PyResult<_>>()?, problems))
    })
    .collect()
}

/// A feature that the model knows: channel, name, how it reads, log-odds in nats.
type Reason = (&'static str, String, String, f64);

/// Judges every paragraph of a text, each with the `top` features that weigh most in either direction.
#[pyfunction]
pub fn analyze<'py>(
    py: Python<'py>,
    model: &NativeModel,
    text: Bound<'py, PyString>,
    settings: Settings,
    top: usize,
) -> PyResult<Vec<(Paragraph<'py>, Vec<Reason>)>> {
    let text = Text::of(&text)?;
    let options = settings.options()?;
    let rows = py.detach(|| {
        let mut judge = Judge::new(model.model(), options).map_err(raised)?;
        let document = document(text.bytes());
        let mut judged = judge.text(&document).map_err(raised)?;
        judged.guard(&document, settings.max_drop);
        let mut points = CodePoints::new(&document.bytes);
        let mut explainer = Explainer::new(&judge, &judged);
        let mut rows = Vec::with_capacity(judged.units.len());
        for (index, paragraph) in judged.units.iter().enumerate() {
            let explanation = explainer.unit(&document, index);
            let mut features = explanation.ranked();
            features.sort_by(|a, b| b.pooled().abs().total_cmp(&a.pooled().abs()));
            let reasons: Vec<Reason> = features
                .into_iter()
                .take(top)
                .map(|it| {
                    let reads = wording::feature(it.channel, &it.name);
                    (it.channel.name(), it.name.clone(), reads, it.pooled())
                })
                .collect();
            let span = [points.at(paragraph.range().start), points.at(paragraph.range().end)];
            rows.push((paragraph.range(), span, judged.decisions[index], reasons));
        }
        Ok::<_, PyErr>(rows)
    })?;
    let model = model.section()?;
    rows.into_iter()
        .map(|(bytes, [start, end], decision, reasons)| {
            let (verdict, kind, probability, log_odds, note) = told(model, decision);
            let text = to_python(py, &text.bytes()[bytes])?;
            Ok(((text, start, end, verdict, kind, probability, log_odds, note), reasons))
        })
        .collect()
}

fn told(
    model: &gleaner::unstable::model::Section,
    decision: Decision,
) -> (&'static str, Option<String>, f64, f64, Option<&'static str>) {
    let kind = decision.shown_kind().map(|kind| model.kind(kind).to_owned());
    let Decision { verdict, probability, margin, reason, .. } = decision;
    (verdict.name(), kind, probability, margin, reason.map(|reason| reason.name()))
}

/// A text as a document. Like a field of JSONL it is UTF-8, whatever it looks like.
fn document(bytes: &[u8]) -> Document {
    let utf_8 = read::text::encoding("utf-8").ok();
    read::text::document("".into(), Place::default(), bytes.to_vec(), utf_8)
}

/// What is left; none where that is everything.
fn kept(document: &Document, judged: &Judged) -> Option<Vec<u8>> {
    match keep(document, &judged.units, &judged.dropped()) {
        Cow::Borrowed(all) if all.len() == document.bytes.len() => None,
        kept => Some(kept.into_owned()),
    }
}

/// Judges every text without the interpreter and hands it to `take`; results come in the order of the texts.
fn each<T: Send>(
    py: Python<'_>,
    model: &NativeModel,
    texts: &[Bound<'_, PyString>],
    settings: &Settings,
    threads: usize,
    take: impl Fn(&Document, Judged) -> T + Sync,
) -> PyResult<Vec<T>> {
    let texts: Vec<Text> = texts.iter().map(Text::of).collect::<PyResult<_>>()?;
    let options = settings.options()?;
    let judges =
        (0..threads::wanted(threads, texts.len())).map(|_| Judge::new(model.model(), options.clone()));
    let mut judges: Vec<Judge<'_>> = judges.collect::<Result<_, _>>().map_err(raised)?;
    let all = threads::in_order(py, &texts, &mut judges, |judge, text| {
        let document = document(text.bytes());
        let mut judged = judge.text(&document)?;
        judged.guard(&document, settings.max_drop);
        Ok::<_, gleaner::Error>(take(&document, judged))
    });
    all.into_iter().collect::<Result<_, _>>().map_err(raised)
}
