//! One connection.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    reply::{Reply, Then},
    request::Request,
    server::State,
};

/// Reads requests and answers them until one side closes the connection.
pub(crate) async fn serve(mut stream: TcpStream, connection: usize, state: &State) {
    while let Some(request) = Request::read(&mut stream, connection).await {
        let reply = state.reply(request);
        if !send(&mut stream, reply).await {
            return;
        }
    }
}

/// Sends a reply. Returns whether the connection can be used again.
async fn send(stream: &mut TcpStream, reply: Reply) -> bool {
    if let Some((counter, number)) = reply.held {
        counter.reaches(number).await;
    }
    if stream.write_all(&reply.bytes).await.is_err() {
        return false;
    }
    match reply.then {
        Then::KeepAlive => return true,
        Then::Close => {}
        Then::Reset => {
            // Without it the client sees an orderly close, which its tests tell apart.
            let _ = stream.set_zero_linger();
        }
        Then::Hang => {
            // Ends when the client closes the connection.
            let _ = stream.read_u8().await;
        }
        Then::Chunks(size) => while stream.write_all(&chunk(size)).await.is_ok() {},
        Then::Trickle => {
            while stream.write_all(&chunk(1)).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
    false
}

fn chunk(size: usize) -> Vec<u8> {
    format!("{size:x}\r\n{}\r\n", " ".repeat(size)).into_bytes()
}
