//! Where people sign in, as the door sees it: the desk's words in the door's.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sangam_desk::{Desk, Returned, SessionUse};
use sangam_door::{AuthFault, Began, Comeback, ProviderShown, SessionShown, SignIn, SignInFault, Started};

/// The desk of a hub where people sign in.
pub(crate) struct People(pub(crate) Arc<Desk>);

impl SignIn for People {
    fn origin(&self) -> &str {
        self.0.address()
    }

    fn home(&self) -> &str {
        "/home"
    }

    fn providers(&self) -> Vec<ProviderShown> {
        let shown = self.0.providers().into_iter();
        shown.map(|one| ProviderShown { name: one.name, label: one.label, origins: one.origins }).collect()
    }

    fn start<'a>(
        &'a self,
        provider: &'a str,
        invitation: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Started, SignInFault>> {
        Box::pin(async move {
            let started = self.0.start_sign_in(provider, invitation).await.map_err(fault)?;
            Ok(Started { address: started.address, cookie: started.cookie })
        })
    }

    fn finish(&self, comeback: Comeback) -> BoxFuture<'_, Result<Began, SignInFault>> {
        Box::pin(async move {
            let returned = Returned {
                started: comeback.started,
                state: comeback.state,
                code: comeback.code,
                issuer: comeback.issuer,
                session: comeback.session,
            };
            let began = self.0.finish_sign_in(returned).await.map_err(fault)?;
            Ok(Began { cookie: began.cookie })
        })
    }

    fn session<'a>(&'a self, cookie: &'a str, csrf: Option<&'a str>) -> BoxFuture<'a, Result<SessionShown, AuthFault>> {
        Box::pin(async move {
            let session = self.0.session(&SessionUse { cookie, csrf }).await.map_err(crate::house::auth_fault)?;
            Ok(SessionShown {
                caller: session.caller,
                csrf: session.csrf,
                proven: session.proven,
                organization: (session.organization, session.organization_name),
                pseudonym: session.pseudonym,
                roles: session.roles,
                idle: session.idle,
                until: session.until,
            })
        })
    }

    fn end<'a>(&'a self, cookie: &'a str) -> BoxFuture<'a, Result<Option<String>, SignInFault>> {
        Box::pin(async move { self.0.sign_out(cookie).await.map_err(fault) })
    }
}

fn fault(fault: sangam_desk::SignInFault) -> SignInFault {
    match fault {
        sangam_desk::SignInFault::NoProvider => SignInFault::NoProvider,
        sangam_desk::SignInFault::NotStarted => SignInFault::NotStarted,
        sangam_desk::SignInFault::Declined => SignInFault::Declined,
        sangam_desk::SignInFault::Nobody => SignInFault::Nobody,
        sangam_desk::SignInFault::Unavailable => SignInFault::Unavailable,
    }
}
