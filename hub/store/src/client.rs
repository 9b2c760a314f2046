//! Registered systems as the store knows them: how each proves itself, and whether its tokens still stand.

use sangam_vocabulary::{Instant, OrganizationId, PurposeSet, hex, unhex};
use sea_orm::QueryResult;
use uuid::Uuid;

use crate::connect::Store;
use crate::fault::StoreFault;
use crate::read::{id, purposes};

/// How a client authenticates at the token endpoint. One client has one method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientMethod {
    /// A shared secret (RFC 6749, section 2.3.1); in a sandbox only.
    Secret,
    /// An assertion signed with a registered key (RFC 7523; OpenID Connect Core, section 9).
    PrivateKeyJwt,
    /// A certificate of a known authority with the registered name (RFC 8705, section 2.1).
    Tls,
    /// A registered certificate, whoever signed it (RFC 8705, section 2.2).
    SelfSignedTls,
    /// Not at the hub's token endpoint: it has its tokens from an issuer of the configuration.
    ExternalIssuer,
}

impl ClientMethod {
    /// Every method.
    pub const ALL: &'static [Self] =
        &[Self::Secret, Self::PrivateKeyJwt, Self::Tls, Self::SelfSignedTls, Self::ExternalIssuer];

    /// The code. For a secret it covers `client_secret_basic` and `client_secret_post`: the same proof, carried in
    /// two ways.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Secret => "client_secret",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::Tls => "tls_client_auth",
            Self::SelfSignedTls => "self_signed_tls_client_auth",
            Self::ExternalIssuer => "external_issuer",
        }
    }
}

/// What a client is known by. Nothing of it is secret: a secret is kept as its digest only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientCredential {
    /// SHA-256 of a secret of 256 random bits.
    Secret([u8; 32]),
    /// A JSON Web Key Set of public keys, as text.
    Keys(String),
    /// The name its certificate carries, in the desk's spelling.
    CertificateName(String),
    /// SHA-256 of each certificate it may come with.
    Certificates(Vec<[u8; 32]>),
    /// The issuer of its tokens, by its name in the configuration, and the subject they name. No two clients have the
    /// same.
    External {
        /// The issuer's name, without spaces.
        issuer: String,
        /// The subject.
        subject: String,
    },
}

impl ClientCredential {
    /// The method it belongs to.
    #[must_use]
    pub const fn method(&self) -> ClientMethod {
        match self {
            Self::Secret(_) => ClientMethod::Secret,
            Self::Keys(_) => ClientMethod::PrivateKeyJwt,
            Self::CertificateName(_) => ClientMethod::Tls,
            Self::Certificates(_) => ClientMethod::SelfSignedTls,
            Self::External { .. } => ClientMethod::ExternalIssuer,
        }
    }

    /// The digest column: empty for whoever has no secret, and so equal to no digest.
    pub(crate) fn digest(&self) -> Vec<u8> {
        match self {
            Self::Secret(digest) => digest.to_vec(),
            _ => Vec::new(),
        }
    }

    /// The column of what is public.
    pub(crate) fn public(&self) -> Option<String> {
        match self {
            Self::Secret(_) => None,
            Self::Keys(text) | Self::CertificateName(text) => Some(text.clone()),
            Self::External { issuer, subject } => Some(external(issuer, subject)),
            Self::Certificates(digests) => Some(digests.iter().map(|digest| hex(digest)).collect::<Vec<_>>().join(",")),
        }
    }

    /// `None` when the columns do not fit each other: such a client proves nothing.
    fn read(method: &str, digest: &[u8], public: Option<String>) -> Option<Self> {
        Some(match ClientMethod::ALL.iter().find(|known| known.code() == method)? {
            ClientMethod::Secret => Self::Secret(digest.try_into().ok()?),
            ClientMethod::PrivateKeyJwt => Self::Keys(public?),
            ClientMethod::Tls => Self::CertificateName(public?),
            ClientMethod::ExternalIssuer => {
                let public = public?;
                let (issuer, subject) = public.split_once(' ')?;
                Self::External { issuer: issuer.to_owned(), subject: subject.to_owned() }
            }
            ClientMethod::SelfSignedTls => Self::Certificates(
                public?.split(',').map(|digest| unhex(digest)?.try_into().ok()).collect::<Option<Vec<_>>>()?,
            ),
        })
    }
}

