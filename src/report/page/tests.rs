use super::*;
use crate::explain::{Explainer, sources};
use crate::judge::Options;
use crate::model::Model;

fn judged<T>(page: &str, look: impl FnOnce(&Document, &Page<'_>, &Judged, &Judge<'_>) -> T) -> T {
    let options = Options { page_kinds: true, ..Options::default() };
    let mut judge = Judge::new(Model::built_in().unwrap(), options).unwrap();
    let utf_8 = Some(encoding_rs::UTF_8);
    let document = crate::read::text::document("a".into(), Default::default(), page.into(), utf_8);
    let (page, units) = Page::read(&document.bytes, None);
    let judged = judge.page(units).unwrap();
    look(&document, &page, &judged, &judge)
}

fn view(page: &str) -> String {
    judged(page, |document, page, judged, judge| render("page.html", document, page, judged, judge))
}

const PAGE: &str =
    "<h1>Ferries</h1><p>They run &lt;script&gt;alert(1)&lt;/script&gt; again.</p><p>Join us</p>";

#[test]
fn every_block_is_shown_and_nothing_of_it_runs() {
    let head = "<html lang='en\" onload=x'><title>A &lt;b> \"quoted\"</title>";
    let view = view(&format!("{head}{PAGE}<p>turned\u{202e} round"));
    assert_eq!(view.matches("data-index").count(), 4);
    assert!(
        !view.contains("<script>alert") && !view.contains("onload") && !view.contains('\u{202e}'),
        "{view}"
    );
    assert!(view.contains("<title>A &#60;b&#62; &#34;quoted&#34;</title>"), "{view}");
    assert!(view.contains("for keeping") && view.contains("turned&#60;U+202E&#62; round"));
}

#[test]
fn a_block_says_where_it_stands_and_what_it_looks_like() {
    let view = view(PAGE);
    assert!(view.contains("<title>page.html</title>"));
    let at = PAGE.find("Join us").unwrap();
    assert!(view.contains(&format!("Bytes {at} to {}.", at + 7)), "{view}");
    assert!(view.contains("It looks most like"), "{view}");
}

#[test]
fn words_are_those_of_the_tally() {
    let view = view("<p>One two 3 – four</p><p>渡し船</p>");
    let words: usize = [5, 3].iter().sum();
    let said: usize = view
        .split("<dd>")
        .filter_map(|it| it.split_once(" word")?.0.rsplit(' ').next()?.parse::<usize>().ok())
        .sum();
    assert_eq!(said, words, "{view}");
}

#[test]
fn a_table_is_one() {
    let view = view("<table><tr><th>Quay<th>Hour<tr><td>North<td>9</table>");
    assert_eq!((view.matches("<tr>").count(), view.matches("<td>").count()), (2, 4), "{view}");
}

#[test]
fn reasons_add_up_to_the_margin() {
    judged(PAGE, |document, _, judged, judge| {
        let mut explainer = Explainer::new(judge, judged);
        for (index, decision) in judged.decisions.iter().enumerate() {
            let sources = sources::of(&explainer.unit(document, index));
            let sum: f64 = sources.iter().map(|(_, nats)| nats).sum();
            assert!((sum - decision.margin).abs() < 1e-9, "{sum} {}", decision.margin);
        }
    });
}
