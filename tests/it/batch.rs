//! Many files: any number of threads, an output each, what is finished stays finished, reports.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::compressed::{pack, unpack};
use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, row, small, small_model};
use gleaner::unstable::read::compression::Compression;

/// Everything below a folder but the program's own part, by relative path.
pub fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    fn walk(folder: &Path, root: &Path, all: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().unwrap() != ".gleaner" {
                walk(&path, root, all);
            } else if path.is_file() {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                all.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    let mut all = Vec::new();
    if folder.exists() {
        walk(folder, folder, &mut all);
    }
    all.sort();
    all
}

fn names(folder: &Path) -> Vec<String> {
    tree(folder).into_iter().map(|(name, _)| name).collect()
}

/// A few folders of texts, rows and compressed rows.
fn corpus(desk: &Desk) {
    fs::create_dir_all(desk.path("in/b/c")).unwrap();
    desk.put("in/a.txt", HARBOUR);
    desk.put("in/b/a.txt", HARBOUR);
    desk.put("in/b/rows.jsonl", row("one", HARBOUR) + &row("two", "The boats wait by the pier."));
    desk.put("in/b/c/rows.jsonl.gz", pack(Compression::Gzip, &[row("three", HARBOUR).as_bytes()]));
    desk.put("in/.hidden.txt", "Not to be read.");
    desk.put("in/empty.txt", "");
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let desk = Desk::new();
    let mut rows = String::new();
    for id in 0..2500 {
        rows += &match id % 50 {
            7 => "not a row\n".to_owned(),
            9 => "\n".to_owned(),
            _ => row(id, &format!("{HARBOUR}Boat number {id} waits by the pier.\n").repeat(1 + id % 3)),
        };
    }
    desk.put("a.jsonl", rows.trim_end());
    desk.put("b.txt", HARBOUR);
    desk.put("c.jsonl", row("last", HARBOUR));
    let small = small();
    for flags in ["", "--compress gzip", "--compress zstd", "--to text", "--to dolma", "--to markdown"] {
        let text = if flags.contains("--to") { "b.txt" } else { "" };
        let run = |jobs| {
            let run = desk
                .run(&format!("clean -j {jobs} {small} {flags} --dropped gone{jobs} a.jsonl {text} c.jsonl"));
            let run = run.expect(1, &["a.jsonl, record 8, line 8"]);
            (run.out, run.err, desk.get(&format!("gone{jobs}")))
        };
        let one = run(1);
        assert!(one == run(2), "{flags}");
        assert!(one == run(7), "{flags}");
    }
    let score = |jobs| desk.run(&format!("score -j {jobs} a.jsonl b.txt c.jsonl")).out;
    assert!(score(1) == score(4));
    // The last row of a file has no line feed: what follows begins a line of its own.
    let run = desk.run(&format!("clean {small} --to jsonl a.jsonl b.txt c.jsonl"));
    assert_eq!(run.text().lines().filter(|line| line.starts_with("{\"id\":\"b.txt\"")).count(), 1);
    // The first problem is the same one, and nothing comes after it.
    let fail = |jobs| {
        let run = desk.run(&format!("clean -j {jobs} --on-error fail a.jsonl"));
        run.expect(2, &["a.jsonl, record 8, line 8"]).out
    };
    assert!(fail(1) == fail(5));
    assert_eq!(fail(2).iter().filter(|byte| **byte == b'\n').count(), 7);
}

#[test]
fn a_folder_is_read_whole() {
    let desk = Desk::new();
    corpus(&desk);
    let run = desk.run(&format!("clean {} --to jsonl in", small())).silent();
    let ids: Vec<Value> =
        run.text().lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone()).collect();
    assert_eq!(ids, ["in/a.txt", "in/b/a.txt", "three", "one", "two", "in/empty.txt"]);
}

