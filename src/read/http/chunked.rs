//! The transfer coding of chunks (RFC 9112, 7.1), read as leniently as browsers do.
//!
//! By hand: httparse reads the line of a length only where it ends in CRLF, and archives hold lone line feeds.

use super::coding::Fault;

/// The data of all chunks, at most `limit` bytes, and how that ended.
///
/// # Errors
/// A body that does not begin with the length of a chunk.
pub(super) fn joined(body: &[u8], limit: usize) -> Result<(Vec<u8>, Option<Fault>), Fault> {
    let mut data = Vec::new();
    let mut at = 0;
    loop {
        let blank = body[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let from = at + blank;
        let line = body[from..].split(|&byte| byte == b'\n').next().unwrap_or_default();
        let ends = from + line.len() < body.len();
        let Some(size) = length(line).filter(|_| ends) else {
            if at == 0 {
                return Err(Fault::NotCoded);
            }
            // Where the last length breaks off, nothing but its beginning is left.
            if !ends && line.trim_ascii_end().iter().all(u8::is_ascii_hexdigit) {
                return Ok((data, Some(Fault::BreaksOff)));
            }
            // What cannot be told apart stays as it is.
            data.extend_from_slice(&body[at..at + (body.len() - at).min(limit - data.len())]);
            return Ok((data, Some(Fault::Damaged)));
        };
        at = from + line.len() + 1;
        if size == 0 {
            return Ok((data, None));
        }
        let rest = &body[at..];
        let chunk = &rest[..rest.len().min(size)];
        if chunk.len() > limit - data.len() {
            data.extend_from_slice(&chunk[..limit - data.len()]);
            return Ok((data, Some(Fault::TooLong)));
        }
        data.extend_from_slice(chunk);
        if chunk.len() < size {
            return Ok((data, Some(Fault::BreaksOff)));
        }
        at += size;
    }
}

/// The length that a line gives, before blanks and extensions.
fn length(line: &[u8]) -> Option<usize> {
    let digits = line.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(body: &str) -> Result<(String, Option<Fault>), Fault> {
        joined(body.as_bytes(), 1000).map(|(data, fault)| (String::from_utf8(data).unwrap(), fault))
    }

    #[test]
    fn chunks_are_joined() {
        let whole = Ok(("The boats wait.".to_owned(), None));
        for body in [
            "A\r\nThe boats \r\n5\r\nwait.\r\n0\r\n\r\n",
            "a\nThe boats \n5\nwait.\n0\n\n",
            "000A ; name=\"value\"\r\nThe boats \r\n5  \r\nwait.\r\n0\r\nTrailer: x\r\n\r\n",
            "\r\nA\r\nThe boats \r\n\r\n5\r\nwait.\r\n0\r\n",
        ] {
            assert_eq!(of(body), whole, "{body:?}");
        }
        assert_eq!(of("0\r\n\r\n"), Ok((String::new(), None)));
    }

    #[test]
    fn what_breaks_off_gives_what_came() {
        let whole = "A\r\nThe boats \r\n5\r\nwait.\r\n";
        for cut in 3..whole.len() {
            let (data, fault) = of(&whole[..cut]).unwrap();
            assert!("The boats wait.".starts_with(&data), "{cut}: {data:?}");
            assert_eq!(fault, Some(Fault::BreaksOff), "{cut}");
        }
        for body in ["<!doctype html>", "", "The boats", "-1\r\nx", "fffffffffffffffffff\r\nx", "A"] {
            assert_eq!(of(body), Err(Fault::NotCoded), "{body:?}");
        }
    }

    #[test]
    fn a_wrong_length_leaves_the_rest_as_it_is() {
        let (data, fault) = of("A\r\nThe boats wait.\r\n5\r\nby it\r\n0\r\n\r\n").unwrap();
        assert_eq!(
            (data.as_str(), fault),
            ("The boats wait.\r\n5\r\nby it\r\n0\r\n\r\n", Some(Fault::Damaged))
        );
        assert_eq!(joined(b"ffff\r\nThe boats", 3), Ok((b"The".to_vec(), Some(Fault::TooLong))));
    }

    proptest! {
        #[test]
        fn any_cut_comes_back(parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..40), 0..9)) {
            let mut body = Vec::new();
            for part in &parts {
                body.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
                body.extend_from_slice(part);
                body.extend_from_slice(b"\r\n");
            }
            body.extend_from_slice(b"0\r\n\r\n");
            prop_assert_eq!(joined(&body, 1000), Ok((parts.concat(), None)));
        }

        #[test]
        fn any_bytes_are_read(body: Vec<u8>, limit in 0_usize..40) {
            if let Ok((data, _)) = joined(&body, limit) {
                prop_assert!(data.len() <= limit);
            }
        }
    }
}
