//! Flags over environment over configuration file over defaults.

use crate::program::{Desk, HARBOUR, HARBOUR_CLEANED, Run, small_model};

fn config(desk: &Desk, text: &str) {
    std::fs::create_dir_all(desk.path("gleaner")).unwrap();
    desk.put("gleaner/config.toml", text);
}

/// The line of a setting in what `--print-config` prints: its value, and where it comes from.
#[track_caller]
fn printed(run: &Run, key: &str) -> (String, String) {
    let line = run.text().lines().find(|line| line.trim_start_matches("# ").starts_with(&format!("{key} ")));
    let (value, origin) =
        line.unwrap_or_else(|| panic!("{key} in {}", run.text())).rsplit_once("  # ").unwrap();
    (value.trim().to_owned(), origin.to_owned())
}

#[test]
fn each_origin_wins_over_the_next() {
    let desk = Desk::new();
    let default = desk.run("clean --print-config").silent();
    assert_eq!(printed(&default, "threshold"), ("# threshold is not set".into(), "default".into()));
    assert_eq!(printed(&default, "max-drop"), ("max-drop = 0.6".into(), "default".into()));
    config(&desk, "model = \"file.gleaner\"\nthreshold = 0.7\n[clean]\nmax-drop = 0.8\nlenient = true\n");
    let file = desk.path("gleaner/config.toml").display().to_string();
    let model = desk.path("gleaner/file.gleaner").display().to_string();
    let from_file = desk.run("clean --print-config").silent();
    assert!(from_file.text().starts_with(&format!("# gleaner clean\n# configuration file: {file}\n")));
    assert_eq!(printed(&from_file, "model"), (format!("model = {model:?}"), format!("file {file}, line 1")));
    assert_eq!(printed(&from_file, "max-drop"), ("max-drop = 0.8".into(), format!("file {file}, line 4")));
    assert_eq!(printed(&from_file, "lenient").0, "lenient = true");
    let score = desk.run("score --print-config").silent();
    assert_eq!(printed(&score, "lenient"), ("lenient = false".into(), "default".into()));
    assert_eq!(printed(&score, "threshold").0, "threshold = 0.7");
    let variable = Run::of(desk.command("clean --print-config").env("GLEANER_MODEL", "env.gleaner")).silent();
    let origin = "environment variable GLEANER_MODEL".to_owned();
    assert_eq!(printed(&variable, "model"), ("model = \"env.gleaner\"".into(), origin.clone()));
    let info =
        Run::of(desk.command("model info --print-config").env("GLEANER_MODEL", "env.gleaner")).silent();
    assert_eq!(printed(&info, "model").1, origin);
    let mut flags = desk.command("clean --print-config --model f.gleaner --threshold 0.9 --lenient=false");
    let flags = Run::of(flags.env("GLEANER_MODEL", "env.gleaner")).silent();
    assert_eq!(printed(&flags, "model"), ("model = \"f.gleaner\"".into(), "flag --model".into()));
    assert_eq!(printed(&flags, "threshold"), ("threshold = 0.9".into(), "flag --threshold".into()));
    assert_eq!(printed(&flags, "lenient"), ("lenient = false".into(), "flag --lenient".into()));
    let empty = Run::of(desk.command("clean --print-config").env("GLEANER_MODEL", "")).silent();
    assert_eq!(printed(&empty, "model").0, format!("model = {model:?}"));
}

#[test]
fn what_is_printed_is_a_configuration_file() {
    let desk = Desk::new();
    let flags = "--threshold 0.75 --text-key body --lenient --dropped gone.jsonl";
    let first = desk.run(&format!("clean --print-config {flags}")).silent();
    desk.put("printed.toml", &first.out);
    let again = desk.run("clean --print-config --config printed.toml").silent();
    for key in ["threshold", "text-key", "lenient", "max-drop", "quiet", "from"] {
        assert_eq!(printed(&again, key).0, printed(&first, key).0);
        assert!(printed(&again, key).1.starts_with("file printed.toml, line "));
    }
}