#[test]
fn every_input_has_an_output() {
    let desk = Desk::new();
    corpus(&desk);
    let small = small();
    let all = ["in/a.txt", "in/b/a.txt", "in/b/c/rows.jsonl.gz", "in/b/rows.jsonl", "in/empty.txt"];
    for jobs in [1, 3] {
        let out = format!("out{jobs}");
        desk.run(&format!("clean {small} -j {jobs} -o {out} --keep-dirs ./in")).silent();
        assert_eq!(names(&desk.path(&out)), all);
        assert_eq!(desk.get(&format!("{out}/in/a.txt")), HARBOUR_CLEANED.as_bytes());
        let rows = row("one", HARBOUR_CLEANED) + &row("two", "The boats wait by the pier.");
        assert_eq!(desk.get(&format!("{out}/in/b/rows.jsonl")), rows.as_bytes());
        let packed = desk.get(&format!("{out}/in/b/c/rows.jsonl.gz"));
        assert_eq!(unpack(&packed), row("three", HARBOUR_CLEANED).as_bytes());
    }
    let dropped = format!("clean {small} -o other --dropped gone --keep-dirs in --to text --compress zstd");
    desk.run(&dropped).silent();
    let expected = [
        "in/a.txt.zst",
        "in/b/a.txt.zst",
        "in/b/c/rows.jsonl.txt.zst",
        "in/b/rows.jsonl.txt.zst",
        "in/empty.txt.zst",
    ];
    assert_eq!(names(&desk.path("other")), expected);
    assert_eq!(names(&desk.path("gone")).len(), 5);
    assert_eq!(String::from_utf8(desk.get("gone/in/a.txt.zst.jsonl")).unwrap().lines().count(), 3);
    desk.run("score -o scores --keep-dirs in").silent();
    let expected = [
        "in/a.txt.jsonl",
        "in/b/a.txt.jsonl",
        "in/b/c/rows.jsonl.gz",
        "in/b/rows.jsonl",
        "in/empty.txt.jsonl",
    ];
    assert_eq!(names(&desk.path("scores")), expected);
    // An output inside what is read is not read.
    desk.run(&format!("clean {small} -o in/out --keep-dirs in")).silent();
    desk.run(&format!("clean {small} -o in/out --keep-dirs in"))
        .expect(0, &["5 of 5 inputs were finished earlier"]);
    for (flags, said) in [
        ("--keep-dirs in", "--keep-dirs needs a folder"),
        ("--keep-dirs -o - in", "--keep-dirs needs a folder"),
        ("--keep-dirs -o . in/a.txt", "would be replaced by its own output"),
        ("--keep-dirs -o out9 in/a.txt ./in/a.txt", "have the same output"),
        ("--keep-dirs -o out9 -", "standard input has no name"),
    ] {
        desk.run(&format!("clean {flags}")).expect(2, &[said]);
    }
    assert!(!desk.path("out9").exists());
}

#[test]
fn what_is_finished_is_not_done_again() {
    let desk = Desk::new();
    corpus(&desk);
    let small = small();
    let line = format!("clean {small} -o out --keep-dirs in");
    desk.run(&line).silent();
    let before = tree(&desk.path("out"));
    let stamp = |name: &str| fs::metadata(desk.path(name)).unwrap().modified().unwrap();
    let (one, two) = (stamp("out/in/a.txt"), stamp("out/in/b/a.txt"));
    desk.run(&line).expect(0, &["5 of 5 inputs were finished earlier"]);
    desk.run(&format!("{line} -q -j 2")).silent();
    assert_eq!((stamp("out/in/a.txt"), stamp("out/in/b/a.txt")), (one, two));
    // What was removed, or broke, or comes from an input that changed, is done again; nothing else is.
    fs::remove_file(desk.path("out/in/b/rows.jsonl")).unwrap();
    desk.put("out/in/b/c/rows.jsonl.gz", "short");
    desk.run(&line).expect(0, &["3 of 5 inputs"]);
    assert_eq!(tree(&desk.path("out")), before);
    desk.put("in/a.txt", format!("{HARBOUR}The boats wait by the pier.\n"));
    desk.run(&line).expect(0, &["4 of 5 inputs"]);
    assert!(desk.get("out/in/a.txt").ends_with(b"The boats wait by the pier.\n"));
    // Other settings, another model: everything is.
    let sure = format!("clean --model {} --threshold 1 -o out --keep-dirs in", small_model().display());
    desk.run(&sure).silent();
    assert_eq!(desk.get("out/in/b/a.txt"), HARBOUR.as_bytes());
    desk.run("clean -o out --keep-dirs in").silent();
    // Without its notes, too.
    fs::remove_dir_all(desk.path("out/.gleaner/finished")).unwrap();
    desk.run("clean -o out --keep-dirs in").silent();
}

