//! Waiting until a server serves.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::process::Process;
use crate::interrupt;

/// Generous, for machines that compile at the same time.
const PATIENCE: Duration = Duration::from_secs(120);

/// Asks `probe` until it says yes; gives up when the server ends, on a signal, or after two minutes.
pub(super) fn wait(server: &mut Process, mut probe: impl FnMut() -> bool) -> Result<()> {
    let start = Instant::now();
    while !probe() {
        interrupt::check()?;
        if let Some(status) = server.exit_status()? {
            bail!("it ended with {status}");
        }
        if start.elapsed() > PATIENCE {
            bail!("it was not ready after {} s", PATIENCE.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Whether PostgreSQL accepts connections on `port`.
pub(super) fn postgres(bindir: &Path, port: u16) -> bool {
    Command::new(bindir.join("pg_isready"))
        .args(["-q", "-t", "1", "-h", "127.0.0.1", "-p", &port.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Whether an AMQP 0-9-1 server on `port` answers the protocol header with a method frame (`Connection.Start`).
pub(super) fn amqp(port: u16) -> bool {
    const METHOD_FRAME: u8 = 1;
    let ask = || -> std::io::Result<u8> {
        let patience = Duration::from_secs(1);
        let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), patience)?;
        stream.set_read_timeout(Some(patience))?;
        stream.write_all(b"AMQP\x00\x00\x09\x01")?;
        let mut first = [0];
        stream.read_exact(&mut first)?;
        Ok(first[0])
    };
    ask().is_ok_and(|byte| byte == METHOD_FRAME)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_server_that_speaks_something_else_is_not_ready() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // What a broker says to a protocol version that it does not speak.
            stream.write_all(b"AMQP\x00\x00\x09\x01").unwrap();
        });
        assert!(!amqp(port));
        server.join().unwrap();
    }
}
