//! The talk on one socket, from `connection_init` to the close frame. One task holds all of it: what comes
//! in, what the operations say, the clock, the stop. While a message waits to be taken nothing else is read,
//! so a client that does not keep up slows itself and is then let go.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{AbortHandle, Abortable, BoxStream, SelectAll};
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use governor::{DefaultDirectRateLimiter, RateLimiter};
use poem::web::websocket::{CloseCode, Message, WebSocketStream};
use sangam_language::{Caller, CallerKind, ErrorCode};
use sangam_vocabulary::Purpose;
use serde_json::{Map, Value};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::message::{self, Goodbye, Said};
use super::operation::{self, Event};
use crate::authorization::Shown;
use crate::connection::Held;
use crate::graphql_request::Parameters;
use crate::hub::AuthFault;
use crate::refusal::Refusal;
use crate::routes::Door;
use crate::{authorization, limits, pace, purpose};

/// How often the caller is verified anew. Suspending a client reaches its sockets within this time and the
/// verification's own.
const VERIFY_EVERY: Duration = Duration::from_secs(2);
/// How long the client may take to answer the close frame.
const FAREWELL: Duration = Duration::from_secs(1);

/// A socket that was opened.
pub(crate) struct Session {
    door: Arc<Door>,
    held: Held,
    caller: Option<Caller>,
    purpose: Option<Purpose>,
}

/// What the talk holds once the client has introduced itself.
struct Talk {
    caller: Caller,
    purpose: Option<Purpose>,
    running: HashMap<String, AbortHandle>,
    events: SelectAll<Abortable<BoxStream<'static, (String, Event)>>>,
}

type Ended<T> = Result<T, Goodbye>;

impl Session {
    /// A session that may already know its caller and its purpose from the upgrade's headers.
    pub(crate) const fn new(door: Arc<Door>, held: Held, caller: Option<Caller>, purpose: Option<Purpose>) -> Self {
        Self { door, held, caller, purpose }
    }

    /// Talks to the end.
    pub(crate) async fn run(self, mut socket: WebSocketStream) {
        let _open = (self.held.tracker.token(), self.door.metrics.socket());
        let cut = self.held.cut.clone();
        let metrics = Arc::clone(&self.door.metrics);
        let talk = std::panic::AssertUnwindSafe(self.talk(&mut socket)).catch_unwind();
        let goodbye = tokio::select! {
            ended = talk => ended.unwrap_or_else(|_| {
                metrics.panicked();
                Goodbye::BROKEN
            }),
            () = cut.cancelled() => Goodbye { told: false, ..Goodbye::STOP },
        };
        metrics.socket_closed(goodbye.code);
        if goodbye.told {
            let _ = tokio::time::timeout(FAREWELL, part(&mut socket, goodbye)).await;
        }
    }

    async fn talk(self, socket: &mut WebSocketStream) -> Goodbye {
        let limits = &self.door.limits.socket;
        let messages = RateLimiter::direct(pace::quota(limits.messages_rate, limits.messages_burst));
        let ear = Ear { messages, stop: self.held.stop.clone() };
        let introduced = tokio::time::timeout(limits.init, self.introduce(socket, &ear)).await;
        let mut talk = match introduced {
            Ok(Ok(talk)) => talk,
            Ok(Err(goodbye)) => return goodbye,
            Err(_) => return Goodbye::INIT_TIMEOUT,
        };
        match self.converse(socket, &ear, &mut talk).await {
            Ok(never) => match never {},
            Err(goodbye) => goodbye,
        }
    }

