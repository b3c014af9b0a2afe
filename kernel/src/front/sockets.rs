//! Reading a socket until it is closed.

use jupyter_zmq_client::Result;

/// Hands on what `read` brings, as long as `hand_on` takes it. One message that cannot be read is left out; `failures` of
/// them in a row mean that the socket has been closed.
pub async fn read_all<T>(
    failures: usize,
    mut read: impl AsyncFnMut() -> Result<T>,
    mut hand_on: impl FnMut(T) -> bool,
) {
    let mut failed = 0;
    while failed < failures {
        match read().await {
            Ok(message) => {
                if !hand_on(message) {
                    return;
                }
                failed = 0;
            }
            Err(_) => failed += 1,
        }
    }
}
