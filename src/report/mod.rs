//! Pages for people: what an evaluation found, why a page's blocks stay or go, what a run did.
//!
//! Each report is a struct of plain data, filled by one function and shown by a template in `templates/`, which
//! escapes whatever it is given. All three share `base.html` (the head, with a policy that lets nothing be
//! fetched), `parts.html` (tables, plots) and `style.css` (screens in light and dark, paper). The same data give
//! the same bytes. No other stage imports this one.
//!
//! | file | what it does |
//! |---|---|
//! | [`evaluation`] | figures, plots, tables and the worst mistakes of an evaluation |
//! | [`page`] | a judged page with the reasons of every block |
//! | [`run`] | what a run over many documents did |
//! | `plot` | axes, lines and marks as shapes |
//! | `table` | tables |
//! | [`tally`] | what is counted of a run |
//! | `text` | texts and numbers as they are shown |

pub mod evaluation;
pub mod page;
mod plot;
pub mod run;
mod table;
pub mod tally;
mod text;
