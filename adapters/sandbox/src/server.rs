//! A deployment behind HTTP on a loopback address, with switches for what goes wrong in the world.

mod fault;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use poem::http::header;
use poem::listener::{Acceptor, TcpAcceptor};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Request, Response, Server};
use sangam_vocabulary::{Chance, Clock};
use serde_json::{Map, Value};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::people;
pub use fault::Fault;
use fault::broken;

use crate::primero::{Asked, Deployment, Kind, Told};

/// The largest request read.
const MAX_BODY: usize = 4 << 20;

struct Shared {
    deployment: Mutex<Deployment>,
    fault: Mutex<Fault>,
    requests: AtomicU64,
    sign_ins: AtomicU64,
    stop: Notify,
}

/// A running deployment.
pub struct Sandbox {
    shared: Arc<Shared>,
    address: SocketAddr,
    kind: Kind,
    serving: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a deployment on an address; port 0 takes any free one. It has no cases yet.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(
        kind: Kind,
        listen: SocketAddr,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            deployment: Mutex::new(Deployment::new(kind, clock, chance)),
            fault: Mutex::new(Fault::None),
            requests: AtomicU64::new(0),
            sign_ins: AtomicU64::new(0),
            stop: Notify::new(),
        });
        let door = Door { inner: TcpAcceptor::from_tokio(listener)?, shared: Arc::clone(&shared) };
        let (serving, stopping) = (Arc::clone(&shared), Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            let stop = async move { stopping.stop.notified().await };
            let server = Server::new_with_acceptor(door);
            // The end of the accept loop is the end of the sandbox; a test then sees it as down.
            drop(server.run_with_graceful_shutdown(Desk(serving), stop, Some(Duration::ZERO)).await);
        });
        Ok(Self { shared, address, kind, serving })
    }

    /// The base URL, for the partner's configuration.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The hub's user.
    #[must_use]
    pub const fn user_name(&self) -> &'static str {
        self.kind.form().hub_user
    }

    /// The hub's password, drawn at the start.
    #[must_use]
    pub fn password(&self) -> String {
        self.deployment().password.clone()
    }

    /// Writes the hub's password where the partner's configuration looks for it: `NAME.password`, readable by
    /// its owner alone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_password(&self, folder: &Path) -> std::io::Result<()> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let path = folder.join(format!("{}.password", self.kind.name()));
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
        writeln!(file, "{}", self.password())
    }

    /// Puts the few known people in: for the shelter a Bangladeshi minor and a Nepali adult marked for the hub
    /// with a referral each, and somebody not marked; for the agency likewise people of its own. Gives their
    /// case ids, in that order.
    pub fn seed_people(&self) -> Vec<String> {
        people::known(&mut self.deployment(), self.kind)
    }

    /// Puts `count` drawn cases in; nine in ten are marked for the hub, and half of those are referred.
    pub fn seed_cases(&self, count: usize) {
        people::drawn(&mut self.deployment(), self.kind, count);
    }

    /// Sets what goes wrong from now on.
    pub fn fault(&self, fault: Fault) {
        *lock(&self.shared.fault) = fault;
    }

    /// Forgets every token, as a restart of the system does: the next call is refused once.
    pub fn forget_tokens(&self) {
        self.deployment().forget_tokens();
    }

    /// How many requests came.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.requests.load(Ordering::SeqCst)
    }

    /// How many sign-ins there were.
    #[must_use]
    pub fn sign_ins(&self) -> u64 {
        self.shared.sign_ins.load(Ordering::SeqCst)
    }

    /// All cases, as the deployment's own people see them.
    #[must_use]
    pub fn cases(&self) -> Vec<Map<String, Value>> {
        self.deployment().cases.iter().map(|(_, case)| case.clone()).collect()
    }

    /// One case.
    #[must_use]
    pub fn case(&self, id: &str) -> Option<Map<String, Value>> {
        self.deployment().case(id).cloned()
    }

    /// The referrals of a case.
    #[must_use]
    pub fn referrals(&self, case: &str) -> Vec<Map<String, Value>> {
        self.deployment().referrals_of(case)
    }

    /// Changes a case as the deployment's own people do; `false` where the form refuses.
    pub fn edit(&self, case: &str, fields: &Value) -> bool {
        let body = serde_json::json!({ "data": fields });
        self.deployment().update_case(case, &body).status == 200
    }

    /// Disables a case, as the deployment's own people do when they delete one; `false` where it is not there.
    pub fn disable(&self, case: &str) -> bool {
        self.deployment().disable_case(case).status == 200
    }

    /// Removes a case from the database, as only whoever runs the deployment can.
    pub fn remove(&self, case: &str) {
        self.deployment().cases.retain(|(id, _)| id != case);
    }

    /// Moves a case out of the scope of the hub's role, or back into it; it does not change by that.
    pub fn close_to_hub(&self, case: &str, closed: bool) {
        let mut deployment = self.deployment();
        if closed {
            deployment.closed.insert(case.to_owned());
        } else {
            deployment.closed.remove(case);
        }
    }

    /// Sets a case's field past the form, as an older version of the form left it.
    pub fn set_raw(&self, case: &str, field: &str, value: Value) {
        let mut deployment = self.deployment();
        if let Some((_, members)) = deployment.cases.iter_mut().find(|(id, _)| id == case) {
            members.insert(field.to_owned(), value);
        }
    }

    /// Decides a referral as the deployment's own people do: `accepted`, `rejected` or `done`, with a reason.
    /// `false` where the step is not open.
    pub fn decide(&self, case: &str, referral: &str, status: &str, reason: Option<&str>) -> bool {
        let data = serde_json::json!({"status": status, "rejected_reason": reason, "success_status": "successful"});
        let told = self.deployment().update_referral(case, referral, &serde_json::json!({ "data": data }));
        told.body.as_ref().and_then(|body| body.pointer("/data/status")).and_then(Value::as_str) == Some(status)
    }

    /// Stops listening and ends.
    pub async fn stop(self) {
        self.shared.stop.notify_one();
        drop(self.serving.await);
    }

    fn deployment(&self) -> MutexGuard<'_, Deployment> {
        lock(&self.shared.deployment)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Accepts connections, and drops them while the deployment is down.
