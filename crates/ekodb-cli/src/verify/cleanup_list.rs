//! What a run made on the server, kept in a file until it is removed: after a crash the next run
//! finds it there.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use ekodb_client::Client;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::failure::Failure;

/// The list of one run. The file is locked while the run lasts.
#[derive(Debug)]
pub(crate) struct CleanupList {
    path: PathBuf,
    file: File,
    pub(crate) url: String,
    pub(crate) prefix: String,
    items: Vec<Item>,
}

/// Something that is about to be made, or has been. All names begin with the prefix of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Item {
    Collection(String),
    KvKey(String),
    /// An API key, by its id.
    Key(String),
    /// API keys whose labels begin so: their ids are not known before they exist.
    Labels(String),
}

#[derive(Serialize, Deserialize)]
struct Head {
    url: String,
    prefix: String,
}

impl CleanupList {
    /// Starts the list of a run.
    pub(crate) fn start(folder: &Path, url: String, prefix: String) -> Result<Self, Failure> {
        let path = folder.join(format!("{prefix}.ndjson"));
        let opened = || -> io::Result<File> {
            fs::create_dir_all(folder)?;
            let file = OpenOptions::new()
                .create_new(true)
                .append(true)
                .open(&path)?;
            file.lock()?;
            Ok(file)
        };
        let file = opened().map_err(|error| unwritable(&path, &error))?;
        let head = Head { url, prefix };
        let mut list = Self {
            path,
            file,
            url: head.url.clone(),
            prefix: head.prefix.clone(),
            items: Vec::new(),
        };
        list.append(&head)?;
        Ok(list)
    }

    /// Notes an item, which must happen before it is made.
    pub(crate) fn note(&mut self, item: Item) -> Result<(), Failure> {
        if !self.items.contains(&item) {
            self.append(&item)?;
            self.items.push(item);
        }
        Ok(())
    }

    fn append(&mut self, line: &impl Serialize) -> Result<(), Failure> {
        let written = serde_json::to_string(line)
            .map_err(io::Error::from)
            .and_then(|line| writeln!(self.file, "{line}"))
            .and_then(|()| self.file.sync_data());
        written.map_err(|error| unwritable(&self.path, &error))
    }

    /// Removes from the server all that the run made, and then the list. The list stays if
    /// something could not be removed: the error says what, and why.
    pub(crate) async fn remove(self, client: &Client) -> Result<(), String> {
        let mut left = Vec::new();
        for item in &self.items {
            match item {
                Item::Collection(name) => {
                    let mut refused = Vec::new();
                    delete(
                        client,
                        format!("/api/collections/{name}"),
                        item,
                        &mut refused,
                    )
                    .await;
                    // A server that does not take the name has no such collection.
                    if !refused.is_empty() && may_exist(client, name).await {
                        left.append(&mut refused);
                    }
                }
                Item::KvKey(name) => {
                    delete(client, format!("/api/kv/delete/{name}"), item, &mut left).await;
                }
                Item::Key(id) => {
                    delete(client, format!("/api/auth/keys/{id}"), item, &mut left).await;
                }
                Item::Labels(label) => match keys(client, label).await {
                    Ok(ids) => {
                        for id in ids {
                            delete(client, format!("/api/auth/keys/{id}"), item, &mut left).await;
                        }
                    }
                    Err(reason) => left.push(format!("{item}: {reason}")),
                },
            }
        }
        if left.is_empty() {
            // At worst the next run removes what is gone already.
            let _ = fs::remove_file(&self.path);
            Ok(())
        } else {
            Err(left.join("; "))
        }
    }

    /// The file that keeps the list.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The list of a run that has ended without removing what it made. `None` for one that goes on.
    fn left_behind(path: PathBuf) -> Option<Self> {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .open(&path)
            .ok()?;
        file.try_lock().ok()?;
        let mut lines = BufReader::new(&file).lines().map_while(Result::ok);
        let head: Head = serde_json::from_str(&lines.next()?).ok()?;
        // A line that was not written as a whole is of something that was not made.
        let items = lines
            .map_while(|line| serde_json::from_str(&line).ok())
            .collect();
        Some(Self {
            path,
            file,
            url: head.url,
            prefix: head.prefix,
            items,
        })
    }
}

/// The lists of runs that have ended without removing what they made.
pub(crate) fn leftovers(folder: &Path) -> Vec<CleanupList> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "ndjson")
        })
        .filter_map(CleanupList::left_behind)
        .collect()
}

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Collection(name) => write!(f, "the collection {name}"),
            Self::KvKey(name) => write!(f, "the KV key {name}"),
            Self::Key(id) => write!(f, "the API key {id}"),
            Self::Labels(label) => write!(f, "API keys whose labels begin with {label}"),
        }
    }
}

async fn delete(client: &Client, path: String, item: &Item, left: &mut Vec<String>) {
    match client.raw_reply("DELETE", path, None).await {
        Ok(reply) if (200..300).contains(&reply.status) || reply.status == 404 => {}
        Ok(reply) => left.push(format!("{item}: HTTP {}", reply.status)),
        Err(error) => left.push(format!("{item}: {error}")),
    }
}

/// Whether a collection is listed, or the list cannot be read.
async fn may_exist(client: &Client, name: &str) -> bool {
    let names = client.collections().list().await;
    !names.is_ok_and(|names| names.iter().all(|found| found != name))
}

/// The ids of the API keys whose labels begin so.
async fn keys(client: &Client, label: &str) -> Result<Vec<String>, String> {
    let reply = client.raw_reply("GET", "/api/auth/keys", None).await;
    let reply = reply.map_err(|error| error.to_string())?;
    if reply.status != 200 {
        return Err(format!("the keys cannot be listed (HTTP {})", reply.status));
    }
    let body = serde_json::from_slice(&reply.body)
        .map_err(|error| format!("the list of the keys is not valid JSON: {error}"))?;
    let mut ids = Vec::new();
    labelled(&body, label, &mut ids);
    Ok(ids)
}

/// Finds keys in the list of any server, also where an object is around it.
pub(super) fn labelled(value: &Json, label: &str, ids: &mut Vec<String>) {
    match value {
        Json::Array(elements) => {
            for element in elements {
                labelled(element, label, ids);
            }
        }
        Json::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Json::as_str);
            match (text("label"), text("id")) {
                (Some(found), Some(id)) if found.starts_with(label) => ids.push(id.to_owned()),
                (Some(_), _) => {}
                _ => {
                    for value in members.values() {
                        labelled(value, label, ids);
                    }
                }
            }
        }
        _ => {}
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let attempt = format!("cannot write {}, the list of what is made", path.display());
    Failure::io(attempt, error)
}
