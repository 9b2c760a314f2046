//! Who asks: the token of a request, what came to prove it, and the caller it makes. Where there is none, the answer
//! is 401 and nothing else (RFC 6750, RFC 9449).

use http::{HeaderMap, HeaderName, header};
use sangam_language::{Caller, ErrorCode};

use crate::connection::Held;
use crate::hub::{AuthFault, Scheme, TokenSent};
use crate::limits;
use crate::refusal::{DoorCode, Refusal};
use crate::routes::Door;

/// The header a proof of possession comes in.
const PROOF: HeaderName = HeaderName::from_static("dpop");

/// What a request shows of its caller.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    /// The `Authorization` value, or what stands for it on a socket.
    pub(crate) authorization: Option<&'a str>,
    /// The proof of possession.
    pub(crate) proof: Option<&'a str>,
    /// The request's method.
    pub(crate) method: &'a str,
    /// The request's path.
    pub(crate) path: &'a str,
}

impl<'a> Shown<'a> {
    /// What the headers of a request show.
    ///
    /// # Errors
    /// 401 when one of the two headers is repeated or no text.
    pub(crate) fn of(headers: &'a HeaderMap, method: &'a http::Method, path: &'a str) -> Result<Self, Refusal> {
        let no_good = || Refusal::unauthenticated(Some(Scheme::Bearer));
        let authorization = only(headers, &header::AUTHORIZATION).ok_or_else(no_good)?;
        Ok(Self { authorization, proof: proof(headers).ok_or_else(no_good)?, method: method.as_str(), path })
    }
}

/// The one proof of possession of a request, where there is one; `None` when it is repeated or no text.
pub(crate) fn proof(headers: &HeaderMap) -> Option<Option<&str>> {
    only(headers, &PROOF)
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Option<&'a str>> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Some(None),
        (Some(value), None) => value.to_str().ok().map(Some),
        (Some(_), Some(_)) => None,
    }
}

/// The scheme and the token in a value of the form `Bearer TOKEN` (RFC 6750, section 2.1) or `DPoP TOKEN` (RFC 9449,
/// section 7.1). A value of another form has no token; the scheme is then the one to challenge with.
fn token(value: &str) -> (Scheme, Option<&str>) {
    let (name, token) = value.split_once(' ').unwrap_or((value, ""));
    let scheme = [Scheme::Bearer, Scheme::Dpop].into_iter().find(|scheme| name.eq_ignore_ascii_case(scheme.code()));
    let token = token.trim_matches(' ');
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    let good = !token.is_empty() && token.len() <= limits::TOKEN_BYTES && token.bytes().all(fits);
    (scheme.unwrap_or(Scheme::Bearer), (scheme.is_some() && good).then_some(token))
}

/// Makes a caller of what was shown, within the deadline. An address whose tokens keep being refused has to wait.
///
/// # Errors
/// 401 for whatever is not a good token, 429 for an address that tries too often, 503 when tokens cannot be
/// verified now.
pub(crate) async fn caller(door: &Door, shown: Shown<'_>, held: &Held) -> Result<Caller, Refusal> {
    let read = shown.authorization.map(token);
    let fault = match read {
        None => AuthFault::Missing,
        Some((_, None)) => AuthFault::Invalid,
        Some((scheme, Some(token))) => {
            let Shown { proof, method, path, .. } = shown;
            let sent = TokenSent { token, scheme, proof, method, path, certificate: held.certificate() };
            match judged(door, door.hub.authenticate(sent)).await {
                Ok(caller) => return Ok(caller),
                Err(fault) => fault,
            }
        }
    };
    let sent = read.map(|(scheme, _)| scheme);
    match fault {
        AuthFault::Unavailable => Err(Refusal::language(ErrorCode::Unavailable)),
        AuthFault::Missing | AuthFault::Invalid if !door.pace.stranger(held.peer.ip()) => {
            Err(Refusal::of(DoorCode::RateLimited))
        }
        AuthFault::Missing | AuthFault::Invalid => Err(Refusal::unauthenticated(sent)),
    }
}

/// The same caller as it stands now.
///
/// # Errors
/// [`AuthFault`].
pub(crate) async fn again(door: &Door, caller: &Caller) -> Result<Caller, AuthFault> {
    judged(door, door.hub.readmit(caller)).await
}

/// A verdict that comes in time, on a caller whose token has not ended.
async fn judged(door: &Door, verdict: impl Future<Output = Result<Caller, AuthFault>>) -> Result<Caller, AuthFault> {
    match tokio::time::timeout(door.limits.request.token_time, verdict).await {
        Ok(Ok(caller)) if caller.until() > door.clock.now() => Ok(caller),
        Ok(Ok(_)) => Err(AuthFault::Invalid),
        Ok(Err(fault)) => Err(fault),
        Err(_) => Err(AuthFault::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::{Scheme, token};
    use crate::limits::TOKEN_BYTES;

    #[test]
    fn only_a_token_in_a_known_scheme_is_a_token() {
        assert_eq!(token("Bearer abc.DEF-1_2~3+4/5=="), (Scheme::Bearer, Some("abc.DEF-1_2~3+4/5==")));
        assert_eq!(token("bearer  abc"), (Scheme::Bearer, Some("abc")));
        assert_eq!(token("DPoP abc"), (Scheme::Dpop, Some("abc")));
        assert_eq!(token("dpop"), (Scheme::Dpop, None));
        assert_eq!(token(&format!("Bearer {}", "a".repeat(TOKEN_BYTES))).1.map(str::len), Some(TOKEN_BYTES));
        let long = format!("Bearer {}", "a".repeat(TOKEN_BYTES + 1));
        for bad in ["", "Bearer", "Bearer ", "Basic abc", "abc", "Bearer a b", "Bearer a,b", "Bearer \u{e9}", &long] {
            assert_eq!(token(bad), (Scheme::Bearer, None), "{bad}");
        }
    }
}
