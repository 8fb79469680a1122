//! What a run may write: nothing where it fails, and never what it reads.

use std::fs;
use std::path::Path;

use crate::program::{Desk, HARBOUR, LABELLED, row, small_model};

/// Everything in a folder and below it, the bytes of files with it.
fn all(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = walk(&desk.path(""));
    found.sort();
    found
}

fn walk(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.push((path.display().to_string(), Vec::new()));
            found.extend(walk(&path));
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap_or_default()));
        }
    }
    found
}

/// A desk with an input of every kind, some of them damaged.
fn desk() -> Desk {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put("rows.jsonl", row(1, HARBOUR));
    desk.put(
        "page.html",
        "<html><body><p>The boats wait by the pier until the tide turns.</p></body></html>",
    );
    desk.put("lab.jsonl", LABELLED);
    desk.put("broken.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xff");
    desk.put("broken.gleaner", "This is no model.");
    desk.put("old", "What was here before.");
    desk.put("old.html", "What was here before.");
    fs::copy(small_model(), desk.path("m.gleaner")).unwrap();
    fs::create_dir(desk.path("pages")).unwrap();
    desk.run("count lab.jsonl -o t.counts").silent();
    desk.run("model dump --fitted").silent();
    let fitted = desk.run("model dump --fitted").out;
    desk.put("fitted.json", fitted);
    let dump = desk.run("model dump m.gleaner").out;
    desk.put("m.dump", dump);
    desk
}

