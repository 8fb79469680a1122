//! Text to a tree, within limits.

use std::borrow::Cow;

use super::build::Builder;
use super::doctype;
use super::name::{Name, set};
use super::tokens::{Content, Tag, Token, Tokens};
use super::tree::Tree;
use super::{MAX_NODES, MAX_TEXT};

/// Parses a page. The standard defines a tree for every text.
pub fn parse<'a>(text: impl Into<Cow<'a, str>>) -> Tree<'a> {
    run(text.into(), |text| Builder::new(text))
}

/// Parses the contents of an element, as `innerHTML` would.
pub fn parse_fragment<'a>(text: impl Into<Cow<'a, str>>) -> Tree<'a> {
    run(text.into(), |text| Builder::of_fragment(text))
}

fn run<'a>(text: Cow<'a, str>, builder: impl for<'t> FnOnce(&'t str) -> Builder<'t>) -> Tree<'a> {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut tree = Parser::new(&text[..end], builder(&text[..end])).run().detached();
    tree.cut |= end < text.len();
    tree.text = text;
    tree
}

struct Parser<'t> {
    tokens: Tokens<'t>,
    builder: Builder<'t>,
    /// Names of start tags that were left out, whose end tags must not reach the tree.
    left_out: Vec<Name>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, builder: Builder<'t>) -> Self {
        Self { tokens: Tokens::new(text), builder, left_out: Vec::new() }
    }

    fn run(mut self) -> Tree<'t> {
        loop {
            let is_foreign = self.builder.is_foreign();
            match self.tokens.next(&mut self.builder.tree, is_foreign) {
                Token::Text(raw) => self.builder.text(raw, &self.tokens),
                Token::Start(tag) => self.start(&tag),
                Token::End(tag) => self.end(&tag),
                Token::Doctype(inside) => {
                    let is_quirky = doctype::is_quirky(&self.builder.page()[inside]);
                    self.builder.set_quirky(is_quirky);
                }
                Token::Eof => break,
            }
        }
        self.builder.finish();
        self.builder.tree
    }

    fn start(&mut self, tag: &Tag) {
        if self.builder.is_full() {
            return self.pass(tag.name);
        }
        if self.builder.is_deep() && Content::of(tag.name).is_none() {
            self.builder.tree.cut = true;
            if !tag.self_closing && !is_void(tag.name) && self.left_out.len() < MAX_NODES {
                self.left_out.push(tag.name);
            }
            return;
        }
        if let Some((content, element)) = self.builder.start(tag) {
            self.content(content, element, tag);
        }
    }

    /// Leaves out a start tag, because the page is full, but not its text.
    fn pass(&mut self, name: Name) {
        self.builder.tree.cut = true;
        self.keep_apart(name);
        let Some(content) = Content::of(name).filter(|_| !self.builder.is_foreign()) else { return };
        let raw = self.tokens.content(content, name.letters().unwrap_or_default());
        if matches!(name, Name::XMP | Name::PLAINTEXT) {
            self.builder.text(raw, &self.tokens);
        }
        let _ = self.tokens.next(&mut self.builder.tree, false);
    }

    fn content(&mut self, content: Content, element: u32, tag: &Tag) {
        let name = tag.name.letters().unwrap_or_default();
        let raw = self.tokens.content(content, name);
        self.builder.content(raw, element, &self.tokens);
        // Its end tag.
        let _ = self.tokens.next(&mut self.builder.tree, false);
    }

    fn end(&mut self, tag: &Tag) {
        if self.builder.is_full() {
            self.builder.tree.cut = true;
            return self.keep_apart(tag.name);
        }
        if self.left_out.last() == Some(&tag.name) {
            self.left_out.pop();
            return;
        }
        self.builder.end(tag);
    }

    /// What stood in two elements stays apart, if the page is full.
    fn keep_apart(&mut self, name: Name) {
        if !is_formatting(name) {
            self.builder.space(self.tokens.position());
        }
    }
}

/// Whether an element never has an end tag.
fn is_void(name: Name) -> bool {
    matches!(
        name,
        Name::AREA
            | Name::BASE
            | Name::BR
            | Name::COL
            | Name::EMBED
            | Name::HR
            | Name::IMG
            | Name::INPUT
            | Name::LINK
            | Name::META
            | Name::PARAM
            | Name::SOURCE
            | Name::TRACK
            | Name::WBR
    )
}

/// Whether the tag stands inside a paragraph, and may stand inside a word.
fn is_formatting(name: Name) -> bool {
    name.is_in(set::FORMATTING) || matches!(name, Name::SPAN | Name::SUB | Name::SUP)
}

#[cfg(test)]
mod tests {
    use super::super::{Attr, MAX_DEPTH};
    use super::*;
    use proptest::prelude::*;

    fn depth(tree: &Tree<'_>) -> u32 {
        let mut depth = 0;
        let mut at = Some(Tree::ROOT);
        while let Some(node) = at {
            let above = std::iter::successors(Some(node), |&node| tree.parent(node)).count();
            depth = depth.max(above as u32);
            at = tree.following(node, true);
        }
        depth
    }

