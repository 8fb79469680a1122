//! Help, completions and man pages.

use crate::program::Desk;

const SUBCOMMANDS: [&str; 17] = [
    "clean",
    "score",
    "explain",
    "evaluate",
    "train",
    "tune",
    "count",
    "merge",
    "site-memory build",
    "site-memory info",
    "model info",
    "model dump",
    "model load",
    "completions",
    "man",
    "model",
    "site-memory",
];

#[test]
fn every_subcommand_teaches() {
    let desk = Desk::new();
    for subcommand in SUBCOMMANDS {
        let help = desk.run(&format!("{subcommand} --help")).silent();
        let at = |heading: &str| help.text().find(&format!("\n{heading}:\n"));
        assert!(at("Examples") < at("Exit status") && at("Examples").is_some(), "{subcommand}");
        if !["model", "site-memory"].contains(&subcommand) {
            assert!(at("Reads") < at("Writes") && at("Writes") < at("Examples"), "{subcommand}");
            assert!(at("Reads").is_some(), "{subcommand}");
        }
        assert!(help.text().lines().all(|line| line.chars().count() <= 100), "{subcommand}");
        assert!(desk.run(&format!("{subcommand} -h")).silent().out.len() < help.out.len());
    }
    let all = desk.run("--help").silent();
    for said in ["GLEANER_MODEL", "GLEANER_CONFIG", "Exit status:", "--print-config"] {
        assert!(all.text().contains(said), "{said}");
    }
    assert!(desk.run("--version").silent().text().starts_with("gleaner "));
}

#[test]
fn completions_for_every_shell() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = desk.run(&format!("completions {shell}")).silent();
        assert!(script.text().contains("max-drop") && script.text().contains("completions"), "{shell}");
    }
    desk.run("completions tcsh").expect(2, &["possible values"]);
}

#[test]
fn man_pages() {
    let desk = Desk::new();
    let page = desk.run("man").silent();
    assert!(page.text().contains(".TH gleaner 1") && page.text().contains("GLEANER_MODEL"));
    desk.run("man pages/man1").silent();
    let mut names: Vec<_> = std::fs::read_dir(desk.path("pages/man1"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut expected: Vec<_> =
        SUBCOMMANDS.iter().map(|it| format!("gleaner-{}.1", it.replace(' ', "-"))).collect();
    expected.push("gleaner.1".to_owned());
    expected.sort();
    assert_eq!(names, expected);
    let clean = String::from_utf8(desk.get("pages/man1/gleaner-clean.1")).unwrap();
    assert!(clean.contains("\\-\\-max\\-drop") && clean.contains("Exit status"));
    desk.put("file", "");
    desk.run("man file").expect(2, &["file: cannot make the folder"]);
}

#[test]
fn completions_offer_files_where_files_go() {
    let desk = Desk::new();
    let script = desk.run("completions bash").silent();
    let clean = script.text().split("gleaner__subcmd__clean)\n").nth(1).unwrap();
    let of = |flag: &str| {
        let case =
            clean.split(&format!("                {flag})\n")).nth(1).unwrap_or_else(|| panic!("{flag}"));
        case.split(";;").next().unwrap()
    };
    for flag in ["--page-type", "--text-key", "--threshold", "--jobs", "--encoding", "--shard"] {
        assert!(!of(flag).contains("compgen -f"), "{flag}: {}", of(flag));
    }
    for flag in ["--model", "--output", "--dropped", "--report", "--site-memory"] {
        assert!(of(flag).contains("compgen -f"), "{flag}: {}", of(flag));
    }
}

#[test]
fn every_example_is_understood() {
    let desk = Desk::new();
    let mut seen = 0;
    for subcommand in SUBCOMMANDS.iter().chain(&[""]) {
        for flag in ["-h", "--help"] {
            let help = desk.run(&format!("{subcommand} {flag}")).silent();
            for line in help.text().lines().filter(|line| line.starts_with("  gleaner ")) {
                // What the example does stands behind it, or it is one of several commands of the shell.
                let line = line.trim().split("  ").next().unwrap();
                let commands = line.split(['|', '&']).map(str::trim);
                for command in commands.filter_map(|command| command.strip_prefix("gleaner ")) {
                    let words = command.split(['>', '<']).next().unwrap();
                    // Settings are printed only where all words are understood; nothing is read or written.
                    let run = desk.run(&format!("{words} --print-config"));
                    assert_eq!((run.code, run.err.as_str()), (0, ""), "{command}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 60, "only {seen} examples were found");
}