/// The column of a client with tokens of an issuer.
fn external(issuer: &str, subject: &str) -> String {
    format!("{issuer} {subject}")
}

/// A registered system.
#[derive(Debug, Clone)]
pub struct ClientRow {
    /// The OAuth client id.
    pub id: String,
    /// Its organization.
    pub organization: OrganizationId,
    /// What the organization calls it.
    pub name: String,
    /// What it is known by.
    pub credential: ClientCredential,
    /// A JSON Web Key Set of the public keys with which it names who in the organization asks, where they are not the
    /// ones it is known by.
    pub actor_keys: Option<String>,
    /// The scopes its tokens may carry.
    pub scopes: String,
    /// The purposes its tokens may carry.
    pub purposes: PurposeSet,
    /// Grows when the client is suspended or its credential changes: older tokens are void.
    pub generation: i64,
    /// Whether it is suspended.
    pub suspended: bool,
    /// When it was registered.
    pub registered_at: Instant,
}

/// A client as one of its tokens meets it.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// The client.
    pub client: ClientRow,
    /// Whether that token was revoked.
    pub revoked: bool,
}

const COLUMNS: &str = "c.id, c.organization, c.name, c.secret_hash, c.method, c.credential, c.actor_keys, c.scopes, c.purposes, c.generation, c.suspended, c.registered_at";

impl Store {
    /// A registered system by its client id.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn client(&self, client: &str) -> Result<Option<ClientRow>, StoreFault> {
        let sql = format!("SELECT {COLUMNS} FROM client c WHERE c.id = $1");
        self.one(&sql, vec![client.into()]).await?.map(|row| read(&row)).transpose()
    }

    /// The client a token names, and whether the token was revoked, of one snapshot.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn admitted(&self, client: &str, jti: [u8; 16]) -> Result<Option<Admitted>, StoreFault> {
        self.admitted_where("c.id = $1", client.to_owned(), jti).await
    }

    /// The client whose tokens an issuer gives out under a subject, and whether the token was revoked, of one
    /// snapshot.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn admitted_by_issuer(
        &self,
        issuer: &str,
        subject: &str,
        jti: [u8; 16],
    ) -> Result<Option<Admitted>, StoreFault> {
        let of = "c.method = 'external_issuer' AND c.credential = $1";
        self.admitted_where(of, external(issuer, subject), jti).await
    }

    async fn admitted_where(&self, of: &str, value: String, jti: [u8; 16]) -> Result<Option<Admitted>, StoreFault> {
        let sql = format!(
            "SELECT {COLUMNS}, (SELECT count(*) FROM token_revoked r WHERE r.jti = $2) AS revoked FROM client c WHERE {of}"
        );
        let row = self.one(&sql, vec![value.into(), jti.to_vec().into()]).await?;
        row.map(|row| Ok(Admitted { client: read(&row)?, revoked: row.try_get::<i64>("", "revoked")? != 0 }))
            .transpose()
    }

    /// Registered systems, by organization and client id; of one organization where it is given. For the operator.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn clients(&self, organization: Option<OrganizationId>) -> Result<Vec<ClientRow>, StoreFault> {
        let mut sql = format!("SELECT {COLUMNS} FROM client c");
        let mut values = Vec::new();
        if let Some(organization) = organization {
            sql.push_str(" WHERE c.organization = $1");
            let organization: Uuid = organization.uuid();
            values.push(organization.as_bytes().to_vec().into());
        }
        sql.push_str(" ORDER BY c.organization, c.id");
        self.all(&sql, values).await?.iter().map(read).collect()
    }
}

fn read(row: &QueryResult) -> Result<ClientRow, StoreFault> {
    let (method, digest): (String, Vec<u8>) = (row.try_get("", "method")?, row.try_get("", "secret_hash")?);
    let credential = ClientCredential::read(&method, &digest, row.try_get("", "credential")?)
        .ok_or(StoreFault::Unreadable { column: "credential" })?;
    Ok(ClientRow {
        id: row.try_get("", "id")?,
        organization: OrganizationId::from_uuid(id(row, "organization")?),
        name: row.try_get("", "name")?,
        credential,
        actor_keys: row.try_get("", "actor_keys")?,
        scopes: row.try_get("", "scopes")?,
        purposes: purposes(row)?,
        generation: row.try_get("", "generation")?,
        suspended: row.try_get::<i64>("", "suspended")? != 0,
        registered_at: Instant::from_millis(row.try_get("", "registered_at")?),
    })
}
