//! Fitted context, calibration and thresholds as a file of integers. They are the part of a model that needs
//! whole documents to fit, so that a model can be rebuilt without those documents.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Presets, Section, fixed_calibration, millionths};
use crate::context::Context;
use crate::context::trees::{Node, Tree};
use crate::error::Error;
use crate::verdict::{CAUTIOUS, UNSURE};

/// Fitted integers; see the fields of [`crate::model::Header`] with the same names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittedContext {
    /// How it was made.
    pub made_by: String,
    /// Slope and offset of the calibration.
    pub calibration: [i64; 2],
    /// Thresholds, in millionths.
    pub thresholds: [u32; 2],
    /// Thresholds of the presets, in millionths.
    #[serde(default, skip_serializing_if = "Presets::is_empty")]
    pub presets: Presets,
    /// For pages: slope and offset of the calibration for each page type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub page_types: BTreeMap<String, [i64; 2]>,
    /// Share of boilerplate, in millionths.
    pub base_rate: u32,
    /// Slope of the straight line.
    pub slope: i32,
    /// Offset of the straight line.
    pub offset: i32,
    /// Out-of-fold figures.
    pub evaluation: BTreeMap<String, i64>,
    /// Trees, each a list of `[signal, threshold, left, value]`.
    pub trees: Vec<Vec<[i64; 4]>>,
}

impl FittedContext {
    /// Creates the fitted integers from a context, calibration and thresholds.
    pub fn new(
        context: &Context,
        calibration: [i64; 2],
        (thresholds, presets): ([u32; 2], Presets),
        base_rate: u32,
        evaluation: BTreeMap<String, i64>,
    ) -> Self {
        Self {
            made_by: String::new(),
            calibration,
            thresholds,
            presets,
            page_types: BTreeMap::new(),
            base_rate,
            slope: context.slope,
            offset: context.offset,
            evaluation,
            trees: trees(context),
        }
    }

    /// Returns the integers for a model with counts only: own log-odds unchanged, cautious thresholds.
    pub fn untrained() -> Self {
        let context = Context { slope: 64, offset: 0, trees: Vec::new() };
        let thresholds = [UNSURE, CAUTIOUS].map(millionths);
        Self::new(
            &context,
            fixed_calibration(Default::default()),
            (thresholds, Presets::default()),
            millionths(0.5),
            BTreeMap::new(),
        )
    }

    /// Returns the fitted integers of a section.
    pub fn of(section: &Section) -> Self {
        let header = section.header();
        let fitted = Self::new(
            section.context(),
            header.calibration,
            (header.thresholds, header.presets),
            header.base_rate,
            header.evaluation.clone(),
        );
        Self { page_types: header.page_types.clone(), ..fitted }
    }

    /// Returns the context.
    ///
    /// # Errors
    /// Returns which number is out of range.
    pub fn context(&self) -> Result<Context, String> {
        context(self.slope, self.offset, &self.trees)
    }

    /// Reads a file. `path` is for messages.
    ///
    /// # Errors
    /// [`Error::Model`] if the bytes have another form than the output of [`FittedContext::to_text`].
    pub fn read(bytes: &[u8], path: &Path) -> crate::Result<Self> {
        serde_json::from_slice(bytes).map_err(|error| Error::Model {
            path: path.to_path_buf(),
            reason: format!("not a fitted context: {error}"),
        })
    }

    /// Returns the text of the file: JSON, with one tree per line.
    pub fn to_text(&self) -> String {
        let mut head = self.clone();
        head.trees = Vec::new();
        let head = serde_json::to_string_pretty(&head).expect("strings and integers are always JSON");
        let trees: Vec<String> = self
            .trees
            .iter()
            .map(|tree| serde_json::to_string(tree).expect("integers are always JSON"))
            .collect();
        head.replace("\"trees\": []", &format!("\"trees\": [\n{}\n]", trees.join(",\n")))
    }
}

/// Converts the trees of a context to text form: lists of `[signal, threshold, left, value]`.
pub(super) fn trees(context: &Context) -> Vec<Vec<[i64; 4]>> {
    let node =
        |n: &Node| [i64::from(n.signal), i64::from(n.threshold), i64::from(n.left), i64::from(n.value)];
    context.trees.iter().map(|tree| tree.0.iter().map(node).collect()).collect()
}

/// Creates a context from trees in text form.
pub(super) fn context(slope: i32, offset: i32, trees: &[Vec<[i64; 4]>]) -> Result<Context, String> {
    fn fit<T: TryFrom<i64>>(number: i64) -> Result<T, String> {
        T::try_from(number).map_err(|_| format!("{number} in a tree is out of range"))
    }
    let node = |&[signal, threshold, left, value]: &[i64; 4]| {
        Ok(Node { signal: fit(signal)?, threshold: fit(threshold)?, left: fit(left)?, value: fit(value)? })
    };
    let tree = |nodes: &Vec<[i64; 4]>| Ok(Tree(nodes.iter().map(node).collect::<Result<_, String>>()?));
    Ok(Context { slope, offset, trees: trees.iter().map(tree).collect::<Result<_, String>>()? })
}
