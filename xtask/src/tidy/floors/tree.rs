//! The modules of a crate, and what a path in one of them names.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use syn::{Attribute, Item};

use super::syntax::{attributes, for_tests, leaves};
use crate::{files, rust_syntax::text};

/// What the names that a query has come to are, each looked up once. A name is nothing while it is
/// looked up, so that a chain of re-exports that leads back to itself ends.
type Seen = HashMap<(usize, String, bool), Option<Named>>;

/// The modules below the `src` folder of a crate.
#[derive(Default)]
pub(super) struct Tree {
    /// The files, relative to `src`. The files of a part of a generated folder are one.
    pub(super) files: Vec<String>,
    pub(super) modules: Vec<Module>,
    /// The library, if the crate has one, and the name that other targets import it by.
    library: Option<(String, usize)>,
}

/// A module.
pub(super) struct Module {
    pub(super) file: usize,
    pub(super) items: Vec<Item>,
    /// The module that holds it; a root holds itself.
    parent: usize,
    root: usize,
    names: HashSet<String>,
    children: HashMap<String, usize>,
    imports: HashMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

/// What a path names.
#[derive(Clone, Debug)]
pub(super) enum Named {
    Module(usize),
    Item {
        file: usize,
        name: String,
    },
    /// Something of another crate, of a function or of the prelude.
    Elsewhere(String),
}

impl Tree {
    /// Reads the crate whose library is imported by this name.
    pub(super) fn read(source: &Path, library: &str) -> Result<Self, String> {
        let mut tree = Self::default();
        for root in ["lib.rs", "main.rs"] {
            let path = source.join(root);
            if path.is_file() {
                let module = tree.file(source, &path, source, None)?;
                if root == "lib.rs" {
                    tree.library = Some((library.to_owned(), module));
                }
            }
        }
        Ok(tree)
    }

    /// Adds the module that is a file, whose children are in `folder`.
    fn file(
        &mut self,
        source: &Path,
        path: &Path,
        folder: &Path,
        parent: Option<usize>,
    ) -> Result<usize, String> {
        let parsed = syn::parse_file(&files::read(path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path
            .strip_prefix(source)
            .unwrap_or(path)
            .display()
            .to_string();
        let name = generated_part(&name).unwrap_or(name);
        let file = match self.files.iter().position(|known| *known == name) {
            Some(file) => file,
            None => {
                self.files.push(name);
                self.files.len() - 1
            }
        };
        self.module(source, file, folder, parent, parsed.items)
    }

    fn module(
        &mut self,
        source: &Path,
        file: usize,
        folder: &Path,
        parent: Option<usize>,
        items: Vec<Item>,
    ) -> Result<usize, String> {
        let index = self.modules.len();
        self.modules.push(Module {
            file,
            items: Vec::new(),
            parent: parent.unwrap_or(index),
            root: parent.map_or(index, |parent| self.modules[parent].root),
            names: HashSet::new(),
            children: HashMap::new(),
            imports: HashMap::new(),
            globs: Vec::new(),
        });
        for item in items {
            if for_tests(attributes(&item)) {
                continue;
            }
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    let inner = folder.join(&name);
                    let child = match module.content {
                        Some((_, items)) => {
                            self.module(source, file, &inner, Some(index), items)?
                        }
                        None => {
                            let path = module_file(folder, &name, &module.attrs);
                            self.file(source, &path, &inner, Some(index))?
                        }
                    };
                    self.modules[index].children.insert(name, child);
                }
                item => {
                    self.declare(index, &item);
                    self.modules[index].items.push(item);
                }
            }
        }
        Ok(index)
    }

    fn declare(&mut self, index: usize, item: &Item) {
        let module = &mut self.modules[index];
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            Item::Macro(item) => match &item.ident {
                Some(name) => name,
                None => return,
            },
            Item::Use(item) => {
                for (path, name) in leaves(&item.tree) {
                    match name {
                        Some(name) => drop(module.imports.insert(name, path)),
                        None => module.globs.push(path),
                    }
                }
                return;
            }
            _ => return,
        };
        module.names.insert(name.to_string());
    }

    /// What a path names where it is written in a module.
    pub(super) fn resolve(&self, module: usize, path: &[String]) -> Option<Named> {
        self.follow(module, path, &mut Seen::new())
    }

    fn follow(&self, from: usize, path: &[String], seen: &mut Seen) -> Option<Named> {
        let (first, mut rest) = path.split_first()?;
        let mut named = match first.as_str() {
            "crate" => Named::Module(self.modules[from].root),
            "self" => Named::Module(from),
            "super" => Named::Module(self.modules[from].parent),
            name => match (
                self.member(from, name, rest.is_empty(), seen),
                &self.library,
            ) {
                (Some(named), _) => named,
                (None, Some((library, root))) if library == name => Named::Module(*root),
                (None, _) => Named::Elsewhere(name.to_owned()),
            },
        };
        while let (Named::Module(module), Some((name, further))) = (&named, rest.split_first()) {
            named = match name.as_str() {
                "super" => Named::Module(self.modules[*module].parent),
                "self" => Named::Module(*module),
                name => self.member(*module, name, further.is_empty(), seen)?,
            };
            rest = further;
        }
        Some(named)
    }

    /// What a name is in a module. Before `::` it is rather a module, at the end rather an item.
    fn member(&self, index: usize, name: &str, last: bool, seen: &mut Seen) -> Option<Named> {
        let key = (index, name.to_owned(), last);
        if let Some(known) = seen.get(&key) {
            return known.clone();
        }
        seen.insert(key.clone(), None);
        let child = self.modules[index].children.get(name);
        let child = child.map(|child| Named::Module(*child));
        let named = match child {
            Some(child) if !last => Some(child),
            child => self.item(index, name, last, seen).or(child),
        };
        seen.insert(key, named.clone());
        named
    }

    fn item(&self, index: usize, name: &str, last: bool, seen: &mut Seen) -> Option<Named> {
        let module = &self.modules[index];
        if module.names.contains(name) {
            return Some(Named::Item {
                file: module.file,
                name: name.to_owned(),
            });
        }
        if let Some(path) = module.imports.get(name) {
            return self.follow(index, path, seen);
        }
        let mut globs = module.globs.iter();
        globs.find_map(|glob| match self.follow(index, glob, seen)? {
            Named::Module(other) if other != index => self.member(other, name, last, seen),
            _ => None,
        })
    }
}

/// The part of a generated folder that a file belongs to: within a part, generated files may need
/// each other.
fn generated_part(name: &str) -> Option<String> {
    let (folder, rest) = name.split_once("generated/")?;
    let part = rest.split('/').next()?.trim_end_matches(".rs");
    Some(format!("{folder}generated/{part}"))
}

fn module_file(folder: &Path, name: &str, attributes: &[Attribute]) -> PathBuf {
    for attribute in attributes {
        if attribute.path().is_ident("path")
            && let syn::Meta::NameValue(pair) = &attribute.meta
            && let Some(path) = text(&pair.value)
        {
            return folder.join(path);
        }
    }
    let file = folder.join(format!("{name}.rs"));
    if file.is_file() {
        file
    } else {
        folder.join(name).join("mod.rs")
    }
}
