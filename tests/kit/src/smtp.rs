//! A small mail server over TLS, as the hub meets one: EHLO, STARTTLS or TLS from the first byte, AUTH PLAIN, one
//! message a connection or several. It keeps what it takes, and can be told to refuse, to be slow, or to have no TLS.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begins {
    /// After STARTTLS.
    Later,
    /// With the first byte.
    AtOnce,
    /// Never: the server does not offer it.
    Never,
}

/// A message that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Whether it came over TLS.
    pub over_tls: bool,
    /// Who said who they are, as `user password`.
    pub authenticated: Option<String>,
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// The message, headers and body, as it came.
    pub data: String,
}

impl Taken {
    /// A header's value, unfolded.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase())))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    }

    /// The body as text, whichever way it was carried.
    ///
    /// # Panics
    /// Where it was carried in a way that this reader does not know.
    #[must_use]
    pub fn body(&self) -> String {
        let (_, body) = self.data.split_once("\r\n\r\n").expect("a body");
        match self.header("Content-Transfer-Encoding").as_deref() {
            None | Some("7bit" | "8bit") => body.replace("\r\n", "\n"),
            Some("base64") => {
                let bytes = base64::engine::general_purpose::STANDARD.decode(body.replace("\r\n", "")).expect("base64");
                String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n")
            }
            Some("quoted-printable") => quoted_printable(body).replace("\r\n", "\n"),
            Some(other) => panic!("`{other}` is no encoding of this reader"),
        }
    }
}

fn quoted_printable(body: &str) -> String {
    let body = body.replace("=\r\n", "");
    let (mut out, mut bytes) = (Vec::new(), body.bytes());
    while let Some(byte) = bytes.next() {
        if byte == b'=' {
            let digits: String = bytes.by_ref().take(2).map(char::from).collect();
            out.push(u8::from_str_radix(&digits, 16).expect("two digits"));
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).expect("UTF-8")
}

/// A running server. Its thread ends with the process of the test.
pub struct SmtpServer {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    begins: Begins,
    tls: Arc<ServerConfig>,
    taken: Mutex<Vec<Taken>>,
    /// What is answered to a recipient; 250 takes it.
    answer: AtomicU16,
    connections: AtomicUsize,
}

impl SmtpServer {
    /// A server with a certificate and its key.
    ///
    /// # Panics
    /// Where they are none, or nothing can be listened on.
    #[must_use]
    pub fn start(begins: Begins, certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("a certificate and its key");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            begins,
            tls: Arc::new(tls),
            taken: Mutex::default(),
            answer: AtomicU16::new(250),
            connections: AtomicUsize::new(0),
        });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                // A client that hangs up is its own business.
                std::thread::spawn(move || drop(shared.connection(stream)));
            }
        });
        Self { address, shared }
    }

    /// What every recipient is answered from now on.
    pub fn answers(&self, code: u16) {
        self.shared.answer.store(code, Ordering::SeqCst);
    }

    /// How many connections there were.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// What was taken since the last look.
    ///
    /// # Panics
    /// Where a thread of the server died.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        std::mem::take(&mut self.shared.taken.lock().expect("the mailbox"))
    }
}

impl Shared {
    fn connection(&self, stream: TcpStream) -> std::io::Result<()> {
        self.connections.fetch_add(1, Ordering::SeqCst);
        if self.begins == Begins::AtOnce {
            let mut talk = Talk { shared: self, stream: BufReader::new(self.over_tls(stream)?), over_tls: true };
            return talk.greeted().map(drop);
        }
        let mut talk = Talk { shared: self, stream: BufReader::new(stream), over_tls: false };
        if talk.greeted()? {
            // What a client put after STARTTLS in the clear is not read as if it had come over TLS.
            let stream = talk.stream.into_inner();
            Talk { shared: self, stream: BufReader::new(self.over_tls(stream)?), over_tls: true }.talk()?;
        }
        Ok(())
    }

    fn over_tls(&self, stream: TcpStream) -> std::io::Result<StreamOwned<ServerConnection, TcpStream>> {
        let connection = ServerConnection::new(Arc::clone(&self.tls)).map_err(std::io::Error::other)?;
        Ok(StreamOwned::new(connection, stream))
    }
}

struct Talk<'s, S: Read + Write> {
    shared: &'s Shared,
    stream: BufReader<S>,
    over_tls: bool,
}

impl<S: Read + Write> Talk<'_, S> {
    fn say(&mut self, line: &str) -> std::io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{line}\r\n").as_bytes())?;
        stream.flush()
    }

    fn greeted(&mut self) -> std::io::Result<bool> {
        self.say("220 mail.invalid ESMTP")?;
        self.talk()
    }

    /// Whether the client asked for TLS; everything else ends the talk.
    fn talk(&mut self) -> std::io::Result<bool> {
        let (mut from, mut to, mut authenticated) = (String::new(), Vec::new(), None);
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Ok(false);
            }
            let line = line.trim_end().to_owned();
            let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let within = |line: &str| {
                let (_, rest) = line.split_once('<').unwrap_or_default();
                rest.split('>').next().unwrap_or_default().to_owned()
            };
            match word.as_str() {
                "EHLO" => {
                    let offers = match (self.over_tls, self.shared.begins) {
                        (true, _) => "250 AUTH PLAIN",
                        (false, Begins::Later) => "250 STARTTLS",
                        (false, _) => "250 8BITMIME",
                    };
                    self.say("250-mail.invalid")?;
                    self.say(offers)?;
                }
                "STARTTLS" if !self.over_tls && self.shared.begins == Begins::Later => {
                    self.say("220 go ahead")?;
                    return Ok(true);
                }
                "AUTH" if self.over_tls => {
                    let said = line.split(' ').nth(2).unwrap_or_default();
                    let bytes = base64::engine::general_purpose::STANDARD.decode(said).unwrap_or_default();
                    let said = String::from_utf8_lossy(&bytes).trim_start_matches('\0').replace('\0', " ");
                    authenticated = Some(said);
                    self.say("235 welcome")?;
                }
                "MAIL" => {
                    from = within(&line);
                    self.say("250 ok")?;
                }
                "RCPT" => {
                    let code = self.shared.answer.load(Ordering::SeqCst);
                    if code == 250 {
                        to.push(within(&line));
                    }
                    self.say(&format!("{code} as told"))?;
                }
                "DATA" => {
                    self.say("354 go on")?;
                    let data = self.data()?;
                    let taken = Taken {
                        over_tls: self.over_tls,
                        authenticated: authenticated.clone(),
                        from: std::mem::take(&mut from),
                        to: std::mem::take(&mut to),
                        data,
                    };
                    self.shared.taken.lock().expect("the mailbox").push(taken);
                    self.say("250 taken")?;
                }
                "QUIT" => {
                    self.say("221 bye")?;
                    return Ok(false);
                }
                "RSET" | "NOOP" => self.say("250 ok")?,
                _ => self.say("502 no")?,
            }
        }
    }

    fn data(&mut self) -> std::io::Result<String> {
        let mut data = String::new();
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 || line == ".\r\n" {
                return Ok(data);
            }
            data.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
    }
}
