//! Our parser of pages against html5ever, which follows the standard to the letter: the same tree, names and texts.

use std::fmt::Write;

use gleaner::unstable::read::html::{self, Attr, Data, Tree};
use proptest::prelude::*;

use crate::data::corpora;

#[path = "../../benches/html5ever/mod.rs"]
mod measure;

/// A tree as text, a node a line: names in order of the document, indented by depth, with class and id; texts in one.
struct Drawing {
    out: String,
    /// Text that is not written yet; neighbouring texts are one.
    text: String,
}

impl Drawing {
    fn new() -> Self {
        Self { out: String::new(), text: String::new() }
    }

    fn element(&mut self, depth: usize, name: &str, attributes: [Option<&str>; 3]) {
        self.flush(depth);
        let name = name.to_ascii_lowercase();
        let _ = writeln!(self.out, "{:depth$}<{name}> {attributes:?}", "");
    }

    fn flush(&mut self, depth: usize) {
        if !self.text.is_empty() {
            let _ = writeln!(self.out, "{:depth$}{:?}", "", self.text);
            self.text.clear();
        }
    }
}

/// A tree drawn from its root on. `around` gives a node's first child, its next sibling and its parent.
fn drawn(
    root: u32,
    around: impl Fn(u32) -> [Option<u32>; 3],
    draw: impl Fn(&mut Drawing, u32, usize),
) -> String {
    let mut drawing = Drawing::new();
    let (mut at, mut depth) = (root, 0);
    loop {
        draw(&mut drawing, at, depth);
        let [child, mut sibling, mut parent] = around(at);
        if let Some(child) = child {
            (at, depth) = (child, depth + 1);
            continue;
        }
        while sibling.is_none() {
            drawing.flush(depth);
            let Some(above) = parent else { return drawing.out };
            depth -= 1;
            [_, sibling, parent] = around(above);
        }
        at = sibling.unwrap();
    }
}

fn ours(page: &str) -> String {
    let tree = html::parse(page);
    let draw = |drawing: &mut Drawing, at, depth| match tree.data(at) {
        Data::Other => {}
        Data::Element(_, name) => drawing.element(
            depth,
            tree.spelled(name),
            [Attr::Class, Attr::Id, Attr::Style].map(|it| tree.attribute(at, it)),
        ),
        Data::Text(text) => drawing.text.push_str(text),
    };
    drawn(Tree::ROOT, |at| [tree.first_child(at), tree.next_sibling(at), tree.parent(at)], draw)
}

fn theirs(page: &str) -> String {
    use html5ever::local_name;
    use measure::tree::{Data, Tree};
    let tree = measure::parse(page);
    let draw = |drawing: &mut Drawing, at, depth| match tree.data(at) {
        Data::Other => {}
        Data::Element { name, .. } => drawing.element(
            depth,
            name,
            [local_name!("class"), local_name!("id"), local_name!("style")].map(|it| tree.attribute(at, &it)),
        ),
        Data::Text(text) => drawing.text.push_str(text),
    };
    drawn(Tree::ROOT, |at| [tree.first_child(at), tree.next_sibling(at), tree.parent(at)], draw)
}

