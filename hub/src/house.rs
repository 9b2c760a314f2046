//! The hub as the door sees it: the language's executor and the desk, put together. It translates between the
//! door's words and the desk's, and decides nothing.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sangam_desk::{
    ClientCertificate, ClientProof, Desk, DeskPort, ExchangeRequest, GrantFault, GrantRequest, Proof, Published,
    TokenKind, TokenUse,
};
use sangam_door::{
    AuthFault, Certificate, ClientSent, Directory, Document, Documents, GrantSent, Hub, Kind, RevocationRequest,
    Scheme, SignIn, Subscribed, TokenError, TokenFault, TokenGranted, TokenRequest, TokenSent,
};
use sangam_language::{Caller, Executor, Operation, OperationKind, Reply};

use crate::directory::Shown;
use crate::documents::Shelf;
use crate::readiness::Readiness;
use crate::sign_in::People;

/// The hub behind the door.
pub(crate) struct House {
    executor: Arc<Executor<DeskPort>>,
    desk: Arc<Desk>,
    readiness: Readiness,
    people: Option<People>,
    shelf: Option<Shelf>,
    shown: Shown,
}

impl House {
    /// A house on a desk. `introspection`: whether the schema can be asked for; `readiness`: who knows whether it serves.
    pub(crate) fn new(desk: Arc<Desk>, introspection: bool, readiness: Readiness) -> Self {
        let port = Arc::new(DeskPort(Arc::clone(&desk)));
        // Nobody signs in where there is nobody to sign in with.
        let people = (!desk.providers().is_empty()).then(|| People(Arc::clone(&desk)));
        let executor = Arc::new(Executor::new(port, sangam_language::Limits::standard(), introspection));
        let shelf = desk.keeps_documents().then(|| Shelf(Arc::clone(&desk)));
        let shown = Shown(Arc::clone(&desk));
        Self { executor, desk, readiness, people, shelf, shown }
    }
}

impl House {
    /// What operations run through, for who runs some beside the door.
    pub(crate) fn executor(&self) -> Arc<Executor<DeskPort>> {
        Arc::clone(&self.executor)
    }
}

impl Hub for House {
    fn authenticate<'a>(&'a self, sent: TokenSent<'a>) -> BoxFuture<'a, Result<Caller, AuthFault>> {
        Box::pin(async move {
            let used = TokenUse {
                token: sent.token,
                kind: match sent.scheme {
                    Scheme::Bearer => TokenKind::Bearer,
                    Scheme::Dpop => TokenKind::Dpop,
                },
                proof: sent.proof.map(|text| Proof { text, method: sent.method, path: sent.path }),
                certificate: sent.certificate.map(certificate),
            };
            self.desk.verify(&used).await.map_err(auth_fault)
        })
    }

    fn readmit<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Result<Caller, AuthFault>> {
        Box::pin(async move { self.desk.readmit(caller).await.map_err(auth_fault) })
    }

    fn token(&self, ask: TokenRequest) -> BoxFuture<'_, Result<TokenGranted, TokenFault>> {
        Box::pin(async move {
            let (client, certificate) = (proof(&ask.client), ask.certificate.as_ref().map(certificate));
            let (proof, scope) = (ask.proof.as_deref(), ask.scope.as_deref());
            let granted = match &ask.grant {
                GrantSent::ClientCredentials => {
                    self.desk.grant(&GrantRequest { client, certificate, proof, scope }).await
                }
                GrantSent::Exchange { subject_token, actor_token } => {
                    let request = ExchangeRequest { client, certificate, proof, scope, subject_token, actor_token };
                    self.desk.exchange(&request).await
                }
            };
            let granted = granted.map_err(token_fault)?;
            let scheme = match granted.kind {
                TokenKind::Bearer => Scheme::Bearer,
                TokenKind::Dpop => Scheme::Dpop,
            };
            let (expires_in, scope) = (granted.expires_in, granted.scope);
            Ok(TokenGranted { access_token: granted.token, scheme, expires_in, scope })
        })
    }

    fn revoke(&self, ask: RevocationRequest) -> BoxFuture<'_, Result<(), TokenFault>> {
        Box::pin(async move {
            let held = ask.certificate.as_ref().map(certificate);
            self.desk.revoke(&proof(&ask.client), held, &ask.token).await.map_err(token_fault)
        })
    }

    fn published(&self, document: Document) -> String {
        self.desk.published(match document {
            Document::AuthorizationServer => Published::AuthorizationServer,
            Document::ProtectedResource => Published::ProtectedResource,
            Document::Keys => Published::Keys,
        })
    }

    fn kind(&self, operation: &Operation) -> Result<Kind, Reply> {
        self.executor.kind(operation).map(|kind| match kind {
            OperationKind::Query => Kind::Query,
            OperationKind::Mutation => Kind::Mutation,
            OperationKind::Subscription => Kind::Subscription,
        })
    }

    fn execute<'a>(&'a self, caller: &'a Caller, operation: Operation) -> BoxFuture<'a, Reply> {
        Box::pin(self.executor.execute(caller, operation))
    }

    fn subscribe(&self, caller: Caller, operation: Operation) -> BoxFuture<'_, Subscribed> {
        Box::pin(self.executor.subscribe(caller, operation))
    }

    fn sign_in(&self) -> Option<&dyn SignIn> {
        self.people.as_ref().map(|people| people as &dyn SignIn)
    }

    fn documents(&self) -> Option<&dyn Documents> {
        self.shelf.as_ref().map(|shelf| shelf as &dyn Documents)
    }

    fn directory(&self) -> Option<&dyn Directory> {
        Some(&self.shown)
    }

    fn ready(&self) -> BoxFuture<'_, bool> {
        Box::pin(self.readiness.ready())
    }
}

fn certificate(held: &Certificate) -> ClientCertificate<'_> {
    ClientCertificate { der: held.der(), vouched: held.vouched() }
}

fn proof(sent: &ClientSent) -> ClientProof<'_> {
    match sent {
        ClientSent::Secret { id, secret } => ClientProof::Secret { client: id, secret },
        ClientSent::Assertion { id, assertion } => ClientProof::Assertion { client: id.as_deref(), assertion },
        ClientSent::Certificate { id } => ClientProof::Certificate { client: id },
    }
}

pub(crate) fn auth_fault(fault: sangam_desk::TokenFault) -> AuthFault {
    match fault {
        sangam_desk::TokenFault::Invalid => AuthFault::Invalid,
        sangam_desk::TokenFault::Unavailable => AuthFault::Unavailable,
    }
}

fn token_fault(fault: GrantFault) -> TokenFault {
    match fault {
        GrantFault::InvalidClient => TokenFault::Refused(TokenError::InvalidClient),
        GrantFault::InvalidScope => TokenFault::Refused(TokenError::InvalidScope),
        GrantFault::InvalidRequest => TokenFault::Refused(TokenError::InvalidRequest),
        GrantFault::InvalidProof => TokenFault::Refused(TokenError::InvalidProof),
        GrantFault::Unavailable => TokenFault::Unavailable,
    }
}