    /// Waits for `connection_init` and makes a caller of it.
    async fn introduce(&self, socket: &mut WebSocketStream, ear: &Ear) -> Ended<Talk> {
        loop {
            match ear.hear(socket).await? {
                None | Some(Said::Pong {}) => {}
                Some(Said::Ping {}) => self.send(socket, message::PONG.to_owned()).await?,
                Some(Said::Subscribe { .. }) => return Err(Goodbye::UNAUTHORIZED),
                Some(Said::Complete { .. }) => return Err(Goodbye::BAD_REQUEST),
                Some(Said::ConnectionInit { payload }) => {
                    let caller = self.caller(payload.as_ref()).await?;
                    let purpose = purpose::of_json(payload.as_ref()).map_err(|_| Goodbye::BAD_PURPOSE)?;
                    self.send(socket, message::ACK.to_owned()).await?;
                    return Ok(Talk {
                        caller,
                        purpose: purpose.or(self.purpose),
                        running: HashMap::new(),
                        events: SelectAll::new(),
                    });
                }
            }
        }
    }

    /// The caller: by the payload's `authorization`, or else the upgrade's. A token that needs a proof of possession
    /// comes with the upgrade, because the proof is of a request and a message is none.
    async fn caller(&self, payload: Option<&Map<String, Value>>) -> Ended<Caller> {
        let named = payload.and_then(|payload| payload.get("authorization").or_else(|| payload.get("Authorization")));
        match (named, &self.caller) {
            // A session opened the socket: a second caller is nobody's.
            (Some(_), Some(caller)) if matches!(caller.kind(), CallerKind::Person(_)) => Err(Goodbye::FORBIDDEN),
            (Some(Value::String(value)), _) => {
                let shown = Shown { authorization: Some(value), proof: None, method: "", path: "" };
                let caller = authorization::caller(&self.door, shown, &self.held).await;
                caller.map_err(
                    |refusal| if refusal.status.is_server_error() { Goodbye::LATER } else { Goodbye::FORBIDDEN },
                )
            }
            (None, Some(caller)) => self.again(caller).await,
            _ => Err(Goodbye::FORBIDDEN),
        }
    }

    async fn again(&self, caller: &Caller) -> Ended<Caller> {
        authorization::again(&self.door, caller).await.map_err(|fault| match fault {
            AuthFault::Unavailable => Goodbye::LATER,
            AuthFault::Missing | AuthFault::Invalid => Goodbye::FORBIDDEN,
        })
    }

    async fn converse(
        &self,
        socket: &mut WebSocketStream,
        ear: &Ear,
        talk: &mut Talk,
    ) -> Ended<std::convert::Infallible> {
        let every = self.door.limits.socket.ping_every;
        let mut ping = ticker(every);
        let mut verify = ticker(VERIFY_EVERY.min(every));
        let mut alive = Instant::now();
        loop {
            tokio::select! {
                heard = ear.hear(socket) => {
                    alive = Instant::now();
                    self.answer(socket, talk, heard?).await?;
                }
                Some((id, event)) = talk.events.next(), if !talk.events.is_empty() => {
                    self.tell(socket, talk, id, event).await?;
                }
                _ = verify.tick() => talk.caller = self.again(&talk.caller).await?,
                _ = ping.tick() => {
                    if alive.elapsed() > every.saturating_mul(2) {
                        return Err(Goodbye::SLOW);
                    }
                    self.put(socket, Message::Ping(Vec::new())).await?;
                }
            }
        }
    }

    async fn answer(&self, socket: &mut WebSocketStream, talk: &mut Talk, heard: Option<Said>) -> Ended<()> {
        match heard {
            None | Some(Said::Pong {}) => Ok(()),
            Some(Said::Ping {}) => self.send(socket, message::PONG.to_owned()).await,
            Some(Said::ConnectionInit { .. }) => Err(Goodbye::INIT_TWICE),
            Some(Said::Complete { id }) => {
                if let Some(operation) = talk.running.remove(&id) {
                    operation.abort();
                }
                Ok(())
            }
            Some(Said::Subscribe { id, payload }) => self.subscribe(talk, id, payload),
        }
    }

