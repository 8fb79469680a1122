//! What the library offers at its root: `docs/public-api.txt` lists it, so that no change to it goes unseen.
//!
//! `GLEANER_OVERWRITE=1 cargo test --test it public_api` writes the list anew; say in the changelog what changed.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::data::project;
use crate::structure::path;

/// One line per `pub mod` and per name of a `pub use` in `lib.rs`, sorted, with the condition it stands under.
fn listed(lib: &str) -> String {
    let (mut lines, mut condition, mut rest) = (BTreeSet::new(), String::new(), lib);
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if let Some(feature) = line.strip_prefix("#[cfg(").and_then(|it| it.strip_suffix(")]")) {
            condition = format!("  # {feature}");
        } else if let Some(name) = line.strip_prefix("pub mod ") {
            let name = name.trim_end_matches([';', '{', ' ']);
            lines.insert(format!("mod {name}{condition}"));
            condition.clear();
        } else if line.starts_with("pub use ") {
            let mut names = Vec::new();
            path(&rest["pub use ".len()..], Vec::new(), &mut names);
            lines.extend(names.iter().map(|name| format!("use {}{condition}", name.join("::"))));
            condition.clear();
        } else if !line.starts_with("#[") && !line.starts_with("//") {
            condition.clear();
        }
        rest = after;
    }
    lines.iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    })
}

#[test]
fn the_list_is_what_the_library_offers() {
    let now = listed(&std::fs::read_to_string(project("src/lib.rs")).unwrap());
    let file = project("docs/public-api.txt");
    if std::env::var_os("GLEANER_OVERWRITE").is_some_and(|value| value == "1") {
        std::fs::write(&file, &now).unwrap();
    }
    let then = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        now == then,
        "docs/public-api.txt is not what src/lib.rs offers; GLEANER_OVERWRITE=1 writes it anew:\n{now}"
    );
}

#[test]
fn conditions_and_groups_are_listed() {
    let lib = "//! Doc.\npub mod b;\nmod hidden;\n#[cfg(feature = \"html\")]\n#[doc(hidden)]\npub mod a;\n\
               pub use b::{C,\n    d::E};\n#[cfg(feature = \"x\")]\nmod y;\npub use b::Z;\n";
    let expected = "mod a  # feature = \"html\"\nmod b\nuse b::C\nuse b::Z\nuse b::d::E\n";
    assert_eq!(listed(lib), expected);
}
