//! What the parser builds a [`Tree`] through, within limits.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, Namespace, QualName, TokenizerResult, local_name, ns};

use super::attributes::{self, MAX_ATTRIBUTES};
use super::tree::{Data, NodeId, Tree};
use super::{MAX_DEPTH, MAX_NODES};

/// Parses a page. Cannot fail: whatever the text is, the standard says which tree it makes.
pub fn parse(text: &str) -> Tree {
    let builder = TreeBuilder::new(Sink::default(), options());
    run(text, builder, TokenizerOpts::default())
}

/// Parses what stands inside an element, as `innerHTML` would.
pub fn parse_fragment(text: &str) -> Tree {
    let sink = Sink::default();
    let name = QualName::new(None, ns!(html), local_name!("div"));
    let context = sink.create_element(name, Vec::new(), ElementFlags::default());
    let builder = TreeBuilder::new_for_fragment(sink, context, None, options());
    run(text, builder, TokenizerOpts::default())
}

/// Without scripts: what stands inside `noscript` is parsed as any other content.
fn options() -> TreeBuilderOpts {
    TreeBuilderOpts { scripting_enabled: false, drop_doctype: true, ..TreeBuilderOpts::default() }
}

fn run(text: &str, builder: TreeBuilder<Handle, Sink>, options: TokenizerOpts) -> Tree {
    let guard = Guard { builder, left_out: RefCell::default(), tokens: Cell::new(0) };
    let tokenizer = Tokenizer::new(guard, options);
    feed(&tokenizer, text);
    tokenizer.end();
    let Sink { tree, .. } = tokenizer.sink.builder.sink;
    tree.into_inner()
}

/// Bytes that may pass without a token before the tag's attributes are counted, and that are fed at once.
const PIECE: usize = 4096;

/// Feeds a page from one `<` to the next, and leaves out attributes that are too many ([`attributes`]).
fn feed(tokenizer: &Tokenizer<Guard>, text: &str) {
    let input = BufferQueue::default();
    let feed = |piece: StrTendril| {
        input.push_back(piece);
        // A script stops the tokenizer, a page's encoding too: neither means anything here.
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    };
    let whole = StrTendril::from(text);
    let bytes = text.as_bytes();
    // After a token the tokenizer stands between tags: a tag that is open began at the `<` after the last one.
    let (mut at, mut open, mut tokens) = (0, 0, 0);
    let mut is_counted = false;
    while at < bytes.len() {
        let mut limit = bytes.len().min(at + PIECE);
        while !text.is_char_boundary(limit) {
            limit -= 1;
        }
        let end = memchr::memchr(b'<', &bytes[at + 1..limit]).map_or(limit, |length| at + 1 + length);
        feed(whole.subtendril(at as u32, (end - at) as u32));
        at = end;
        if tokenizer.sink.tokens.get() != tokens {
            (tokens, open, is_counted) = (tokenizer.sink.tokens.get(), at, false);
        } else if at - open > PIECE && !is_counted {
            is_counted = true;
            if let Some(beyond) = attributes::beyond(bytes, open, at) {
                feed(whole.subtendril(at as u32, (beyond.from - at) as u32));
                tokenizer.sink.builder.sink.tree.borrow_mut().cut = true;
                at = beyond.to;
            }
        }
    }
}

/// Stands between tokenizer and tree builder and leaves out what is beyond the limits.
struct Guard {
    builder: TreeBuilder<Handle, Sink>,
    /// Names of start tags that were left out: their end tags are none of the tree's.
    left_out: RefCell<Vec<LocalName>>,
    /// Tokens that came, errors apart.
    tokens: Cell<u64>,
}

