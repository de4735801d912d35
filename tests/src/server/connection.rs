//! One connection of the scripted server.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Action, Handler, Log, Received};

/// Longer than any test: what hangs is ended by the drop of the server.
const FOR_EVER: Duration = Duration::from_secs(3600);

pub(super) async fn serve(mut stream: TcpStream, handler: Arc<Handler>, log: Arc<Log>) {
    let mut unread = Vec::new();
    while let Ok(Some(request)) = receive(&mut stream, &mut unread).await {
        let action = handler(&request);
        log.push(request);
        match act(&mut stream, action).await {
            Ok(After::Keep) => {}
            Ok(After::Close) | Err(_) => return,
            Ok(After::Reset) => {
                let _ = stream.set_zero_linger();
                return;
            }
        }
    }
}

enum After {
    Keep,
    Close,
    Reset,
}

async fn act(stream: &mut TcpStream, action: Action) -> io::Result<After> {
    match action {
        Action::After(wait, next) => {
            tokio::time::sleep(wait).await;
            Box::pin(act(stream, *next)).await
        }
        Action::Once(mut number, reached, next) => {
            // Nobody counts any more: the server is about to stop.
            let _ = number.wait_for(|number| *number >= reached).await;
            Box::pin(act(stream, *next)).await
        }
        Action::Reply {
            status,
            headers,
            body,
        } => {
            let mut head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\n", body.len());
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            let mut reply = head.into_bytes();
            reply.extend_from_slice(&body);
            stream.write_all(&reply).await?;
            Ok(After::Keep)
        }
        Action::Hang => hang().await,
        Action::Reset => Ok(After::Reset),
        Action::Raw(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await?;
            Ok(After::Close)
        }
        Action::RawThenHang(bytes) => {
            stream.write_all(&bytes).await?;
            hang().await
        }
        Action::Trickle { length, pause } => {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
            for _ in 0..length {
                tokio::time::sleep(pause).await;
                stream.write_all(b" ").await?;
            }
            Ok(After::Keep)
        }
        Action::Endless => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
                .await?;
            let mut chunk = b"10000\r\n".to_vec();
            chunk.extend_from_slice(&[b' '; 0x10000]);
            chunk.extend_from_slice(b"\r\n");
            loop {
                stream.write_all(&chunk).await?;
            }
        }
    }
}

async fn hang() -> io::Result<After> {
    tokio::time::sleep(FOR_EVER).await;
    Ok(After::Close)
}

/// Reads one request; `None` at the end of the connection.
async fn receive(stream: &mut TcpStream, unread: &mut Vec<u8>) -> io::Result<Option<Received>> {
    let end = loop {
        if let Some(end) = unread.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(unread).await? == 0 {
            return Ok(None);
        }
    };
    let rest = unread.split_off(end + 4);
    let head = String::from_utf8_lossy(&unread[..end]).into_owned();
    *unread = rest;
    let Some(mut request) = Received::parse(&head) else {
        return Ok(None);
    };
    let length: usize = request
        .header("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    while unread.len() < length {
        if stream.read_buf(unread).await? == 0 {
            return Ok(None);
        }
    }
    let rest = unread.split_off(length);
    request.body = std::mem::replace(unread, rest);
    Ok(Some(request))
}
