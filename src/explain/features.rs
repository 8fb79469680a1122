//! A paragraph's features by name, each with the weights that scoring gave it.

use std::cmp::Reverse;

use crate::bayes::weights::{WEIGHT_SCALE, WEIGHT_STEP, Weights};
use crate::features::extract::Extractor;
use crate::features::place::Place;
use crate::features::{Channel, Name, Sink};
use crate::model::Section;
use crate::split::{Unit, Units};

/// One distinct feature of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Its channel.
    pub channel: Channel,
    /// Its name, as it stands in count tables.
    pub name: String,
    /// Its key.
    pub key: u64,
    /// Whether the model knows it.
    pub known: bool,
    /// What it adds: to all boilerplate pooled, then to each kind; nats times
    /// [`WEIGHT_SCALE`]. Empty where the model does not know it.
    pub weights: Vec<i32>,
}

impl Feature {
    /// What it adds to all boilerplate pooled, in nats; 0 where the model does not know it.
    pub fn pooled(&self) -> f64 {
        self.weights.first().map_or(0.0, |&weight| f64::from(weight) / WEIGHT_SCALE)
    }

    /// What it adds to a kind, in nats; 0 where the model does not know it.
    pub fn of_kind(&self, kind: usize) -> f64 {
        self.weights.get(1 + kind).map_or(0.0, |&weight| f64::from(weight) / WEIGHT_SCALE)
    }

    /// In how many units of each label the model has seen it: labels that are kept first, then this kind, then by
    /// falling count, without the labels that never had it. Empty where the model does not know it, and where its
    /// counts are damaged ([`Section::counts`] says so). Panics for a kind that the model does not have.
    pub fn counts<'m>(&self, model: &'m Section, kind: Option<usize>) -> Vec<(&'m str, u64)> {
        if !self.known {
            return Vec::new();
        }
        let Ok(table) = model.counts() else { return Vec::new() };
        let Some(row) = table.vocabulary().id(self.key) else { return Vec::new() };
        let header = model.header();
        let first = kind.map(|kind| model.classes().label_of_kind(kind));
        let counts = table.row(row);
        let mut labels: Vec<usize> = (0..counts.len()).filter(|&label| counts[label] > 0).collect();
        labels.sort_by_key(|&label| (!header.kept[label], Some(label) != first, Reverse(counts[label])));
        labels.into_iter().map(|label| (header.labels[label].as_str(), counts[label])).collect()
    }
}

/// Features of a block's elements that are listed: a page that nests its elements as deeply as it may would list a
/// thousand times its own bytes. Blocks of wcxb-dev have 109 in the mean, and one in a hundred has more than 291.
pub const LISTED: usize = 512;

/// The features to list, in their order, and how many are left out: of those of elements the [`LISTED`] with the
/// largest log-odds of either sign stay, the first ones where they are equal.
pub fn listed(features: &[Feature]) -> (Vec<&Feature>, usize) {
    let of_elements = |it: &Feature| matches!(it.channel, Channel::Markup | Channel::Inline);
    let mut ranked: Vec<usize> = (0..features.len()).filter(|&i| of_elements(&features[i])).collect();
    if ranked.len() <= LISTED {
        return (features.iter().collect(), 0);
    }
    ranked.sort_by_key(|&i| Reverse(features[i].weights.first().map_or(0, |weight| weight.abs())));
    let mut left_out = vec![false; features.len()];
    ranked[LISTED..].iter().for_each(|&i| left_out[i] = true);
    let stay = features.iter().zip(&left_out).filter(|(_, out)| !**out).map(|(feature, _)| feature).collect();
    (stay, ranked.len() - LISTED)
}

/// The features of paragraph `index` of `count`, channel by channel, in the order in which its text shows them.
pub fn of_text(
    text: &str,
    index: usize,
    count: usize,
    weights: &Weights,
    extractor: &mut Extractor,
) -> Vec<Feature> {
    let place = Place { index: index as u32, count: count as u32 };
    let mut sink = Named { weights, features: Vec::new() };
    extractor.extract(text, Some(place), &mut sink);
    sink.features
}

/// The features of a block, channel by channel: those of its text, then those of its markup, where one feature
/// may come more than once.
pub fn of_block(units: &Units, unit: &Unit, weights: &Weights, extractor: &mut Extractor) -> Vec<Feature> {
    let mut sink = Named { weights, features: Vec::new() };
    extractor.extract(unit.rendered(), None, &mut sink);
    #[cfg(feature = "html")]
    crate::bayes::markup::features(units, unit, &mut sink);
    #[cfg(not(feature = "html"))]
    let _ = units;
    sink.features
}

/// The sink that keeps what the scoring sink adds up.
struct Named<'a> {
    weights: &'a Weights,
    features: Vec<Feature>,
}

impl Sink for Named<'_> {
    const NAMES: bool = true;

    fn feature(&mut self, channel: Channel, key: u64, name: Name<'_>) {
        let row = self.weights.find(key);
        self.features.push(Feature {
            channel,
            name: name.to_text(),
            key,
            known: row.is_some(),
            weights: row
                .unwrap_or_default()
                .into_iter()
                .map(|weight| i32::from(weight) * WEIGHT_STEP)
                .collect(),
        });
    }
}
