//! DevTools over a local socket, for Windows, whose programs cannot be given a pipe by number.
//!
//! The least of a WebSocket (RFC 6455) that carries messages both ways: a handshake, and one frame a message. It looks
//! like the pipe to the connection: messages end with a zero byte.

use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Waits until the browser has written its port into its profile, and connects to it.
pub(crate) fn connect(profile: &Path, limit: Duration) -> io::Result<(Input, Output)> {
    let until = Instant::now() + limit;
    let address = loop {
        let text = fs::read_to_string(profile.join("DevToolsActivePort")).unwrap_or_default();
        if let Some((port, path)) = text.split_once('\n') {
            break (port.trim().parse::<u16>().map_err(io::Error::other)?, path.trim().to_string());
        }
        if Instant::now() > until {
            return Err(io::Error::new(ErrorKind::TimedOut, "it opened no port for DevTools"));
        }
        thread::sleep(Duration::from_millis(20));
    };
    let mut stream = TcpStream::connect(("127.0.0.1", address.0))?;
    stream.set_nodelay(true)?;
    // The key only shows that the other side speaks the protocol; this one is the RFC's own example.
    write!(
        stream,
        "GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        address.1, address.0
    )?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut status = String::new();
    reader.read_line(&mut status)?;
    if !status.contains(" 101 ") {
        return Err(io::Error::other(format!("its DevTools answered: {}", status.trim())));
    }
    let mut line = String::from("a header");
    while !line.trim().is_empty() {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    Ok((Input { stream, message: Vec::new() }, Output { reader, message: Vec::new(), at: 0 }))
}

/// Takes messages that end with a zero byte, and sends each as a frame.
pub(crate) struct Input {
    stream: TcpStream,
    message: Vec<u8>,
}

impl Write for Input {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == 0) {
            self.message.extend(part);
            if self.message.last() == Some(&0) {
                self.message.pop();
                let length = self.message.len() as u64;
                // A whole text, masked by zeros, which change nothing: clients must mask.
                let mut frame = vec![0x81, 0x80 | 127];
                frame.extend(length.to_be_bytes());
                frame.extend([0; 4]);
                frame.append(&mut self.message);
                self.stream.write_all(&frame)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Gives the messages of frames, each ended by a zero byte.
pub(crate) struct Output {
    reader: BufReader<TcpStream>,
    message: Vec<u8>,
    at: usize,
}

impl Read for Output {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.message.len() {
            self.message.clear();
            self.at = 0;
            self.frame()?;
        }
        let count = buffer.len().min(self.message.len() - self.at);
        buffer[..count].copy_from_slice(&self.message[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

impl Output {
    fn frame(&mut self) -> io::Result<()> {
        let mut head = [0; 2];
        self.reader.read_exact(&mut head)?;
        let length = match head[1] & 0x7f {
            126 => {
                let mut long = [0; 2];
                self.reader.read_exact(&mut long)?;
                u64::from(u16::from_be_bytes(long))
            }
            127 => {
                let mut long = [0; 8];
                self.reader.read_exact(&mut long)?;
                u64::from_be_bytes(long)
            }
            short => u64::from(short),
        };
        let mut content = Vec::new();
        if self.reader.by_ref().take(length).read_to_end(&mut content)? as u64 != length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let (last, kind) = (head[0] & 0x80 != 0, head[0] & 0x0f);
        match kind {
            // A text, or the rest of one.
            0 | 1 => {
                self.message.append(&mut content);
                if last {
                    self.message.push(0);
                }
                Ok(())
            }
            8 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::connection::Connection;
    use crate::find::find;
    use serde_json::json;
    use std::process::{Command, Stdio};

    #[test]
    fn a_socket_carries_what_the_pipe_does() {
        let Ok(program) = find() else {
            assert!(std::env::var_os("CI").is_none(), "CI has a browser");
            return;
        };
        let profile = std::env::temp_dir().join(format!("gradus-socket-{}", std::process::id()));
        let mut command = Command::new(program);
        command.args(["--headless=new", "--remote-debugging-port=0", "--no-sandbox", "--no-startup-window"]);
        command.arg(format!("--user-data-dir={}", profile.display())).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let limit = Duration::from_secs(60);
        let (input, output) = connect(&profile, limit).unwrap();
        let connection = Connection::new(input, output);
        let answer = connection.call(None, "Browser.getVersion", json!({}), limit).unwrap();
        assert!(answer["product"].as_str().unwrap().contains('/'));
        // Longer than any short frame, both ways.
        let long = "x".repeat(100_000);
        let error = connection.call(None, "No.such", json!({"text": long}), limit).unwrap_err().to_string();
        assert!(error.contains("No.such"), "{error}");
        connection.call(None, "Browser.close", json!({}), limit).unwrap();
        child.wait().unwrap();
        fs::remove_dir_all(&profile).unwrap();
    }
}
