//! A server whose replies are ready before they are asked for, so that only its clients are
//! measured. It prints its URL, and ends with its standard input.
#![allow(clippy::print_stdout, reason = "a program of a benchmark")]

mod replies;

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use replies::Replies;

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    let replies = Arc::new(Replies::new());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let replies = Arc::clone(&replies);
            // A client that goes ends its thread.
            thread::spawn(move || serve(&stream, &replies));
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

fn serve(stream: &TcpStream, replies: &Replies) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(256 * 1024, stream);
    let (mut first, mut line, mut body) = (String::new(), String::new(), Vec::new());
    loop {
        first.clear();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut length = 0;
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            match line.trim_end().split_once(':') {
                None => break,
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().unwrap_or(0);
                }
                Some(_) => {}
            }
        }
        body.clear();
        (&mut reader).take(length).read_to_end(&mut body)?;
        (&*stream).write_all(replies.to(&first, &body))?;
    }
}
