//! Which file needs what of which other, by every path that is written in it.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, ImplItemFn, Item, ItemUse, Macro, Visibility,
    visit::{self, Visit},
};

use super::{
    syntax::{for_tests, leaves},
    tree::{Named, Tree},
};

/// By the file that imports and the file that is imported: an item, as an example.
pub(super) type Imports = BTreeMap<(usize, usize), String>;

/// What the files of a crate name.
#[derive(Default)]
pub(super) struct Paths {
    pub(super) imports: Imports,
    /// By file: the names of other crates, and the modules of this one, that it writes.
    pub(super) names: BTreeMap<usize, Vec<String>>,
}

pub(super) fn read(tree: &Tree) -> Paths {
    let mut paths = Paths::default();
    for (index, module) in tree.modules.iter().enumerate() {
        let mut reader = Reader {
            tree,
            module: index,
            file: module.file,
            paths: &mut paths,
        };
        for item in &module.items {
            reader.visit_item(item);
        }
    }
    paths
}

struct Reader<'a> {
    tree: &'a Tree,
    module: usize,
    file: usize,
    paths: &'a mut Paths,
}

impl Reader<'_> {
    fn path(&mut self, path: &[String]) {
        match self.tree.resolve(self.module, path) {
            Some(Named::Item { file, name }) if file != self.file => {
                self.paths.imports.entry((self.file, file)).or_insert(name);
            }
            Some(Named::Elsewhere(name)) if path.len() > 1 => {
                self.paths.names.entry(self.file).or_default().push(name);
            }
            _ => {}
        }
    }

    /// The paths among tokens, where no grammar says what is one.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.path(&std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                other => {
                    self.path(&std::mem::take(&mut path));
                    colons = 0;
                    match other {
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Literal(literal) => self.text(&literal.to_string()),
                        _ => {}
                    }
                }
            }
        }
        self.path(&path);
    }

    /// A text in an attribute may be a path, as in `#[serde(with = "...")]`.
    fn text(&mut self, literal: &str) {
        let text = literal.trim_matches('"');
        if let Ok(path) = syn::parse_str::<syn::Path>(text) {
            self.path(&segments(&path));
        }
    }

    /// Whether a re-export shows what is within the folder of its own module: that is not a need.
    fn shows_its_folder(&self, path: &[String]) -> bool {
        let own = &self.tree.files[self.file];
        let folder = own
            .strip_suffix("mod.rs")
            .or_else(|| own.strip_suffix("lib.rs"))
            .or_else(|| own.strip_suffix("main.rs"));
        match (folder, self.tree.resolve(self.module, path)) {
            (Some(folder), Some(Named::Item { file, .. })) => {
                self.tree.files[file].starts_with(folder)
            }
            _ => false,
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let shown = !matches!(item.vis, Visibility::Inherited);
        for (path, _) in leaves(&item.tree) {
            if !(shown && self.shows_its_folder(&path)) {
                self.path(&path);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(&segments(path));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        self.visit_path(&invocation.path);
        self.tokens(invocation.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_item(&mut self, item: &'ast Item) {
        // Items within a function may be for tests; those of a module were left out before.
        if !matches!(item, Item::Fn(function) if for_tests(&function.attrs)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }
}

fn segments(path: &syn::Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect()
}
