//! The builder of a cleaner.

use std::path::Path;
use std::sync::Arc;

use super::{Cleaner, Held, Settled};
use crate::error::{Error, Result};
use crate::judge::Options;
use crate::model::{Medium, Model};
use crate::split::SplitMode;
use crate::verdict::Preset;

/// Default for the largest share of a text's words that may be dropped.
const MAX_DROP: f64 = 0.6;

/// Settings of a [`Cleaner`].
///
/// | setting | default | range |
/// |---|---|---|
/// | [`model`](Self::model) | the built-in one | bytes of a model file |
/// | [`preset`](Self::preset) | [`Preset::Default`] | |
/// | [`threshold`](Self::threshold) | the model's, or a page's own | 0 to 1 |
/// | [`prior`](Self::prior) | the model's | above 0, below 1 |
/// | [`max_drop`](Self::max_drop) | 0.6 | 0 to 1 |
/// | [`drop_kinds`](Self::drop_kinds) | all | kinds of the model |
/// | [`split`](Self::split) | [`SplitMode::Auto`] | |
/// | [`page_type`](Self::page_type) | unknown | types of the model |
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Builder {
    model: Option<Vec<u8>>,
    options: Options,
    max_drop: Option<f64>,
}

impl Builder {
    /// Sets the model, given the bytes of a file that `gleaner train` wrote. If it has no section for texts
    /// or for pages, the built-in model judges these.
    pub fn model(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.model = Some(bytes.into());
        self
    }

    /// Chooses a preset, which drops more or less than the default.
    pub fn preset(mut self, preset: Preset) -> Self {
        self.options.preset = preset;
        self
    }

    /// Drops a unit from this probability of boilerplate on, whatever the preset.
    pub fn threshold(mut self, probability: f64) -> Self {
        self.options.threshold = Some(probability);
        self
    }

    /// Sets the expected share of boilerplate.
    pub fn prior(mut self, share: f64) -> Self {
        self.options.prior = Some(share);
        self
    }

    /// Keeps a text whole if more than this share of its words would be dropped. Does not apply to pages.
    pub fn max_drop(mut self, share: f64) -> Self {
        self.max_drop = Some(share);
        self
    }

    /// Drops only boilerplate of these kinds. Other boilerplate is kept, with
    /// [`Reason::KindKept`](crate::Reason::KindKept).
    pub fn drop_kinds<S: Into<String>>(mut self, kinds: impl IntoIterator<Item = S>) -> Self {
        self.options.drop_kinds = Some(kinds.into_iter().map(Into::into).collect());
        self
    }

    /// Sets how texts are split into units.
    pub fn split(mut self, split: SplitMode) -> Self {
        self.options.split = split;
        self
    }

    /// Sets the known type of all pages, `listing` for example.
    pub fn page_type(mut self, page_type: impl Into<String>) -> Self {
        self.options.page_type = Some(page_type.into());
        self
    }

    /// Builds the cleaner.
    ///
    /// # Errors
    /// [`Error::Model`] for bytes that are not a valid model; [`Error::Setting`] and [`Error::NoThreshold`]
    /// for settings that are out of range or that the model does not have.
    pub fn build(self) -> Result<Cleaner> {
        let max_drop = self.max_drop.unwrap_or(MAX_DROP);
        if !(0.0..=1.0).contains(&max_drop) {
            return Err(Error::Setting(format!(
                "the largest share to drop must be between 0 and 1, not {max_drop}"
            )));
        }
        let model = match self.model {
            Some(bytes) => Held::Own(Box::new(Model::from_bytes(&bytes, Path::new("the given model"))?)),
            None => Held::BuiltIn(Model::built_in()?),
        };
        model.judge(Medium::Text, self.options.clone())?.text(&super::utf_8(b""))?;
        #[cfg(feature = "html")]
        model.judge(Medium::Page, self.options.clone())?.page(Default::default())?;
        Ok(Cleaner(Arc::new(Settled { model, options: self.options, max_drop })))
    }
}
