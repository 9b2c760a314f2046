//! What partners' systems tell of themselves, between the door and the desk.

use std::sync::Arc;

use sangam_desk::{Desk, NotHeard};
use sangam_door::{Door, Edge, HookRoom, HookSent, HookTold};

/// Adds the room in which partners' systems tell of changes.
pub(crate) fn add(edge: Edge, door: &Arc<Door>, desk: &Arc<Desk>) -> Edge {
    let desk = Arc::clone(desk);
    let room = HookRoom::new(door, move |sent: HookSent| {
        let told = match desk.hear(&sent.partner, sent.secret.as_bytes(), &sent.body) {
            Ok(()) => HookTold::Heard,
            Err(NotHeard::NotPermitted) => HookTold::NotPermitted,
            Err(NotHeard::NoRecord) => HookTold::NoRecord,
            Err(NotHeard::Busy) => HookTold::Busy,
        };
        Box::pin(std::future::ready(told))
    });
    edge.with("/partners/:partner/changed", room)
}
