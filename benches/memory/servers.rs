//! The server of `session`, plain and behind TLS, in a process of its own.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::{env, thread};

use rcgen::generate_simple_self_signed;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio_rustls::TlsAcceptor;

use crate::server::converse;

/// The running process.
pub(crate) struct Servers {
    child: Child,
    _input: ChildStdin,
    pub(crate) plain: String,
    pub(crate) tls: String,
}

impl Servers {
    pub(crate) fn start() -> Self {
        let mut command = Command::new(env::current_exe().expect("a path"));
        command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let input = child.stdin.take().expect("piped");
        let mut output = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut line = || output.next().expect("a line").expect("a text");
        Self { plain: line(), tls: line(), child, _input: input }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

/// Prints where it is, and serves until the standard input ends.
pub(crate) fn serve() {
    thread::spawn(|| {
        let runtime = Builder::new_current_thread().enable_io().build().expect("a runtime");
        runtime.block_on(accept()).expect("a server");
    });
    io::stdin().read_to_end(&mut Vec::new()).expect("an end");
}

async fn accept() -> io::Result<()> {
    let identity = generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let certificate = identity.cert.der().clone();
    let key = PrivateKeyDer::try_from(identity.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![certificate], key).expect("a server");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let plain = TcpListener::bind("127.0.0.1:0").await?;
    let tls = TcpListener::bind("127.0.0.1:0").await?;
    println!("ws://{}\nwss://{}", plain.local_addr()?, tls.local_addr()?);
    // A connection ends as its client likes.
    loop {
        tokio::select! {
            accepted = plain.accept() => drop(tokio::spawn(converse(accepted?.0))),
            accepted = tls.accept() => {
                let (stream, acceptor) = (accepted?.0, acceptor.clone());
                drop(tokio::spawn(async move { converse(acceptor.accept(stream).await?).await }));
            }
        }
    }
}
