//! Revocation (RFC 7009): a client gives back its own token before it ends.

use sangam_store::TokenRevocation;

use super::authenticate::ClientProof;
use super::certificate::ClientCertificate;
use super::grant::GrantFault;
use super::jwt::SKEW_MILLIS;
use crate::hub::Desk;

impl Desk {
    /// Makes a token of this client void, here at once and elsewhere within the memory of a token. What is no token,
    /// has ended, or is another client's is answered alike and nothing is done: nobody learns whose it is.
    ///
    /// # Errors
    /// [`GrantFault::InvalidClient`] and [`GrantFault::Unavailable`].
    pub async fn revoke(
        &self,
        client: &ClientProof<'_>,
        certificate: Option<ClientCertificate<'_>>,
        token: &str,
    ) -> Result<(), GrantFault> {
        let row = self.authenticate(client, certificate).await?;
        let own = self.claims(token).filter(|claims| claims.client_id == row.id && self.now() < claims.until());
        let Some((until, admission)) = own.and_then(|claims| Some((claims.until(), claims.admission()?))) else {
            return Ok(());
        };
        // Another process's clock may be behind: what is over here may not be over there.
        let revocation = TokenRevocation { jti: admission.token, until: until.plus_millis(SKEW_MILLIS) };
        self.writer.submit(revocation.into()).await.map_err(|_| GrantFault::Unavailable)?;
        self.tokens.standing.invalidate(&admission.token);
        Ok(())
    }
}
