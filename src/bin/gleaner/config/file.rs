//! The configuration file: TOML, keys named like the flags, at the top or in a subcommand's table.

use std::any::TypeId;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::error::ErrorKind;
use clap::{Arg, Command};
use gleaner::error::Place;
use toml::de::{DeTable, DeValue};

use super::setting::{is_flag, key};
use crate::args::{SiteMemoryArg, is_size};
use crate::usage;

/// What a configuration file says.
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    entries: Vec<Entry>,
}

/// One value, or one list of values.
pub struct Entry {
    /// Subcommands in whose table it stands; none at the top.
    table: Vec<String>,
    key: String,
    /// The values as they would be typed.
    pub values: Vec<String>,
    /// Whether it is `true` or `false`.
    flag: bool,
    /// From 1.
    pub line: u64,
}

/// A setting that the program knows: the subcommands on the way to it, and its argument.
struct Setting<'c> {
    path: Vec<String>,
    command: &'c Command,
    arg: &'c Arg,
}

impl File {
    /// Reads and checks a file against the settings of a command.
    ///
    /// # Errors
    /// A file that cannot be read, is not TOML, has a key that is no setting, or a value that is none for
    /// it: with file and line.
    pub fn read(path: PathBuf, command: &Command) -> Result<Self> {
        let name = path.display();
        let bytes = fs::read(&path).with_context(|| format!("{name}: cannot read the configuration"))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            anyhow!("{name}, byte {at}: a configuration file is UTF-8")
        })?;
        let reader = Reader { path: &path, text: &text, settings: settings(command, &[]), command };
        let entries = reader.entries()?;
        Ok(Self { path, entries })
    }

    /// Forgets what the file says about these settings.
    pub fn forget(&mut self, keys: &[&str]) {
        self.entries.retain(|entry| !keys.contains(&entry.key.as_str()));
    }

    /// What the file says about an argument of the subcommand that runs.
    pub fn entry(&self, arg: &Arg, leaf: &[String]) -> Option<&Entry> {
        let key = key(arg)?;
        let of =
            |entry: &&Entry| entry.key == key && entry.flag == is_flag(arg) && leaf.starts_with(&entry.table);
        self.entries.iter().filter(of).max_by_key(|entry| entry.table.len())
    }
}

fn settings<'c>(command: &'c Command, path: &[String]) -> Vec<Setting<'c>> {
    let args = command.get_arguments().filter(|arg| key(arg).is_some());
    let mut all: Vec<_> = args.map(|arg| Setting { path: path.to_vec(), command, arg }).collect();
    for subcommand in command.get_subcommands() {
        all.extend(settings(subcommand, &[path, &[subcommand.get_name().to_owned()]].concat()));
    }
    all
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    settings: Vec<Setting<'a>>,
    command: &'a Command,
}