#[test]
fn a_second_run_tells_that_there_were_problems() {
    let desk = Desk::with("a.jsonl", row(1, HARBOUR) + "nothing\n");
    let packed = pack(Compression::Gzip, &[row(2, HARBOUR).as_bytes()]);
    desk.put("b.jsonl.gz", &packed[..packed.len() - 4]);
    let line = "clean -o out --keep-dirs a.jsonl b.jsonl.gz missing.txt";
    let said = ["b.jsonl.gz: cannot read to its end", "missing.txt: cannot open"];
    desk.run(line).expect(1, &said).expect(1, &["a.jsonl, record 2"]);
    assert_eq!(names(&desk.path("out")), ["a.jsonl", "b.jsonl.gz"]);
    // What could not be read to its end is tried again.
    desk.run(line)
        .expect(1, &said)
        .expect(1, &["1 of 3 inputs was finished earlier", "1 problem was reported when"]);
    desk.put("b.jsonl.gz", &packed);
    desk.run("clean -o out --keep-dirs a.jsonl b.jsonl.gz").expect(1, &["1 problem was reported"]);
    desk.run("clean -o out --keep-dirs --lenient a.jsonl b.jsonl.gz").expect(0, &["2 of 2"]);
}

#[test]
fn shards_share_the_inputs_out() {
    let desk = Desk::new();
    corpus(&desk);
    let small = small();
    desk.run(&format!("clean {small} -o whole --keep-dirs in")).silent();
    for shard in 1..=3 {
        desk.run(&format!("clean {small} -o parts --keep-dirs --shard {shard}/3 in")).silent();
    }
    assert_eq!(tree(&desk.path("parts")), tree(&desk.path("whole")));
    desk.run("clean --shard 6/6 in").silent();
    for shard in ["0/3", "4/3", "1", "a/b", "1/0"] {
        desk.run(&format!("clean --shard {shard} in")).expect(2, &["I/N"]);
    }
}

