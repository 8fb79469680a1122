//! Which elements separate blocks, and which are skipped (HTML standard, 15.3: the default style sheet).

use html5ever::{LocalName, local_name};

/// Effect of an element on the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Display {
    /// The element separates blocks.
    Block,
    /// Its text belongs to the surrounding block.
    Inline,
    /// A line break.
    Break,
    /// An image.
    Image,
    /// The element is skipped: it contains no text to read.
    Unread,
    /// A shadow root: its children are those of the element around it. Other templates have none in the tree.
    Root,
}

pub(super) fn display(name: &LocalName) -> Display {
    match *name {
        local_name!("br") => Display::Break,
        local_name!("img") => Display::Image,
        local_name!("template") => Display::Root,
        local_name!("script")
        | local_name!("style")
        | local_name!("head")
        | local_name!("title")
        | local_name!("meta")
        | local_name!("link")
        | local_name!("iframe")
        | local_name!("object")
        | local_name!("embed")
        | local_name!("video")
        | local_name!("audio")
        | local_name!("canvas")
        | local_name!("select")
        | local_name!("datalist")
        | local_name!("input")
        | local_name!("textarea")
        | local_name!("progress")
        | local_name!("meter")
        | local_name!("noframes")
        | local_name!("noembed") => Display::Unread,
        local_name!("html")
        | local_name!("body")
        | local_name!("address")
        | local_name!("article")
        | local_name!("aside")
        | local_name!("blockquote")
        | local_name!("button")
        | local_name!("caption")
        | local_name!("center")
        | local_name!("dd")
        | local_name!("details")
        | local_name!("dialog")
        | local_name!("dir")
        | local_name!("div")
        | local_name!("dl")
        | local_name!("dt")
        | local_name!("fieldset")
        | local_name!("figcaption")
        | local_name!("figure")
        | local_name!("footer")
        | local_name!("form")
        | local_name!("h1")
        | local_name!("h2")
        | local_name!("h3")
        | local_name!("h4")
        | local_name!("h5")
        | local_name!("h6")
        | local_name!("header")
        | local_name!("hgroup")
        | local_name!("hr")
        | local_name!("legend")
        | local_name!("li")
        | local_name!("listing")
        | local_name!("main")
        | local_name!("menu")
        | local_name!("nav")
        | local_name!("noscript")
        | local_name!("ol")
        | local_name!("p")
        | local_name!("plaintext")
        | local_name!("pre")
        | local_name!("search")
        | local_name!("section")
        | local_name!("summary")
        | local_name!("table")
        | local_name!("tbody")
        | local_name!("td")
        | local_name!("tfoot")
        | local_name!("th")
        | local_name!("thead")
        | local_name!("tr")
        | local_name!("ul")
        | local_name!("xmp") => Display::Block,
        // Custom elements hold parts of the page.
        _ if name.contains('-') => Display::Block,
        _ => Display::Inline,
    }
}