impl Reader<'_> {
    fn place(&self, byte: usize) -> Place {
        let line = self.text.as_bytes()[..byte].iter().filter(|byte| **byte == b'\n').count() + 1;
        Place { line: Some(line as u64), ..Place::of(self.path) }
    }

    fn entries(&self) -> Result<Vec<Entry>> {
        let table = DeTable::parse(self.text).map_err(|error| {
            let byte = error.span().map_or(0, |span| span.start);
            anyhow!("{}: {}", self.place(byte), error.message())
        })?;
        let mut entries = Vec::new();
        self.table(table.get_ref(), self.command, &[], &mut entries)?;
        Ok(entries)
    }

    fn table(
        &self,
        table: &DeTable<'_>,
        command: &Command,
        path: &[String],
        entries: &mut Vec<Entry>,
    ) -> Result<()> {
        // In the file's order, so that the first error is the first in the file.
        let mut items: Vec<_> = table.iter().collect();
        items.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in items {
            let place = self.place(key.span().start);
            let key = key.get_ref().as_ref();
            match (value.get_ref(), command.find_subcommand(key)) {
                (DeValue::Table(inner), Some(subcommand)) => {
                    let path = [path, &[key.to_owned()]].concat();
                    self.table(inner, subcommand, &path, entries)?;
                }
                (DeValue::Table(_), None) => {
                    let names = command.get_subcommands().map(Command::get_name);
                    bail!("{place}: there is no subcommand {key:?}{}", meant(key, names));
                }
                (value, _) => entries.push(self.entry(key, value, path, place)?),
            }
        }
        Ok(())
    }

    fn entry(&self, name: &str, value: &DeValue<'_>, table: &[String], place: Place) -> Result<Entry> {
        // At the top a key speaks to every subcommand, in a table also to what is common to all.
        let here = |setting: &&Setting<'_>| {
            setting.path.starts_with(table) || table.starts_with(setting.path.as_slice())
        };
        let known: Vec<&Setting<'_>> = self.settings.iter().filter(here).collect();
        let named = |setting: &&&Setting<'_>| key(setting.arg) == Some(name);
        if !known.iter().any(|setting| key(setting.arg) == Some(name)) {
            let of = if table.is_empty() { String::new() } else { format!(" of {}", table.join(" ")) };
            let names = known.iter().filter_map(|setting| key(setting.arg));
            bail!(
                "{place}: there is no setting {name:?}{of}{} (`gleaner {} --print-config` lists them)",
                meant(name, names),
                if table.is_empty() { "SUBCOMMAND".to_owned() } else { table.join(" ") }
            );
        }
        let flag = matches!(value, DeValue::Boolean(_));
        let mut values = match value {
            DeValue::Array(list) => list
                .iter()
                .map(|item| typed(item.get_ref()))
                .collect::<Option<Vec<_>>>()
                .filter(|list| !list.is_empty()),
            one => typed(one).map(|value| vec![value]),
        }
        .with_context(|| format!("{place}: {name} takes a string, a number, true or false, or a list"))?;
        let fitting: Vec<_> =
            known.iter().filter(named).filter(|setting| is_flag(setting.arg) == flag).collect();
        if fitting.is_empty() {
            let wanted = if flag { "takes a value" } else { "is either true or false" };
            bail!("{place}: {name} {wanted}");
        }
        let folder = self.path.parent().unwrap_or(Path::new(""));
        for value in &mut values {
            if fitting.iter().any(|setting| names_file(setting.arg, value)) {
                *value = folder.join(&*value).to_string_lossy().into_owned();
            }
        }
        for setting in fitting {
            setting.check(&values).map_err(|reason| anyhow!("{place}: {reason}"))?;
        }
        let line = place.line.unwrap_or(1);
        Ok(Entry { table: table.to_vec(), key: name.to_owned(), values, flag, line })
    }
}

impl Setting<'_> {
    /// Hands the values to the command alone, as if they had been typed.
    fn check(&self, values: &[String]) -> Result<(), String> {
        let typed = values.iter().map(|value| match self.arg.get_long() {
            Some(long) => format!("--{long}={value}"),
            None => value.clone(),
        });
        let typed = ["gleaner".to_owned()].into_iter().chain(typed);
        let command = self.command.clone().subcommand_required(false).arg_required_else_help(false);
        let Err(error) = command.try_get_matches_from(typed) else { return Ok(()) };
        // What else is missing or clashes is not this value's fault.
        let of_value = [ErrorKind::InvalidValue, ErrorKind::ValueValidation, ErrorKind::ArgumentConflict];
        if !of_value.contains(&error.kind()) {
            return Ok(());
        }
        let message = error.render().to_string();
        let lines = message.lines().map(str::trim).filter(|line| !line.starts_with("For more"));
        let lines = lines.take_while(|line| !line.starts_with("Usage:")).filter(|line| !line.is_empty());
        let message = lines.collect::<Vec<_>>().join(" ");
        Err(message.trim_start_matches("error: ").to_owned())
    }
}

/// A single value as it would be typed.
fn typed(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number.to_string())
        }
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(value) => Some(value.to_string()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// Whether this value names a file or a folder; in the file such names start at its folder.
fn names_file(arg: &Arg, value: &str) -> bool {
    let of = arg.get_value_parser().type_id();
    of == TypeId::of::<PathBuf>() || of == TypeId::of::<SiteMemoryArg>() && !is_size(value)
}

/// "did you mean", where something is near.
fn meant<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> String {
    usage::meant(word, names).map(|name| format!(", did you mean {name:?}?")).unwrap_or_default()
}