/// The first line that differs, with what stands before it.
fn difference(page: &str) -> Option<String> {
    let (ours, theirs) = (ours(page), theirs(page));
    if ours == theirs {
        return None;
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (ours.lines().collect(), theirs.lines().collect());
    let at = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let before = a[at.saturating_sub(4)..at].join("\n");
    let of =
        |lines: &[&str]| lines.get(at).copied().unwrap_or("the end").chars().take(300).collect::<String>();
    Some(format!("line {at}\n{before}\n- ours:   {}\n- theirs: {}", of(&a), of(&b)))
}

#[test]
fn trees_are_those_of_the_standard() {
    for page in [
        "",
        "x",
        " <!-- a --> x",
        "<!doctype html><title>A &amp; B</title><p class=x>One <b>two<p>three</b> four",
        "<html class=a><html class=b id=c><body class=d><body id=e>x",
        "<head><noscript><link><style>a<b</style></noscript><meta><p>x",
        "<head></head><link><title>a</title> <template><p>x</template>b",
        "<p>one<table><tr><td>two</table>three",
        "<!doctype html><p>one<table><tr><td>two</table>three",
        "<table>one<b>two<tr>three<td>four</b>five</table>six",
        "<table><caption>a<td>b<caption>c<col><col>d</table>",
        "<table><tbody><tr><th>a<tfoot><td>b<table><tr>c</table>d</table>e",
        "<table><form><input type=hidden><input><select><option>a<tr>b</select></form></table>",
        "<ul><li>a<ul><li>b</ul><li>c<p>d</li>e<li><div><li>f</ul>",
        "<dl><dt>a<dd>b<dt>c<p><dd>d</dl>",
        "<a href=1>a<a href=2>b<div>c<a>d</div>e</a>f",
        "<b>1<p>2</b>3<i>4</p>5</i>6",
        "<b><b><b><b><b>x<p>y</p></b>z",
        "<i><b><em><u><s><div>x</i>y</b>z</em></div>",
        "<b class=x><i><p class=y>1<div>2</b>3</i>4</div>5",
        "<p><button>a<button>b<p>c</button>d",
        "<h1>a<h2>b</h3>c</h1>",
        "<pre>\n\nx</pre><textarea>\n<b>y</textarea><listing>\nz",
        "<pre>\r\nx\r\ry</pre>",
        "<script>a<b</script><script><!-- <script> </script> --></script><style>x</style >y",
        "<script><!--></script>a<script><!-- </script>b",
        "<xmp><p></xmp>a<iframe><p></iframe>b<noembed><p></noembed>c<plaintext>d</plaintext>",
        "<svg><title>a<p>b</title><path d='M'/><desc><div>c</div></desc><g><p>d",
        "<svg><style>a<b></style><script>x</script></svg><math><mi>a<b>c</mi><annotation-xml><svg><p>x",
        "<math><annotation-xml><p>a</annotation-xml><mtext><mglyph><p>b",
        "<svg><![CDATA[a<b]]>c</svg><![CDATA[d]]>e",
        "<svg><font>a<font color=b>c",
        "<frameset><frame>a <noframes>b</noframes></frameset> </html> c",
        "<p></p><frameset><frame>",
        "</p></br></div><br></p>a</body>b</html>c<p>d",
        "<template><tr><td>a</template>b<template>c<template>d</template>e</template>f",
        "<select><option>a<optgroup><option>b<hr><p>c<input>d<select>e",
        "<ruby>a<rb>b<rt>c<rtc>d<rp>e</ruby>",
        "<p>a<hr>b<img>c<image>d<wbr>e<area>f",
        "<nobr>a<nobr>b</nobr>c<object><b>d</object>e</b><marquee><i>f</marquee>g",
        "a&ampb&notit;&#x80;&#0;&nbsp;&;&#;&#x;&bogus;&nGt;<p class='a&ampb&amp=c&lt;'>",
        "<p class=a class=b CLASS=c id=\"x\"id='y'/style=a/b =c>x</p class=d>",
        "<p/><br/ ><div / class=a>x</ div>y<//>z<?php a>b<!x>c<!>d</>e<3<",
        "<!--a--!>b<!-->c<!--->d<!---->e<!--->-->f<!-- --- -->g",
        "a\0b<p\0q class=\0>c<script>\0</script><svg>\0d</svg><table>\0e",
        "<form><div></form>a</div><form>b<form>c",
        "<x-news><SPAN Class=A>a</x-NEWS>b",
        "x</",
        "x<a",
        "x<",
        "<!doctype html public '-//W3C//DTD HTML 3.2//EN'><p>a<table>",
        "<!doctype html system about:legacy-compat><p>a<table>",
        "<body></body></html><script>a</script> <p>b",
        "<div><p>a<ul><li>b</div>c",
        "<center><font size=1><table><td><font>a</center>b",
        "<details><summary>a<p>b</summary>c</details><dialog>d<search>e</dialog>f",
    ] {
        let different = difference(page);
        assert_eq!(different, None, "{page}\n{}", different.as_deref().unwrap_or_default());
    }
}

const TAGS: &str = "a|b|i|em|nobr|font|p|div|span|ul|li|dl|dt|dd|h1|h2|table|caption|colgroup|col|tbody|thead|tr|td|th|form|input|button|select|option|optgroup|pre|textarea|title|script|style|xmp|iframe|noscript|template|svg|math|mi|desc|foreignObject|br|hr|img|image|html|head|body|frameset|frame|noframes|object|ruby|rt|rtc|address|center|x-a|meta|link|section|article";

/// Tags of these names, and text between them.
fn soup(tags: &str) -> impl Strategy<Value = String> {
    let pattern = format!(
        "(</?({tags})( class=[xy]| type=hidden)?/?>|</?({tags})>|[a-z ]{{1,3}}|&amp;?|<!-- -->|\\n){{0,30}}"
    );
    proptest::string::string_regex(&pattern).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 600 } else { 20_000 }))]

    #[test]
    fn any_tags_make_the_same_tree(page in soup(TAGS)) {
        prop_assert_eq!(difference(&page), None);
    }

    #[test]
    fn tables_make_the_same_tree(page in soup("table|tr|td|th|tbody|caption|col|p|b|a|div|form|input|select|option|template|li|ul")) {
        prop_assert_eq!(difference(&page), None);
    }

    #[test]
    fn formatting_makes_the_same_tree(page in soup("a|b|i|em|u|s|p|div|li|ul|span|h1|table|td|object|nobr|font")) {
        prop_assert_eq!(difference(&page), None);
    }

    #[test]
    fn any_signs_make_the_same_tree(page in "(<[/!?]?|[ap\"'= />-]|<!--|-->|--!>|class|[&#;x1]|amp|not|<script|</script|<title>|</title>|<svg>|\\[CDATA\\[|\\]\\]>|\r|\n|\0){0,40}") {
        // Before the body NULs are left out here, and open it there.
        let page = format!("x{page}");
        prop_assert_eq!(difference(&page), None);
    }
}

#[test]
#[ignore = "needs GLEANER_CORPORA"]
fn pages_of_the_corpora_make_the_same_trees() {
    use std::io::Read;
    let root = corpora();
    let mut folders = vec![root.join("wcxb-dev/html")];
    if let Ok(more) = std::fs::read_dir(root.join("pages")) {
        folders.extend(more.map(|entry| entry.unwrap().path().join("html")));
    }
    folders.sort();
    for folder in folders {
        let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        let mut different = 0;
        for file in &files {
            let mut bytes = Vec::new();
            let opened = std::fs::File::open(file).unwrap();
            flate2::read::MultiGzDecoder::new(opened).read_to_end(&mut bytes).unwrap();
            let text = html::charset::decode(&bytes, None).0;
            if let Some(found) = difference(&text) {
                different += 1;
                println!("{}: {found}", file.display());
            }
        }
        println!("{}: {different} of {} pages", folder.display(), files.len());
    }
}
