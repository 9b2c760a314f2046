//! People's screens, put together: the door's words in the portal's, and the portal on the executor that answers the API.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sangam_desk::Desk;
use sangam_door::{PortalAsked, PortalTold, Shell, WordsFault};
use sangam_portal::{Answer, Pairs, Portal, Visit};
use sangam_vocabulary::{Clock, SystemChance};

use crate::house::House;

/// The portal behind the door.
pub(crate) struct Screens(Portal);

impl Screens {
    /// The screens of a hub; none where nobody signs in.
    ///
    /// # Errors
    /// [`WordsFault`] when a language of theirs is not whole.
    pub(crate) fn of(
        house: &House,
        desk: &Desk,
        shell: &Shell,
        clock: &Arc<dyn Clock>,
    ) -> Result<Option<Arc<dyn sangam_door::Portal>>, WordsFault> {
        if desk.providers().is_empty() {
            return Ok(None);
        }
        let portal = Portal::new(house.executor(), shell.words(), Arc::clone(clock), Arc::new(SystemChance::new()))?;
        Ok(Some(Arc::new(Self(portal))))
    }
}

impl sangam_door::Portal for Screens {
    fn style(&self) -> &'static str {
        sangam_portal::STYLE
    }

    fn answer(&self, asked: PortalAsked) -> BoxFuture<'_, PortalTold> {
        Box::pin(async move {
            let PortalAsked { session, language, path, query, done, form } = asked;
            let (query, form) = (Pairs(query), form.map(Pairs));
            let visit = Visit {
                caller: &session.caller,
                organization: (&session.organization.0, &session.organization.1),
                pseudonym: &session.pseudonym,
                csrf: &session.csrf,
                language,
                path: &path,
                query: &query,
                done: done.as_deref(),
                form: form.as_ref(),
            };
            match self.0.answer(&visit).await {
                Answer::Goes { path, done } => PortalTold::Goes { path, done },
                Answer::Page(page) => PortalTold::Page {
                    status: page.status,
                    language: page.language,
                    title: page.title,
                    body: page.body,
                },
            }
        })
    }
}