#[test]
fn the_file_is_at_work() {
    let desk = Desk::with("harbour.txt", HARBOUR);
    let model = small_model().display();
    config(&desk, &format!("model = \"{model}\"\nthreshold = 0.5\n"));
    assert_eq!(desk.run("clean harbour.txt").silent().text(), HARBOUR_CLEANED);
    assert_eq!(desk.run("clean --threshold 1 harbour.txt").silent().text(), HARBOUR);
    let dropped = "[clean]\ndropped = \"gone.jsonl\"\n";
    desk.put("other.toml", format!("model = \"{model}\"\nthreshold = \"50%\"\n{dropped}"));
    let run = Run::of(desk.command("clean harbour.txt").env("GLEANER_CONFIG", "other.toml")).silent();
    assert_eq!(run.text(), HARBOUR_CLEANED);
    assert!(desk.path("gone.jsonl").exists());
    // What the file names need not be typed.
    desk.put("train.toml", "[train]\noutput = \"made.gleaner\"\nkeep = [\"ham\", \"news\"]\nmin-sites = 1\n");
    let run = desk.feed("train - --config train.toml", "ham\tSee you\nspam\tBuy now\nnews\tIt rained\n");
    run.expect(0, &["made.gleaner"]);
    let printed_keep = desk.run("train --print-config --config train.toml").silent();
    assert_eq!(printed(&printed_keep, "keep").0, "keep = [\"ham\", \"news\"]");
}

#[test]
fn mistakes_in_the_file_are_named_with_their_line() {
    let cases = [
        ("\n\ntresh = 1\nthresold = 0.5\n", "c.toml, line 3: there is no setting \"tresh\""),
        ("thresold = 0.5\n", "c.toml, line 1: there is no setting \"thresold\", did you mean \"threshold\"?"),
        ("max_drop = 0.5\n", "line 1: there is no setting \"max_drop\", did you mean \"max-drop\"?"),
        ("[score]\nmax-drop = 0.5\n", "line 2: there is no setting \"max-drop\" of score"),
        ("[claen]\n", "line 1: there is no subcommand \"claen\", did you mean \"clean\"?"),
        (
            "threshold = 2\n",
            "line 1: invalid value '2' for '--threshold <PROBABILITY>': expected a share from 0 to 1",
        ),
        ("[clean]\nfrom = \"txt\"\n", "line 2: invalid value 'txt' for '--from <CONTAINER>'"),
        ("model = true\n", "line 1: model takes a value"),
        ("lenient = \"yes\"\n", "line 1: lenient is either true or false"),
        ("threshold = [0.1, 0.2]\n", "line 1: "),
        ("threshold = 2020-01-01\n", "line 1: threshold takes a string, a number, true or false, or a list"),
        ("threshold = {a = 1}\n", "line 1: there is no subcommand \"threshold\""),
        ("config = \"x\"\n", "line 1: there is no setting \"config\""),
        ("help = true\n", "line 1: there is no setting \"help\""),
        ("a = \n", "c.toml, line 1: "),
        ("model = \"a\"\nmodel = \"b\"\n", "c.toml, line 2: duplicate key"),
    ];
    let desk = Desk::with("a.txt", HARBOUR);
    for (text, said) in cases {
        desk.put("c.toml", text);
        for command in ["clean a.txt", "clean --print-config"] {
            assert_eq!(desk.run(&format!("{command} --config c.toml")).expect(2, &[said]).text(), "");
        }
    }
    desk.put("c.toml", b"model = \"\xFF\"\n");
    desk.run("clean --config c.toml a.txt").expect(2, &["c.toml, byte 9: a configuration file is UTF-8"]);
    desk.run("clean --config none.toml a.txt").expect(2, &["none.toml: cannot read the configuration"]);
    // Help does not need it.
    desk.run("clean --config none.toml --help").silent();
}

#[test]
fn wrong_usage_is_refused_with_or_without_a_file() {
    let desk = Desk::new();
    for text in ["", "quiet = true\n"] {
        config(&desk, text);
        desk.run("").expect(2, &["Usage: gleaner"]);
        assert!(!desk.run("model").expect(2, &["Usage: gleaner model"]).err.contains("=<"));
        desk.run("nosuch").expect(2, &["unrecognized subcommand"]);
        desk.run("train").expect(2, &["--output"]);
        desk.run("clean --nosuch --print-config").expect(2, &["--nosuch"]);
        desk.run("clean --threshold x --print-config").expect(2, &["--threshold"]);
    }
}

#[test]
fn quiet_silences_remarks_and_no_problem() {
    let desk = Desk::with("a.txt", HARBOUR);
    desk.run("clean --dry-run a.txt").expect(0, &["would drop"]);
    desk.run("clean --dry-run -q a.txt").silent();
    desk.run("-q clean --dry-run a.txt").silent();
    config(&desk, "quiet = true\n");
    desk.run("clean --dry-run a.txt").silent();
    desk.run("clean --dry-run --quiet=false a.txt").expect(0, &["would drop"]);
    desk.run("clean a.txt missing.txt").expect(1, &["missing.txt"]);
}
