//! A wire to an organization whose records stand in one file of a folder. A kind of file says how it is read, what a report
//! of its faults looks like and how deliveries stand in the hub's own file ([`Exchange`]); what holds for all of them is
//! here: the whole file is one page, an unchanged file gives nothing, of several records of one key the one that shares
//! least counts and of two that are shared none, and work on files is done where it may block.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::fault::{FileFault, WireFault};
use crate::folder;
use crate::htcds::fields::KEY;
use crate::narrow::Narrow;
use crate::partner::{Answer, Cursor, Delivered, Delivery, Found, Listed, Page, Returned, Wire};

/// What a file has.
#[derive(Debug)]
pub struct Reading<F> {
    pub(crate) records: Vec<Map<String, Value>>,
    /// The organization's own keys of records that could not be read, where the key could.
    pub(crate) unread: Vec<String>,
    /// How many could not be read.
    pub(crate) rejected: usize,
    /// What is wrong with them.
    pub(crate) faults: Vec<F>,
}

/// A kind of file in which an organization's records stand.
pub trait Exchange: Send + Sync + 'static {
    /// What is wrong with a record.
    type Fault: Send;

    /// The folder, the file in it that the organization writes, and the most bytes of one.
    fn incoming(&self) -> (&Path, &str, u64);

    /// What passes the border, and which records are marked.
    fn narrow(&self) -> &Narrow;

    /// Reads the file.
    ///
    /// # Errors
    /// It is none of this kind, or over a limit.
    fn read(&self, bytes: &[u8]) -> Result<Reading<Self::Fault>, WireFault>;

    /// What of a record passes the border.
    fn narrowed(record: Map<String, Value>, narrow: &Narrow) -> Value;

    /// What the hub found in a record that read well; nothing where the record does not say its place.
    fn returned(returned: &Returned) -> Option<Self::Fault>;

    /// That another marked record of the file has the key of this one.
    fn duplicate(record: &Map<String, Value>) -> Option<Self::Fault>;

    /// The report of faults that lies beside a file.
    ///
    /// # Errors
    /// It cannot be written as that.
    fn report(&self, bytes: &[u8], faults: &[Self::Fault]) -> Result<Vec<u8>, WireFault>;

    /// Puts a delivery into the hub's own file. One at a time is asked for.
    ///
    /// # Errors
    /// The file cannot be read or written, or the delivery does not fit it.
    fn deliver(&self, delivery: &Delivery) -> Result<Delivered, WireFault>;

    /// What the organization decided on offers.
    ///
    /// # Errors
    /// A file cannot be read.
    fn answers(&self, offers: &[Delivered]) -> Result<Vec<Answer>, WireFault>;
}

/// The wire to one folder.
pub struct FileWire<E>(Arc<Folder<E>>);

struct Folder<E> {
    kind: E,
    /// One at a time writes what the hub writes; the organization's own program is looked out for.
    writing: Mutex<()>,
}

impl<E: Exchange> FileWire<E> {
    /// A folder; nothing is opened yet.
    pub(crate) fn of(kind: E) -> Self {
        Self(Arc::new(Folder { kind, writing: Mutex::new(()) }))
    }

    /// Works on a thread that may block; a dropped future does not stop it, so that a file is replaced whole or not at all.
    fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder<E>) -> Result<T, WireFault> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, WireFault>> {
        let folder = Arc::clone(&self.0);
        Box::pin(async move {
            let done = tokio::task::spawn_blocking(move || work(&folder)).await;
            done.unwrap_or(Err(WireFault::File(FileFault::Format)))
        })
    }
}

impl<E: Exchange> Folder<E> {
    fn bytes(&self) -> Result<(folder::Version, Vec<u8>), WireFault> {
        let (folder, incoming, most) = self.kind.incoming();
        folder::read_there(&folder.join(incoming), most)
    }

