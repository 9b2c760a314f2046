//! What a request says of a person without anything sealed: the categories that its states, reasons, days and plan
//! belong to. Whoever becomes her owner reads all of it.

use sangam_vocabulary::{Category, CategorySet};
use sangam_workflow::flow::Flow;
use sangam_workflow::repatriation::court::Court;
use sangam_workflow::repatriation::papers::{ExitClearance, TravelDocument};
use sangam_workflow::repatriation::placement::Placement;
use sangam_workflow::repatriation::request::Request;
use sangam_workflow::repatriation::screening::Screening;
use sangam_workflow::repatriation::verification::Verification;

use super::Known;

impl Known {
    /// Every category that the request says something of.
    pub(crate) fn says(&self) -> CategorySet {
        let states = [
            Request::category(self.request),
            Screening::category(self.screening.state),
            Court::category(self.court.state),
            Verification::category(self.verification.state),
            TravelDocument::category(self.travel_document.state),
            ExitClearance::category(self.exit_clearance.state),
            Placement::category(self.placement.state),
        ];
        let papers = self.travel_document.valid.or(self.exit_clearance.valid);
        let hour = self.plan.and_then(|plan| plan.hour);
        let days = [
            self.court.made_on.map(|_| Category::Legal),
            papers.map(|_| Category::Documents),
            hour.map(|_| Category::CurrentLocation),
            self.wish.map(|_| Category::Services),
        ];
        let reasons = self.reason.into_iter().chain(self.kept.iter().map(|kept| kept.hold.reason));
        let all = states.into_iter().chain(days).flatten().chain(reasons.map(|reason| reason.category()));
        all.fold(CategorySet::NONE, CategorySet::with)
    }
}
