//! The outputs of a run with an output for each input: none replaces anything that the run reads, or another.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::input::{Listed, Unreadable};
use crate::output::Outputs;
use crate::output::identity::{self, Identity};

/// An input, and where what comes of it goes.
pub struct Planned {
    pub listed: Listed,
    /// With an output each: its place.
    pub place: Option<Place>,
}

/// The output of one input.
pub struct Place {
    /// Below the output folder.
    pub relative: PathBuf,
    /// The whole path.
    pub path: PathBuf,
    /// For what is dropped.
    pub dropped: Option<PathBuf>,
}

/// Checks all places. A file that is to stand where others need a folder cannot be written: its input is none then.
///
/// # Errors
/// An output that would replace an input, or anything else that the run reads or writes, and two inputs with one
/// output.
pub fn check(inputs: &mut [Planned], outputs: &Outputs) -> Result<()> {
    let mut read: HashMap<Identity, &PathBuf> = HashMap::new();
    for planned in &*inputs {
        if let Ok(file) = &planned.listed {
            read.extend(identity::of_input(file).map(|it| (it, file)));
        }
    }
    // Sorted by their parts, so that what stands in a folder follows right behind it.
    let mut places: BTreeMap<&PathBuf, usize> = BTreeMap::new();
    for (number, planned) in inputs.iter().enumerate() {
        let (Some(place), Ok(file)) = (&planned.place, &planned.listed) else { continue };
        for path in [Some(&place.path), place.dropped.as_ref()].into_iter().flatten() {
            if let Some(identity) = identity::of_output(path) {
                if let Some(input) = read.get(&identity) {
                    let whose = if *input == file { "its own output" } else { "an output of this run" };
                    bail!("{}: would be replaced by {whose}; name another folder", input.display());
                }
                if let Some(what) = outputs.claimed_as(&identity) {
                    bail!("{}: is {what}, and an output in the folder would replace it", path.display());
                }
            }
            if let Some(other) = places.insert(path, number)
                && let Ok(other) = &inputs[other].listed
            {
                let (one, two) = (other.display(), file.display());
                bail!("{one} and {two} have the same output, {}", path.display());
            }
        }
    }
    let mut in_the_way = Vec::new();
    for ((path, number), (below, _)) in places.iter().zip(places.iter().skip(1)) {
        if below.starts_with(path) {
            let (path, below) = (path.display(), below.display());
            in_the_way.push((
                *number,
                format!("its output {path} is the folder of {below}; rename one of the inputs"),
            ));
        }
    }
    for (number, what) in in_the_way {
        let planned = &mut inputs[number];
        if let Ok(path) = planned.listed.clone() {
            planned.listed = Err(Unreadable { path, what });
            planned.place = None;
        }
    }
    Ok(())
}
