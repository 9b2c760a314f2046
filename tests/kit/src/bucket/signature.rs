//! AWS Signature Version 4 as a server verifies it, written from its description ("Signature Calculations for the
//! Authorization Header: Transferring Payload in a Single Chunk") and held against the examples there. It shares no line
//! with the client.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::{constant_time, digest, hmac};

use super::{Opens, talk};

pub use talk::Request;

/// How far a call's time may be from the server's: S3 gives fifteen minutes.
const SKEW_SECONDS: i64 = 15 * 60;

/// Why a call is refused, as S3's code says it.
pub type Refusal = &'static str;

/// Verifies a call: that it is signed with the key, for the region, now, and that all of it is: the host, every header
/// that S3 minds, and the body.
///
/// # Errors
/// S3's code of the refusal.
#[expect(clippy::disallowed_methods, reason = "a server of its own, with the machine's clock")]
pub fn verified(request: &Request, opens: &Opens) -> Result<(), Refusal> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    verified_at(request, opens, i64::try_from(now).unwrap_or(0))
}

fn verified_at(request: &Request, opens: &Opens, now: i64) -> Result<(), Refusal> {
    let header = request.header("authorization").ok_or("AccessDenied")?;
    let fields = header.strip_prefix("AWS4-HMAC-SHA256 ").ok_or("InvalidRequest")?;
    let field = |name: &str| {
        let mut found = fields.split(',').filter_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
        found.next().ok_or("AuthorizationHeaderMalformed")
    };
    let (credential, signed, signature) = (field("Credential")?, field("SignedHeaders")?, field("Signature")?);
    let at = request.header("x-amz-date").ok_or("AccessDenied")?;
    let day = at.get(..8).ok_or("AccessDenied")?;
    let scope = format!("{day}/{}/s3/aws4_request", opens.region);
    let (key_id, signed_for) = credential.split_once('/').ok_or("AuthorizationHeaderMalformed")?;
    if key_id != opens.key_id {
        return Err("InvalidAccessKeyId");
    }
    if signed_for != scope {
        return Err("AuthorizationHeaderMalformed");
    }
    if (seconds(at).ok_or("AccessDenied")? - now).abs() > SKEW_SECONDS {
        return Err("RequestTimeTooSkewed");
    }
    let payload = request.header("x-amz-content-sha256").ok_or("MissingSecurityHeader")?;
    if payload != hex(digest::digest(&digest::SHA256, &request.body).as_ref()) {
        return Err("XAmzContentSHA256Mismatch");
    }
    let names: Vec<&str> = signed.split(';').collect();
    let minded = |name: &str| name == "host" || name == "content-md5" || name.starts_with("x-amz-");
    if !names.contains(&"host")
        || request.headers.iter().any(|(name, _)| minded(name) && !names.contains(&name.as_str()))
    {
        return Err("AccessDenied");
    }
    let mut headers = String::new();
    for name in &names {
        let value = request.header(name).ok_or("SignatureDoesNotMatch")?;
        let value: Vec<&str> = value.split_whitespace().collect();
        headers.push_str(&format!("{name}:{}\n", value.join(" ")));
    }
    let mut query: Vec<(String, String)> =
        request.query().into_iter().map(|(name, value)| (encoded(name), encoded(value))).collect();
    query.sort();
    let query: Vec<String> = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let canonical =
        format!("{}\n{}\n{}\n{headers}\n{signed}\n{payload}", request.method, request.path(), query.join("&"));
    let canonical = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
    let to_sign = format!("AWS4-HMAC-SHA256\n{at}\n{scope}\n{canonical}");
    let mut key = format!("AWS4{}", opens.secret).into_bytes();
    for part in [day, opens.region.as_str(), "s3", "aws4_request"] {
        key = authenticated(&key, part.as_bytes());
    }
    let expected = hex(&authenticated(&key, to_sign.as_bytes()));
    constant_time::verify_slices_are_equal(expected.as_bytes(), signature.as_bytes())
        .map_err(|_| "SignatureDoesNotMatch")
}

fn authenticated(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What stands behind `%` signs.
pub(super) fn decoded(text: &str) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, later)) = rest.split_first() {
        let digits = later.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = later.get(2..).unwrap_or_default();
            }
            None => {
                out.push(*first);
                rest = later;
            }
        }
    }
    out
}

/// A part of a query in the one spelling that is signed.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let spelt = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    decoded(text).into_iter().map(spelt).collect()
}