#[test]
fn a_run_reports_itself() {
    let desk = Desk::new();
    corpus(&desk);
    desk.put("in/b/rows.jsonl", row("one", HARBOUR) + "nothing\n" + &row("<two>", HARBOUR));
    let line =
        format!("clean {} -o out --keep-dirs in missing.txt --report r/run.json --report run.html", small());
    desk.run(&line).expect(1, &["record 2"]);
    let report: Value = serde_json::from_slice(&desk.get("r/run.json")).unwrap();
    let info: Value =
        serde_json::from_slice(&desk.run(&format!("model info --json {}", small_model().display())).out)
            .unwrap();
    assert_eq!(report["model"]["digest"], info["digest"]);
    assert_eq!(report["gleaner"], env!("CARGO_PKG_VERSION"));
    assert_eq!(report["finished"], true);
    assert_eq!(report["inputs"]["done"], 5);
    assert_eq!(report["inputs"]["unreadable"], 1);
    let counts = &report["counts"];
    assert_eq!(
        (&counts["documents"], &counts["judged"], &counts["changed"]),
        (&7.into(), &6.into(), &5.into())
    );
    assert_eq!(counts["words"], 5 * 80);
    assert_eq!(counts["dropped_words"], 5 * 34);
    let kinds = counts["dropped_words_by_kind"].as_object().unwrap();
    assert_eq!(kinds.values().map(|it| it.as_u64().unwrap()).sum::<u64>(), 5 * 34);
    let failures = report["failures"]["listed"].as_array().unwrap();
    assert_eq!(report["failures"]["count"], 2);
    assert_eq!(failures[0]["kind"], "bad-row");
    assert_eq!((&failures[0]["path"], &failures[0]["record"]), (&"in/b/rows.jsonl".into(), &2.into()));
    assert!(failures[0]["byte"].is_u64() && failures[1]["kind"] == "unreadable");
    let page = String::from_utf8(desk.get("run.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("in/b/rows.jsonl"));
    for outside in ["http://", "https://", "src=", "<script"] {
        assert!(!page.contains(outside), "{outside}");
    }
    // The documents, and what went of them, by kind.
    let highlights = &report["highlights"];
    assert_eq!(highlights["most"].as_array().unwrap().len(), 5);
    assert_eq!(
        (&highlights["near"][0]["dropped"], &highlights["near"][0]["words"]),
        (&34.into(), &80.into())
    );
    let texts: usize = highlights["kinds"]
        .as_object()
        .unwrap()
        .values()
        .map(|it| it["surest"].as_array().unwrap().len())
        .sum();
    assert!(texts >= 3, "{highlights}");
    for said in ["&#60;two&#62;", "34", "42.5%", "told apart by name and content"] {
        assert!(page.contains(said), "{said}");
    }
    // What is skipped is told as well.
    desk.run(&line).expect(1, &["5 of 6 inputs"]);
    let report: Value = serde_json::from_slice(&desk.get("r/run.json")).unwrap();
    assert_eq!(
        (&report["inputs"]["skipped"], &report["skipped_counts"]["documents"]),
        (&5.into(), &7.into())
    );
    // A run that fails reports nothing: what was there stays.
    desk.run("clean --on-error fail --to jsonl in --report run.html --report bad.json")
        .expect(2, &["record 2"]);
    assert!(!desk.path("bad.json").exists() && desk.get("run.html").starts_with(b"<!doctype html>"));
    // One whose reader leaves says so.
    #[cfg(unix)]
    {
        desk.put("many.jsonl", (0..4000).map(|id| row(id, HARBOUR)).collect::<String>());
        desk.shell("gleaner score many.jsonl --report left.json | head -n 1");
        let report: Value = serde_json::from_slice(&desk.get("left.json")).unwrap();
        assert_eq!(report["finished"], false);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_run() {
    let desk = Desk::with("a.jsonl", (0..3000).map(|id| row(id, HARBOUR)).collect::<String>());
    for jobs in [1, 2] {
        let line = format!("gleaner clean -j {jobs} a.jsonl > /dev/full");
        desk.shell(&line).expect(2, &["standard output: cannot write", "No space left on device"]);
    }
}

/// A small input and one that has no room, each with an output of its own.
#[cfg(target_os = "linux")]
fn too_much(desk: &Desk) {
    fs::create_dir_all(desk.path("in")).unwrap();
    desk.put("in/a.jsonl", row("small", HARBOUR));
    desk.put("in/b.jsonl", (0..3000).map(|id| row(id, HARBOUR)).collect::<String>());
}

/// What is finished stays, nothing is half there, and the next run does the rest.
#[cfg(target_os = "linux")]
#[test]
fn outputs_of_their_own_are_whole_or_not_there_when_files_may_grow_no_more() {
    let desk = Desk::new();
    too_much(&desk);
    let line =
        |jobs: usize, out: &str| format!("gleaner clean -j {jobs} {} -o {out} --keep-dirs in", small());
    for jobs in [1, 2] {
        let out = format!("out{jobs}");
        // At most 100 blocks of 512 bytes or of a KiB; the signal that comes with it is not heard.
        let run = desk.shell(&format!("trap '' XFSZ; ulimit -f 100; {}", line(jobs, &out)));
        run.expect(2, &[&format!("{out}/in/b.jsonl: cannot write: File too large")]);
        assert_eq!(names(&desk.path(&out)), ["in/a.jsonl"]);
        assert_eq!(
            fs::read_dir(desk.path(&format!("{out}/.gleaner/unfinished"))).map_or(0, Iterator::count),
            0
        );
        desk.shell(&line(jobs, &out)).expect(0, &["1 of 2 inputs was finished earlier"]);
        let cleaned: String = (0..3000).map(|id| row(id, HARBOUR_CLEANED)).collect();
        assert!(desk.get(&format!("{out}/in/b.jsonl")) == cleaned.as_bytes());
    }
}

/// The same on a file system without room. Where the test may not mount one, it says so.
#[cfg(target_os = "linux")]
#[test]
fn outputs_of_their_own_are_whole_or_not_there_on_a_full_disk() {
    let desk = Desk::new();
    too_much(&desk);
    fs::create_dir(desk.path("disk")).unwrap();
    let mount = "mount -t tmpfs -o size=300k none disk";
    let possible = std::process::Command::new("unshare")
        .args(["-rm", "sh", "-c", mount])
        .current_dir(desk.path(""))
        .output()
        .is_ok_and(|it| it.status.success());
    if !possible {
        println!("skipped: a file system of a few blocks cannot be mounted here");
        return;
    }
    let program = env!("CARGO_BIN_EXE_gleaner");
    for jobs in [1, 2] {
        let line = format!(
            "{mount}; {program} clean -j {jobs} {} -o disk/out --keep-dirs in; echo status $?; find disk -type f",
            small()
        );
        desk.put("line.sh", line);
        let run =
            desk.shell("unshare -rm sh line.sh").expect(0, &["out/in/b.jsonl: cannot write: No space left"]);
        let mut left: Vec<&str> = run.text().lines().collect();
        left.sort_unstable();
        assert!(left[0].starts_with("disk/out/.gleaner/finished/"), "{run:?}");
        assert_eq!(left[1..], ["disk/out/in/a.jsonl", "status 2"], "{run:?}");
    }
}

/// A run of this size, as a process that can be killed.
#[cfg(unix)]
fn start(desk: &Desk, line: &str) -> std::process::Child {
    let mut command = desk.plain(line);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command.spawn().unwrap()
}

#[cfg(unix)]
fn kill(child: &std::process::Child, signal: &str) {
    std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
}

/// Killed at a random moment and run again: what is there is the same as without. `GLEANER_KILLS` says how often.
#[cfg(unix)]
#[test]
fn a_killed_run_is_taken_up_again() {
    let kills = std::env::var("GLEANER_KILLS").ok().and_then(|it| it.parse().ok()).unwrap_or(3);
    let desk = Desk::new();
    let small = small();
    fs::create_dir_all(desk.path("in")).unwrap();
    for file in 0..12 {
        let rows: String = (0..60).map(|id| row(format!("{file}-{id}"), HARBOUR)).collect();
        match file % 4 {
            0 => desk.put(&format!("in/{file}.jsonl"), rows),
            1 => desk.put(&format!("in/{file}.jsonl.gz"), pack(Compression::Gzip, &[rows.as_bytes()])),
            2 => desk.put(&format!("in/{file}.txt"), HARBOUR.repeat(40)),
            _ => desk.put(&format!("in/{file}.wet"), crate::archives::wet(&file.to_string(), 60)),
        }
    }
    #[cfg(feature = "parquet")]
    crate::tables::put(&desk, "in/table.parquet", 300);
    let line = |out: &str| format!("clean -q {small} -j 2 --max-drop 1 -o {out} --keep-dirs in");
    let whole = std::time::Instant::now();
    desk.run(&line("whole")).silent();
    let whole = whole.elapsed();
    let expected = tree(&desk.path("whole"));
    for n in 0..kills {
        let out = format!("out{n}");
        let mut child = start(&desk, &line(&out));
        // Anywhere in the time that it takes, and never twice at the same place.
        let share = (n as u32 * 7919 % 97) as f64 / 97.0;
        std::thread::sleep(whole.mul_f64(share));
        kill(&child, "-KILL");
        child.wait().unwrap();
        for (name, bytes) in tree(&desk.path(&out)) {
            let same = expected.iter().find(|(it, _)| *it == name).map(|(_, bytes)| bytes);
            assert!(same == Some(&bytes), "{name} is whole or not there");
        }
        desk.run(&line(&out)).silent();
        assert!(tree(&desk.path(&out)) == expected);
        let unfinished: Vec<PathBuf> = fs::read_dir(desk.path(&format!("{out}/.gleaner/unfinished")))
            .unwrap()
            .map(|it| it.unwrap().path())
            .collect();
        assert!(unfinished.is_empty() || !cfg!(target_os = "linux"), "{unfinished:?}");
        fs::remove_dir_all(desk.path(&out)).unwrap();
    }
}

/// Whether a signal is ignored, as `nohup` and some shells' `&` arrange it for all that they start.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask >> (signal - 1) & 1 != 0)
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_no_partial_output() {
    use std::os::unix::process::ExitStatusExt;
    // More than is done before the signal comes.
    let desk = Desk::with("a.jsonl", (0..400_000).map(|id| row(id, HARBOUR)).collect::<String>());
    desk.put("out", "old");
    for (signal, number) in [("-INT", 2), ("-TERM", 15), ("-HUP", 1)] {
        if is_ignored(number) {
            eprintln!(
                "skipped: {signal}, which these tests were told not to hear, and the program with them"
            );
            continue;
        }
        for line in ["clean -j 2 a.jsonl -o out --dropped gone", "clean -j 2 a.jsonl -o folder --keep-dirs"] {
            let mut child = start(&desk, line);
            let begun = || {
                let part = |path: PathBuf| {
                    fs::read_dir(path).is_ok_and(|it| {
                        it.flatten().any(|it| {
                            let name = it.file_name().into_string().unwrap();
                            (name.starts_with(".gleaner-") || name.len() > 16) && it.path().is_file()
                        })
                    })
                };
                part(desk.path("")) || part(desk.path("folder/.gleaner/unfinished"))
            };
            let patience = std::time::Instant::now();
            while !begun() && patience.elapsed().as_secs() < 60 {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            kill(&child, signal);
            assert_eq!(child.wait().unwrap().signal(), Some(number), "{line}");
            assert_eq!(desk.get("out"), b"old");
            let left: Vec<String> = desk.names().into_iter().filter(|it| it != "folder").collect();
            assert_eq!(left, ["a.jsonl", "out"]);
            assert!(names(&desk.path("folder")).is_empty());
        }
        let _ = fs::remove_dir_all(desk.path("folder"));
    }
    // Whoever is told not to hear a signal does not.
    let line = "trap '' HUP; gleaner clean a.jsonl > out & sleep 0.3; kill -HUP $!; wait $!; echo $? >&2";
    assert_eq!(desk.shell(line).err, "0\n");
}

/// Memory does not grow with the input: the same limit holds for four times as much.
#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded() {
    let desk = Desk::new();
    let articles: String = (0..400).map(|id| row(id, &HARBOUR.repeat(6))).collect();
    // Addresses, not what is used: stacks and arenas of threads count whole.
    let limit = 400_000;
    let sizes: &[usize] = if cfg!(debug_assertions) { &[4] } else { &[15, 60] };
    for &times in sizes {
        desk.put("a.jsonl", articles.repeat(times));
        desk.shell("gzip -1 -k -f a.jsonl");
        for line in [
            "gleaner clean -j 2 a.jsonl > /dev/null",
            "gleaner clean -j 2 --compress gzip < a.jsonl > /dev/null",
            "gleaner clean -j 2 a.jsonl.gz > /dev/null",
            "gleaner score -j 2 a.jsonl > /dev/null",
            // Nobody takes what comes out for a while.
            "gleaner clean -j 2 a.jsonl | (sleep 0.5; cat > /dev/null)",
        ] {
            let run = desk.shell(&format!("ulimit -v {limit}; {line}"));
            let run = run.expect(if line.contains('|') { 0 } else { 1 }, &["was seen before"]);
            assert!(!run.err.contains("memory"), "{}", run.err);
        }
    }
}
