//! A real S3 server on loopback for the archive's tests: moto, in Python.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::python;
use crate::run::{Failure, Result};

/// Has conditional creates (`If-None-Match: *`), which claim an edition's number.
const MOTO: &str = "moto[server]==5.2.5";
const BUCKET: &str = "skywave-test";
const PATIENCE: Duration = Duration::from_secs(30);

/// A server with one empty bucket, until dropped.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    pub(crate) fn start() -> Result<Server> {
        let programs = python::environment(MOTO)?;
        // Free when asked for; moto takes a number only.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let child = Command::new(programs.join("moto_server"))
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Server { child, address };
        server.wait()?;
        server.create_bucket()?;
        Ok(server)
    }

    /// What tells the tests where it is. The keys are any: moto checks none.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let endpoint = format!("http://{}", self.address);
        [
            ("SKYWAVE_S3_ENDPOINT", endpoint.as_str()),
            ("SKYWAVE_S3_BUCKET", BUCKET),
            // What `object_store` reads.
            ("AWS_ENDPOINT", endpoint.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", "us-east-1"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    fn wait(&mut self) -> Result<()> {
        let began = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                return Err(Failure(format!("moto_server ended at once with {status}")));
            }
            if began.elapsed() > PATIENCE {
                return Err(Failure(format!(
                    "moto_server did not listen within {PATIENCE:?}"
                )));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn create_bucket(&self) -> Result<()> {
        let mut connection = TcpStream::connect(self.address)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        let host = self.address;
        write!(
            connection,
            "PUT /{BUCKET} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        match answer.lines().next().unwrap_or_default() {
            first if first.contains(" 200 ") => Ok(()),
            first => Err(Failure(format!("moto_server made no bucket: {first}"))),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
