//! Settings of a judge.

use crate::bayes::calibrate::Calibration;
use crate::error::{Error, Result};
use crate::model::Section;
use crate::split::SplitMode;
use crate::verdict::Preset;
use crate::verdict::thresholds::Thresholds;

/// Settings of a judge.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// How text is split.
    pub split: SplitMode,
    /// Expected share of boilerplate, inside (0, 1); `None` for the model's own.
    pub prior: Option<f64>,
    /// Which of the model's thresholds applies to text, and whether precision or recall counts more on pages.
    pub preset: Preset,
    /// Probability from which a unit is boilerplate, inside [0, 1]; `None` for the model's own.
    pub threshold: Option<f64>,
    /// Known type of the pages, `listing` for example. Probabilities are then calibrated for pages of that
    /// type.
    pub page_type: Option<String>,
    /// Compute signals even if the model has no trees, so that they can be shown.
    pub every_signal: bool,
    /// Find the kind of editorial units too, because repetition on the site may make them boilerplate later.
    pub every_kind: bool,
    /// Find the kind of blocks of pages.
    pub page_kinds: bool,
    /// Kinds of boilerplate that are dropped; `None` for all.
    pub drop_kinds: Option<Vec<String>>,
}

impl Options {
    /// Shift of the calibrated log-odds for the prior, in nats.
    pub(super) fn shift(&self, model: &Section) -> Result<f64> {
        let logit = |share: f64| (share / (1.0 - share)).ln();
        match self.prior {
            None => Ok(0.0),
            Some(prior) if prior > 0.0 && prior < 1.0 => {
                Ok(logit(prior) - logit(model.base_rate().clamp(1e-6, 1.0 - 1e-6)))
            }
            Some(prior) => Err(Error::Setting(format!("the prior must be above 0 and below 1, not {prior}"))),
        }
    }

    /// Numbers of the kinds that are dropped; `None` for all.
    pub(super) fn droppable(&self, model: &Section) -> Result<Option<Vec<usize>>> {
        let Some(names) = &self.drop_kinds else { return Ok(None) };
        let kinds: Vec<&str> = (0..model.classes().kinds()).map(|kind| model.kind(kind)).collect();
        let number = |name: &String| {
            kinds.iter().position(|kind| kind == name).ok_or_else(|| {
                Error::Setting(format!(
                    "unknown kind of boilerplate {name:?}; the model has {}",
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
                return Err(Error::Setting(format!(
                    "the threshold must be between 0 and 1, not {threshold}"
                )));
            }
            return Ok(Thresholds([model.thresholds()[0].min(threshold), threshold]));
        }
        model
            .thresholds_of(self.preset)
            .map(Thresholds)
            .ok_or_else(|| Error::NoThreshold { model: model.name().to_owned(), preset: self.preset.name() })
    }

    /// The calibration for pages, of the given page type if there is one.
    #[cfg(feature = "html")]
    pub(super) fn calibration_of_type(&self, model: &Section) -> Result<Calibration> {
        let Some(name) = &self.page_type else { return Ok(model.calibration()) };
        model.calibration_of_type(name).ok_or_else(|| {
            let all: Vec<&str> = model.page_types().collect();
            let all = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
            Error::Setting(format!("unknown page type {name:?}; the model has {all}"))
        })
    }
}