/// The seconds since 1970 of an instant like `20130524T000000Z`.
fn seconds(at: &str) -> Option<i64> {
    let number = |from: usize, to: usize| at.get(from..to)?.parse::<i64>().ok();
    if at.len() != 16 || at.get(8..9)? != "T" || at.get(15..)? != "Z" {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    // Days from the civil calendar, March first, so that the leap day is a year's last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    Some(((days * 24 + number(9, 11)?) * 60 + number(11, 13)?) * 60 + number(13, 15)?)
}

#[cfg(test)]
mod tests {
    use super::{Opens, Refusal, Request, seconds, verified_at};

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const AT: i64 = 1_369_353_600;

    fn opens() -> Opens {
        Opens {
            bucket: "examplebucket".to_owned(),
            region: "us-east-1".to_owned(),
            key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        }
    }

    /// A call of the description's examples.
    fn call(method: &str, target: &str, more: &[(&str, &str)], body: &str, payload: &str, signature: &str) -> Request {
        let mut headers = vec![
            ("host", "examplebucket.s3.amazonaws.com"),
            ("x-amz-content-sha256", payload),
            ("x-amz-date", "20130524T000000Z"),
        ];
        headers.extend(more);
        headers.sort_unstable();
        let signed: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders={},Signature={signature}",
            signed.join(";")
        );
        let mut headers: Vec<(String, String)> =
            headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        headers.push(("authorization".to_owned(), authorization));
        Request { method: method.to_owned(), target: target.to_owned(), headers, body: body.as_bytes().to_vec() }
    }

    fn told(request: &Request) -> Result<(), Refusal> {
        verified_at(request, &opens(), AT)
    }

    #[test]
    fn the_examples_of_the_description_verify() {
        assert_eq!(seconds("20130524T000000Z"), Some(AT));
        assert_eq!(seconds("20240229T235959Z"), Some(1_709_251_199));
        let get = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
        let put = "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd";
        let lifecycle = "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543";
        let list = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7";
        let welcome = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
        let calls = [
            call("GET", "/test.txt", &[("range", "bytes=0-9")], "", EMPTY, get),
            call(
                "PUT",
                "/test%24file.text",
                &[("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
                "Welcome to Amazon S3.",
                welcome,
                put,
            ),
            call("GET", "/?lifecycle", &[], "", EMPTY, lifecycle),
            call("GET", "/?prefix=J&max-keys=2", &[], "", EMPTY, list),
        ];
        for one in &calls {
            assert_eq!(told(one), Ok(()), "{} {}", one.method, one.target);
        }
    }

    #[test]
    fn what_was_changed_on_the_way_does_not() {
        let signature = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7";
        let good = call("GET", "/?max-keys=2&prefix=J", &[], "", EMPTY, signature);
        assert_eq!(told(&good), Ok(()));
        let other = |change: fn(&mut Request)| {
            let mut other = good.clone();
            change(&mut other);
            told(&other)
        };
        assert_eq!(other(|call| call.method = "DELETE".to_owned()), Err("SignatureDoesNotMatch"));
        assert_eq!(other(|call| call.target = "/?max-keys=3&prefix=J".to_owned()), Err("SignatureDoesNotMatch"));
        assert_eq!(other(|call| call.target = "/x?max-keys=2&prefix=J".to_owned()), Err("SignatureDoesNotMatch"));
        assert_eq!(other(|call| call.body = b"more".to_vec()), Err("XAmzContentSHA256Mismatch"));
        assert_eq!(other(|call| call.headers[0].1 = "elsewhere".to_owned()), Err("SignatureDoesNotMatch"));
        assert_eq!(other(|call| call.headers.push(("x-amz-acl".into(), "public-read".into()))), Err("AccessDenied"));
        assert_eq!(other(|call| drop(call.headers.pop())), Err("AccessDenied"));
        assert_eq!(verified_at(&good, &opens(), AT + 1_000), Err("RequestTimeTooSkewed"));
        let with = |change: fn(&mut Opens)| {
            let mut opens = opens();
            change(&mut opens);
            verified_at(&good, &opens, AT)
        };
        assert_eq!(with(|opens| opens.secret.push('x')), Err("SignatureDoesNotMatch"));
        assert_eq!(with(|opens| opens.key_id.push('x')), Err("InvalidAccessKeyId"));
        assert_eq!(with(|opens| opens.region.push('x')), Err("AuthorizationHeaderMalformed"));
    }
}
