//! Reading a socket until it is closed.

use jupyter_zmq_client::Result;

/// Passes on what `read` returns, as long as `accept` accepts it. A single message that cannot be read is skipped;
/// `failures` of them in a row mean that the socket has been closed.
pub async fn read_all<T>(failures: usize, mut read: impl AsyncFnMut() -> Result<T>, mut accept: impl FnMut(T) -> bool) {
    let mut failed = 0;
    while failed < failures {
        match read().await {
            Ok(message) => {
                if !accept(message) {
                    return;
                }
                failed = 0;
            }
            Err(_) => failed += 1,
        }
    }
}
