//! Text to a tree: html5ever within limits.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use html5ever::interface::{ElementFlags, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, QualName, TokenizerResult, local_name, ns};

use super::sink::{Handle, Sink};
use super::tree::Tree;
use super::{MAX_DEPTH, MAX_NODES, attributes, is_space};

/// Parses a page. The standard defines a tree for every text.
pub fn parse(text: &str) -> Tree {
    run(text, &|| TreeBuilder::new(Sink::new(text.len()), options()))
}

/// The same tree, with the positions of its texts ([`Tree::span`]). Takes a quarter longer.
pub fn parse_with_spans(text: &str) -> Tree {
    Parser::new(text, TreeBuilder::new(Sink::new(text.len()), options())).step(true).end()
}

/// Parses the contents of an element, as `innerHTML` would.
pub fn parse_fragment(text: &str) -> Tree {
    run(text, &|| {
        let sink = Sink::new(text.len());
        let name = QualName::new(None, ns!(html), local_name!("div"));
        let context = sink.create_element(name, Vec::new(), ElementFlags::default());
        TreeBuilder::new_for_fragment(sink, context, None, options())
    })
}

/// Without scripts: the contents of `noscript` are parsed like any other content.
fn options() -> TreeBuilderOpts {
    TreeBuilderOpts { scripting_enabled: false, drop_doctype: true, ..TreeBuilderOpts::default() }
}

type Builder<'a> = &'a dyn Fn() -> TreeBuilder<Handle, Sink>;

fn run(text: &str, builder: Builder<'_>) -> Tree {
    let parser = Parser::new(text, builder());
    // Feeding tag by tag takes a sixth longer, so it is done only if something is longer than any valid tag.
    let parser = if parser.stride() { parser } else { Parser::new(text, builder()).step(false) };
    parser.end()
}

/// Bytes of a tag that are read before its attributes are counted.
const LONG: usize = 4096;
/// Bytes fed at a time; if no token ends in them, a tag may have many attributes.
const STRIDE: usize = 4 * LONG;

struct Parser {
    tokenizer: Tokenizer<Guard>,
    input: BufferQueue,
    text: StrTendril,
}

impl Parser {
    fn new(text: &str, builder: TreeBuilder<Handle, Sink>) -> Self {
        let guard = Guard {
            builder,
            left_out: RefCell::default(),
            tokens: Cell::new(0),
            piece: RefCell::default(),
            in_text: Cell::new(false),
        };
        Self {
            tokenizer: Tokenizer::new(guard, TokenizerOpts::default()),
            input: BufferQueue::default(),
            text: text.into(),
        }
    }

    fn end(self) -> Tree {
        self.tokenizer.end();
        self.tokenizer.sink.builder.sink.into_tree()
    }

    /// Feeds a stretch and returns whether a token came of it.
    fn feed(&self, from: usize, to: usize) -> bool {
        let before = self.tokenizer.sink.tokens.get();
        self.input.push_back(self.text.subtendril(from as u32, (to - from) as u32));
        // The tokenizer stops at a script or a declared encoding; neither matters here.
        while !matches!(self.tokenizer.feed(&self.input), TokenizerResult::Done) {}
        self.tokenizer.sink.tokens.get() != before
    }

    /// The end of a stretch of this many bytes, or a little less.
    fn after(&self, from: usize, length: usize) -> usize {
        let mut end = self.text.len().min(from + length);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        end
    }

    /// Feeds the whole text. Returns false, with an unusable tree, if a tag may have many attributes.
    fn stride(&self) -> bool {
        let mut at = 0;
        while at < self.text.len() {
            let end = self.after(at, STRIDE);
            if !self.feed(at, end) && end - at > LONG {
                return false;
            }
            at = end;
        }
        true
    }

