//! Texts without a document around them: naive Bayes alone.

use gleaner::unstable::bayes::evidence::{Evidence, Scorer, tempered};
use gleaner::unstable::bayes::weights::WEIGHT_SCALE;
use gleaner::unstable::features::Channel;
use gleaner::unstable::features::extract::Extractor;
use gleaner::unstable::model::Section;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::model::NativeModel;
use crate::text::Text;

/// Channels of tokens.
const TOKENS: [Channel; 3] = [Channel::Words, Channel::Pairs, Channel::Edges];

/// For each text the log-odds, in nats, of all labels that are not kept together, then of each of them by itself,
/// against the kept ones, no prior included; tempered by length, as documents' paragraphs are.
#[pyfunction]
pub fn log_odds(
    py: Python<'_>,
    model: &NativeModel,
    texts: Vec<Bound<'_, PyString>>,
) -> PyResult<Vec<Vec<f64>>> {
    let texts: Vec<Text> = texts.iter().map(Text::of).collect::<PyResult<_>>()?;
    let model = model.section()?;
    Ok(py.detach(|| {
        let mut reader = Reader::new(model);
        texts.iter().map(|text| reader.log_odds(&String::from_utf8_lossy(text.bytes()))).collect()
    }))
}

/// What reads one text after another uses again.
struct Reader<'m> {
    model: &'m Section,
    extractor: Extractor,
    scorer: Scorer<'m>,
    evidence: Evidence,
}

impl<'m> Reader<'m> {
    fn new(model: &'m Section) -> Self {
        let scorer = Scorer::new(model.weights());
        Self { model, extractor: Extractor::default(), scorer, evidence: Evidence::default() }
    }

    fn log_odds(&mut self, text: &str) -> Vec<f64> {
        let Self { model, extractor, scorer, evidence } = self;
        evidence.clear(model.weights().stride(), Channel::TEXT.len(), false);
        scorer.read(extractor, text, None, evidence);
        let terms = TOKENS.map(|channel| evidence.known(0, channel)).iter().sum();
        let sum = |column: usize| TOKENS.map(|channel| evidence.channel(0, channel)[column]).iter().sum();
        let shape = evidence.channel(0, Channel::Shape);
        let of = |column: usize| f64::from(tempered(sum(column), terms) + shape[column] / 4) / WEIGHT_SCALE;
        (0..=model.classes().kinds()).map(of).collect()
    }
}
