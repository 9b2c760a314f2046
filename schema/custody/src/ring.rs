//! The ring of master keys: what wraps every organization's keys, and lies outside the database.

use std::sync::{Arc, RwLock};

use sangam_vocabulary::Chance;

use crate::keys::{KeyBytes, KeyFault};
use crate::wrap::{WrappedKey, WrapperName, Wrappers};

/// The port to whatever guards the master keys: files, a systemd credential, later a KMS or a PKCS#11 token.
pub trait KeyRing: Send + Sync + 'static {
    /// Wraps a key for a place under the newest master key; the same place must be named to unwrap it.
    ///
    /// # Errors
    /// [`KeyFault`] when the ring or the random source failed.
    fn wrap(&self, place: &[u8], key: &KeyBytes) -> Result<WrappedKey, KeyFault>;

    /// Unwraps a key wrapped for the place, whichever master key of the ring wrapped it.
    ///
    /// # Errors
    /// [`KeyFault::NoSuchWrapper`] when that key is not in the ring, [`KeyFault::DoesNotOpen`] when the bytes are not
    /// what was wrapped there.
    fn unwrap(&self, place: &[u8], wrapped: &WrappedKey) -> Result<KeyBytes, KeyFault>;

    /// The name of the master key that wraps now.
    ///
    /// # Errors
    /// [`KeyFault`] when the ring failed.
    fn newest(&self) -> Result<WrapperName, KeyFault>;
}

/// Master keys on their way into a ring.
pub struct MasterKeys {
    /// The one that wraps.
    pub newest: KeyBytes,
    /// Those that only unwrap, oldest first. One that does not wrap yet may be among them.
    pub others: Vec<KeyBytes>,
}

/// A ring whose master keys are in this process's memory. Who reads them from where is the binary's business.
pub struct LocalKeyRing {
    masters: RwLock<Arc<Wrappers>>,
    chance: Arc<dyn Chance>,
}

impl LocalKeyRing {
    /// A ring on one master key.
    ///
    /// # Errors
    /// [`KeyFault`] when the cipher cannot be set up.
    pub fn new(root: &KeyBytes, chance: Arc<dyn Chance>) -> Result<Self, KeyFault> {
        Ok(Self { masters: RwLock::new(Arc::new(Wrappers::new(root, [])?)), chance })
    }

    /// A ring on several master keys.
    ///
    /// # Errors
    /// [`KeyFault`] when the cipher cannot be set up.
    pub fn of(masters: &MasterKeys, chance: Arc<dyn Chance>) -> Result<Self, KeyFault> {
        let masters = Wrappers::new(&masters.newest, &masters.others)?;
        Ok(Self { masters: RwLock::new(Arc::new(masters)), chance })
    }

    /// Puts other master keys in place of those it has, while it is used. What is being wrapped or unwrapped ends with
    /// the old ones.
    ///
    /// # Errors
    /// [`KeyFault`]; then it keeps those it has.
    pub fn replace(&self, masters: &MasterKeys) -> Result<(), KeyFault> {
        let next = Arc::new(Wrappers::new(&masters.newest, &masters.others)?);
        *self.masters.write().map_err(|_| KeyFault::Dark)? = next;
        Ok(())
    }

    fn masters(&self) -> Result<Arc<Wrappers>, KeyFault> {
        self.masters.read().map(|masters| Arc::clone(&masters)).map_err(|_| KeyFault::Dark)
    }
}

impl KeyRing for LocalKeyRing {
    fn wrap(&self, place: &[u8], key: &KeyBytes) -> Result<WrappedKey, KeyFault> {
        self.masters()?.wrap(&*self.chance, place, key)
    }

    fn unwrap(&self, place: &[u8], wrapped: &WrappedKey) -> Result<KeyBytes, KeyFault> {
        self.masters()?.unwrap(place, wrapped)
    }

    fn newest(&self) -> Result<WrapperName, KeyFault> {
        Ok(self.masters()?.newest())
    }
}