    /// Feeds the whole text from one `<` to the next and leaves out excess attributes; from the end of one tag
    /// to the end of the next if positions are wanted.
    fn step(self, spans: bool) -> Self {
        let bytes = self.text.as_bytes();
        // After a token the tokenizer is between tags; an open tag began at the `<` after that token.
        let (mut at, mut open, mut is_counted) = (0, 0, false);
        let mut before = 0..0;
        while at < bytes.len() {
            let limit = self.after(at, LONG);
            let end = if spans {
                let end = tag_or_text(bytes, at, limit);
                let here = self.here(at..end, before);
                self.tokenizer.sink.piece.replace(here.start as u32..here.end as u32);
                before = at..end;
                end
            } else {
                memchr::memchr(b'<', &bytes[at + 1..limit]).map_or(limit, |length| at + 1 + length)
            };
            let came = self.feed(at, end);
            at = end;
            if came {
                (open, is_counted) = (at, false);
            } else if at - open > LONG && !is_counted {
                is_counted = true;
                if let Some(beyond) = attributes::beyond(bytes, open, at) {
                    self.feed(at, beyond.from);
                    self.tokenizer.sink.builder.sink.cut();
                    at = beyond.to;
                }
            }
        }
        self
    }

    /// The position of the text of a piece: the piece without white space at its ends. What the piece
    /// `before` left open (`&amp` without its semicolon, a `<` that begins no tag) still belongs to that one.
    fn here(&self, piece: Range<usize>, before: Range<usize>) -> Range<usize> {
        let text = &self.text;
        let is_markup = |it: &Range<usize>| {
            let bytes = &text.as_bytes()[it.clone()];
            matches!(bytes, [b'<', b'/' | b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z', _, ..])
        };
        let left = &text[before.clone()];
        let is_open = !is_markup(&before)
            && (left.ends_with(['<', '/']) || left.rfind('&').is_some_and(|at| !left[at..].contains(';')));
        let whole = match (is_open, is_markup(&piece)) {
            (false, _) => piece,
            (true, true) => before,
            (true, false) => before.start..piece.end,
        };
        let cut = text[whole.clone()].trim_start_matches(is_space);
        let start = whole.end - cut.len();
        start..start + cut.trim_end_matches(is_space).len()
    }
}

/// The end of the tag, or the text, that begins here.
fn tag_or_text(bytes: &[u8], at: usize, limit: usize) -> usize {
    match memchr::memchr2(b'<', b'>', &bytes[at + 1..limit]) {
        Some(length) if bytes[at + 1 + length] == b'>' => at + 2 + length,
        Some(length) => at + 1 + length,
        None => limit,
    }
}

/// Sits between tokenizer and tree builder and leaves out what is beyond the limits.
struct Guard {
    builder: TreeBuilder<Handle, Sink>,
    /// Names of start tags that were left out, whose end tags must not reach the tree.
    left_out: RefCell<Vec<LocalName>>,
    /// Tokens so far, without errors.
    tokens: Cell<u64>,
    /// The position of the next text, if positions are wanted.
    piece: RefCell<Range<u32>>,
    /// Whether the last token was text.
    in_text: Cell<bool>,
}

impl Guard {
    /// Tells the sink the position of the text. Text inside a table reaches it only with the next tag, all at
    /// once.
    fn place(&self, token: &Token) {
        let is_text = matches!(token, Token::CharacterTokens(_) | Token::NullCharacterToken);
        if is_text {
            self.builder.sink.stands(&self.piece.borrow(), self.in_text.get());
        }
        // Neither doctypes nor errors end a text.
        if is_text || matches!(token, Token::TagToken(_)) {
            self.in_text.set(is_text);
        }
    }

    /// Whether the token is left out for a limit.
    fn leaves_out(&self, token: &Token) -> bool {
        let sink = &self.builder.sink;
        match token {
            Token::EOFToken => false,
            // Comments are not used.
            Token::CommentToken(_) => true,
            Token::TagToken(tag) => {
                if sink.is_full() {
                    sink.cut();
                    // An element read up to its own end tag keeps that, or the builder would wait for it.
                    let opens = tag.kind == TagKind::StartTag && tag.name == local_name!("xmp");
                    return !changes_tokens(tag) || opens;
                }
                let mut left_out = self.left_out.borrow_mut();
                match tag.kind {
                    TagKind::StartTag if sink.depth() >= MAX_DEPTH => {
                        // Elements read up to their own end tag keep that end tag.
                        if changes_tokens(tag) {
                            return false;
                        }
                        sink.cut();
                        if !tag.self_closing && left_out.len() < MAX_NODES {
                            left_out.push(tag.name.clone());
                        }
                        true
                    }
                    TagKind::EndTag if left_out.last() == Some(&tag.name) => left_out.pop().is_some(),
                    _ => false,
                }
            }
            _ => false,
        }
    }
}

/// Whether what follows the start tag is not read as markup.
fn changes_tokens(tag: &Tag) -> bool {
    matches!(
        tag.name,
        local_name!("script")
            | local_name!("style")
            | local_name!("title")
            | local_name!("textarea")
            | local_name!("xmp")
            | local_name!("iframe")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("plaintext")
    )
}

/// Whether the tag stands inside a paragraph, and may stand inside a word.
fn is_formatting(tag: &Tag) -> bool {
    matches!(
        tag.name,
        local_name!("a")
            | local_name!("b")
            | local_name!("big")
            | local_name!("code")
            | local_name!("em")
            | local_name!("font")
            | local_name!("i")
            | local_name!("nobr")
            | local_name!("s")
            | local_name!("small")
            | local_name!("span")
            | local_name!("strike")
            | local_name!("strong")
            | local_name!("sub")
            | local_name!("sup")
            | local_name!("tt")
            | local_name!("u")
    )
}

/// A template with the mode of its shadow root as the parser expects it: the standard ignores case, and an earlier
/// draft called the attribute `shadowroot`.
fn template(mut tag: Tag) -> Tag {
    for attribute in &mut tag.attrs {
        let name = &attribute.name.local;
        let is_mode = *name == local_name!("shadowrootmode") || &**name == "shadowroot";
        if is_mode && ["open", "closed"].iter().any(|mode| attribute.value.eq_ignore_ascii_case(mode)) {
            attribute.name.local = local_name!("shadowrootmode");
            attribute.value = attribute.value.to_ascii_lowercase().into();
        }
    }
    tag
}

impl TokenSink for Guard {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        // Errors come from inside a tag as well.
        if !matches!(token, Token::ParseError(_)) {
            self.tokens.set(self.tokens.get() + 1);
        }
        if self.leaves_out(&token) {
            if let Token::TagToken(tag) = &token
                && self.builder.sink.is_full()
                && !is_formatting(tag)
            {
                // What stood in two elements stays apart.
                let _ = self.builder.process_token(Token::CharacterTokens(" ".into()), line);
            }
            return TokenSinkResult::Continue;
        }
        let token = match token {
            Token::TagToken(tag) if tag.name == local_name!("template") => Token::TagToken(template(tag)),
            other => other,
        };
        self.place(&token);
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn depth(tree: &Tree) -> u32 {
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
        let paragraph = (0..tree.len() as u32).find(|&id| tree.name(id) == Some(&local_name!("p"))).unwrap();
        assert_eq!(tree.attribute(paragraph, &local_name!("class")), Some("x"));
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
        let tree = parse(&format!("<p>before</p><p{many} class=last>after <b>all</b></p{many}><p>end"));
        assert!(tree.is_cut());
        assert_eq!(tree.text_below(Tree::ROOT), "beforeafter allend");
        let bodies: String = (0..100_000).map(|n| format!("<body a{n}=1>")).collect();
        assert_eq!(parse(&format!("{bodies}inside")).text_below(Tree::ROOT), "inside");
        // One long value is not many attributes.
        let tree = parse(&format!("<p data-page='{}' class=x>seen", "{ \"a\": 1 } > ".repeat(20_000)));
        assert!(!tree.is_cut());
        assert_eq!(tree.text_below(Tree::ROOT), "seen");
    }

    #[test]
    fn pieces_change_nothing() {
        let long = format!(
            "<!-- {0} --><p title=\"{0}\">{0}<script>a<b && '<p x>' {0}</script>é{0}",
            "é < x ".repeat(3000)
        );
        let whole = {
            let parser = Parser::new(&long, TreeBuilder::new(Sink::new(long.len()), options()));
            parser.feed(0, long.len());
            parser.end()
        };
        assert_eq!(format!("{:?}", parse(&long)), format!("{whole:?}"));
    }

    #[test]
    fn a_shadow_root_is_content() {
        for template in [
            "<template shadowrootmode=open>",
            "<template shadowroot=closed>",
            "<TEMPLATE ShadowRootMode=OPEN>",
        ] {
            let tree =
                parse(&format!("<x-news>{template}<p>In <b>it</b></p></template> beside</x-news><p>after"));
            assert_eq!(tree.text_below(Tree::ROOT), "In it besideafter", "{template}");
        }
        let nested = "<div><template shadowrootmode=open><i><template shadowrootmode=open>a</template></i>b";
        assert_eq!(parse(nested).text_below(Tree::ROOT), "ab");
        for template in ["<template>", "<template shadowrootmode=none>", "<template shadowrootmode>"] {
            assert_eq!(
                parse(&format!("<x-news>{template}<p>In it")).text_below(Tree::ROOT),
                "",
                "{template}"
            );
        }
        let deep = "<div><template shadowrootmode=open>".repeat(2000);
        assert_eq!(parse(&format!("{deep}inside")).text_below(Tree::ROOT), "inside");
    }

    /// Nodes, attributes of all of them, and the text.
    fn size(tree: &Tree) -> (usize, usize, String) {
        let attributes = (0..tree.len() as u32).map(|id| match tree.data(id) {
            super::super::tree::Data::Element { attrs, .. } => attrs.len(),
            _ => 0,
        });
        (tree.len(), attributes.sum(), tree.text_below(Tree::ROOT))
    }

    #[test]
    fn formatting_that_comes_back_is_bounded() {
        let tags: String = (0..3000).map(|i| format!("<b a{i}=1>")).collect();
        let attributes: String = (0..1000).map(|i| format!(" a{i}=1")).collect();
        for start in [tags, format!("<b{attributes}>"), format!("<i{attributes}><xmp></xmp>")] {
            for each in [
                "<p>x",
                "<p>x<i>y</i>",
                "<xmp>x</xmp>",
                "<li>x<textarea></textarea>",
                "<table>x<td>x</table>",
            ] {
                let page = format!("<p>{start}{}", each.repeat(20_000));
                let tree = parse(&page);
                let (nodes, attributes, text) = size(&tree);
                assert!(
                    nodes + attributes < 2 * page.len() + 8192,
                    "{each}: {nodes} {attributes} {}",
                    page.len()
                );
                assert_eq!(text.matches('x').count() % 20_000, 0, "{each}");
                assert!(tree.is_cut() || each != "<p>x" || start.ends_with("</xmp>"), "{start}");
            }
        }
    }

    #[test]
    fn pages_of_nothing_but_tags_are_read_whole() {
        for each in ["<p>x", "<i>", "<td>", "<table><td>x</table>", "<p a b c d>", "<b>x<p>", "<li><a>x"] {
            let tree = parse(&each.repeat(5000));
            assert!(!tree.is_cut() || depth(&tree) > MAX_DEPTH / 2, "{each}");
        }
        assert!(!parse(&"<p><b>x<i>y</p>".repeat(2000)).is_cut());
    }

    proptest! {
        #[test]
        fn any_text_is_a_tree(text in "(<[/!]?(p|b|table|td|a|svg|select|option|frameset|template|math|title|x|script|plaintext)? ?/?>?|[a-z&;\u{0}]){0,80}") {
            let tree = parse(&text);
            prop_assert!(depth(&tree) <= MAX_DEPTH + 8);
        }
    }
}
