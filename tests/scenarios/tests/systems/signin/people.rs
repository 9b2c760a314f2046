//! Accounts, laid into the store as an administrator's invitation lays them.

use sea_orm::{ConnectionTrait as _, Database as Connect};

use crate::house::House;
use crate::keys::{fresh, now, sha256};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A person of an organization.
pub(crate) struct Invited {
    pub(crate) id: String,
    /// The code of the invitation.
    pub(crate) code: String,
}

/// Roles as the store has them: bit n is the n-th role.
pub(crate) const CASE_WORKER: u8 = 1 << 1;
pub(crate) const OVERSEER: u8 = 1 << 5;

impl House {
    /// Runs statements on the deployment's database.
    pub(crate) async fn sql(&self, statements: &str) {
        let store = Box::pin(Connect::connect(self.store_url())).await.unwrap();
        store.execute_unprepared(statements).await.unwrap();
        store.close().await.unwrap();
    }

    pub(crate) fn bytes(&self, hex: &str) -> String {
        if self.store_url().starts_with("sqlite") { format!("x'{hex}'") } else { format!("'\\x{hex}'::bytea") }
    }

    /// Invites a person for as many seconds.
    pub(crate) async fn invite(&self, handle: &str, pseudonym: &str, roles: u8, seconds: i64) -> Invited {
        let id = fresh().replace('-', "");
        let code = hex(&sha256(fresh().as_bytes()));
        let organization = self.organization(handle).strip_prefix("org_").unwrap();
        let (person, now) = (self.bytes(&id), now() * 1000);
        self.sql(&format!(
            "INSERT INTO person (id, organization, pseudonym, created_at, state, roles, generation) VALUES ({person}, {}, '{pseudonym}', {now}, 'INVITED', {roles}, 1); INSERT INTO invitation (code, person, until_at) VALUES ({}, {person}, {})",
            self.bytes(organization),
            self.bytes(&hex(&sha256(code.as_bytes()))),
            now + seconds * 1000,
        ))
        .await;
        Invited { id, code }
    }

    /// Changes an account, and ends its sessions with it, as every change of what a person may do does.
    pub(crate) async fn change_person(&self, person: &Invited, set: &str) {
        let id = self.bytes(&person.id);
        self.sql(&format!("UPDATE person SET {set}, generation = generation + 1 WHERE id = {id}")).await;
    }

    /// Makes every session older.
    pub(crate) async fn age_sessions(&self, column: &str, minutes: i64) {
        self.sql(&format!("UPDATE session SET {column} = {column} - {}", minutes * 60_000)).await;
    }
}
