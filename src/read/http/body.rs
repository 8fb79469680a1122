//! A body, and its codings undone one after the other.

use std::borrow::Cow;

use super::chunked;
use super::coding::{Coding, Fault};
#[cfg(feature = "compression")]
use super::inflate;
use crate::read::media;

/// A body with its codings undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body<'a> {
    /// What could be decoded, or the bytes as they are.
    pub bytes: Cow<'a, [u8]>,
    /// The first coding that could not be undone as it should, and why.
    pub fault: Option<(Coding, Fault)>,
}

impl Body<'_> {
    /// Whether a coding could not be undone, and what is left is no text.
    pub fn is_noise(&self) -> bool {
        self.fault.as_ref().is_some_and(|(coding, fault)| {
            *fault == Fault::NotCoded && *coding != Coding::Chunked && media::is_noise(&self.bytes)
        })
    }
}

/// Undoes codings, the last one first. At most `limit` bytes come of each.
pub(super) fn undone<'a>(body: &'a [u8], codings: &[Coding], limit: usize) -> Body<'a> {
    let mut done = Body { bytes: Cow::Borrowed(body), fault: None };
    for coding in codings.iter().rev() {
        // An answer without a body has the head of one with a body.
        if done.bytes.is_empty() {
            break;
        }
        // Archives often hold the body as it was read and the head as it came: markup is not coded any more.
        let decoded = if *coding != Coding::Chunked && media::is_markup(&done.bytes) {
            Err(Fault::NotCoded)
        } else {
            one(&done.bytes, coding, limit)
        };
        let fault = match decoded {
            Ok((bytes, fault)) => {
                done.bytes = Cow::Owned(bytes);
                fault
            }
            Err(fault) => Some(fault),
        };
        if let Some(fault) = fault {
            done.fault = done.fault.or(Some((coding.clone(), fault)));
        }
    }
    done
}

/// Bytes with one coding undone, and how that ended; only a fault where they stay as they are.
type Decoded = Result<(Vec<u8>, Option<Fault>), Fault>;

fn one(bytes: &[u8], coding: &Coding, limit: usize) -> Decoded {
    match coding {
        Coding::Chunked => chunked::joined(bytes, limit),
        Coding::Unknown(_) => Err(Fault::NotCoded),
        #[cfg(feature = "compression")]
        Coding::Gzip | Coding::Deflate | Coding::Zstd | Coding::Brotli => {
            inflate::inflated(bytes, coding, limit)
        }
        #[cfg(not(feature = "compression"))]
        Coding::Gzip | Coding::Deflate | Coding::Zstd | Coding::Brotli => Err(Fault::NotCoded),
    }
}