/// A subcommand: flags of its outputs, calls that fail in six ways (input missing, input that cannot be read, invalid
/// value, wrong key or format, unusable model, and last one that would succeed were there room).
type Failing = (&'static [&'static str], [&'static str; 6]);

const FAILING: [Failing; 10] = [
    (
        &[
            "-o old",
            "--dropped old",
            "--report old",
            "--report old.html",
            "-o new --dropped old --report old.html",
        ],
        [
            "clean nosuch.txt",
            "clean broken.gz",
            "clean a.txt --threshold 7",
            "clean --from parquet a.txt",
            "clean --model broken.gleaner a.txt",
            "clean a.txt",
        ],
    ),
    (
        &["-o old", "--report old", "-o old --report old.html"],
        [
            "score nosuch.txt",
            "score broken.gz",
            "score --encoding nosuch a.txt",
            "score --from parquet rows.jsonl",
            "score --model broken.gleaner a.txt",
            "score a.txt",
        ],
    ),
    (
        &["-o old", "--html old.html"],
        [
            "explain nosuch.html",
            "explain broken.gz",
            "explain --max-drop 7 page.html",
            "explain --from parquet page.html",
            "explain --model broken.gleaner page.html",
            "explain page.html",
        ],
    ),
    (
        &["-o old"],
        [
            "train nosuch.jsonl",
            "train broken.gz",
            "train lab.jsonl --max-loss 7",
            "train a.txt",
            "train lab.jsonl --fitted broken.gleaner",
            "train lab.jsonl --min-sites 1",
        ],
    ),
    (
        &["-o old --page-counts old.html"],
        [
            "train --pages nosuch",
            "train --pages pages",
            "train --pages pages --min-sites 7",
            "train --pages a.txt",
            "train --pages pages lab.jsonl --fitted broken.gleaner",
            "train --pages pages --name x",
        ],
    ),
    (
        &["-o old"],
        [
            "tune nosuch.jsonl",
            "tune broken.gz",
            "tune lab.jsonl --max-loss 7",
            "tune a.txt",
            "tune lab.jsonl --model broken.gleaner",
            "tune lab.jsonl --max-loss 50%",
        ],
    ),
    (
        &["-o old"],
        [
            "count nosuch.jsonl",
            "count broken.gz",
            "count lab.jsonl --min-sites 7",
            "count a.txt",
            "count broken.gleaner",
            "count lab.jsonl",
        ],
    ),
    (
        &["-o old"],
        [
            "merge nosuch.counts",
            "merge broken.gz",
            "merge t.counts --nosuch",
            "merge a.txt",
            "merge broken.gleaner t.counts",
            "merge t.counts",
        ],
    ),
    (
        &["-o old"],
        [
            "site-memory build nosuch",
            "site-memory build broken.gz",
            "site-memory build rows.jsonl --size 1",
            "site-memory build --from parquet rows.jsonl",
            "site-memory build --on-error fail broken.gleaner nosuch",
            "site-memory build rows.jsonl",
        ],
    ),
    (
        &["-o old"],
        [
            "model load nosuch.dump",
            "model load broken.gz",
            "model load m.dump --nosuch",
            "model load a.txt",
            "model load broken.gleaner",
            "model load m.dump",
        ],
    ),
];

#[cfg(unix)]
#[test]
fn a_run_that_fails_leaves_what_was_there() {
    let desk = desk();
    let before = all(&desk);
    for (flags, calls) in FAILING {
        for flags in flags {
            for call in &calls[..5] {
                let run = desk.run(&format!("{call} {flags}"));
                let err = run.expect(2, &[]).err;
                assert!(!err.contains(".gleaner-"), "{err}");
                assert!(all(&desk) == before, "{call} {flags}: {:?}", desk.names());
            }
            // No file may have a byte: the signal that comes with it is not heard.
            let line = format!("trap '' XFSZ; ulimit -f 0; gleaner {} {flags}", calls[5]);
            let err = desk.shell(&line).expect(2, &[]).err;
            assert!(!err.contains(".gleaner-"), "{err}");
            assert!(all(&desk) == before, "{line}: {:?}", desk.names());
        }
    }
}

#[test]
fn an_evaluation_that_fails_leaves_what_was_there() {
    let desk = desk();
    let before = all(&desk);
    for flags in ["--html old.html", "--html old.html --worst 3"] {
        for call in [
            "evaluate nosuch.jsonl",
            "evaluate broken.gz",
            "evaluate lab.jsonl --max-loss 7",
            "evaluate a.txt",
            "evaluate lab.jsonl --model broken.gleaner",
            "evaluate lab.jsonl --predictions a.txt",
        ] {
            desk.run(&format!("{call} {flags}")).expect(2, &[]);
            assert!(all(&desk) == before, "{call} {flags}");
        }
    }
    for call in [
        "evaluate nosuch.jsonl --folds 2 --record fitted.json",
        "evaluate lab.jsonl --folds 2 --record old",
        "evaluate lab.jsonl --folds 2 --threshold 0.5 --record fitted.json",
        "evaluate --pages pages --folds 10 --texts old",
        "evaluate --pages nosuch --folds 10 --texts old",
        "evaluate --pages pages --folds 3 --texts old",
        // Where nothing can be written.
        "evaluate lab.jsonl --model m.gleaner --html pages",
        "evaluate lab.jsonl --model m.gleaner --html a.txt/report.html",
    ] {
        desk.run(call).expect(2, &[]);
        assert!(all(&desk) == before, "{call}");
    }
}

#[test]
fn manual_pages_that_cannot_be_written_leave_what_was_there() {
    let desk = desk();
    fs::create_dir_all(desk.path("taken/gleaner.1")).unwrap();
    let before = all(&desk);
    for call in ["man old", "man a.txt/pages", "man taken", "man pages extra", "man --folder pages"] {
        desk.run(call).expect(2, &[]);
        assert!(all(&desk) == before, "{call}");
    }
}

/// What a subcommand reads (`R` is the file), and where it writes (`W`): each of the one with each of the other.
const READ_AND_WRITTEN: [(&str, &[&str], &[&str]); 11] = [
    (
        "clean",
        &["R a.txt nosuch", "--model R nosuch", "--site-memory R nosuch", "--config R nosuch"],
        &["-o W", "--dropped W", "--report W", "-o new --report W", "-o new --dropped W"],
    ),
    ("clean", &["R"], &["--dropped W", "--report W", "-o new --dropped W", "-o new --report W"]),
    (
        "score",
        &["R nosuch", "--model R nosuch", "--site-memory R nosuch", "--config R nosuch"],
        &["-o W", "--report W", "-o new --report W"],
    ),
    ("explain", &["R nosuch", "--model R nosuch", "--config R nosuch"], &["-o W", "--html W"]),
    ("explain", &["--site-memory R nosuch"], &["-o W"]),
    ("train", &["R nosuch", "--must-keep R nosuch", "--fitted R nosuch", "--config R nosuch"], &["-o W"]),
    ("train", &["--page-fitted R --page-counts nosuch", "--page-fitted nosuch --page-counts R"], &["-o W"]),
    ("tune", &["R nosuch", "--must-keep R nosuch", "--model R nosuch"], &["-o W"]),
    ("count", &["R nosuch"], &["-o W"]),
    ("merge", &["R nosuch", "nosuch R"], &["-o W"]),
    ("evaluate", &["R nosuch", "nosuch --model R", "nosuch --predictions R"], &["--html W"]),
];

#[cfg(unix)]
#[test]
fn nothing_that_is_read_is_replaced_under_any_name() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put("x", "");
    fs::hard_link(desk.path("x"), desk.path("hard")).unwrap();
    std::os::unix::fs::symlink("x", desk.path("soft")).unwrap();
    fs::create_dir(desk.path("sub")).unwrap();
    std::os::unix::fs::symlink("../sub/../x", desk.path("sub/soft")).unwrap();
    let before = all(&desk);
    let refused = |line: &str| {
        let err = desk.run(line).expect(2, &[]).err;
        let said = ["name another", "one file", "cleaned in place"];
        assert!(said.iter().any(|said| err.contains(said)), "{line}: {err}");
        assert!(!err.contains("nosuch"), "something was read first: {line}: {err}");
        assert!(all(&desk) == before, "{line}");
    };
    for (command, reads, writes) in READ_AND_WRITTEN {
        for (read, write) in reads.iter().flat_map(|read| writes.iter().map(move |write| (read, write))) {
            for name in ["x", "./x", "sub/../x", "hard", "soft", "sub/soft"] {
                let line = format!("{command} {read} {write}").replace('R', "x").replace('W', name);
                refused(&line);
                refused(&format!("{command} {read} {write}").replace('R', name).replace('W', "x"));
            }
        }
    }
    for name in ["x", "./x", "hard", "soft"] {
        for line in [
            "site-memory build x nosuch -o W",
            "model load x -o W",
            "train --pages nosuch --page-counts x -o W",
            "evaluate nosuch --folds 2 --record x --html W",
            "evaluate nosuch --folds 2 --with x --html W",
            "clean nosuch -o x --dropped W",
            "clean nosuch -o x --report W",
            "clean nosuch --dropped x --report W",
            "clean nosuch --report x --report W",
            "score nosuch -o x --report W",
            "clean nosuch -o out --keep-dirs --model x --report W",
        ] {
            refused(&line.replace('W', name));
        }
    }
    // What is not there yet is one file under two names, too.
    for line in [
        "clean nosuch -o new --dropped ./new",
        "clean nosuch -o new/deep/y --report new/./deep/y",
        "clean nosuch -o dangling --report there",
    ] {
        if !desk.path("dangling").is_symlink() {
            std::os::unix::fs::symlink("there", desk.path("dangling")).unwrap();
        }
        desk.run(line).expect(2, &["are one file; name two files"]);
    }
}