    /// What a file has. Of two marked records of one key the hub cannot say which is true, and so which is to be taken: both
    /// are unread until there is one.
    fn read(&self, bytes: &[u8]) -> Result<Reading<E::Fault>, WireFault> {
        let mut reading = self.kind.read(bytes)?;
        let narrow = self.kind.narrow();
        let mut times = HashMap::<String, usize>::new();
        for key in reading.records.iter().filter(|record| narrow.is_marked(record)).filter_map(key_of) {
            *times.entry(key).or_default() += 1;
        }
        let twice = |record: &Map<String, Value>| {
            narrow.is_marked(record)
                && key_of(record).is_some_and(|key| times.get(&key).is_some_and(|times| *times > 1))
        };
        let (twice, records): (Vec<_>, Vec<_>) = reading.records.into_iter().partition(twice);
        reading.records = records;
        reading.rejected += twice.len();
        reading.unread.extend(twice.iter().filter_map(key_of));
        reading.faults.extend(twice.iter().filter_map(E::duplicate));
        Ok(reading)
    }

    fn fetch(&self, since: Option<&Cursor>) -> Result<Page, WireFault> {
        let (version, bytes) = self.bytes()?;
        let cursor = version.cursor();
        if version.is_seen(since) {
            return Ok(Page {
                records: Vec::new(),
                listed: Listed::AsBefore,
                rejected: 0,
                others: 0,
                cursor,
                more: false,
            });
        }
        let reading = self.read(&bytes)?;
        self.report(&bytes, &reading.faults)?;
        let narrow = self.kind.narrow();
        let marked = shared(reading.records, &reading.unread, narrow);
        let keys = marked.iter().filter_map(key_of).collect();
        let records = marked.into_iter().map(|record| E::narrowed(record, narrow)).collect();
        let listed = Listed::Keys { first: true, keys };
        Ok(Page { records, listed, rejected: reading.rejected, others: 0, cursor, more: false })
    }

    /// The record of a key, in the file as it is now.
    fn record(&self, key: &str) -> Result<Found, WireFault> {
        let reading = self.read(&self.bytes()?.1)?;
        let narrow = self.kind.narrow();
        Ok(match one(reading.records, &reading.unread, narrow, key) {
            Ok(record) => Found::Marked(E::narrowed(record, narrow)),
            Err(closed) => closed,
        })
    }

    /// The report again, with what the hub found in records that read well.
    fn give_back(&self, returned: &[Returned]) -> Result<(), WireFault> {
        let (_, bytes) = self.bytes()?;
        let mut faults = self.read(&bytes)?.faults;
        faults.extend(returned.iter().filter_map(E::returned));
        self.report(&bytes, &faults)
    }

    fn report(&self, bytes: &[u8], faults: &[E::Fault]) -> Result<(), WireFault> {
        let (folder, incoming, _) = self.kind.incoming();
        report(folder, incoming, faults.is_empty(), || self.kind.report(bytes, faults))
    }
}

/// Whether the hub could read a file of its own again, as its reader does. One that it could not is not written: nothing that
/// stands in it could be answered or taken back any more.
///
/// # Errors
/// [`FileFault::Full`] where it would be over a limit of the reader, else what the reader says.
pub(crate) fn fits(
    bytes: &[u8],
    most: u64,
    read: impl FnOnce(&[u8]) -> Result<(), WireFault>,
) -> Result<(), WireFault> {
    if bytes.len() as u64 > most {
        return Err(WireFault::File(FileFault::Full));
    }
    read(bytes).map_err(full)
}

/// A limit of the reader, met while a file of the hub's own is made.
pub(crate) fn full(fault: WireFault) -> WireFault {
    match fault {
        WireFault::TooLarge { .. } => WireFault::File(FileFault::Full),
        other => other,
    }
}

/// Writes the report beside a file; one without faults only where there was one before, which is true no more.
pub(crate) fn report(
    folder: &Path,
    name: &str,
    empty: bool,
    write: impl FnOnce() -> Result<Vec<u8>, WireFault>,
) -> Result<(), WireFault> {
    let beside = folder::errors_name(name);
    if empty && folder::version(&folder.join(&beside)).is_none() {
        return Ok(());
    }
    folder::replace(folder, &beside, &write()?)
}

