//! A server of a few lines stands in for the sources: it can be right, cut off, altered, refuse, or not be there.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Instant;

use super::*;
use crate::interrupt::scripted::interrupted_after;

const CONTENT: &[u8] = b"a,b\n1,2\n3,4\n";

/// Answers every request with these bytes as they are; gives its address.
fn serve(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/table.csv", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let request = BufReader::new(stream.try_clone().unwrap());
            for line in request.lines() {
                if line.unwrap().is_empty() {
                    break;
                }
            }
            stream.write_all(&answer).unwrap();
        }
    });
    address
}

fn answer(status: &str, length: usize, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn good() -> String {
    serve(answer("200 OK", CONTENT.len(), CONTENT))
}

/// An address at which nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/table.csv", listener.local_addr().unwrap())
}

fn remote(urls: &[String]) -> Remote {
    Remote {
        file: "sets/table.csv".into(),
        bytes: CONTENT.len() as u64,
        sha256: hexadecimal(&Sha256::digest(CONTENT)),
        sources: urls.iter().map(|url| Source { url: url.clone(), member: None }).collect(),
    }
}

/// The error of fetching into an empty folder, and that nothing was left there.
fn failure(remote: &Remote) -> String {
    let root = tempfile::tempdir().unwrap();
    let message = remote.read_in(root.path()).unwrap_err().to_string();
    let left: Vec<_> = fs::read_dir(root.path().join("sets")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    message
}

#[test]
fn a_file_is_fetched_once_and_kept() {
    let root = tempfile::tempdir().unwrap();
    let (path, bytes) = remote(&[good()]).read_in(root.path()).unwrap();
    assert_eq!((path, bytes.as_slice()), (root.path().join("sets").join("table.csv"), CONTENT));
    let again = remote(&[nobody()]).read_in(root.path()).unwrap();
    assert_eq!(again.1, CONTENT);
    assert_eq!(fs::read_dir(root.path().join("sets")).unwrap().count(), 1);
}

#[test]
fn a_cut_off_download_is_never_used() {
    // With a length that promises more, and with one that lies.
    for promised in [CONTENT.len(), 5] {
        let message = failure(&remote(&[serve(answer("200 OK", promised, &CONTENT[..5]))]));
        assert!(message.contains("cut off after 5 of 12 bytes"), "{message}");
    }
}

/// Answers with these bytes, and then neither says more nor hangs up.
fn serve_half(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/table.csv", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut open = vec![];
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.write_all(&answer).unwrap();
            open.push(stream);
        }
    });
    address
}

#[test]
fn a_stalled_download_can_be_interrupted() {
    let half = answer("200 OK", CONTENT.len(), &CONTENT[..5]);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = (format!("http://{}/table.csv", silent.local_addr().unwrap()), silent);
    for url in [serve_half(half), silent.0.clone()] {
        let begin = Instant::now();
        // The second source would do.
        let message = interrupted_after(10, || failure(&remote(&[url.clone(), good()])));
        assert!(message.starts_with("interrupted while sets/table.csv was fetched; the part"), "{message}");
        assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
    }
    // Later all of it comes.
    let root = tempfile::tempdir().unwrap();
    assert_eq!(remote(&[good()]).read_in(root.path()).unwrap().1, CONTENT);
}

#[test]
fn an_altered_download_is_never_used() {
    let message = failure(&remote(&[serve(answer("200 OK", CONTENT.len(), b"a,b\n1,2\n3,5\n"))]));
    assert!(message.contains("SHA-256 is ") && message.contains("altered"), "{message}");
    let message = failure(&remote(&[serve(answer("200 OK", 13, b"a,b\n1,2\n3,4\n\n"))]));
    assert!(message.contains("longer than the published 12 bytes"), "{message}");
}

#[test]
fn offline_and_not_found_name_file_source_and_folder() {
    let url = nobody();
    let message = failure(&remote(std::slice::from_ref(&url)));
    for part in ["table.csv", &url, "put the file into", "sets"] {
        assert!(message.contains(part), "{message}");
    }
    let message = failure(&remote(&[serve(answer("404 Not Found", 0, b""))]));
    assert!(message.contains("404"), "{message}");
}

