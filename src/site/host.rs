//! Normalises the host of an address.

/// Returns the host of an address, in lower case, without user, port, trailing dots and a leading `www.`, or
/// `None` if there is none. `http`, `https` and an address without a scheme (`site.example/a`) give the same
/// host. Angle brackets, which some archives put around addresses, are ignored. Internationalised names are
/// not converted: `xn--…` and its Unicode form are two hosts.
pub fn host(url: &str) -> Option<String> {
    let url = url.trim();
    let url = url.strip_prefix('<').map_or(url, |url| url.strip_suffix('>').unwrap_or(url));
    let (named, rest) = match url.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?', '#']) => (true, rest),
        _ => match url.strip_prefix("//") {
            Some(rest) => (true, rest),
            None => (false, url),
        },
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    let address = authority.rsplit('@').next().unwrap_or("");
    let name = match address.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((inner, _)) => inner,
        None => match address.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            // `dns:site.example`, `urn:uuid:…`: not the address of a page.
            Some(_) => return None,
            None => address,
        },
    };
    let name = name.trim_end_matches('.').to_lowercase();
    let name = match name.strip_prefix("www.") {
        Some(rest) if rest.contains('.') => rest.to_owned(),
        _ => name,
    };
    let is_word = named || name.contains('.');
    (is_word && !name.is_empty() && !name.contains(char::is_whitespace)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_whatever_its_clothes() {
        for url in [
            "https://pier.example/a/b?c#d",
            "http://PIER.example",
            "https://www.pier.example:8443/",
            "//pier.example./x",
            "https://someone:secret@pier.example/@other.example",
            "pier.example/a",
            " <https://pier.example/a> ",
            "https://pier.example\\evil",
        ] {
            assert_eq!(host(url).as_deref(), Some("pier.example"), "{url}");
        }
        assert_eq!(host("https://news.pier.example/").as_deref(), Some("news.pier.example"));
        assert_eq!(host("https://www.example/").as_deref(), Some("www.example"));
        assert_eq!(host("http://[2001:DB8::1]:80/a").as_deref(), Some("2001:db8::1"));
        assert_eq!(host("http://localhost:9000/a").as_deref(), Some("localhost"));
    }

    #[test]
    fn what_names_no_host_has_none() {
        for url in
            ["", "  ", "https://", "http:///a", "/a/b", "dns:pier.example", "urn:uuid:1-2", "a note", "mole"]
        {
            assert_eq!(host(url), None, "{url}");
        }
    }
}
