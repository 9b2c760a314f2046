//! What the hub does, one verb a file: it implements the language's port on the store, with custody between.
//!
//! A read goes store → custody → rows; a change goes custody → writer → read. Nothing about a subject comes out
//! without a permit. The desk knows neither HTTP nor GraphQL; read `hub/door` next.

mod accession;
mod agreement;
mod answer;
mod answer_link;
mod cells;
mod change;
mod client;
mod clocks;
mod cover;
mod deliver;
mod disclosures;
mod document;
mod enrol;
mod explain;
mod found;
mod hint;
mod hub;
mod ids;
mod intake;
mod issuer;
mod journalled;
mod listing;
mod live;
mod lock_code;
mod locked;
mod members;
mod nobody;
mod notice;
mod outlook;
mod own_directory;
mod paper_code;
mod person;
mod port;
mod preview;
mod read;
mod reconcile;
mod register;
mod renew;
mod returns;
mod roles;
mod rules;
mod signin;
mod slow_code;
mod source;
mod steps;
mod sync;
mod token;
mod watch;

pub use accession::{MemberFault, MemberRow, MemberStep, NewApplication, Who, paper_codes, refusal_codes};
pub use answer_link::{AnswerContact, AnswerView, ContactFault, LinkAnswer, LinkTold};
pub use client::{EnrolFault, Enrolled, NewClient};
pub use clocks::ClockReport;
pub use deliver::DeliveryReport;
pub use document::{DocumentFault, Download, Upload};
pub use enrol::{NewAgreement, NewOrganization};
pub use hint::NotHeard;
pub use hub::{Desk, DeskFault, DeskParts};
pub use issuer::{AddressFault, Call, Issuer, IssuerSettings, KeysAt, Outside, OutsideAddress, OutsideFault, Told};
pub use listing::ListingFault;
pub use lock_code::{CodeAnswer, DrawnCodes};
pub use locked::OpenLock;
pub use notice::{Letter, LetterId, NotSent, NoticeReport, NoticeWay, NoticeWayKind};
pub use outlook::{Assumed, Fate, Foreseen, Outlook, Withheld};
pub use own_directory::{SaidDirectory, SaidService};
pub use person::{Invited, Operator, PersonFault, person_id, person_text};
pub use port::DeskPort;
pub use register::{RegisterFault, register_template};
pub use renew::{MasterUse, Renewal, SETTLE_MILLIS};
pub use signin::{
    Provider, ProviderSettings, ProviderShown, Returned, Session, SessionKeys, SessionUse, SignIn, SignInFault,
    SignedIn, StartedSignIn,
};
pub use slow_code::CodeFault;
pub use sync::{PartnerDesk, SyncFault, SyncReport};
pub use token::{
    ClientCertificate, ClientProof, CredentialFault, ExchangeRequest, Grant, GrantFault, GrantRequest, Holder,
    NewCredential, Proof, Published, SignatureAlgorithm, SigningKey, TokenFault, TokenIssuer, TokenKeys, TokenKind,
    TokenSettings, TokenType, TokenUse, Tokens,
};
