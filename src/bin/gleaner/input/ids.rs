//! Ids of documents, to notice one that comes twice.

use std::collections::HashSet;

use gleaner::Problem;
use gleaner::error::{Place, ProblemKind};
use serde_json::Value;

use crate::console::remark;

/// Ids that are remembered to tell when one comes twice, as hashes of 64 bits: some 75 MB at most. Among
/// so many, the odds that two different ones look the same are one in a million.
const MAX_IDS: usize = 7 << 20;

/// Ids met so far.
#[derive(Default)]
pub struct Ids {
    hashes: HashSet<u64>,
}

impl Ids {
    /// Remembers an id; the problem, if it has been seen before.
    pub fn seen(&mut self, id: Value, place: Place) -> Option<Problem> {
        let id = id.to_string();
        let hash = xxhash_rust::xxh3::xxh3_64(id.as_bytes());
        if self.hashes.contains(&hash) {
            return Some(Problem { place, kind: ProblemKind::DuplicateId { id } });
        }
        if self.hashes.len() < MAX_IDS {
            self.hashes.insert(hash);
            if self.hashes.len() == MAX_IDS {
                remark(&format!("{MAX_IDS} ids were seen; later ones are compared with those only"));
            }
        }
        None
    }
}
