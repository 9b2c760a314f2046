//! What a person says about her notices.

use sangam_vocabulary::Language;
use serde::Deserialize;

/// In which language, and in which hours not.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChooseNotices {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The version the caller saw.
    pub version: i64,
    /// In which language.
    pub language: Language,
    /// From which hour of the day not.
    pub quiet_from: i64,
    /// Until which hour of the day not.
    pub quiet_until: i64,
}

/// Who looks instead.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NameDeputy {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// The version the caller saw.
    pub version: i64,
    /// Who; absent: nobody.
    #[serde(default)]
    pub deputy: Option<String>,
    /// Until when, RFC 3339.
    #[serde(default)]
    pub until: Option<String>,
}

/// Where a person is reached. It has no `Debug`: an address is in no log.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetNoticeAddress {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// Whose.
    pub person: String,
    /// `MAIL` or `SMS`.
    pub way: String,
    /// The address; absent: none from now on.
    #[serde(default)]
    pub address: Option<String>,
}

impl std::fmt::Debug for SetNoticeAddress {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("SetNoticeAddress").field("way", &self.way).finish_non_exhaustive()
    }
}

/// Confirms an address.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmNoticeAddress {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// `MAIL` or `SMS`.
    pub way: String,
    /// The code that was sent there.
    pub code: String,
}

/// Says that what waited was looked at.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeeNotices {
    /// The caller's own key for this change.
    pub idempotency_key: String,
    /// What had happened until this instant, RFC 3339.
    pub until: String,
}

/// One of these.
#[derive(Debug, Clone, PartialEq)]
pub enum NoticeChange {
    /// Chooses language and hours.
    Choose(ChooseNotices),
    /// Names a deputy.
    NameDeputy(NameDeputy),
    /// Gives an address.
    SetAddress(SetNoticeAddress),
    /// Confirms an address.
    ConfirmAddress(ConfirmNoticeAddress),
    /// Has looked.
    See(SeeNotices),
}
