//! The two halves of a sign-in: it is started, and it comes back.

use oauth2::url::Url;
use sangam_store::{Refused, SignInChange};
use sangam_vocabulary::Instant;

use super::started::Started;
use super::{RETURN_PATH, SignIn, SignInFault, identity, login};
use crate::hub::Desk;
use crate::token::sha256;

/// The longest code or error of a provider, in bytes.
const CODE_BYTES: usize = 2 * 1024;
/// The length of an invitation's code: 256 random bits in hexadecimal digits.
const INVITATION: usize = 64;

/// A sign-in that was started. It has no `Debug`, because of the cookie.
pub struct StartedSignIn {
    /// Where the person goes.
    pub address: String,
    /// What the browser keeps until it is back, sealed.
    pub cookie: String,
}

/// What a browser comes back with. It has no `Debug`.
pub struct Returned {
    /// The cookie of the start.
    pub started: String,
    /// `state`.
    pub state: String,
    /// `code`, where there is one.
    pub code: Option<String>,
    /// `iss` (RFC 9207), where there is one.
    pub issuer: Option<String>,
    /// The session the browser has, where it has one.
    pub session: Option<String>,
}

/// A session that began. It has no `Debug`, because of the cookie.
pub struct SignedIn {
    /// What the browser keeps.
    pub cookie: String,
    /// When the session ends in any case.
    pub until: Instant,
}

impl Desk {
    fn signin(&self) -> Result<&SignIn, SignInFault> {
        self.signin.as_ref().ok_or(SignInFault::NoProvider)
    }

    fn back(&self) -> String {
        format!("{}{RETURN_PATH}", self.address())
    }

    /// Starts a sign-in with a provider, to take an invitation by its code where one is given.
    ///
    /// # Errors
    /// [`SignInFault::NoProvider`], [`SignInFault::Nobody`] when the code cannot be one, [`SignInFault::Unavailable`].
    pub async fn start_sign_in(&self, provider: &str, invitation: Option<&str>) -> Result<StartedSignIn, SignInFault> {
        let signin = self.signin()?;
        let provider = signin.provider(provider).ok_or(SignInFault::NoProvider)?;
        let invitation = invitation.map(invitation_digest).transpose()?;
        let endpoints = provider.endpoints().await?;
        let started = Started::new(provider.issuer().name(), invitation, self.now(), self.chance());
        let started = started.ok_or(SignInFault::Unavailable)?;
        let address = provider.authorization(&endpoints, &self.back(), &started).ok_or(SignInFault::Unavailable)?;
        let cookie = started.sealed(&signin.keys, self.chance()).ok_or(SignInFault::Unavailable)?;
        Ok(StartedSignIn { address, cookie })
    }

    /// Finishes a sign-in: a session begins, and the one the browser had ends.
    ///
    /// # Errors
    /// [`SignInFault`].
    pub async fn finish_sign_in(&self, returned: Returned) -> Result<SignedIn, SignInFault> {
        let signin = self.signin()?;
        let started = Started::opened(&returned.started, &returned.state, &signin.keys, self.now());
        let started = started.ok_or(SignInFault::NotStarted)?;
        let provider = signin.provider(&started.provider).ok_or(SignInFault::NotStarted)?;
        let endpoints = provider.endpoints().await?;
        // Whoever sent it back says which provider it is, where providers do that (RFC 9207, section 2.4).
        let issuer = provider.issuer().identifier();
        let named = match &returned.issuer {
            Some(named) => named == issuer,
            None => !endpoints.names_itself,
        };
        if !named {
            return Err(SignInFault::NotStarted);
        }
        let code = returned.code.filter(|code| code.len() <= CODE_BYTES).ok_or(SignInFault::Declined)?;
        let tokens = provider.exchange(&endpoints, &self.back(), code, &started).await?;
        let subject = identity::subject(&tokens, provider, &started.nonce, self.now()).await?;
        let login = login(issuer, &subject);
        self.begin_session(signin, &started, login, returned.session.as_deref()).await
    }

    async fn begin_session(
        &self,
        signin: &SignIn,
        started: &Started,
        login: [u8; 32],
        had: Option<&str>,
    ) -> Result<SignedIn, SignInFault> {
        let until = self.now().plus_millis(super::session::LIFE_MILLIS);
        let (cookie, session) =
            signin.draw_session(&started.provider, self.chance()).ok_or(SignInFault::Unavailable)?;
        let replaces = had.and_then(|cookie| signin.session_of(cookie)).map(|known| known.digest);
        let change = SignInChange {
            started: started.digest(),
            started_until: started.until(),
            login,
            invitation: started.invitation,
            session,
            until,
            replaces,
        };
        match self.writer.submit(change.into()).await {
            Ok(_) => Ok(SignedIn { cookie, until }),
            Err(Refused::NotFound) => Err(SignInFault::Nobody),
            Err(Refused::Used) => Err(SignInFault::NotStarted),
            Err(_) => Err(SignInFault::Unavailable),
        }
    }

    /// Ends a session. Where its provider has a place to sign out at, the person goes there next (OpenID Connect
    /// RP-Initiated Logout, section 2).
    ///
    /// # Errors
    /// [`SignInFault::Unavailable`] when the store does not answer: the session stands then.
    pub async fn sign_out(&self, cookie: &str) -> Result<Option<String>, SignInFault> {
        let signin = self.signin()?;
        let Some(session) = signin.session_of(cookie) else { return Ok(None) };
        let ended = self.writer.submit(sangam_store::SessionChange::End(session.digest).into()).await;
        ended.map_err(|_| SignInFault::Unavailable)?;
        signin.standing.invalidate(&session.begins());
        let provider = signin.provider(&session.provider);
        let known = provider.and_then(|provider| Some((provider, provider.issuer().at_hand()?)));
        Ok(known.and_then(|(provider, published)| {
            let mut address: Url = published.endpoints()?.end_session.as_ref()?.url().clone();
            address
                .query_pairs_mut()
                .append_pair("client_id", provider.client_id())
                .append_pair("post_logout_redirect_uri", &format!("{}/signin", self.address()));
            Some(address.to_string())
        }))
    }
}

/// The digest an invitation is known by, of a code as a person typed it.
fn invitation_digest(code: &str) -> Result<[u8; 32], SignInFault> {
    let code = code.trim().to_ascii_lowercase();
    let good = code.len() == INVITATION && code.bytes().all(|byte| byte.is_ascii_hexdigit());
    if good { Ok(sha256(code.as_bytes())) } else { Err(SignInFault::Nobody) }
}
