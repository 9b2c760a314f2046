//! The pages that people without an account see, put together: how the door asks the desk, and how the desk's words
//! become the door's.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sangam_desk::{CodeAnswer, CodeFault, Desk, LinkAnswer, LinkTold};
use sangam_door::{
    AnswerPage, AnswerSent, AnswerShown, AnswerTold, Answering, CodeSent, CodeTold, Door, Edge, LockPage, Shell,
    WithdrawPage, WithdrawTold,
};
use sangam_vocabulary::Code;
use sangam_workflow::referral::{DECLINE_REASONS, DeclineReason};
use zeroize::Zeroizing;

/// Adds the pages to an edge.
pub(crate) fn add(edge: Edge, door: &Arc<Door>, shell: &Arc<Shell>, desk: &Arc<Desk>) -> Edge {
    let lock = LockPage::new(door, shell, lock_by_code(Arc::clone(desk)));
    let withdraw = WithdrawPage::new(door, shell, withdraw_by_code(Arc::clone(desk)));
    let answer = AnswerPage::new(door, shell, Answers(Arc::clone(desk)));
    edge.with("/lock", lock).with("/withdraw", withdraw).with("/answer/:link", answer)
}

/// How the page locks.
fn lock_by_code(desk: Arc<Desk>) -> impl Fn(CodeSent) -> BoxFuture<'static, CodeTold> + Send + Sync + 'static {
    move |sent| {
        let desk = Arc::clone(&desk);
        Box::pin(async move {
            match desk.lock_by_code(&sent.organization, sent.code).await {
                Ok(CodeAnswer::Locked) => CodeTold::Locked,
                Ok(CodeAnswer::Nothing) => CodeTold::Nothing,
                Err(CodeFault::TooOften) => CodeTold::TooOften,
                Err(CodeFault::Desk(fault)) => {
                    tracing::error!(error = %fault, "a code could not be judged");
                    CodeTold::Unavailable
                }
            }
        })
    }
}

/// How the page withdraws.
fn withdraw_by_code(
    desk: Arc<Desk>,
) -> impl Fn(Zeroizing<String>) -> BoxFuture<'static, WithdrawTold> + Send + Sync + 'static {
    move |code| {
        let desk = Arc::clone(&desk);
        Box::pin(async move {
            match desk.withdraw_by_code(code).await {
                Ok(()) => WithdrawTold::Judged,
                Err(CodeFault::TooOften) => WithdrawTold::TooOften,
                Err(CodeFault::Desk(fault)) => {
                    tracing::error!(error = %fault, "a paper code could not be judged");
                    WithdrawTold::Unavailable
                }
            }
        })
    }
}

/// How the page of an answer link asks.
struct Answers(Arc<Desk>);

impl Answering for Answers {
    fn open(&self, link: String, code: Zeroizing<String>) -> BoxFuture<'_, AnswerTold> {
        Box::pin(async move { told(self.0.open_answer_link(&link, code).await) })
    }

    fn answer(&self, sent: AnswerSent) -> BoxFuture<'_, AnswerTold> {
        Box::pin(async move {
            let AnswerSent { link, seal, answer, reason } = sent;
            let answer = match (answer.as_str(), reason.as_deref().map(DeclineReason::read)) {
                ("ACCEPT", _) => LinkAnswer::Accept,
                ("CALL", _) => LinkAnswer::Call,
                ("DECLINE", Some(Ok(reason))) => LinkAnswer::Decline(reason),
                ("DECLINE", _) => return AnswerTold::NoReason,
                // No button of the page says anything else.
                _ => return AnswerTold::Nothing,
            };
            told(self.0.answer_by_link(&link, &seal, answer).await)
        })
    }
}

fn told(told: Result<LinkTold, CodeFault>) -> AnswerTold {
    match told {
        Ok(LinkTold::Shows(view)) => AnswerTold::Shows(AnswerShown {
            services: view.services.into_iter().map(str::to_owned).collect(),
            areas: view.areas,
            urgency: view.urgency,
            answer_by: view.answer_by,
            reasons: DECLINE_REASONS.iter().map(|reason| reason.code().to_owned()).collect(),
            seal: view.seal,
        }),
        Ok(LinkTold::Nothing) => AnswerTold::Nothing,
        Ok(LinkTold::NotNow) => AnswerTold::NotNow,
        Ok(LinkTold::Over) => AnswerTold::Over,
        Ok(LinkTold::Changed) => AnswerTold::Changed,
        Ok(LinkTold::Done(LinkAnswer::Accept)) => AnswerTold::Accepted,
        Ok(LinkTold::Done(LinkAnswer::Decline(_))) => AnswerTold::Declined,
        Ok(LinkTold::Done(LinkAnswer::Call)) => AnswerTold::Called,
        Err(CodeFault::TooOften) => AnswerTold::TooOften,
        Err(CodeFault::Desk(fault)) => {
            tracing::error!(error = %fault, "an answer link could not be judged");
            AnswerTold::Unavailable
        }
    }
}
