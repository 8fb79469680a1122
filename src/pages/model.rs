//! What was learnt of pages, and its file.
//!
//! | bytes | what |
//! |---|---|
//! | 14 | `gleaner-pages\n` |
//! | 4 | format version, little-endian |
//! | 8 | length of the body |
//! | body | header (JSON of integers and strings), counts per channel, trees |
//! | 32 | BLAKE3 of everything before |

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use super::tokens::{CHANNELS, Channel};
use super::weights::{Pair, Weights};
use crate::bayes::calibrate::Calibration;
use crate::context::forest::Forest;
use crate::error::{Error, Result};
use crate::features::counts::check_name;
use crate::frame::Frame;
use crate::model::CALIBRATION_SCALE;
use crate::model::fitted::FittedContext;
use crate::model::varint::{self, Reader};
use crate::pages::signals::Signals;

/// The format that this version writes and reads.
pub const FORMAT: u32 = 2;
const FRAME: Frame = Frame {
    magic: b"gleaner-pages\n",
    format: FORMAT,
    foreign: "not a model of pages (write one with `gleaner train --pages … -o MODEL`)",
    damaged: "the model file is damaged, copy or train it again",
};

/// Counts by channel, in the order of the names.
pub type Counts = Vec<Vec<(String, Pair)>>;

/// A model of pages.
#[derive(Debug)]
pub struct PageModel {
    counts: Counts,
    fitted: FittedContext,
    weights: Weights,
    forest: Forest,
    calibration: Calibration,
    kinds: BTreeMap<String, Calibration>,
}

static BUILT_IN: &[u8] = include_bytes!("../../models/pages.gleaner");

