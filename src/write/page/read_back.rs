//! Markdown read back by another's parser: same text, same roles, block for block.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{PAGE, Place, kept, markdown};
use crate::read::html::parse;
use crate::split::{Role, Units, html};

/// What a block is, as far as Markdown tells.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shown {
    Heading(u8),
    Item,
    Cell,
    Pre,
    Paragraph,
    /// Never in what we write.
    Markup,
}

/// Words of a text with one blank between them; lines of preformatted text as they are.
fn plain(role: Shown, text: &str) -> String {
    match role {
        Shown::Pre => text.trim_end_matches('\n').to_owned(),
        _ => text.split([' ', '\n', '\t']).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" "),
    }
}

/// What stands in the Markdown.
fn read(text: &str) -> Vec<(Shown, String)> {
    let (mut all, mut open, mut written) = (Vec::new(), Vec::<Shown>::new(), String::new());
    let mut finish = |open: &[Shown], written: &mut String| {
        // A cell is a cell whatever stands in it; a heading in an item is a heading.
        let role = open.last().copied().unwrap_or(Shown::Paragraph);
        let text = plain(role, &std::mem::take(written));
        if !text.is_empty() {
            all.push((role, text));
        }
    };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(tag) => {
                let inherited = open.last().copied().unwrap_or(Shown::Paragraph);
                let role = match tag {
                    Tag::Heading { level, .. } => Shown::Heading(level as u8),
                    Tag::Item => Shown::Item,
                    Tag::TableCell => Shown::Cell,
                    Tag::CodeBlock(_) => Shown::Pre,
                    Tag::HtmlBlock | Tag::Link { .. } | Tag::Image { .. } => Shown::Markup,
                    Tag::Emphasis | Tag::Strong => continue,
                    _ => inherited,
                };
                finish(&open, &mut written);
                open.push(role);
            }
            Event::End(TagEnd::Emphasis | TagEnd::Strong) => {}
            Event::End(_) => {
                finish(&open, &mut written);
                open.pop();
            }
            Event::Text(text) => written.push_str(&text),
            Event::SoftBreak | Event::HardBreak => written.push('\n'),
            other => written.push_str(&format!("{other:?}")),
        }
    }
    all
}

/// What should stand there.
fn expected(units: &Units, dropped: &[bool]) -> Vec<(Shown, String)> {
    let mut all = Vec::new();
    for unit in kept(units, dropped) {
        let place = Place::of(units, unit);
        let shown = match unit.role {
            _ if place.row.is_some() => Shown::Cell,
            Role::Heading(level) => Shown::Heading(level),
            Role::Pre => Shown::Pre,
            _ if place.lists > 0 => Shown::Item,
            _ => Shown::Paragraph,
        };
        let whole = matches!(shown, Shown::Cell | Shown::Heading(_) | Shown::Pre)
            || matches!(unit.role, Role::Term | Role::Summary | Role::Caption);
        let parts = if whole { vec![unit.rendered()] } else { unit.rendered().split("\n\n").collect() };
        let parts = parts.into_iter().map(|part| (shown, plain(shown, part)));
        all.extend(parts.filter(|(_, text)| !text.is_empty()));
    }
    all
}

#[track_caller]
fn comes_back(page: &str, dropped: &[bool]) {
    let units = html::units(&parse(page));
    let written = markdown(&units, dropped);
    assert_eq!(read(&written), expected(&units, dropped), "{page}\n---\n{written}");
}