    #[test]
    fn a_page_is_a_tree() {
        let tree = parse("<!doctype html><title>A</title><p class=x>One <b>two<p>three</b> four");
        assert_eq!(tree.text_below(Tree::ROOT), "AOne twothree four");
        assert!(!tree.is_cut());
        let paragraph = (0..tree.len() as u32).find(|&id| tree.name(id) == Some(Name::P)).unwrap();
        assert_eq!(tree.attribute(paragraph, Attr::Class), Some("x"));
        assert_eq!(parse_fragment("<li>x").text_below(Tree::ROOT), "x");
    }

    #[test]
    fn noscript_is_read_and_templates_are_not() {
        let tree = parse("<body><noscript><p>Seen</p></noscript><template><p>Unseen</p></template>");
        assert_eq!(tree.text_below(Tree::ROOT), "Seen");
    }

    #[test]
    fn depth_is_bounded_and_text_stays() {
        let deep = format!("{}inside{}<p>after</p>", "<div><b x=1>".repeat(50_000), "</div>".repeat(60_000));
        let tree = parse(&deep);
        assert!(tree.is_cut());
        assert!(depth(&tree) <= MAX_DEPTH + 8);
        assert_eq!(tree.text_below(Tree::ROOT), "insideafter");
    }

    #[test]
    fn a_tag_of_many_attributes_is_cut_and_the_page_goes_on() {
        let many: String = (0..200_000).map(|n| format!(" a{n}=\">\"")).collect();
        let tree = parse(format!("<p>before</p><p{many} class=last>after <b>all</b></p{many}><p>end"));
        assert!(tree.is_cut());
        assert_eq!(tree.text_below(Tree::ROOT), "beforeafter allend");
        let bodies: String = (0..100_000).map(|n| format!("<body a{n}=1>")).collect();
        assert_eq!(parse(format!("{bodies}inside")).text_below(Tree::ROOT), "inside");
        // One long value is not many attributes.
        let tree = parse(format!("<p data-page='{}' class=x>seen", "{ \"a\": 1 } > ".repeat(20_000)));
        assert!(!tree.is_cut());
        assert_eq!(tree.text_below(Tree::ROOT), "seen");
    }

    #[test]
    fn a_shadow_root_is_content() {
        for template in [
            "<template shadowrootmode=open>",
            "<template shadowroot=closed>",
            "<TEMPLATE ShadowRootMode=OPEN>",
        ] {
            let tree =
                parse(format!("<x-news>{template}<p>In <b>it</b></p></template> beside</x-news><p>after"));
            assert_eq!(tree.text_below(Tree::ROOT), "In it besideafter", "{template}");
        }
        let nested = "<div><template shadowrootmode=open><i><template shadowrootmode=open>a</template></i>b";
        assert_eq!(parse(nested).text_below(Tree::ROOT), "ab");
        for template in ["<template>", "<template shadowrootmode=none>", "<template shadowrootmode>"] {
            assert_eq!(parse(format!("<x-news>{template}<p>In it")).text_below(Tree::ROOT), "", "{template}");
        }
        let deep = "<div><template shadowrootmode=open>".repeat(2000);
        assert_eq!(parse(format!("{deep}inside")).text_below(Tree::ROOT), "inside");
    }

    #[test]
    fn formatting_that_comes_back_is_bounded() {
        let tags: String = (0..3000).map(|i| format!("<b a{i}=1>")).collect();
        let attributes: String = (0..1000).map(|i| format!(" a{i}=1")).collect();
        for start in [tags.clone(), format!("<b{attributes}>"), format!("<i{attributes}><xmp></xmp>")] {
            for each in [
                "<p>x",
                "<p>x<i>y</i>",
                "<xmp>x</xmp>",
                "<li>x<textarea></textarea>",
                "<table>x<td>x</table>",
            ] {
                let page = format!("<p>{start}{}", each.repeat(20_000));
                let tree = parse(&page);
                let text = tree.text_below(Tree::ROOT);
                assert!(tree.len() < page.len() + 8192, "{each}: {} {}", tree.len(), page.len());
                assert_eq!(text.matches('x').count() % 20_000, 0, "{each}");
                assert!(tree.is_cut() || each != "<p>x" || start != tags, "{start}");
            }
        }
    }

    #[test]
    fn pages_of_nothing_but_tags_are_read_whole() {
        for each in ["<p>x", "<i>", "<td>", "<table><td>x</table>", "<p a b c d>", "<b>x<p>", "<li><a>x"] {
            let tree = parse(each.repeat(5000));
            assert!(!tree.is_cut() || depth(&tree) > MAX_DEPTH / 2, "{each}");
        }
        assert!(!parse("<p><b>x<i>y</p>".repeat(2000)).is_cut());
    }

    proptest! {
        #[test]
        fn any_text_is_a_tree(text in "(<[/!]?(p|b|table|td|a|svg|select|option|frameset|template|math|title|x|script|plaintext)? ?/?>?|[a-z&;\u{0}]){0,80}") {
            let tree = parse(&text);
            prop_assert!(depth(&tree) <= MAX_DEPTH + 8);
        }
    }
}
