//! What the rounds of clocks and notices come to, counted. Labels are words of this file: no person, no organization.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use sangam_desk::{ClockReport, NoticeReport};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByOutcome {
    outcome: &'static str,
}

/// The counters.
#[derive(Default)]
pub(crate) struct Counts {
    clocks: Family<ByOutcome, Counter>,
    clocks_left: Gauge,
    notices: Family<ByOutcome, Counter>,
}

impl Counts {
    /// Makes them known to the page of counters.
    pub(crate) fn register(registry: &mut Registry) -> Self {
        let counts = Self::default();
        registry.register("sangam_clocks", "Clocks that ran out, by what they did", counts.clocks.clone());
        let left = "Clocks that are due and could not run out in the last round";
        registry.register("sangam_clocks_left", left, counts.clocks_left.clone());
        registry.register("sangam_notices", "People to be told, by what came of it", counts.notices.clone());
        counts
    }

    pub(crate) fn clocks(&self, report: &ClockReport) {
        for (outcome, count) in [("stepped", report.stepped), ("escalated", report.escalated)] {
            self.clocks.get_or_create(&ByOutcome { outcome }).inc_by(u64::from(count));
        }
        self.clocks_left.set(i64::from(report.left));
    }

    pub(crate) fn notices(&self, report: &NoticeReport) {
        for (outcome, count) in [
            ("told", report.told),
            ("failed", report.failed),
            ("held", report.held),
            ("code", report.codes),
            ("passed_on", report.passed_on),
            ("links", report.links),
        ] {
            self.notices.get_or_create(&ByOutcome { outcome }).inc_by(u64::from(count));
        }
    }
}
