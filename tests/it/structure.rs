//! The shape of `src/`, read off its `use` lines and paths: which stage may import which, no circles, no long files.
//! What is compiled for tests alone is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::data::project;

/// The modules of the library in their order: each imports only what stands before it.
const ORDER: [&str; 21] = [
    "error", "document", "frame", "guard", "folds", "read", "split", "features", "site", "bayes", "context",
    "verdict", "write", "model", "judge", "explain", "evaluate", "train", "report", "cleaner", "unstable",
];

/// Circles that are known and still to be untied, each by its modules.
const KNOWN_CIRCLES: [&[&str]; 0] = [];

/// Lines of a file at the most, tests included.
const MOST_LINES: usize = 600;

/// Longer files that are known and still to be taken apart.
const KNOWN_LONG: [&str; 0] = [];

/// A module: its path from the root of its crate.
type Module = Vec<String>;
/// Modules with those that they import, their own submodules and the modules that they are part of aside.
type Imports = BTreeMap<Module, BTreeSet<Module>>;

/// Files below a folder that end in `.rs`, in order.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            files(&entry, found);
        } else if entry.extension().is_some_and(|it| it == "rs") {
            found.push(entry);
        }
    }
}

/// The module that a file is; the root is empty.
fn module(root: &Path, file: &Path) -> Module {
    let mut names: Module = file
        .strip_prefix(root)
        .unwrap()
        .with_extension("")
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if names.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        names.pop();
    }
    names
}

/// The code of a file without comments and without its module of tests; names of test modules in files of their own.
fn code(text: &str) -> (String, Vec<String>) {
    let (mut code, mut tests, mut for_tests) = (String::new(), Vec::new(), false);
    for line in text.lines() {
        let comment = line.match_indices("//").find(|&(at, _)| !line[..at].ends_with(':'));
        let line = comment.map_or(line, |(at, _)| &line[..at]).trim();
        let named = line.trim_start_matches("pub ").trim_start_matches("pub(crate) ").strip_prefix("mod ");
        match named {
            Some(rest) if for_tests => match rest.strip_suffix(';') {
                Some(name) => tests.push(name.to_owned()),
                // It stands at the end of its file, everywhere.
                None => break,
            },
            _ => {
                code.push_str(line);
                code.push('\n');
            }
        }
        for_tests = line.starts_with("#[cfg(test") || line.starts_with("#[cfg(all(test");
    }
    (code, tests)
}

/// Every path that starts at `crate`, `super` or `self`, groups in braces taken apart.
fn paths(code: &str) -> Vec<Module> {
    let mut found = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if !before.is_some_and(|c| c.is_alphanumeric() || "_:$".contains(c)) {
                path(&code[at..], Module::new(), &mut found);
            }
        }
    }
    found
}

/// Reads the path at the start of `code` behind `prefix`, and returns what follows it.
pub fn path<'a>(code: &'a str, mut prefix: Module, found: &mut Vec<Module>) -> &'a str {
    let mut code = code.trim_start();
    loop {
        let end = code.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(code.len());
        prefix.push(code[..end].to_owned());
        code = &code[end..];
        let Some(rest) = code.strip_prefix("::") else { break };
        if let Some(mut group) = rest.strip_prefix('{') {
            loop {
                group = path(group, prefix.clone(), found);
                // The next of the group, behind ` as Name`, `*` and a comma.
                let Some(next) = group.find([',', '}']) else { return "" };
                let more = group.as_bytes()[next] == b',';
                group = group[next + 1..].trim_start();
                match group.strip_prefix('}') {
                    Some(after) if more => return after,
                    _ if !more => return group,
                    _ => {}
                }
            }
        }
        code = rest;
    }
    found.push(prefix);
    code
}

/// The module that a path names, or that holds what it names; none for the root.
fn target(of: &[String], path: &[String], known: &BTreeSet<Module>) -> Option<Module> {
    let mut at: Module = if path[0] == "crate" { Module::new() } else { of.to_vec() };
    for name in path {
        match name.as_str() {
            "crate" | "self" => {}
            "super" => drop(at.pop()),
            name => at.push(name.to_owned()),
        }
    }
    while !known.contains(&at) {
        at.pop()?;
    }
    (!at.is_empty()).then_some(at)
}

fn imports(root: &Path, skip: Option<&str>) -> Imports {
    let mut found = Vec::new();
    files(root, &mut found);
    found.retain(|file| skip.is_none_or(|skip| !file.starts_with(root.join(skip))));
    let (mut codes, mut tests) = (BTreeMap::new(), BTreeSet::new());
    for file in found {
        let of = module(root, &file);
        let (code, names) = code(&fs::read_to_string(&file).unwrap());
        tests.extend(names.into_iter().map(|name| [of.as_slice(), &[name]].concat()));
        codes.insert(of, code);
    }
    codes.retain(|of, _| !tests.iter().any(|test| of.starts_with(test)));
    let known: BTreeSet<Module> = codes.keys().cloned().collect();
    let of_one = |(of, code): (&Module, &String)| {
        let found = paths(code);
        let targets = found.iter().filter_map(|path| target(of, path, &known));
        (of.clone(), targets.filter(|to| !to.starts_with(of) && !of.starts_with(to)).collect())
    };
    codes.iter().map(of_one).collect()
}

fn library() -> Imports {
    imports(&project("src"), Some("bin"))
}

