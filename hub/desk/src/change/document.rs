//! Preparing and removing documents. Their bytes come and go by `document.rs` at the root of this room.

use sangam_custody::{EntryKind, OutwardKind};
use sangam_language::{Caller, Cell, ErrorCode, Outcome, PortFault, PrepareDocument, RemoveDocument};
use sangam_store::{Command, DocumentRemoved, NewDocument};
use sangam_vocabulary::payload::{Documents, Image, PaperKind, Payload};
use sangam_vocabulary::{CategorySet, Code, DocumentId, OrganizationId, Purpose, RecordId, SubjectId};

use super::{Plans, idempotency, invalid, not_found, not_on_team, refusal, say};
use crate::document::UPLOAD_MILLIS;
use crate::hub::{Desk, DeskFault};
use crate::read::store_fault;

const KEY: &str = "An idempotency key has 1 to 128 characters.";

/// What paper it is, as the category it is sealed in says it.
fn payload(paper: PaperKind) -> Payload {
    let code = paper.code().to_owned();
    match paper {
        PaperKind::Photograph => Payload::Image(Image { reference: code }),
        _ => Payload::Documents(Documents { papers: vec![code] }),
    }
}

impl Desk {
    pub(crate) async fn prepare_document(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: PrepareDocument,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let own = caller.party().organization;
        let Some(once) = idempotency(caller, &input.idempotency_key, &format!("prepareDocument {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", KEY));
        };
        let Ok(subject) = self.inward(own, OutwardKind::Subject, &input.subject) else {
            return Ok(invalid(plans, "/subject", "Not the id of a subject."));
        };
        let referral = input.referral.as_deref().map(|id| self.inward(own, OutwardKind::Referral, id)).transpose();
        let Ok(referral) = referral else {
            return Ok(invalid(plans, "/referral", "Not the id of a referral."));
        };
        if !self.keeps_documents() {
            let message = "This hub keeps no documents; its operator can name a place for them.";
            return Ok(say(plans, "NotPermitted", message, &[]));
        }
        let subject = SubjectId::from_uuid(subject.uuid());
        let facts = self.store.subject(subject).await.map_err(store_fault)?;
        let Some(facts) = facts.filter(|facts| facts.owner.organization == own) else {
            return self.not_owner(caller, purpose, subject, plans).await;
        };
        if self.outside(caller, subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let key = self.subject_key(own, subject, &facts.keys).await?;
        let now = self.now();
        let id = RecordId::from(DocumentId::new(now, self.chance()).ok_or(DeskFault::NoChance)?);
        let paper = key.seal(self.chance(), id, &payload(input.paper)).map_err(DeskFault::from)?;
        let change = NewDocument {
            id,
            subject,
            record: referral.unwrap_or_else(|| RecordId::from(subject)),
            organization: own,
            category: input.paper.category(),
            shows: input.paper.shows(),
            paper,
            until: now.plus_millis(UPLOAD_MILLIS),
        };
        match self.writer.submit(Command::from(change).once(once)).await {
            Ok(committed) => self.prepared(own, committed.record, plans).await,
            Err(refused) => refusal(plans, refused),
        }
    }

    /// Where the bytes of a document are to be put, the same on every retry.
    async fn prepared(
        &self,
        own: OrganizationId,
        document: Option<uuid::Uuid>,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let document = RecordId::from_uuid(document.ok_or(ErrorCode::Internal)?);
        let Some(row) = self.store.document(document).await.map_err(store_fault)? else {
            // It was not uploaded in its time.
            return Ok(not_found(plans));
        };
        let upload = self.upload_path(own, document, row.until)?;
        let more = [
            ("document", self.document_id(own, document)?),
            ("upload", Cell::Text(upload)),
            ("until", Cell::Instant(row.until.millis())),
        ];
        Ok(say(plans, "DocumentPrepared", "", &more))
    }

    fn document_id(&self, own: OrganizationId, document: RecordId) -> Result<Cell, PortFault> {
        let id = self.keys.outward_id(own, OutwardKind::Document, document).map_err(DeskFault::from)?;
        Ok(Cell::Outward(id))
    }

    pub(crate) async fn remove_document(
        &self,
        caller: &Caller,
        purpose: Option<Purpose>,
        input: RemoveDocument,
        plans: Plans<'_>,
    ) -> Result<Outcome, PortFault> {
        let own = caller.party().organization;
        let Some(once) = idempotency(caller, &input.idempotency_key, &format!("removeDocument {input:?}")) else {
            return Ok(invalid(plans, "/idempotencyKey", KEY));
        };
        let Ok(document) = self.inward(own, OutwardKind::Document, &input.document) else {
            return Ok(invalid(plans, "/document", "Not the id of a document."));
        };
        let Some(row) = self.store.document(document).await.map_err(store_fault)? else {
            self.refused(caller, purpose).await;
            return Ok(not_found(plans));
        };
        let facts = self.store.subject(row.subject).await.map_err(store_fault)?.ok_or(ErrorCode::Internal)?;
        if facts.owner.organization != own {
            return self.not_owner(caller, purpose, row.subject, plans).await;
        }
        if self.outside(caller, row.subject).await? {
            self.refused(caller, purpose).await;
            return Ok(not_on_team(plans));
        }
        let key = self.subject_key(own, row.subject, &facts.keys).await?;
        let categories = CategorySet::NONE.with(row.category);
        let entry = self.entry(EntryKind::DocumentRemoved, &caller.into(), &key, document, categories);
        let change = DocumentRemoved { document, organization: own };
        let command = Command::from(change).recorded(entry.map_err(DeskFault::from)?).once(once);
        match self.writer.submit(command).await {
            Ok(_) => Ok(say(plans, "DocumentRemoved", "", &[("document", self.document_id(own, document)?)])),
            Err(refused) => refusal(plans, refused),
        }
    }
}
