//! Names of inputs: whatever they are, they concern no other input, in this run and in the next.

use std::fs;

use serde_json::Value;

use crate::batch::tree;
use crate::program::{Desk, HARBOUR, Run, row};

/// A file in the way of a folder is a problem of that file, or none at all.
#[test]
fn a_file_beside_a_folder_of_its_notes_name() {
    let desk = Desk::new();
    for folder in ["in/a.json", "in/b.txt.json", "in/c.jsonl"] {
        fs::create_dir_all(desk.path(folder)).unwrap();
        desk.put(&format!("{folder}/x.txt"), HARBOUR);
    }
    desk.put("in/a", HARBOUR);
    desk.put("in/b.txt", HARBOUR);
    desk.put("in/c", HARBOUR);
    for _ in 0..2 {
        desk.run("clean -o out --keep-dirs in").expect(0, &[]);
        assert_eq!(tree(&desk.path("out")).len(), 6);
    }
    desk.run("clean -o out --keep-dirs in").expect(0, &["6 of 6 inputs were finished earlier"]);
    // Rows of `in/c` would be `in/c.jsonl`, where a folder is.
    let said = ["in/c: its output rows/in/c.jsonl is the folder of rows/in/c.jsonl/x.txt.jsonl"];
    for _ in 0..2 {
        desk.run("score -o rows --keep-dirs in").expect(1, &said);
        assert_eq!(tree(&desk.path("rows")).len(), 5);
    }
    let said = ["in/c: its output gone/in/c.jsonl is the folder of"];
    desk.run("clean -o other --dropped gone --keep-dirs in").expect(1, &said);
    assert_eq!(tree(&desk.path("other")).len(), 5);
}

/// What stands in the output folder already may be in the way, too.
#[test]
fn an_output_that_cannot_have_its_name_is_the_problem_of_its_input() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("in/sub")).unwrap();
    fs::create_dir_all(desk.path("out/in/a.txt/here")).unwrap();
    for name in ["in/a.txt", "in/b.txt", "in/sub/c.txt", "in/z.txt"] {
        desk.put(name, HARBOUR);
    }
    desk.put("out/in/sub", "a file where a folder should be");
    for jobs in [1, 2] {
        let run = desk.run(&format!("clean -j {jobs} -o out --keep-dirs in --report r.json"));
        run.expect(1, &["in/a.txt: nothing was written", "in/sub/c.txt: nothing was written: out/in/sub"]);
        assert_eq!(desk.get("out/in/sub"), b"a file where a folder should be");
        assert!(desk.path("out/in/b.txt").exists() && desk.path("out/in/z.txt").exists());
        let report: Value = serde_json::from_slice(&desk.get("r.json")).unwrap();
        assert_eq!(report["inputs"]["unreadable"], 2);
    }
    // A name as long as names may be has no room for another ending.
    let long = format!("in/{}", "n".repeat(255));
    desk.put(&long, HARBOUR);
    desk.run("clean -o whole --keep-dirs in").expect(0, &[]);
    assert!(desk.path(&format!("whole/{long}")).exists());
    desk.run("score -o rows --keep-dirs in").expect(1, &["nnn: nothing was written"]);
    assert_eq!(tree(&desk.path("rows")).len(), 4);
}

#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let desk = Desk::new();
    fs::create_dir(desk.path("in")).unwrap();
    let name = OsStr::from_bytes(b"caf\xe9.jsonl");
    fs::write(desk.path("in").join(name), row(1, HARBOUR) + "nothing\n").unwrap();
    desk.put("in/z.txt", HARBOUR);
    let line = "clean in -o out --keep-dirs --dropped gone --report r.json --report r.html";
    for _ in 0..2 {
        desk.run(line).expect(1, &[]);
        assert!(desk.path("out/in").join(name).exists() && desk.path("out/in/z.txt").exists());
        let report: Value = serde_json::from_slice(&desk.get("r.json")).unwrap();
        assert_eq!(report["inputs"]["listed"][0]["path"], "in/caf\u{fffd}.jsonl");
        assert!(String::from_utf8(desk.get("r.html")).unwrap().contains("caf\u{fffd}"));
    }
    for command in ["clean --to text", "score", "explain", "clean --to dolma", "clean --to jsonl"] {
        desk.run(&format!("{command} in")).expect(1, &["caf\u{fffd}.jsonl, record 2"]);
    }
    let mut report = desk.command("clean in/z.txt --report");
    let run = Run::of(report.arg(OsStr::from_bytes(b"r\xe9.json")));
    run.expect(0, &[]);
    let mut model = desk.command("clean in/z.txt --report m.json --model");
    Run::of(model.arg(OsStr::from_bytes(b"m\xe9.gleaner"))).expect(2, &["m\u{fffd}.gleaner"]);
}

/// In containers the home folder is often that of somebody else.
#[cfg(unix)]
#[test]
fn a_home_folder_that_cannot_be_read_has_no_settings() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.put("file", "");
    let long = format!("/{}", "n".repeat(300));
    for home in [desk.path("file"), "/dev/null".into(), long.into()] {
        for variable in ["XDG_CONFIG_HOME", "HOME"] {
            let mut command = desk.command("clean a.txt");
            command.env_remove("XDG_CONFIG_HOME").env(variable, &home);
            Run::of(&mut command).silent();
        }
    }
}
