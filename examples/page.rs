//! A page of HTML to Markdown, without what the site wrapped around the article.
//!
//! ```sh
//! cargo run --example page -- examples/lamplighter.html
//! ```

#![allow(clippy::print_stdout, reason = "showing is what an example is for")]

use gleaner::{Cleaner, Preset};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "examples/lamplighter.html".to_owned());
    let cleaner = Cleaner::builder().preset(Preset::Recall).build()?;
    let page = cleaner.clean_html(&std::fs::read(path)?);
    println!("title: {}", page.metadata().title.as_deref().unwrap_or("none"));
    println!("{} of {} blocks dropped\n", page.dropped().count(), page.units().len());
    print!("{}", page.markdown());
    Ok(())
}