impl Guard {
    /// Whether the token is left out for a limit.
    fn leaves_out(&self, token: &Token) -> bool {
        let sink = &self.builder.sink;
        match token {
            Token::EOFToken => false,
            // Nobody reads them.
            Token::CommentToken(_) => true,
            Token::TagToken(tag) => {
                if sink.tree.borrow().len() >= MAX_NODES {
                    sink.tree.borrow_mut().cut = true;
                    return !changes_tokens(tag);
                }
                let mut left_out = self.left_out.borrow_mut();
                match tag.kind {
                    TagKind::StartTag if sink.depth.get() >= MAX_DEPTH => {
                        // Those that are read to their own end tag keep their end tag.
                        if changes_tokens(tag) {
                            return false;
                        }
                        sink.tree.borrow_mut().cut = true;
                        if !tag.self_closing && left_out.len() < MAX_NODES {
                            left_out.push(tag.name.clone());
                        }
                        true
                    }
                    TagKind::EndTag if left_out.last() == Some(&tag.name) => left_out.pop().is_some(),
                    _ => false,
                }
            }
            _ => sink.tree.borrow().len() >= MAX_NODES,
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

impl TokenSink for Guard {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        // Errors come from inside a tag as well.
        if !matches!(token, Token::ParseError(_)) {
            self.tokens.set(self.tokens.get() + 1);
        }
        if self.leaves_out(&token) {
            return TokenSinkResult::Continue;
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// A node with its name, which the parser asks for at every step.
#[derive(Debug, Clone)]
struct Handle {
    id: NodeId,
    ns: Namespace,
    name: LocalName,
}

#[derive(Debug)]
struct Name<'a>(&'a Handle);

impl ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.name
    }
}

struct Sink {
    tree: RefCell<Tree>,
    /// Depth of the element that was opened last and is not closed.
    depth: Cell<u32>,
}

impl Default for Sink {
    fn default() -> Self {
        Self { tree: RefCell::new(Tree::new()), depth: Cell::new(0) }
    }
}

impl Sink {
    fn other(&self) -> Handle {
        self.handle(Data::Other, ns!(), local_name!(""))
    }

    fn handle(&self, data: Data, ns: Namespace, name: LocalName) -> Handle {
        Handle { id: self.tree.borrow_mut().add(data), ns, name }
    }

    /// Adds text behind `before`, to it where it is text itself; else as a node of its own, by `place`.
    fn text(&self, before: NodeId, text: &StrTendril, place: impl FnOnce(&mut Tree, NodeId)) {
        let mut tree = self.tree.borrow_mut();
        if let Some(node) = tree.nodes.get_mut(before as usize)
            && let Data::Text(there) = &mut node.data
        {
            // Fails beyond 4 GiB, which no page has (`MAX_BYTES`).
            if there.try_push_tendril(text).is_ok() {
                return;
            }
        }
        let node = tree.add(Data::Text(text.clone()));
        place(&mut tree, node);
    }
}

/// Appending one text to another, where that is possible.
trait TryPush {
    fn try_push_tendril(&mut self, text: &StrTendril) -> Result<(), ()>;
}

impl TryPush for StrTendril {
    fn try_push_tendril(&mut self, text: &StrTendril) -> Result<(), ()> {
        if u64::from(self.len32()) + u64::from(text.len32()) > u64::from(u32::MAX) {
            return Err(());
        }
        self.push_tendril(text);
        Ok(())
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = Name<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle { id: Tree::ROOT, ns: ns!(), name: local_name!("") }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Name<'a> {
        Name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> Handle {
        let data = Data::Element { ns: name.ns.clone(), name: name.local.clone(), attrs };
        self.handle(data, name.ns, name.local)
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.other()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.other()
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        match child {
            NodeOrText::AppendNode(node) => {
                let mut tree = self.tree.borrow_mut();
                tree.append(parent.id, node.id);
                self.depth.set(tree.nodes[node.id as usize].depth);
            }
            NodeOrText::AppendText(text) => {
                let last = self.tree.borrow().nodes[parent.id as usize].last;
                self.text(last, &text, |tree, node| tree.append(parent.id, node));
            }
        }
    }

    fn append_based_on_parent_node(&self, element: &Handle, before: &Handle, child: NodeOrText<Handle>) {
        if self.tree.borrow().parent(element.id).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(before, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &Handle) {
        let depth = self.tree.borrow().nodes[node.id as usize].depth;
        self.depth.set(depth.saturating_sub(1));
    }

    /// What a template holds stands nowhere in the tree.
    fn get_template_contents(&self, _: &Handle) -> Handle {
        self.other()
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.id == y.id
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        match child {
            NodeOrText::AppendNode(node) => self.tree.borrow_mut().insert_before(sibling.id, node.id),
            NodeOrText::AppendText(text) => {
                let before = self.tree.borrow().nodes[sibling.id as usize].previous;
                self.text(before, &text, |tree, node| tree.insert_before(sibling.id, node));
            }
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, new: Vec<Attribute>) {
        if let Data::Element { attrs, .. } = &mut self.tree.borrow_mut().nodes[target.id as usize].data {
            for attr in new {
                // One page may have any number of `<body …>`.
                if attrs.len() >= MAX_ATTRIBUTES {
                    break;
                }
                if attrs.iter().all(|it| it.name != attr.name) {
                    attrs.push(attr);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.tree.borrow_mut().detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut tree = self.tree.borrow_mut();
        while let Some(child) = tree.first_child(node.id) {
            tree.append(new_parent.id, child);
        }
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
            let builder = TreeBuilder::new(Sink::default(), options());
            let guard = Guard { builder, left_out: RefCell::default(), tokens: Cell::new(0) };
            let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
            let input = BufferQueue::default();
            input.push_back(StrTendril::from(long.as_str()));
            while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
            tokenizer.end();
            tokenizer.sink.builder.sink.tree.into_inner()
        };
        assert_eq!(format!("{:?}", parse(&long)), format!("{whole:?}"));
    }

    #[test]
    fn formatting_that_comes_back_is_bounded() {
        let tags: String = (0..3000).map(|i| format!("<b a{i}=1>")).collect();
        let tree = parse(&format!("{tags}{}", "<p>x".repeat(20_000)));
        assert!(tree.len() <= MAX_NODES + 2 * MAX_DEPTH as usize);
    }

    proptest! {
        #[test]
        fn any_text_is_a_tree(text in "(<[/!]?(p|b|table|td|a|svg|select|option|frameset|template|math|title|x|script|plaintext)? ?/?>?|[a-z&;\u{0}]){0,80}") {
            let tree = parse(&text);
            prop_assert!(depth(&tree) <= MAX_DEPTH + 8);
        }
    }
}
