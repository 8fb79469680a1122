//! Text to a tree: html5ever within limits.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, TokenizerResult, local_name};

use super::sink::{Handle, Sink};
use super::tree::Tree;
use super::{MAX_DEPTH, MAX_NODES, attributes};

/// Parses a page. The standard defines a tree for every text.
pub fn parse(text: &str) -> Tree {
    run(text, &|| TreeBuilder::new(Sink::new(text.len()), options()))
}

/// Without scripts: the contents of `noscript` are parsed like any other content.
fn options() -> TreeBuilderOpts {
    TreeBuilderOpts { scripting_enabled: false, drop_doctype: true, ..TreeBuilderOpts::default() }
}

type Builder<'a> = &'a dyn Fn() -> TreeBuilder<Handle, Sink>;

fn run(text: &str, builder: Builder<'_>) -> Tree {
    let parser = Parser::new(text, builder());
    // Feeding tag by tag takes a sixth longer, so it is done only if something is longer than any valid tag.
    let parser = if parser.stride() { parser } else { Parser::new(text, builder()).step() };
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
        let guard = Guard { builder, left_out: RefCell::default(), tokens: Cell::new(0) };
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

    /// Feeds the whole text from one `<` to the next and leaves out excess attributes.
    fn step(self) -> Self {
        let bytes = self.text.as_bytes();
        // After a token the tokenizer is between tags; an open tag began at the `<` after that token.
        let (mut at, mut open, mut is_counted) = (0, 0, false);
        while at < bytes.len() {
            let limit = self.after(at, LONG);
            let end = memchr::memchr(b'<', &bytes[at + 1..limit]).map_or(limit, |length| at + 1 + length);
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
}

/// Sits between tokenizer and tree builder and leaves out what is beyond the limits.
struct Guard {
    builder: TreeBuilder<Handle, Sink>,
    /// Names of start tags that were left out, whose end tags must not reach the tree.
    left_out: RefCell<Vec<LocalName>>,
    /// Tokens so far, without errors.
    tokens: Cell<u64>,
}

impl Guard {
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
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