    fn subscribe(&self, talk: &mut Talk, id: String, payload: Parameters) -> Ended<()> {
        if id.is_empty() || id.len() > limits::OPERATION_ID_BYTES || payload.query.is_none() {
            return Err(Goodbye::BAD_REQUEST);
        }
        if talk.running.contains_key(&id) {
            return Err(Goodbye::DUPLICATE);
        }
        let events = if talk.running.len() >= self.door.limits.socket.operations {
            operation::refused(&Refusal::language(ErrorCode::TooBusy))
        } else {
            let own = purpose::of_json(payload.extensions.as_ref());
            match own.and_then(|own| payload.operation(own.or(talk.purpose))) {
                Ok(operation) => operation::start(Arc::clone(&self.door), talk.caller.clone(), operation),
                Err(refusal) => operation::refused(&refusal),
            }
        };
        let (abort, registration) = AbortHandle::new_pair();
        let name = id.clone();
        let named = events.map(move |event| (name.clone(), event)).boxed();
        talk.events.push(Abortable::new(named, registration));
        talk.running.insert(id, abort);
        Ok(())
    }

    /// Passes on what an operation said. Nothing is passed on beyond the token's end.
    async fn tell(&self, socket: &mut WebSocketStream, talk: &mut Talk, id: String, event: Event) -> Ended<()> {
        if talk.caller.until() <= self.door.clock.now() {
            return Err(Goodbye::FORBIDDEN);
        }
        let text = match event {
            Event::Next(result) => message::next(&id, &result).ok_or(Goodbye::BROKEN)?,
            Event::Error(errors) => {
                talk.running.remove(&id);
                message::error(&id, &errors)
            }
            Event::Complete => {
                talk.running.remove(&id);
                message::complete(&id)
            }
        };
        self.send(socket, text).await
    }

    async fn send(&self, socket: &mut WebSocketStream, text: String) -> Ended<()> {
        self.put(socket, Message::Text(text)).await
    }

    async fn put(&self, socket: &mut WebSocketStream, message: Message) -> Ended<()> {
        match tokio::time::timeout(self.door.limits.socket.send, socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Goodbye::BROKEN),
            Err(_) => Err(Goodbye::SLOW),
        }
    }
}

/// What listens to the client and to the stop.
struct Ear {
    messages: DefaultDirectRateLimiter,
    stop: tokio_util::sync::CancellationToken,
}

impl Ear {
    /// The next message; `None` for a control frame, which only says that the client lives.
    async fn hear(&self, socket: &mut WebSocketStream) -> Ended<Option<Said>> {
        let message = tokio::select! {
            message = socket.next() => message,
            () = self.stop.cancelled() => return Err(Goodbye::STOP),
        };
        if self.messages.check().is_err() {
            return Err(Goodbye::FLOOD);
        }
        match message {
            None | Some(Ok(Message::Close(_))) => Err(Goodbye::CLIENT),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
            Some(Ok(Message::Binary(_))) => Err(Goodbye::BAD_REQUEST),
            Some(Ok(Message::Text(text))) => Said::read(&text).map(Some).ok_or(Goodbye::BAD_REQUEST),
            // poem passes the reason on as text only; a broken line has a kind of its own.
            Some(Err(error)) if error.to_string().contains("too long") || error.to_string().contains("too big") => {
                Err(Goodbye::TOO_LONG)
            }
            Some(Err(_)) => Err(Goodbye::BROKEN),
        }
    }
}

/// Ticks from one period on.
fn ticker(every: Duration) -> Interval {
    let mut ticker = tokio::time::interval_at(Instant::now() + every, every);
    ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticker
}

/// Sends the close frame and waits until the client has answered it, so that it arrives.
async fn part(socket: &mut WebSocketStream, goodbye: Goodbye) {
    let frame = Message::Close(Some((CloseCode::from(goodbye.code), goodbye.reason.to_owned())));
    if socket.send(frame).await.is_ok() {
        while let Some(Ok(_)) = socket.next().await {}
    }
}