/// Standard streams that the shell opened are files too.
#[cfg(unix)]
#[test]
fn files_behind_standard_streams_are_known() {
    let desk = Desk::with("a.txt", HARBOUR);
    fs::copy(small_model(), desk.path("m")).unwrap();
    for line in [
        "gleaner clean a.txt --model m >> m",
        "gleaner model dump m >> m",
        "gleaner model info m >> m",
        "gleaner score < a.txt -o a.txt",
        "gleaner clean < a.txt --dropped a.txt",
        "gleaner clean a.txt --dropped out >> out",
        "gleaner clean a.txt --dropped /dev/stdout",
        "gleaner clean a.txt --report -",
    ] {
        desk.shell(line).expect(2, &["name"]);
        assert_eq!(
            (desk.get("a.txt"), desk.get("m").len()),
            (HARBOUR.into(), fs::read(small_model()).unwrap().len())
        );
    }
    desk.shell("gleaner clean --model m --threshold 0.5 < a.txt -o a.txt").silent();
    assert_ne!(desk.get("a.txt"), HARBOUR.as_bytes());
    desk.shell("gleaner clean a.txt -o /dev/null --dropped /dev/null --report /dev/null").silent();
}

#[cfg(unix)]
#[test]
fn closed_standard_output_is_an_error() {
    let desk = desk();
    for line in [
        "clean a.txt",
        "clean --dropped gone a.txt",
        "score a.txt",
        "explain a.txt",
        "model info",
        "model dump",
        "count lab.jsonl",
        "evaluate lab.jsonl",
        "completions bash",
        "man",
        "clean --print-config",
        "--help",
        "--version",
        "clean --help",
        "merge t.counts -o -",
        "site-memory build rows.jsonl -o -",
    ] {
        desk.shell(&format!("gleaner {line} >&-")).expect(2, &["standard output: is closed"]);
    }
    assert!(!desk.path("gone").exists());
    // Nobody needs it here.
    desk.shell("gleaner clean a.txt -o out >&-").silent();
    desk.shell("gleaner score a.txt > /dev/null").silent();
    desk.shell("gleaner score a.txt 1<> /dev/null").silent();
}

