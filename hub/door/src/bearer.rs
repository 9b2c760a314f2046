//! Who asks: the bearer token of a request, and the caller it makes. Where there is none, the answer is 401
//! and nothing else (RFC 6750).

use std::net::IpAddr;

use http::{HeaderMap, header};
use sangam_language::{Caller, ErrorCode};

use crate::hub::AuthFault;
use crate::limits;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;

/// The one `Authorization` header, where there is one.
///
/// # Errors
/// 401 when it is repeated or no bearer token.
pub(crate) fn header_value(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Refusal::unauthenticated(true)),
        (Some(_), Some(_)) => Err(Refusal::unauthenticated(true)),
    }
}

/// The token in a value of the form `Bearer TOKEN` (RFC 6750, section 2.1).
pub(crate) fn token(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim_matches(' ');
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    let good = !token.is_empty() && token.len() <= limits::BEARER_BYTES && token.bytes().all(fits);
    (scheme.eq_ignore_ascii_case("bearer") && good).then_some(token)
}

/// Makes a caller of an `Authorization` value, within the deadline. An address whose tokens keep being
/// refused has to wait.
///
/// # Errors
/// 401 for whatever is not a good token, 429 for an address that tries too often, 503 when tokens cannot be
/// verified now.
pub(crate) async fn caller(
    door: &Door,
    value: Option<&str>,
    certificate: Option<&[u8]>,
    peer: IpAddr,
) -> Result<Caller, Refusal> {
    let fault = match value.map(token) {
        None => AuthFault::Missing,
        Some(None) => AuthFault::Invalid,
        Some(Some(token)) => {
            let verdict =
                tokio::time::timeout(door.limits.request.token_time, door.hub.authenticate(token, certificate));
            match verdict.await {
                Ok(Ok(caller)) if caller.until() > door.clock.now() => return Ok(caller),
                Ok(Ok(_)) => AuthFault::Invalid,
                Ok(Err(fault)) => fault,
                Err(_) => AuthFault::Unavailable,
            }
        }
    };
    match fault {
        AuthFault::Unavailable => Err(Refusal::language(ErrorCode::Unavailable)),
        AuthFault::Missing | AuthFault::Invalid if !door.pace.stranger(peer) => Err(Refusal::of(DoorCode::RateLimited)),
        AuthFault::Missing => Err(Refusal::unauthenticated(false)),
        AuthFault::Invalid => Err(Refusal::unauthenticated(true)),
    }
}

#[cfg(test)]
mod tests {
    use super::token;
    use crate::limits::BEARER_BYTES;

    #[test]
    fn only_a_bearer_token_is_a_bearer_token() {
        assert_eq!(token("Bearer abc.DEF-1_2~3+4/5=="), Some("abc.DEF-1_2~3+4/5=="));
        assert_eq!(token("bearer  abc"), Some("abc"));
        let most = format!("Bearer {}", "a".repeat(BEARER_BYTES));
        assert_eq!(token(&most).map(str::len), Some(BEARER_BYTES));
        let long = format!("{most}a");
        for bad in ["", "Bearer", "Bearer ", "Basic abc", "abc", "Bearer a b", "Bearer a,b", "Bearer \u{e9}", &long] {
            assert_eq!(token(bad), None, "{bad}");
        }
    }
}
