//! Running the program in a folder of its own, away from the settings of whoever runs the tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Plain;
use std::sync::OnceLock;

use assert_cmd::Command;
use tempfile::TempDir;

/// An article written for these tests: three editorial paragraphs and three of boilerplate.
pub const HARBOUR: &str = include_str!("fixtures/harbour.txt");
/// What is left of it.
pub const HARBOUR_CLEANED: &str = include_str!("fixtures/harbour.cleaned.txt");
/// Six labelled articles written for these tests.
pub const LABELLED: &str = include_str!("fixtures/labelled.jsonl");

/// A folder, and the program run inside it.
pub struct Desk {
    folder: TempDir,
}

/// How a run went.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: Vec<u8>,
    pub err: String,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder that holds this file.
    pub fn with(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let desk = Self::new();
        desk.put(name, bytes);
        desk
    }

    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub fn get(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Everything in the folder.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The program with these words, split at blanks.
    pub fn command(&self, words: &str) -> Command {
        Command::from_std(self.plain(words))
    }

    pub fn plain(&self, words: &str) -> Plain {
        let mut command = Plain::new(env!("CARGO_BIN_EXE_gleaner"));
        command.args(words.split_whitespace());
        self.settle(&mut command);
        command
    }

    /// A line for the shell, in which `gleaner` is the program.
    #[cfg(unix)]
    pub fn shell(&self, line: &str) -> Run {
        let mut shell = Plain::new("sh");
        let function = format!("gleaner() {{ {} \"$@\"; }}\n", env!("CARGO_BIN_EXE_gleaner"));
        shell.arg("-c").arg(function + line);
        self.settle(&mut shell);
        Run::of(&mut Command::from_std(shell))
    }

    fn settle(&self, command: &mut Plain) {
        command.current_dir(self.folder.path());
        command.env("XDG_CONFIG_HOME", self.folder.path());
        command.env_remove("GLEANER_CONFIG").env_remove("GLEANER_MODEL");
    }

    pub fn run(&self, words: &str) -> Run {
        Run::of(&mut self.command(words))
    }

    /// … with this on standard input.
    pub fn feed(&self, words: &str, stdin: impl Into<Vec<u8>>) -> Run {
        Run::of(self.command(words).write_stdin(stdin))
    }
}

impl Run {
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: output.stdout,
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }

    /// Checks the status, and that standard error says all of this.
    #[track_caller]
    pub fn expect(self, code: i32, said: &[&str]) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        for said in said {
            assert!(self.err.contains(said), "{said:?} is not in {:?}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{self:?}");
        self
    }

    /// Checks that all went well and standard error is empty. That the model does not know the language of a text
    /// of a few words, as tests have them, is no matter here.
    #[track_caller]
    pub fn silent(self) -> Self {
        let said: Vec<&str> = self
            .err
            .lines()
            .filter(|line| !line.contains("in a language that the model does not know"))
            .collect();
        assert_eq!((self.code, said), (0, Vec::new()), "{self:?}");
        self
    }
}

/// A model of the labelled articles, trained once: what it says does not change with the built-in one.
pub fn small_model() -> &'static Path {
    static MODEL: OnceLock<(Desk, PathBuf)> = OnceLock::new();
    let (_, path) = MODEL.get_or_init(|| {
        let desk = Desk::with("labelled.jsonl", LABELLED);
        desk.run("train -q labelled.jsonl --min-sites 1 -o small.gleaner").silent();
        let path = desk.path("small.gleaner");
        (desk, path)
    });
    path
}

/// Flags under which the small model drops the harbour article's boilerplate.
pub fn small() -> String {
    format!("--model {} --threshold 0.5", small_model().display())
}

/// A JSONL row.
pub fn row(id: impl Into<serde_json::Value>, text: &str) -> String {
    format!("{}\n", serde_json::json!({"id": id.into(), "text": text, "n": 1.0}))
}