#[test]
fn a_run_does_not_read_what_it_writes() {
    let desk = Desk::new();
    fs::create_dir(desk.path("io")).unwrap();
    desk.put("io/a.jsonl", row(1, HARBOUR));
    let line = "clean io -o io/out.jsonl --dropped io/x --report io/r.json";
    desk.run(line).expect(0, &[]);
    let first = (desk.get("io/out.jsonl"), desk.get("io/x"));
    let said = ["io/out.jsonl: is written by this run, and so it is not read", "io/x: is written"];
    desk.run(line).expect(0, &said);
    assert!(first == (desk.get("io/out.jsonl"), desk.get("io/x")));
    for name in ["x", "r.json"] {
        fs::remove_file(desk.path("io").join(name)).unwrap();
    }
    #[cfg(unix)]
    {
        fs::remove_file(desk.path("io/out.jsonl")).unwrap();
        desk.shell("gleaner clean io > io/shell.jsonl")
            .expect(0, &["io/shell.jsonl: is written by this run"]);
        fs::remove_file(desk.path("io/shell.jsonl")).unwrap();
        desk.run("clean io -o io/out.jsonl").expect(0, &[]);
        fs::hard_link(desk.path("io/out.jsonl"), desk.path("io/hard.jsonl")).unwrap();
        desk.run("clean io -o io/out.jsonl").expect(0, &["io/hard.jsonl: is written"]);
    }
    desk.put("io/out.jsonl", "");
    desk.put("io/hard.jsonl", "");
    let built = "site-memory build io -o io/m.memory";
    desk.run(built).expect(0, &[]);
    desk.run(built).expect(0, &["io/m.memory: is written"]);
    let explained = "explain io -o io/why.txt";
    desk.run(explained).expect(0, &[]);
    desk.run(explained).expect(0, &["io/why.txt: is written"]);
}

#[test]
fn folders_are_made_and_named() {
    let desk = desk();
    desk.run("clean a.txt -o new/deep/out.txt --dropped other/gone --report third/r.json").silent();
    assert!(desk.path("new/deep/out.txt").exists() && desk.path("third/r.json").exists());
    desk.run("count lab.jsonl -o tables/deep/t.counts").silent();
    // A run that fails leaves no folder either.
    desk.run("clean nosuch -o fourth/deep/out.txt").expect(2, &[]);
    assert!(!desk.path("fourth").exists());
    for (line, said) in [
        ("clean a.txt -o a.txt/x", "a.txt: "),
        ("clean a.txt -o rows.jsonl/deep/x", "rows.jsonl/deep: cannot make the folder"),
        ("train lab.jsonl -o rows.jsonl/x", "rows.jsonl: "),
        ("clean a.txt -o new", "new: is a folder"),
        ("clean a.txt --dropped new/", "new/: is a folder"),
        ("score a.txt --report new", "new: is a folder"),
    ] {
        let err = desk.run(line).expect(2, &[said]).err;
        assert!(!err.contains(".gleaner-") && err.lines().count() == 1, "{err}");
    }
    #[cfg(target_os = "linux")]
    {
        let err = desk
            .run("clean a.txt -o /proc/out.txt")
            .expect(2, &["/proc/out.txt: cannot write in the folder /proc"])
            .err;
        assert!(!err.contains(".gleaner-"), "{err}");
    }
}

/// Killed in the middle, with an input that never ends.
#[cfg(unix)]
#[test]
fn what_a_killed_run_left_is_removed_by_the_next() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put("row.jsonl", row(1, HARBOUR));
    desk.put(".gleaner-mine", "not to be touched");
    for (killed, next, folder) in [
        (
            "clean --from jsonl -o out/x.txt --dropped out/gone < pipe.jsonl",
            "clean a.txt -o out/y.txt",
            "out",
        ),
        (
            "clean pipe.jsonl -o apart --keep-dirs < /dev/null",
            "clean a.txt -o apart --keep-dirs",
            "apart/.gleaner/unfinished",
        ),
    ] {
        let line = format!(
            "rm -f pipe.jsonl; mkfifo pipe.jsonl; (cat row.jsonl; exec sleep 30) > pipe.jsonl 2> /dev/null & feeder=$!; \
             {:?} {killed} & child=$!; for i in $(seq 200); do \
             [ -n \"$(ls -A {folder} 2>/dev/null | grep 'unfinished$')\" ] && break; sleep 0.05; done; \
             kill -9 $child; wait $child 2>/dev/null; kill $feeder; true",
            env!("CARGO_BIN_EXE_gleaner")
        );
        desk.shell(&line);
        let left = || {
            let names = fs::read_dir(desk.path(folder)).unwrap().map(|it| it.unwrap().file_name());
            names.filter(|name| name.to_string_lossy().ends_with(".unfinished")).count()
        };
        assert!(left() > 0, "nothing was left in {folder}");
        desk.run(next).expect(0, &[]);
        assert_eq!(left(), 0);
    }
    assert!(desk.path(".gleaner-mine").exists());
}
