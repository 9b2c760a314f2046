//! How the hub knows a partner's record again, and how it asks the partner for it: the partner's own key, which lies in
//! clear only where it is random.

use sangam_store::Source;
use sangam_vocabulary::{RecordId, hex};
use sangam_wire::Found;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::hub::{Desk, DeskFault};
use crate::sync::{PartnerDesk, SyncFault};

/// What sealed keys of partners' records are bound to.
const EXTERNAL_KEY: &[u8] = b"external key";

impl PartnerDesk {
    /// The key by which the partner knows a record, as the hub keeps it: a UUID as it is, because it is random;
    /// anything else as a keyed digest, because it may be somebody's number.
    pub(crate) fn external_key(&self, desk: &Desk, key: &str) -> Result<String, DeskFault> {
        if Uuid::try_parse(key).is_ok() {
            return Ok(key.to_owned());
        }
        let blind = desk.keys.blind(self.organization, "external key", key.as_bytes())?;
        Ok(hex(&blind))
    }

    /// The key itself, sealed, where what lies in clear is its digest.
    pub(crate) fn sealed_key(&self, desk: &Desk, key: &str) -> Result<Option<Vec<u8>>, DeskFault> {
        if Uuid::try_parse(key).is_ok() {
            return Ok(None);
        }
        Ok(Some(desk.keys.seal_cursor(self.organization, EXTERNAL_KEY, key.as_bytes())?))
    }

    /// The partner's own key for a record that the hub keeps, to answer it by.
    pub(crate) async fn own_key(&self, desk: &Desk, record: RecordId) -> Result<Option<String>, DeskFault> {
        let Some((key, sealed)) = desk.store.external_key(self.id, record).await? else { return Ok(None) };
        let Some(sealed) = sealed else { return Ok(Some(key)) };
        self.opened(desk, &sealed)
    }

    fn opened(&self, desk: &Desk, sealed: &[u8]) -> Result<Option<String>, DeskFault> {
        let opened = desk.keys.open_cursor(self.organization, EXTERNAL_KEY, sealed)?;
        Ok(String::from_utf8(opened).ok())
    }

    /// Where a raw record came from; of one without any key, the record's own digest stands for it.
    pub(crate) fn source(&self, desk: &Desk, record: &Json) -> Result<Source, DeskFault> {
        match self.wire.key(record) {
            Some(key) => self.source_of(desk, &key),
            None => {
                let external_key = self.external_key(desk, &record.to_string())?;
                Ok(Source { partner: self.id, external_key, sealed_key: None })
            }
        }
    }

    /// Where the record of a partner's own key came from.
    pub(crate) fn source_of(&self, desk: &Desk, key: &str) -> Result<Source, DeskFault> {
        let (external_key, sealed_key) = (self.external_key(desk, key)?, self.sealed_key(desk, key)?);
        Ok(Source { partner: self.id, external_key, sealed_key })
    }

    /// The partner's own key of a record, to ask for it by; none of a record that has none: what stands for it here is its
    /// digest.
    pub(crate) fn asked_by(&self, desk: &Desk, source: &Source) -> Result<Option<String>, DeskFault> {
        match &source.sealed_key {
            Some(sealed) => self.opened(desk, sealed),
            None => Ok(Uuid::try_parse(&source.external_key).is_ok().then(|| source.external_key.clone())),
        }
    }

    /// Asks the partner for the record of a key. One without a key of its own cannot be asked for, and once it is not listed
    /// any more it is not there any more.
    pub(crate) async fn ask(&self, desk: &Desk, source: &Source) -> Result<Found, SyncFault> {
        match self.asked_by(desk, source)? {
            Some(own) => Ok(self.wire.record(&own).await?),
            None => Ok(Found::Gone),
        }
    }
}
