//! Pages of HTML in, what is left of them out.

use std::path::Path;
use std::sync::Arc;

use gleaner::unstable::judge::{Judge, Judged, Options};
use gleaner::unstable::model::Model;
use gleaner::unstable::read;
use gleaner::unstable::split::html::{Metadata, Page};
use gleaner::unstable::split::{Origin, Role, Unit};
use gleaner::unstable::verdict::Preset;
use gleaner::unstable::write::page as write;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyString};

use crate::text::Text;
use crate::{GleanerError, raised, threads};

/// A model with a section for pages; `gleaner_text.PageModel` documents it.
#[pyclass(frozen, name = "NativePageModel", module = "gleaner_text._gleaner")]
pub struct NativePageModel(Arc<Model>);

impl NativePageModel {
    /// # Errors
    /// `GleanerError` for a model that has no section for pages, or a damaged one.
    fn new(model: Model) -> PyResult<Self> {
        model.pages().map_err(raised)?;
        Ok(Self(Arc::new(model)))
    }
}

#[pymethods]
impl NativePageModel {
    /// The built-in model.
    #[staticmethod]
    fn built_in(py: Python<'_>) -> PyResult<Self> {
        py.detach(|| Self::new(Model::built_in().map_err(raised)?.clone()))
    }

    /// A model from its file's bytes; `path` is for messages.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: PyBackedBytes, path: &str) -> PyResult<Self> {
        py.detach(|| Self::new(Model::from_bytes(&bytes, Path::new(path)).map_err(raised)?))
    }

    /// The model file's bytes.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes = py.detach(|| self.0.to_bytes());
        PyBytes::new(py, &bytes)
    }
}

/// The flags of the program, as Python's keyword arguments; a tuple in this order.
#[derive(FromPyObject)]
pub struct PageSettings {
    #[pyo3(item(0))]
    precision: bool,
    #[pyo3(item(1))]
    recall: bool,
    #[pyo3(item(2))]
    threshold: Option<f64>,
    #[pyo3(item(3))]
    prior: Option<f64>,
    /// Label of the encoding of pages that come as bytes.
    #[pyo3(item(4))]
    encoding: Option<String>,
    /// What is left comes as `text`, `markdown` or `html`.
    #[pyo3(item(5))]
    to: String,
    /// The kind of the pages, where it is known.
    #[pyo3(item(6))]
    kind: Option<String>,
}

#[derive(Clone, Copy)]
enum To {
    Text,
    Markdown,
    Html,
}

impl PageSettings {
    /// # Errors
    /// `GleanerError` for what is out of range, or two thresholds at once.
    fn options(&self, page_kinds: bool) -> PyResult<Options> {
        let bad = |reason: &str| Err(GleanerError::new_err(reason.to_owned()));
        if u8::from(self.precision) + u8::from(self.recall) + u8::from(self.threshold.is_some()) > 1 {
            return bad(
                "precision, recall and threshold each say from where a block is dropped; give one of them",
            );
        }
        if self.threshold.is_some_and(|it| !(0.0..=1.0).contains(&it)) {
            return bad("threshold is a probability from 0 to 1");
        }
        if self.prior.is_some_and(|it| !(it > 0.0 && it < 1.0)) {
            return bad("prior is a share between 0 and 1");
        }
        let preset = match (self.precision, self.recall) {
            (true, _) => Preset::Precision,
            (_, true) => Preset::Recall,
            _ => Preset::Default,
        };
        let (prior, threshold, page_type) = (self.prior, self.threshold, self.kind.clone());
        Ok(Options { prior, preset, threshold, page_type, page_kinds, ..Options::default() })
    }

    fn to(&self) -> PyResult<To> {
        match self.to.as_str() {
            "text" => Ok(To::Text),
            "markdown" => Ok(To::Markdown),
            "html" => Ok(To::Html),
            other => Err(GleanerError::new_err(format!("to is text, markdown or html, not {other}"))),
        }
    }
}

/// A page as it comes from Python.
enum Source {
    Text(Text),
    Bytes(PyBackedBytes),
}

impl Source {
    fn of(page: &Bound<'_, PyAny>) -> PyResult<Self> {
        match page.cast::<PyString>() {
            Ok(text) => Text::of(text).map(Self::Text),
            Err(_) => Ok(Self::Bytes(page.extract()?)),
        }
    }
}

/// A page with what was decided of each of its blocks.
struct Done {
    kept: String,
    found: Option<Analysis>,
    problems: Vec<String>,
}

/// All that is told of a page.
#[derive(Default)]
struct Analysis {
    metadata: Metadata,
    points: Vec<Option<[usize; 2]>>,
    judged: Judged,
    kinds: Vec<Option<String>>,
}

/// What is left of pages.
#[pyfunction]
pub fn clean_pages(
    py: Python<'_>,
    model: &NativePageModel,
    pages: Vec<Bound<'_, PyAny>>,
    settings: PageSettings,
    threads: usize,
) -> PyResult<Vec<String>> {
    let done = each(py, model, &pages, &settings, threads, false)?;
    Ok(done.into_iter().map(|page| page.kept).collect())
}

