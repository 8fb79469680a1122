//! Pages: blocks of HTML to decisions, in the stages of the whole, with markup among the evidence.
//!
//! | file | stage | what it does |
//! |---|---|---|
//! | [`tokens`] | features | markup and words of a block to features, in channels |
//! | [`weights`] | bayes | a flat table of log-ratios, one look-up per feature |
//! | [`evidence`] | bayes | log-odds of every block, per channel |
//! | [`signals`] | context | one row of integers per block: neighbours, containers, repetition, the page |
//! | [`decide`] | verdict | probabilities to what stays: the greatest expected word F1 of the page |
//! | [`twins`] | verdict | what a page says twice stays once |
//! | [`boilerplate`] | verdict | which kind of boilerplate what goes looks like |
//! | [`model`] | | what was learnt, and its file |
//! | [`judge`] | pipeline | a page to decisions |
//! | [`kinds`] | training | calibrations of pages whose kind is known |
//! | [`align`] | training | silver labels from reference text, in order |
//! | [`corpus`] | training | pages with reference text, counted in any selection |
//! | [`train`] | training | a selection to a model, everything out of fold |

#[cfg(feature = "train")]
pub mod align;
pub mod boilerplate;
#[cfg(feature = "train")]
pub mod corpus;
pub mod decide;
pub mod evidence;
pub mod judge;
#[cfg(feature = "train")]
pub mod kinds;
pub mod model;
pub mod signals;
pub mod tokens;
#[cfg(feature = "train")]
pub mod train;
pub mod twins;
pub mod weights;
