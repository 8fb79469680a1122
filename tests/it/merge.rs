//! What several runs counted adds up to what one would have.

use serde_json::Value;

use crate::program::{Desk, LABELLED};

/// Labelled articles of several sites: the fixture's, under other names with other words.
fn labelled(site: usize) -> String {
    let mut all = String::new();
    for line in LABELLED.lines() {
        let mut document: Value = serde_json::from_str(line).unwrap();
        document["id"] = format!("{site}-{}", document["id"]).into();
        document["domain"] = format!("site{}.example", site % 5).into();
        for paragraph in document["paragraphs"].as_array_mut().unwrap() {
            let text = format!("{} Ferry{site} again.", paragraph["text"].as_str().unwrap());
            paragraph["text"] = text.into();
        }
        all += &format!("{document}\n");
    }
    all
}

#[test]
fn shards_counted_by_several_processes_make_one_model() {
    const SHARDS: usize = 8;
    let desk = Desk::new();
    for shard in 0..SHARDS {
        desk.put(&format!("{shard}.jsonl"), labelled(shard) + &labelled(shard + SHARDS));
    }
    let names = |ending: &str| (0..SHARDS).map(|shard| format!("{shard}.{ending} ")).collect::<String>();
    desk.run(&format!("count {} -o whole.counts", names("jsonl"))).silent();
    // All of them at once.
    let children: Vec<_> = (0..SHARDS)
        .map(|shard| desk.plain(&format!("count {shard}.jsonl -o {shard}.counts")).spawn().unwrap())
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    desk.run(&format!("merge {} -o merged.counts", names("counts"))).silent();
    assert!(desk.get("merged.counts") == desk.get("whole.counts"));
    // In another order, and in two steps.
    desk.run("merge 7.counts 2.counts 5.counts -o some.counts").silent();
    desk.run("merge 6.counts some.counts 0.counts 1.counts 4.counts 3.counts -o merged.counts").silent();
    assert!(desk.get("merged.counts") == desk.get("whole.counts"));
    let mut fed = desk.command("merge - 1.counts -o -");
    let two = crate::program::Run::of(fed.write_stdin(desk.get("0.counts"))).silent();
    desk.run("merge 0.counts 1.counts -o two.counts").silent();
    assert!(two.out == desk.get("two.counts"));

    // The model of the sum is the model of one pass, with and without a context that was fitted elsewhere.
    desk.run("train -q 0.jsonl 1.jsonl -o fitted.gleaner").silent();
    desk.put("fitted.json", desk.run("model dump --fitted fitted.gleaner").silent().out);
    for flags in ["", "--fitted fitted.json", "--min-sites 1"] {
        let model = |table: &str| {
            desk.run(&format!("train -q {flags} --name m {table} -o {table}.gleaner")).silent();
            desk.get(&format!("{table}.gleaner"))
        };
        assert!(model("merged.counts") == model("whole.counts"), "{flags}");
    }
}

#[test]
fn memories_of_sites_add_up() {
    let desk = Desk::new();
    let page = |n: usize| {
        let text = format!(
            "Boat {n} left with {n} crates of fish for the market.\nShare this with a friend of yours.\n"
        );
        format!(
            "{}\n",
            serde_json::json!({"id": n, "url": format!("http://h{}.example/{n}", n % 3), "text": text})
        )
    };
    let pages = |range: std::ops::Range<usize>| range.map(page).collect::<String>();
    desk.put("a.jsonl", pages(0..20));
    desk.put("b.jsonl", pages(20..55));
    for (files, memory) in [("a.jsonl", "a"), ("b.jsonl", "b"), ("a.jsonl b.jsonl", "both")] {
        desk.run(&format!("site-memory build -q --size 1MB {files} -o {memory}")).silent();
    }
    desk.run("merge a b -o sum").silent();
    assert!(desk.get("sum") == desk.get("both"));
    desk.run("merge b a -o sum").silent();
    assert!(desk.get("sum") == desk.get("both"));
    desk.run("site-memory build -q --size 2MB a.jsonl -o large").silent();
    desk.run("merge a large -o sum").expect(2, &["large: cannot be added", "different sizes"]);
    assert!(desk.get("sum") == desk.get("both"));
}

#[test]
fn what_does_not_add_up_is_refused_by_name() {
    let desk = Desk::with("a.jsonl", LABELLED);
    desk.run("count a.jsonl -o a.counts").silent();
    desk.put("t.txt", "The boats wait by the pier.");
    desk.run("site-memory build -q --size 1KB t.txt -o m").silent();
    let bytes = desk.get("a.counts");
    desk.put("cut.counts", &bytes[..bytes.len() - 3]);
    for (files, said) in [
        ("a.counts m", "m: is a site memory, the files before it are count tables"),
        ("m a.counts", "a.counts: is a count table, the files before it are site memories"),
        ("a.counts a.jsonl", "a.jsonl: is neither a count table nor a site memory"),
        ("a.counts cut.counts", "cut.counts, line "),
        ("a.counts missing", "missing: cannot read"),
        ("- -", "named twice"),
    ] {
        desk.run(&format!("merge {files} -o sum")).expect(2, &[said]);
        assert!(!desk.path("sum").exists());
    }
    desk.run("merge a.counts").expect(2, &["--output"]);
}
