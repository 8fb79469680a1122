//! Token counts to log-odds, per channel: multinomial naive Bayes.
//!
//! | file | what it does |
//! |---|---|
//! | [`fit`] | class sums to log-probabilities, by linfa-bayes |
//! | [`smoothing`] | a class's curve from count to log-probability |
//! | [`index`] | from a feature's key to its row |
//! | [`weights`] | the flat table of log-ratios that scores text, one look-up a feature |
//! | [`evidence`] | what a document's paragraphs add up to |
//! | [`calibrate`] | margins to probabilities |

pub mod calibrate;
pub mod evidence;
#[cfg(feature = "train")]
pub mod fit;
pub mod index;
pub mod smoothing;
pub mod weights;
