//! `train` and `count` on labelled data in which something is wrong.

use crate::program::{Desk, LABELLED};

#[test]
fn data_that_cannot_be_trained_on_is_refused() {
    let one_label = "editorial\tThe tram stops here.\neditorial\tThe tram goes on.\n";
    let cases: &[(&str, &str, &[&str])] = &[
        (one_label, "", &["two labels are needed", "\"editorial\""]),
        ("", "", &["two labels are needed"]),
        (
            "spam\tBuy now.\nham\tSee you at noon.\n",
            "",
            &["no paragraph is labelled \"editorial\"", "--keep", "the data has: spam, ham"],
        ),
        (
            "spam\tBuy now.\nham\tSee you at noon.\n",
            "--keep hat",
            &["no paragraph is labelled \"hat\"", "the data has: spam, ham"],
        ),
        ("spam\tBuy now.\nham\tSee you at noon.\n", "--keep ham --keep spam", &["one dropped"]),
        ("no label here\n", "", &["data, record 1, line 1"]),
        ("{\"id\": 1, \"paragraphs\": [{\"text\": \"x\"}]}\n", "", &["data, ", "line 1"]),
    ];
    for (data, flags, said) in cases {
        let desk = Desk::with("data", data);
        desk.run(&format!("train data {flags} -o m.gleaner")).expect(2, said);
        assert_eq!(desk.names(), ["data"]);
    }
}

#[test]
fn labelled_data_is_read_from_standard_input_and_folders() {
    let desk = Desk::with("labelled.jsonl", LABELLED);
    desk.run("train -q --min-sites 1 labelled.jsonl -o a.gleaner").silent();
    desk.feed("train -q --min-sites 1 - --name a -o b.gleaner", LABELLED).silent();
    desk.run("train -q --min-sites 1 . --name a -o c.gleaner").silent();
    assert_eq!(desk.get("a.gleaner"), desk.get("b.gleaner"));
    assert_eq!(desk.get("a.gleaner"), desk.get("c.gleaner"));
    desk.run("train --min-sites 1 labelled.jsonl -o d.gleaner").expect(0, &["d.gleaner: ", "24 paragraphs"]);
    std::fs::create_dir(desk.path("empty")).unwrap();
    desk.run("train empty -o e.gleaner").expect(2, &["empty: has no .jsonl file"]);
    desk.run("train missing -o e.gleaner").expect(2, &["missing: cannot read"]);
    desk.run("train - - -o e.gleaner").expect(2, &["named twice"]);
}

#[test]
fn a_model_does_not_replace_its_data() {
    let desk = Desk::with("labelled.jsonl", LABELLED);
    desk.run("train labelled.jsonl -o labelled.jsonl").expect(2, &["labelled.jsonl: is labelled data"]);
    assert_eq!(desk.get("labelled.jsonl"), LABELLED.as_bytes());
    let dump = desk.run("model dump").silent().out;
    desk.put("dump", &dump);
    desk.run("model load dump -o ./dump").expect(2, &["dump: is the dump"]);
    assert_eq!(desk.get("dump"), dump);
}

#[test]
fn tables_add_up_and_train_like_what_they_count() {
    let desk = Desk::with("all.jsonl", LABELLED);
    let (first, second) = LABELLED.split_at(LABELLED.match_indices('\n').nth(2).unwrap().0 + 1);
    desk.put("first.jsonl", first);
    desk.put("second.jsonl", second);
    desk.run("count first.jsonl -o first.counts").silent();
    desk.run("count first.counts second.jsonl -o added.counts").silent();
    let all = desk.run("count all.jsonl").silent();
    assert_eq!(desk.get("added.counts"), all.out);
    // A table does not grow in place: a mistake would be counted for good.
    let before = desk.get("first.counts");
    desk.run("count first.counts second.jsonl -o first.counts")
        .expect(2, &["first.counts: is labelled data"]);
    assert_eq!(desk.get("first.counts"), before);
    let fewer = desk.run("count --min-count 3 all.jsonl").silent();
    assert!(fewer.out.len() < all.out.len());
}
