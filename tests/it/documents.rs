//! The documents: their sizes, their links, and that the guide's table of contents is complete.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Markdown file in a folder and below it, sorted, as paths from the root.
fn markdown(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Targets of the links and pictures of a Markdown text, outside its code blocks.
fn links(text: &str) -> Vec<String> {
    let mut code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        code ^= line.starts_with("```");
        if code {
            continue;
        }
        found.extend(line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())));
    }
    found
}

/// Headings of a Markdown text as GitHub and mdBook name them in addresses.
fn anchors(text: &str) -> Vec<String> {
    let mut code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        code ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !code) {
            let heading = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
            found.push(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
        }
    }
    found
}

#[test]
fn short_documents_stay_short() {
    for (name, most) in [("README.md", 9_000), ("ARCHITECTURE.md", 22_000)] {
        let bytes = read(Path::new(name)).len();
        assert!(bytes <= most, "{name} has {bytes} bytes, more than {most}: move something to docs/");
    }
}

#[test]
fn links_lead_somewhere() {
    let mut documents = markdown("docs");
    documents.extend(
        [
            "README",
            "ARCHITECTURE",
            "CONTRIBUTING",
            "models/README",
            "training-data/README",
            "benchmarks/README",
        ]
        .map(|name| PathBuf::from(format!("{name}.md"))),
    );
    let mut followed = 0;
    for document in documents {
        let text = read(&document);
        for link in links(&text) {
            if link.starts_with("https://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target =
                if file.is_empty() { document.clone() } else { document.with_file_name("").join(file) };
            let place = root().join(&target);
            assert!(place.exists(), "{}: {link} leads nowhere", document.display());
            if !anchor.is_empty() {
                let headings = anchors(&read(&target));
                assert!(
                    headings.iter().any(|it| it == anchor),
                    "{}: {link} names no heading of {headings:?}",
                    document.display()
                );
            }
            // What mdBook renders can only link to what it renders.
            if document.starts_with("docs") {
                assert!(
                    place.canonicalize().unwrap().starts_with(root().join("docs").canonicalize().unwrap()),
                    "{}: {link} leaves docs/",
                    document.display()
                );
            }
            followed += 1;
        }
    }
    assert!(followed > 50, "only {followed} links were found");
}

#[test]
fn the_table_of_contents_is_complete() {
    let mut listed: Vec<PathBuf> =
        links(&read(Path::new("docs/SUMMARY.md"))).iter().map(|link| Path::new("docs").join(link)).collect();
    listed.push("docs/SUMMARY.md".into());
    listed.sort();
    assert_eq!(listed, markdown("docs"));
}

#[test]
fn the_first_example_shows_what_comes_out() {
    let readme = read(Path::new("README.md"));
    let command = "cargo run --release -- clean examples/lamplighter.txt";
    let (_, after) = readme.split_once(command).expect("the first command");
    let (_, shown) = after.split_once("```text\n").expect("its output");
    let (shown, _) = shown.split_once("```").expect("the end of its output");
    let desk = crate::program::Desk::with("a.txt", read(Path::new("examples/lamplighter.txt")));
    assert_eq!(desk.run("clean a.txt").silent().text(), shown);
}

/// Lines of the shell examples of a Markdown text.
#[cfg(all(unix, feature = "html"))]
fn commands(text: &str) -> Vec<&str> {
    let blocks = text.split("\n```sh\n").skip(1).filter_map(|rest| rest.split_once("\n```"));
    blocks.flat_map(|(block, _)| block.lines()).filter(|line| !line.starts_with('#')).collect()
}

/// A folder with the files that the examples name.
#[cfg(all(unix, feature = "html"))]
fn desk_for_examples() -> crate::program::Desk {
    let article = read(Path::new("examples/lamplighter.txt"));
    let page = read(Path::new("examples/lamplighter.html"));
    let desk = crate::program::Desk::with("article.txt", &article);
    let row = serde_json::json!({"id": "a", "url": "https://gazette.example/a", "text": article});
    desk.put("dump.jsonl", format!("{row}\n"));
    desk.put("page.html", &page);
    fs::create_dir(desk.path("crawl")).unwrap();
    desk.put("crawl/a.txt", &article);
    desk.put("crawl/b.html", &page);
    fs::create_dir(desk.path("examples")).unwrap();
    for name in ["examples/labels.tsv", "examples/soup.txt", "examples/lamplighter.txt"] {
        desk.put(name, read(Path::new(name)));
    }
    desk.put("labelled.jsonl", crate::program::LABELLED);
    let mut predictions = String::new();
    for document in crate::program::LABELLED.lines() {
        let document: serde_json::Value = serde_json::from_str(document).unwrap();
        for (index, paragraph) in document["paragraphs"].as_array().unwrap().iter().enumerate() {
            let boilerplate = if paragraph["label"] == "editorial" { 0.2 } else { 0.7 };
            let row = serde_json::json!({"doc": document["id"], "index": index, "boilerplate": boilerplate});
            predictions += &format!("{row}\n");
        }
    }
    desk.put("theirs.jsonl", predictions);
    desk
}

#[cfg(all(unix, feature = "html"))]
#[test]
fn commands_of_the_documents_run() {
    for (document, least) in [("README.md", 12), ("docs/commands.md", 13)] {
        let desk = desk_for_examples();
        let text = read(Path::new(document));
        let mut ran = 0;
        for line in commands(&text) {
            if line.starts_with("cargo ") || line.starts_with("pip ") {
                continue;
            }
            assert!(line.starts_with("gleaner "), "{document}: {line}");
            let run = desk.shell(line);
            assert_eq!(run.code, 0, "{document}: {line}: {}", run.err);
            ran += 1;
        }
        assert!(ran >= least, "{document}: only {ran} commands were found");
    }
}