/// A block: what it is and where; what was decided.
type Block = (Found, Told);

/// Text, code points, what it is for the reader, level of a heading, where it was found, the innermost tags
/// around it.
type Found = (String, Option<usize>, Option<usize>, &'static str, Option<u8>, &'static str, String);

/// Verdict, kind of boilerplate, probability, log-odds, why the verdict differs from the probability.
type Told = (&'static str, Option<String>, f64, f64, Option<&'static str>);

/// A page: what is left; title, author, date, language, address, name of the site; its blocks; what befell it.
type Analyzed = (String, [Option<String>; 6], Vec<Block>, Vec<String>);

/// What is left of pages, what they say of themselves, and every block.
#[pyfunction]
pub fn analyze_pages(
    py: Python<'_>,
    model: &NativePageModel,
    pages: Vec<Bound<'_, PyAny>>,
    settings: PageSettings,
    threads: usize,
) -> PyResult<Vec<Analyzed>> {
    let done = each(py, model, &pages, &settings, threads, true)?;
    Ok(done.into_iter().map(analyzed).collect())
}

fn analyzed(page: Done) -> Analyzed {
    let Analysis { metadata, points, judged, kinds } = page.found.unwrap_or_default();
    let of = |(index, block): (usize, &Unit)| {
        let (decision, [start, end]) =
            (&judged.decisions[index], points[index].map_or([None; 2], |it| it.map(Some)));
        let (role, level) = match block.role {
            Role::Paragraph => ("paragraph", None),
            Role::Heading(level) => ("heading", Some(level)),
            Role::Item => ("item", None),
            Role::Cell => ("cell", None),
            Role::Pre => ("pre", None),
            Role::Term => ("term", None),
            Role::Definition => ("definition", None),
            Role::Caption => ("caption", None),
            Role::Summary => ("summary", None),
            _ => ("other", None),
        };
        let origin = match block.origin {
            Origin::Visible => "visible",
            Origin::Hidden => "hidden",
            Origin::State => "state",
        };
        let verdict = decision.verdict.name();
        let (text, path) = (block.rendered().to_owned(), judged.units.path(block.container));
        let note = decision.reason.map(|reason| reason.name());
        let told = (verdict, kinds[index].clone(), decision.probability, decision.margin, note);
        ((text, start, end, role, level, origin, path), told)
    };
    let rows = judged.units.iter().enumerate().map(of).collect();
    let Metadata { title, author, date, language, url, site_name, .. } = metadata;
    (page.kept, [title, author, date, language, url, site_name], rows, page.problems)
}

fn each(
    py: Python<'_>,
    model: &NativePageModel,
    pages: &[Bound<'_, PyAny>],
    settings: &PageSettings,
    threads: usize,
    whole: bool,
) -> PyResult<Vec<Done>> {
    let pages: Vec<Source> = pages.iter().map(Source::of).collect::<PyResult<_>>()?;
    let (options, to) = (settings.options(whole)?, settings.to()?);
    let encoding = match &settings.encoding {
        Some(label) => Some(read::text::encoding(label).map_err(raised)?),
        None => None,
    };
    let judge = || {
        let mut judge = Judge::new(&model.0, options.clone())?;
        // Whatever is wrong with the options is said before a page is read.
        judge.page(Default::default())?;
        Ok(judge)
    };
    let judges = (0..threads::wanted(threads, pages.len())).map(|_| judge());
    let mut judges: Vec<Judge<'_>> = judges.collect::<Result<_, _>>().map_err(raised)?;
    let done = threads::in_order(py, &pages, &mut judges, |judge, page| {
        let utf_8 = read::text::encoding("utf-8").ok();
        let (bytes, encoding) = match page {
            Source::Text(text) => (text.bytes(), utf_8),
            Source::Bytes(bytes) => (&**bytes, encoding),
        };
        let (page, units) = Page::read(bytes, encoding);
        let problems = page.problems(&units).iter().map(ToString::to_string).collect();
        let judged = judge.page(units)?;
        let gone = judged.dropped();
        let metadata = if whole || matches!(to, To::Html) { page.metadata() } else { Metadata::default() };
        let kept = match to {
            To::Text => write::text(&judged.units, &gone),
            To::Markdown => write::markdown(&judged.units, &gone),
            To::Html => write::html(&judged.units, &gone, &metadata),
        };
        let kind = |decision: &gleaner::unstable::verdict::Decision| {
            decision.shown_kind().map(|kind| judge.kind(kind).to_owned())
        };
        let found = whole.then(|| Analysis {
            metadata,
            points: page.points(),
            kinds: judged.decisions.iter().map(kind).collect(),
            judged,
        });
        Ok::<_, gleaner::Error>(Done { kept, found, problems })
    });
    done.into_iter().collect::<Result<_, _>>().map_err(raised)
}
