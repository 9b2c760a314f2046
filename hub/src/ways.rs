//! The ways out of the hub to people: mail over SMTP, and short messages as files that something else sends. What a
//! message says is the desk's (`sangam-desk`, `notice`); a way is told an address and a message and nothing of a case.

mod mail;
mod sms;
#[cfg(test)]
mod told;

use std::sync::Arc;

pub(crate) use mail::{Mail, MailFault, MailSettings, Security};
use sangam_desk::NoticeWay;
pub(crate) use sms::SmsFolder;

/// The ways that a configuration names; without any, what waits is shown to whoever signs in.
#[derive(Clone, Default)]
pub(crate) struct Ways(pub(crate) Vec<Arc<dyn NoticeWay>>);

impl std::fmt::Debug for Ways {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} ways", self.0.len())
    }
}
