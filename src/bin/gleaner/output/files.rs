//! What a run reads and what it writes: no output may take the place of anything else that the run has to do with.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::identity::{self, Identity};
use super::standard::{STDOUT, is_standard, names_standard_output};

/// What an input is called. Documents may be cleaned in place; nothing else may be both read and replaced.
const INPUT: &str = "an input";
/// What the results of a run are called where no flag names them.
pub const OUTPUT: &str = "the output";

/// The files of a run, each with what it is to it.
#[derive(Default)]
pub struct Files<'a> {
    reads: Vec<(&'static str, &'a Path)>,
    writes: Vec<(&'static str, &'a Path)>,
    in_place: bool,
}

impl<'a> Files<'a> {
    /// What is read, in words: "the model".
    #[must_use]
    pub fn reads<P: AsRef<Path> + ?Sized + 'a>(
        mut self,
        what: &'static str,
        files: impl IntoIterator<Item = &'a P>,
    ) -> Self {
        self.reads.extend(files.into_iter().map(|file| (what, file.as_ref())));
        self
    }

    /// The documents: files and folders, or else standard input.
    #[must_use]
    pub fn inputs(self, files: &'a [PathBuf]) -> Self {
        if files.is_empty() { self.reads(INPUT, ["-"]) } else { self.reads(INPUT, files) }
    }

    /// What is written, by its flag.
    #[must_use]
    pub fn writes<P: AsRef<Path> + ?Sized + 'a>(
        mut self,
        flag: &'static str,
        files: impl IntoIterator<Item = &'a P>,
    ) -> Self {
        self.writes.extend(files.into_iter().map(|file| (flag, file.as_ref())));
        self
    }

    /// Where the results go: to a file (`-o`), or else to standard output.
    #[must_use]
    pub fn results(mut self, file: Option<&'a Path>) -> Self {
        self.writes.push((if file.is_some() { "-o" } else { OUTPUT }, file.unwrap_or(Path::new("-"))));
        self
    }

    /// Lets `-o` be the only input: it is swapped whole, at the end.
    #[must_use]
    pub fn in_place(mut self) -> Self {
        self.in_place = true;
        self
    }

    /// Files that are written.
    pub fn written(&self) -> impl Iterator<Item = &'a Path> + '_ {
        self.writes.iter().map(|(_, file)| *file)
    }

    /// What stands behind all names, in words.
    pub fn identities(&self) -> impl Iterator<Item = (Identity, &'static str)> + '_ {
        let read = self.reads.iter().filter_map(|&(what, file)| Some((identity::of_input(file)?, what)));
        read.chain(self.writes.iter().filter_map(|&(flag, file)| Some((identity::of_output(file)?, flag))))
    }

    /// Whether `-o` is the only input. Whatever is read is looked for among what is written, by identity.
    ///
    /// # Errors
    /// An output that would replace something that is read, or another output.
    pub fn check(&self) -> Result<bool> {
        let mut written: HashMap<Identity, (&str, &Path)> = HashMap::new();
        for &(flag, file) in &self.writes {
            let Some(identity) = identity::of_output(file) else { continue };
            if let Some((other, _)) = written.insert(identity, (flag, file)) {
                bail!(
                    "{}: {other} and {flag} are one file; name two files",
                    if names_standard_output(file) { STDOUT.to_owned() } else { file.display().to_string() }
                );
            }
        }
        let inputs = self.reads.iter().filter(|(what, _)| *what == INPUT).count();
        let mut in_place = false;
        for &(what, file) in &self.reads {
            let Some((flag, output)) = identity::of_input(file).and_then(|it| written.get(&it)) else {
                continue;
            };
            let is_alone = what == INPUT && inputs <= 1;
            if self.in_place && is_alone && ["-o", OUTPUT].contains(flag) && !names_standard_output(output) {
                in_place = true;
                continue;
            }
            if *flag == OUTPUT {
                let name =
                    if is_standard(file) { "standard input".to_owned() } else { file.display().to_string() };
                bail!("{name}: is read and written at once; name another output, or use -o");
            }
            let tip = if self.in_place && what == INPUT && *flag == "-o" {
                "one file alone can be cleaned in place"
            } else {
                "name another file"
            };
            // Behind standard input stands a file that has a name as an output.
            bail!(
                "{}: is {what}; {flag} would replace it: {tip}",
                if is_standard(file) { output } else { file }.display()
            );
        }
        Ok(in_place)
    }
}