fn program() -> Imports {
    imports(&project("src/bin/gleaner"), None)
}

/// Groups of modules that reach each other.
fn circles(imports: &Imports) -> Vec<Vec<String>> {
    let reach: BTreeMap<&Module, BTreeSet<&Module>> = imports
        .keys()
        .map(|from| {
            let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
            while let Some(at) = open.pop() {
                open.extend(imports.get(at).into_iter().flatten().filter(|to| seen.insert(*to)));
            }
            (from, seen)
        })
        .collect();
    let around = |from: &Module| -> Vec<String> {
        let both = reach[from].iter().filter(|to| reach.get(**to).is_some_and(|back| back.contains(from)));
        both.map(|module| module.join("::")).collect()
    };
    let all: BTreeSet<Vec<String>> = imports.keys().map(around).filter(|circle| !circle.is_empty()).collect();
    all.into_iter().collect()
}

/// The same imports between folders and files of the top.
fn folders(imports: &Imports) -> Imports {
    let mut folded = Imports::new();
    for (from, to) in imports.iter().filter(|(from, _)| !from.is_empty()) {
        let top = folded.entry(from[..1].to_vec()).or_default();
        top.extend(to.iter().filter(|to| to[0] != from[0]).map(|to| to[..1].to_vec()));
    }
    folded
}

#[test]
fn no_stage_imports_a_later_one() {
    let place = |name: &str| ORDER.iter().position(|stage| *stage == name);
    let mut faults = Vec::new();
    for (from, to) in library().iter().filter(|(from, _)| !from.is_empty()) {
        let Some(here) = place(&from[0]) else {
            faults.push(format!("{} has no place in the order of tests/it/structure.rs", from[0]));
            continue;
        };
        for to in to.iter().filter(|to| place(&to[0]).is_some_and(|there| there > here)) {
            faults.push(format!("{} imports {}", from.join("::"), to.join("::")));
        }
    }
    assert!(faults.is_empty(), "a stage imports a later one:\n{}", faults.join("\n"));
}

#[test]
fn no_circle_of_files_or_folders() {
    for imports in [library(), program()] {
        let within =
            |circle: &[String], known: &[&str]| circle.iter().all(|one| known.contains(&one.as_str()));
        let unknown = |circle: &Vec<String>| !KNOWN_CIRCLES.iter().any(|known| within(circle, known));
        let found: Vec<_> = circles(&imports).into_iter().filter(unknown).collect();
        assert!(found.is_empty(), "files import each other in a circle: {found:#?}");
        let found: Vec<_> = circles(&folders(&imports)).into_iter().filter(unknown).collect();
        assert!(found.is_empty(), "folders import each other in a circle: {found:#?}");
    }
}

#[test]
fn no_long_file() {
    let mut found = Vec::new();
    files(&project("src"), &mut found);
    for file in found {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        let known = KNOWN_LONG.iter().any(|long| file == project(long));
        assert!(lines <= MOST_LINES || known, "{} has {lines} lines: take it apart", file.display());
    }
}

#[test]
fn imports_are_read_as_they_are_written() {
    let text = "use crate::a::{b::C, self as d, e::{F, g},\n};\nfn f() { super::h::i::<T>(); } // crate::not\n\
                #[cfg(test)]\nmod only;\nuse other::crate_name;\n#[cfg(test)]\nmod tests {\nuse crate::never;\n";
    let (code, tests) = code(text);
    let mut found: Vec<String> = paths(&code).iter().map(|path| path.join("::")).collect();
    found.sort();
    let expected = ["crate::a::b::C", "crate::a::e::F", "crate::a::e::g", "crate::a::self", "super::h::i::"];
    assert_eq!(
        (found.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), &tests[..]),
        (&expected[..], &["only".to_owned()][..])
    );
    let name = |path: &str| path.split("::").map(str::to_owned).collect::<Module>();
    let known = BTreeSet::from(["a", "a::b", "x", "x::y", "x::h"].map(name));
    let of = |path: &str| target(&name("x::y"), &name(path), &known).map(|module| module.join("::"));
    assert_eq!(of("crate::a::b::C").as_deref(), Some("a::b"));
    assert_eq!(of("super::h::i").as_deref(), Some("x::h"));
    assert_eq!(of("crate::Error"), None);
    let circle =
        Imports::from([(name("a"), BTreeSet::from([name("x")])), (name("x"), BTreeSet::from([name("a")]))]);
    assert_eq!(circles(&circle), [["a", "x"]]);
}

/// Whatever the program writes is opened in `output/`, where it is known what may be written.
#[test]
fn outputs_are_opened_in_one_place() {
    let root = project("src/bin/gleaner");
    let mut all = Vec::new();
    files(&root, &mut all);
    let mut opened = 0;
    for file in all {
        let (code, _) = code(&fs::read_to_string(&file).unwrap());
        let opens = ["File::create", "fs::write", "OpenOptions", "fs::rename", "fs::copy", "fs::hard_link"]
            .into_iter()
            .filter(|call| code.contains(call))
            .collect::<Vec<_>>();
        let is_output = file.starts_with(root.join("output"));
        opened += usize::from(is_output && !opens.is_empty());
        assert!(is_output || opens.is_empty(), "{}: {opens:?}", file.display());
    }
    assert!(opened > 0);
}