#[test]
fn made_pages_come_back() {
    for page in [
        PAGE,
        "<p>*a* _b_ `c` [d](e) ![f](g) \\* &amp;amp; &amp;#65; &lt;a@b.c> &lt;i> a_b_c 2 * 3</p>",
        "<p>[a]: b<br>===<br>---<br># c<br>1. d<br>> e<br>```<br>~~~<br>| f |<br>:-- | --<br>_ _ _</p><p>: g</p>",
        "<h2>C #</h2><h3># </h3><h1>a<br>b</h1>",
        "<ul><li><p>one</p><p>two</p><pre>x\n\n  y</pre><blockquote>three</blockquote><li>four<br>five</ul><p>six",
        "<ul><li><ul><li><ul><li>deep<li>deeper</ul></ul></ul><ol><li>a<ul><li>b</ul><li>c</ol>",
        "<ol><li><h3>Heading</h3>text<li># x<li>1. y<li>- z</ol>",
        "<blockquote><p>a</p><ul><li>b<li>c</ul><p>d</blockquote>",
        "<table><tr><td>one<tr><td>a|b<td>c\\|d<td>e</table><table><tr><td>f</table><p>g",
        "<table><tr><td><h2>h</h2><p>p</p><pre>q\nr</pre></table>",
        "<pre>```\ncode</pre><pre>    indented</pre><p>a<br><br>b</p>",
        "<dl><dt>a<dt>b<dd>c<dd>d</dl><figure><figcaption>*e*</figcaption></figure><details><summary>f_</summary>g</details>",
        "<p>    ends in \\</p><p>*</p><p>**</p><p>_</p><p>\\</p><p>-</p><p>+ a</p><p>12) b</p>",
    ] {
        comes_back(page, &[]);
        comes_back(page, &[true, false, true]);
    }
}

/// Text full of signs that mean something in Markdown, as HTML.
fn text() -> impl Strategy<Value = String> {
    let signs = prop::sample::select(
        "a b é 漢 1 . ) ( [ ] * _ ` ~ # - + = | \\ : ! & ; < > @ / \" ' \u{a0}"
            .split(' ')
            .collect::<Vec<_>>(),
    );
    let piece = prop_oneof![6 => signs.prop_map(str::to_owned), 3 => Just(" ".to_owned()), 1 => Just("\n".to_owned())];
    prop::collection::vec(piece, 1..12).prop_map(|pieces| {
        let text = pieces.concat();
        text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>")
    })
}

/// Elements in elements.
fn page() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => text().prop_map(|it| format!("<p>{it}</p>")),
        1 => (text(), 1..7).prop_map(|(it, level)| format!("<h{level}>{it}</h{level}>")),
        1 => text().prop_map(|it| format!("<pre>{}</pre>", it.replace("<br>", "\n"))),
        1 => text(),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let some = prop::collection::vec(inner, 1..4);
        let rows = prop::collection::vec(prop::collection::vec(text(), 1..4), 1..4);
        prop_oneof![
            (some.clone(), any::<bool>()).prop_map(|(all, ordered)| {
                let tag = if ordered { "ol" } else { "ul" };
                format!("<{tag}><li>{}</{tag}>", all.join("<li>"))
            }),
            some.clone().prop_map(|all| format!("<li>{}</li>", all.concat())),
            some.clone().prop_map(|all| format!("<blockquote>{}</blockquote>", all.concat())),
            some.prop_map(|all| format!("<div>{}</div>", all.concat())),
            (text(), text()).prop_map(|(a, b)| format!("<dl><dt>{a}<dd>{b}</dl>")),
            rows.prop_map(|rows| {
                let row = |row: &Vec<String>| format!("<tr><td>{}", row.join("<td>"));
                format!("<table>{}</table>", rows.iter().map(row).collect::<String>())
            }),
        ]
    })
}

#[test]
fn an_item_below_one_whose_list_began_inside_comes_back() {
    let page = "<ul><li><p>a</p><li><ol><li><p>b</p><li><pre>c</pre><li><ul><li><p>d</p></ul></ol></ul>";
    comes_back(page, &[true]);
    comes_back(page, &[]);
}

proptest! {
    #[test]
    fn any_page_comes_back(page in page(), dropped in prop::collection::vec(any::<bool>(), 0..6)) {
        comes_back(&page, &dropped);
    }
}