/// The keys of the case and of the referral as they stand in the hub's file, and the mapped content; none of it where the
/// referral is taken back.
pub(crate) fn told(delivery: &Delivery) -> (String, String, Option<&Value>) {
    match delivery {
        Delivery::Offer { record, referral, body } => {
            (record.hyphenated().to_string(), referral.hyphenated().to_string(), Some(body))
        }
        Delivery::Answer { record, referral, body } => (record.clone(), referral.clone(), Some(body)),
        Delivery::Withdrawal { record, referral } => (record.clone(), referral.clone(), None),
    }
}

impl<E: Exchange> Wire for FileWire<E> {
    fn key(&self, record: &Value) -> Option<String> {
        record.as_object().and_then(key_of)
    }

    fn fetch<'a>(&'a self, since: Option<&'a Cursor>) -> BoxFuture<'a, Result<Page, WireFault>> {
        let since = since.cloned();
        self.blocking(move |folder| folder.fetch(since.as_ref()))
    }

    fn record<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Found, WireFault>> {
        let key = key.to_owned();
        self.blocking(move |folder| folder.record(&key))
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Delivered, WireFault>> {
        let delivery = delivery.clone();
        self.blocking(move |folder| {
            let _one = folder.writing.lock().unwrap_or_else(PoisonError::into_inner);
            folder.kind.deliver(&delivery)
        })
    }

    /// The hub's own file says what it has of an offer.
    fn offered(&self, record: Uuid, referral: Uuid) -> BoxFuture<'_, Result<Option<Delivered>, WireFault>> {
        let [record, referral] = [record, referral].map(|id| id.hyphenated().to_string());
        let offer = Delivered { record, referral: Some(referral) };
        self.blocking(move |folder| Ok(folder.kind.answers(&[offer])?.pop().map(|answer| answer.delivered)))
    }

    fn answers<'a>(&'a self, offers: &'a [Delivered]) -> BoxFuture<'a, Result<Vec<Answer>, WireFault>> {
        let offers = offers.to_vec();
        self.blocking(move |folder| folder.kind.answers(&offers))
    }

    fn give_back<'a>(&'a self, records: &'a [Returned]) -> BoxFuture<'a, Result<(), WireFault>> {
        let records = records.to_vec();
        self.blocking(move |folder| folder.give_back(&records))
    }
}

/// The organization's own key of a record.
pub(crate) fn key_of(record: &Map<String, Value>) -> Option<String> {
    record.get(KEY).and_then(Value::as_str).map(str::to_owned)
}

/// The records that are marked, of whose key no other is unmarked or unread.
fn shared(records: Vec<Map<String, Value>>, unread: &[String], narrow: &Narrow) -> Vec<Map<String, Value>> {
    let (marked, unmarked): (Vec<_>, Vec<_>) = records.into_iter().partition(|record| narrow.is_marked(record));
    let closed: HashSet<String> = unread.iter().cloned().chain(unmarked.iter().filter_map(key_of)).collect();
    let open = |record: &Map<String, Value>| key_of(record).is_none_or(|key| !closed.contains(&key));
    marked.into_iter().filter(open).collect()
}

/// The record of a key, or why the hub has none.
fn one(
    records: Vec<Map<String, Value>>,
    unread: &[String],
    narrow: &Narrow,
    key: &str,
) -> Result<Map<String, Value>, Found> {
    if unread.iter().any(|unread| unread == key) {
        return Err(Found::Unreadable);
    }
    let of_key: Vec<_> = records.into_iter().filter(|record| key_of(record).as_deref() == Some(key)).collect();
    if of_key.iter().any(|record| !narrow.is_marked(record)) {
        return Err(Found::Unmarked);
    }
    of_key.into_iter().next().ok_or(Found::Gone)
}