#[test]
fn the_next_source_is_tried() {
    let root = tempfile::tempdir().unwrap();
    let altered = serve(answer("200 OK", CONTENT.len(), b"a,b\n1,2\n3,5\n"));
    assert!(remote(&[nobody(), altered.clone(), good()]).read_in(root.path()).is_ok());
    let second = nobody();
    let message = failure(&remote(&[altered, second.clone()]));
    assert!(message.contains("altered; from ") || message.contains(&format!("from {second}")), "{message}");
}

#[test]
fn an_altered_file_in_the_folder_is_named_not_used() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("sets").join("table.csv");
    fs::create_dir(root.path().join("sets")).unwrap();
    fs::write(&path, &CONTENT[..7]).unwrap();
    let message = remote(&[good()]).read_in(root.path()).unwrap_err().to_string();
    assert!(message.contains("table.csv") && message.contains("cut off or altered"), "{message}");
    assert_eq!(fs::read(&path).unwrap(), &CONTENT[..7]);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    // Below a plain file no folder can be made, not even by the administrator.
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "").unwrap();
    let message = remote(&[good()]).read_in(&file).unwrap_err().to_string();
    assert!(message.contains("cannot write into this folder") && message.contains("GRADUS_DATA_DIR"), "{message}");
}

/// A `.tar.gz` with one file in it.
fn archive(member: &str, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    let mut builder = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default()));
    builder.append_data(&mut header, member, content).unwrap();
    builder.into_inner().unwrap().finish().unwrap()
}

#[test]
fn a_file_comes_out_of_its_archive() {
    let body = archive("Sets/table.csv", CONTENT);
    let packed = |member: &str, body: &[u8], length: usize| {
        let mut remote = remote(&[serve(answer("200 OK", length, body))]);
        remote.sources[0].member = Some(member.into());
        remote
    };
    let root = tempfile::tempdir().unwrap();
    assert_eq!(packed("Sets/table.csv", &body, body.len()).read_in(root.path()).unwrap().1, CONTENT);
    assert!(failure(&packed("Sets/other.csv", &body, body.len())).contains("holds no Sets/other.csv"));
    let half = failure(&packed("Sets/table.csv", &body[..body.len() / 2], body.len()));
    assert!(half.contains("archive") || half.contains("cut off"), "{half}");
    assert!(failure(&packed("Sets/table.csv", b"no archive", 10)).contains("the archive cannot be read"));
}

#[test]
fn the_folder_follows_the_platform() {
    let on = |system: &str, variables: &[(&str, &str)]| {
        let value = |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| value.into());
        folder_on(system, value).map(|path| path.to_string_lossy().replace('\\', "/"))
    };
    let home = ("HOME", "/home/ada");
    assert_eq!(on("linux", &[home]).unwrap(), "/home/ada/.cache/gradus");
    assert_eq!(on("linux", &[home, ("XDG_CACHE_HOME", "/fast")]).unwrap(), "/fast/gradus");
    assert_eq!(on("linux", &[home, ("XDG_CACHE_HOME", "not/absolute")]).unwrap(), "/home/ada/.cache/gradus");
    assert_eq!(on("macos", &[home]).unwrap(), "/home/ada/Library/Caches/gradus");
    assert_eq!(on("windows", &[("LOCALAPPDATA", "C:/Users/ada")]).unwrap(), "C:/Users/ada/gradus");
    assert_eq!(on("windows", &[("GRADUS_DATA_DIR", "D:/data")]).unwrap(), "D:/data");
    assert_eq!(on("linux", &[home, ("GRADUS_DATA_DIR", "")]).unwrap(), "/home/ada/.cache/gradus");
    assert!(on("linux", &[]).unwrap_err().to_string().contains("GRADUS_DATA_DIR"));
}