impl PageModel {
    /// A model of these parts.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(counts: Counts, fitted: FittedContext) -> Result<Self, String> {
        if counts.len() != CHANNELS {
            return Err(format!("{} channels of {CHANNELS}", counts.len()));
        }
        for rows in &counts {
            if rows.windows(2).any(|two| two[0].0 >= two[1].0) {
                return Err("its names are out of order".to_owned());
            }
        }
        let context = fitted.context();
        let width = Signals::names().len();
        if !context.trees.iter().all(|tree| tree.is_sound(width)) {
            return Err("a tree in it leads nowhere".to_owned());
        }
        let calibration = calibration(fitted.calibration)?;
        let kinds = fitted.kinds.iter().map(|(kind, &fixed)| Ok((kind.clone(), self::calibration(fixed)?)));
        let kinds = kinds.collect::<Result<_, String>>()?;
        Ok(Self {
            weights: Weights::of_counts(&counts),
            forest: Forest::new(&context),
            calibration,
            kinds,
            counts,
            fitted,
        })
    }

    /// The built-in model, read at the first call.
    ///
    /// # Errors
    /// [`Error::Model`], were the program's own file damaged.
    pub fn built_in() -> Result<&'static Self> {
        static MODEL: OnceLock<Result<PageModel, String>> = OnceLock::new();
        MODEL.get_or_init(|| Self::decode(BUILT_IN)).as_ref().map_err(|reason| Error::Model {
            path: "the built-in model of pages".into(),
            reason: reason.clone(),
        })
    }

    /// Whether these bytes begin as the file of a model of pages.
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(FRAME.magic)
    }

    /// Reads a file's bytes; `path` is for messages.
    ///
    /// # Errors
    /// [`Error::Model`] for anything but what [`PageModel::to_bytes`] gives.
    pub fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self> {
        Self::decode(bytes).map_err(|reason| Error::Model { path: path.to_path_buf(), reason })
    }

    /// The file's bytes: the same for the same parts. Cannot fail.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        let fitted = self.fitted.to_text();
        varint::put(&mut body, fitted.len() as u64);
        body.extend(fitted.into_bytes());
        for rows in &self.counts {
            varint::put(&mut body, rows.len() as u64);
            let mut before = "";
            for (name, pair) in rows {
                let shared = name.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
                varint::put(&mut body, shared as u64);
                varint::put(&mut body, (name.len() - shared) as u64);
                body.extend(&name.as_bytes()[shared..]);
                pair.iter().for_each(|&count| varint::put(&mut body, count.into()));
                before = name;
            }
        }
        FRAME.close(&body)
    }

    fn decode(file: &[u8]) -> Result<Self, String> {
        let damaged = || FRAME.damaged("its tables are not what was written");
        let mut reader = Reader::new(FRAME.open(file)?);
        let length = reader.length()?;
        let fitted = serde_json::from_slice(reader.bytes(length)?)
            .map_err(|error| format!("its header cannot be read: {error}"))?;
        let mut counts = Counts::new();
        for _ in Channel::ALL {
            let mut rows: Vec<(String, Pair)> = Vec::new();
            for _ in 0..reader.length()? {
                let before = rows.last().map_or("", |(name, _)| name.as_str());
                let shared = usize::try_from(reader.number()?).map_err(|_| damaged())?;
                let length = reader.length()?;
                let mut name = before.as_bytes().get(..shared).ok_or_else(damaged)?.to_vec();
                name.extend(reader.bytes(length)?);
                let name = String::from_utf8(name).map_err(|_| damaged())?;
                let mut count = || {
                    let number = reader.number()?;
                    u32::try_from(number).map_err(|_| damaged())
                };
                rows.push((name, [count()?, count()?]));
            }
            counts.push(rows);
        }
        if !reader.is_done() {
            return Err(damaged());
        }
        Self::new(counts, fitted)
    }

    /// What features weigh.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The trees.
    pub fn forest(&self) -> &Forest {
        &self.forest
    }

    /// Margins to probabilities.
    pub fn calibration(&self) -> Calibration {
        self.calibration
    }

    /// The same for pages of a kind that is known, by kind.
    pub fn kinds(&self) -> &BTreeMap<String, Calibration> {
        &self.kinds
    }

    /// Counts by channel.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// What was fitted.
    pub fn fitted(&self) -> &FittedContext {
        &self.fitted
    }

    /// The counts as text: a line per feature, its channel, name, and counts, separated by tabs.
    pub fn counts_to_text(counts: &Counts) -> String {
        let mut text = format!("{COUNTS_HEADER}\n");
        for (rows, channel) in counts.iter().zip(Channel::ALL) {
            for (name, [kept, other]) in rows {
                text.push_str(&format!("{}\t{name}\t{kept}\t{other}\n", channel.name()));
            }
        }
        text
    }

    /// Reads what [`PageModel::counts_to_text`] gives.
    ///
    /// # Errors
    /// The line that is wrong.
    pub fn counts_of_text(text: &str) -> Result<Counts, String> {
        let mut counts: Counts = vec![Vec::new(); CHANNELS];
        let mut lines = text.lines();
        if lines.next() != Some(COUNTS_HEADER) {
            return Err(format!("its first line is not {COUNTS_HEADER:?}"));
        }
        for (number, line) in lines.enumerate() {
            let wrong = || format!("line {}: not a channel, a name and two counts", number + 2);
            let parts: Vec<&str> = line.split('\t').collect();
            let [channel, name, kept, other] = parts[..] else { return Err(wrong()) };
            let channel = Channel::from_name(channel).ok_or_else(wrong)?;
            check_name(name)?;
            let count = |text: &str| text.parse::<u32>().map_err(|_| wrong());
            counts[channel as usize].push((name.to_owned(), [count(kept)?, count(other)?]));
        }
        Ok(counts)
    }
}

/// A calibration from its fixed-point numbers.
fn calibration(fixed: [i64; 2]) -> Result<Calibration, String> {
    let [slope, offset] = fixed.map(|value| value as f64 / CALIBRATION_SCALE);
    if slope <= 0.0 {
        return Err("its calibration does not ascend".to_owned());
    }
    Ok(Calibration { slope, offset })
}

/// First line of the counts as text.
const COUNTS_HEADER: &str = "# gleaner page counts 1";
