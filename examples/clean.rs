//! Cleans the files that are named, or an example, and says what went.
//!
//! ```sh
//! cargo run --example clean -- article.txt
//! ```

#![allow(clippy::print_stdout, reason = "showing is what an example is for")]

use gleaner::Cleaner;

const ARTICLE: &str = "The harbour opened again on Monday, and the first ferry left the north quay at nine.\n\
    Its captain, who had steered it for thirty years, said that the new pier would be ready by the autumn.\n\
    The harbour master expects the old crane to be taken down before the storms come.\n\
    Subscribe to our free newsletter and get the best stories in your inbox every morning.\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cleaner = Cleaner::new()?;
    let mut texts = Vec::new();
    for path in std::env::args().skip(1) {
        texts.push(std::fs::read_to_string(path)?);
    }
    if texts.is_empty() {
        texts.push(ARTICLE.to_owned());
    }
    for text in texts {
        let cleaned = cleaner.clean(&text);
        print!("{}", cleaned.text());
        for unit in cleaned.dropped() {
            let kind = unit.kind.as_ref().map_or("boilerplate", |kind| kind.name());
            println!("-- dropped ({kind}, {:.2}): {}", unit.probability, unit.text);
        }
    }
    Ok(())
}
