//! What a user asks for.

#[cfg(feature = "html")]
use crate::bayes::calibrate::Calibration;
use crate::error::{Error, Result};
use crate::model::Section;
use crate::split::SplitMode;
use crate::verdict::Preset;
use crate::verdict::thresholds::Thresholds;

/// How documents are judged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// How plain text is split.
    pub split: SplitMode,
    /// Share of boilerplate to expect, inside (0, 1); the model's own where absent.
    pub prior: Option<f64>,
    /// Which of the model's own thresholds holds for text, and whether precision or recall counts more for pages.
    pub preset: Preset,
    /// Probability from which a unit is boilerplate, inside [0, 1]; the model's own where absent.
    pub threshold: Option<f64>,
    /// The type that pages are known to be of, a listing for instance: probabilities are then what they are among
    /// pages of that type.
    pub page_type: Option<String>,
    /// Compute the signals even where the model has no tree that looks at them, so that they can be shown.
    pub every_signal: bool,
    /// Look for the kind of editorial units too: what is decided later, by their site, may make them boilerplate.
    pub every_kind: bool,
    /// Look for the kind of blocks of pages.
    pub page_kinds: bool,
    /// Kinds of boilerplate that go; all of them where absent.
    pub drop_kinds: Option<Vec<String>>,
}

impl Options {
    /// What the prior adds to calibrated log-odds, in nats.
    pub(super) fn shift(&self, model: &Section) -> Result<f64> {
        let logit = |share: f64| (share / (1.0 - share)).ln();
        match self.prior {
            None => Ok(0.0),
            Some(prior) if prior > 0.0 && prior < 1.0 => {
                Ok(logit(prior) - logit(model.base_rate().clamp(1e-6, 1.0 - 1e-6)))
            }
            Some(prior) => Err(Error::Setting(format!("a prior lies between 0 and 1, not at {prior}"))),
        }
    }

    /// Numbers of the kinds that go; all of them where none is named.
    pub(super) fn droppable(&self, model: &Section) -> Result<Option<Vec<usize>>> {
        let Some(names) = &self.drop_kinds else { return Ok(None) };
        let kinds: Vec<&str> = (0..model.classes().kinds()).map(|kind| model.kind(kind)).collect();
        let number = |name: &String| {
            kinds.iter().position(|kind| kind == name).ok_or_else(|| {
                Error::Setting(format!(
                    "{name:?} is not a kind of boilerplate that the model knows; it knows {}",
                    kinds.join(", ")
                ))
            })
        };
        names.iter().map(number).collect::<Result<_>>().map(Some)
    }

    /// The thresholds for text.
    pub(super) fn thresholds(&self, model: &Section) -> Result<Thresholds> {
        if let Some(threshold) = self.threshold {
            if !(0.0..=1.0).contains(&threshold) {
                return Err(Error::Setting(format!("a threshold lies between 0 and 1, not at {threshold}")));
            }
            return Ok(Thresholds([model.thresholds()[0].min(threshold), threshold]));
        }
        model
            .thresholds_of(self.preset)
            .map(Thresholds)
            .ok_or_else(|| Error::NoThreshold { model: model.name().to_owned(), preset: self.preset.name() })
    }

    /// The calibration of pages, of the type that was named.
    #[cfg(feature = "html")]
    pub(super) fn calibration_of_type(&self, model: &Section) -> Result<Calibration> {
        let Some(name) = &self.page_type else { return Ok(model.calibration()) };
        model.calibration_of_type(name).ok_or_else(|| {
            let all: Vec<&str> = model.page_types().collect();
            let all = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
            Error::Setting(format!("{name:?} is not a page type that the model knows; it knows {all}"))
        })
    }
}