struct Door {
    inner: TcpAcceptor,
    shared: Arc<Shared>,
}

impl Acceptor for Door {
    type Io = <TcpAcceptor as Acceptor>::Io;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> std::io::Result<(Self::Io, LocalAddr, RemoteAddr, poem::http::uri::Scheme)> {
        loop {
            let accepted = self.inner.accept().await?;
            if *lock(&self.shared.fault) != Fault::Down {
                return Ok(accepted);
            }
        }
    }
}

/// Answers requests.
struct Desk(Arc<Shared>);

impl Endpoint for Desk {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        self.0.requests.fetch_add(1, Ordering::SeqCst);
        let asked = read(&mut request).await?;
        let sign_in = asked.path.last().is_some_and(|last| last == "tokens");
        if sign_in {
            self.0.sign_ins.fetch_add(1, Ordering::SeqCst);
        }
        let fault = lock(&self.0.fault).clone();
        if let Fault::Slow(wait) = fault {
            tokio::time::sleep(wait).await;
        }
        let told = match fault {
            Fault::Unauthorized if !sign_in => Told::error(401, "", Value::from("Unauthorized"), None),
            Fault::OneCase if is_one_case(&asked) => Told::error(500, "", Value::from("Internal Server Error"), None),
            _ => lock(&self.0.deployment).answer(&asked),
        };
        // One request a connection, so that a deployment that goes down is down for the next request.
        Ok(broken(&fault, told).with_close())
    }
}

fn is_one_case(asked: &Asked) -> bool {
    asked.method == "GET" && matches!(asked.path.as_slice(), [.., cases, _] if cases == "cases")
}

trait Close {
    fn with_close(self) -> Self;
}

impl Close for Response {
    fn with_close(mut self) -> Self {
        self.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
        self
    }
}

async fn read(request: &mut Request) -> poem::Result<Asked> {
    let method = match request.method().as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "",
    };
    let token = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.map(str::to_owned);
    let query = request.params::<Vec<(String, String)>>().unwrap_or_default();
    let path = request.uri().path().split('/').skip(1).map(str::to_owned).collect();
    let bytes = request.take_body().into_bytes_limit(MAX_BODY).await?;
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Ok(Asked { method, path, query, token, body })
}
