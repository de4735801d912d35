//! The command as a process, on a data directory.
#![cfg(unix)]

use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::http;

pub(crate) const KEY: &str = "key-of-a-process";

/// A running emulator, killed when dropped.
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
}

impl Process {
    pub(crate) fn start(directory: &Path) -> Self {
        Self::start_with(directory, &[])
    }

    pub(crate) fn start_with(directory: &Path, flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ekodb-emulator"))
            .env_clear()
            .args(["--port", "0", "--admin-key", KEY, "--data-dir"])
            .arg(directory)
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut out, &mut line).unwrap();
        let url = line
            .trim_end()
            .strip_prefix("ekodb-emulator is ready on ")
            .unwrap()
            .to_owned();
        Self { child, url }
    }

    pub(crate) async fn token(&self, http: &Client) -> String {
        let request = http.post(format!("{}/api/auth/token", self.url));
        let reply = request
            .json(&json!({ "api_key": KEY }))
            .send()
            .await
            .unwrap();
        reply.json::<Value>().await.unwrap()["token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no chance to flush anything.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The most memory that it has had so far, in bytes.
    #[cfg(target_os = "linux")]
    pub(crate) fn peak_memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kib = line.unwrap().split_whitespace().nth(1).unwrap();
        kib.parse::<usize>().unwrap() * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client of a process, with a token of its admin key.
#[derive(Clone)]
pub(crate) struct Session {
    http: Client,
    url: String,
    token: String,
}

impl Session {
    pub(crate) async fn of(process: &Process) -> Self {
        let http = http();
        Self {
            token: process.token(&http).await,
            url: process.url.clone(),
            http,
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        request.bearer_auth(&self.token)
    }
}
