//! `[mail]` and `[sms]`: how people are told that something waits. Without them nobody is, and what waits is shown to
//! whoever signs in.

use std::sync::Arc;

use sangam_desk::NoticeWay;
use sangam_vocabulary::SystemClock;
use toml::de::DeValue;

use super::Reader;
use crate::ways::{Mail, MailFault, MailSettings, Security, SmsFolder, Ways};

/// The keys of `[mail]`.
pub(super) const MAIL: &[&str] = &["host", "port", "tls", "user", "password", "password_file", "from", "authority"];
/// The keys of `[sms]`.
pub(super) const SMS: &[&str] = &["folder"];

impl Reader<'_> {
    /// The ways; `None` when one has faults.
    pub(super) fn ways(&mut self, sandbox: bool) -> Option<Ways> {
        let mail = self.root.contains_key("mail").then(|| self.mail(sandbox));
        let sms = self.root.contains_key("sms").then(|| self.sms());
        let mut ways: Vec<Arc<dyn NoticeWay>> = Vec::new();
        for way in [mail, sms].into_iter().flatten() {
            ways.push(way?);
        }
        Some(Ways(ways))
    }

    fn sms(&mut self) -> Option<Arc<dyn NoticeWay>> {
        self.text("sms", "folder", None)?;
        let folder = self.folder("sms", "folder", "")?;
        Some(Arc::new(SmsFolder::new(folder)))
    }

    fn mail(&mut self, sandbox: bool) -> Option<Arc<dyn NoticeWay>> {
        let host = self.text("mail", "host", None);
        let security = self.security();
        let port = self.port();
        let from = self.text("mail", "from", None);
        let user = self.get("mail", "user").is_some().then(|| self.text("mail", "user", None));
        let has_password = ["password", "password_file"].iter().any(|key| self.get("mail", key).is_some());
        let password = has_password.then(|| self.secret("mail", "password", sandbox));
        let authority = self.get("mail", "authority").is_some().then(|| self.authority("mail"));
        if user.is_some() != has_password {
            let line = self.table_line("mail");
            self.fault(line, "mail", "`user` and `password_file` go together");
            return None;
        }
        let credentials = match (user, password) {
            (Some(user), Some(password)) => Some((user?.0, password?.into_inner())),
            _ => None,
        };
        let authority = match authority {
            Some(read) => Some(read?),
            None => None,
        };
        let ((host, host_line), (from, from_line), security) = (host?, from?, security?);
        let port = port?.unwrap_or(security.port());
        let settings = MailSettings { host, port, security, credentials, from, authority };
        match Mail::new(settings, Arc::new(SystemClock)) {
            Ok(mail) => Some(Arc::new(mail)),
            Err(fault) => {
                let (line, key) = match fault {
                    MailFault::From => (from_line, "mail.from"),
                    MailFault::Host => (host_line, "mail.host"),
                    MailFault::Authority => (self.table_line("mail"), "mail.authority"),
                };
                self.fault(line, key, fault.to_string());
                None
            }
        }
    }

    fn security(&mut self) -> Option<Security> {
        let (word, line) = self.text("mail", "tls", Some("starttls"))?;
        let read =
            [("starttls", Security::StartTls), ("tls", Security::Tls)].into_iter().find(|(known, _)| *known == word);
        if read.is_none() {
            self.fault(line, "mail.tls", "must be `starttls` or `tls`; mail never leaves without");
        }
        read.map(|(_, security)| security)
    }

    /// The port; within, none where the usual one is meant.
    fn port(&mut self) -> Option<Option<u16>> {
        let Some(value) = self.get("mail", "port") else { return Some(None) };
        let offset = value.span().start;
        let read = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse::<u16>().ok().filter(|port| *port > 0),
            _ => None,
        };
        if read.is_none() {
            let line = self.line(offset);
            self.fault(line, "mail.port", "must be a port, from 1 to 65535");
        }
        read.map(Some)
    }
}
