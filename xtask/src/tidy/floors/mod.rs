//! The floors of each crate: a file imports only from its own module or from a lower floor, and no
//! files need each other in a circle.
//!
//! `xtask/floors.yaml` declares the floors; `ARCHITECTURE.md` draws them.

mod circles;
mod imports;
mod syntax;
mod tree;

use std::{collections::BTreeMap, fs, path::Path};

use indexmap::IndexMap;
use serde::Deserialize;

use self::{imports::Imports, tree::Tree};
use crate::{files, terminal::print_line};

const FILE: &str = "xtask/floors.yaml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declaration {
    /// The folder of the crate's sources.
    source: String,
    /// The name that the library is imported by.
    library: String,
    /// From top to bottom. Modules side by side do not import each other.
    floors: Vec<Vec<String>>,
    /// Crates, and modules of this one, that nothing below a folder names.
    #[serde(default)]
    forbidden: BTreeMap<String, Vec<String>>,
}

/// Prints the floors and what breaks them. Returns whether nothing does.
pub(super) fn check(root: &Path) -> Result<bool, String> {
    let path = root.join(FILE);
    if !path.is_file() {
        return Ok(true);
    }
    let crates: IndexMap<String, Declaration> = serde_saphyr::from_str(&files::read(&path)?)
        .map_err(|error| format!("{FILE} cannot be read: {error}"))?;
    let architecture = files::read(&root.join("ARCHITECTURE.md"))?;
    let mut problems = undeclared(root, &crates)?;
    let mut circles = 0;
    for (name, declaration) in &crates {
        let checked = Crate::read(root, declaration)?;
        let found = checked.circles();
        circles += found.len();
        let picture = picture(&declaration.floors);
        print_line(format_args!("{name}\n{picture}"));
        if !architecture.contains(&picture) {
            problems.push(format!(
                "ARCHITECTURE.md does not draw the floors of {name} as {FILE} declares them; write\n{picture}"
            ));
        }
        for problem in checked
            .upward()
            .into_iter()
            .chain(checked.named())
            .chain(found)
        {
            problems.push(format!("{name}: {problem}"));
        }
    }
    for problem in &problems {
        print_line(problem);
    }
    print_line(format_args!("{circles} circles"));
    Ok(problems.is_empty())
}

/// The crates that applications depend on, or run, whose floors nobody has declared.
fn undeclared(root: &Path, crates: &IndexMap<String, Declaration>) -> Result<Vec<String>, String> {
    let folder = root.join("crates");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut problems: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("src").is_dir())
        .map(|entry| format!("crates/{}/src", entry.file_name().to_string_lossy()))
        .filter(|source| crates.values().all(|declared| declared.source != *source))
        .map(|source| format!("{source} has no floors: declare them in {FILE}"))
        .collect();
    problems.sort_unstable();
    Ok(problems)
}

fn picture(floors: &[Vec<String>]) -> String {
    let lines: Vec<String> = floors.iter().map(|floor| floor.join("  ")).collect();
    format!("      {}", lines.join("\n    ↓ "))
}

struct Crate<'a> {
    declaration: &'a Declaration,
    tree: Tree,
    imports: Imports,
    names: BTreeMap<usize, Vec<String>>,
}

impl<'a> Crate<'a> {
    fn read(root: &Path, declaration: &'a Declaration) -> Result<Self, String> {
        let tree = Tree::read(&root.join(&declaration.source), &declaration.library)?;
        let paths = imports::read(&tree);
        Ok(Self {
            declaration,
            tree,
            imports: paths.imports,
            names: paths.names,
        })
    }

    /// The imports that do not lead down, and the files that are on no floor.
    fn upward(&self) -> Vec<String> {
        let mut problems: Vec<String> = self
            .tree
            .files
            .iter()
            .filter(|file| self.place(file).is_none())
            .map(|file| format!("{file} is on no floor: name its module in {FILE}"))
            .collect();
        for ((from, to), item) in &self.imports {
            let (from, to) = (&self.tree.files[*from], &self.tree.files[*to]);
            let (Some(above), Some(below)) = (self.place(from), self.place(to)) else {
                continue;
            };
            if above.1 == below.1 || above.0 < below.0 {
                continue;
            }
            let what = if above.0 == below.0 {
                "on the same floor"
            } else {
                "above it"
            };
            problems.push(format!("{from} imports `{item}` of {to}, which is {what}"));
        }
        problems
    }

    /// The floor, counted from the top, and the module of it that a file belongs to.
    fn place(&self, file: &str) -> Option<(usize, &str)> {
        let floors = self.declaration.floors.iter().enumerate();
        floors
            .flat_map(|(floor, modules)| modules.iter().map(move |module| (floor, module.as_str())))
            .filter(|(_, module)| {
                file.strip_prefix(module)
                    .is_some_and(|rest| rest.is_empty() || rest == ".rs" || rest.starts_with('/'))
            })
            .max_by_key(|(_, module)| module.len())
    }

    fn named(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (folder, forbidden) in &self.declaration.forbidden {
            for (file, names) in &self.names {
                let file = &self.tree.files[*file];
                if let Some(name) = names.iter().find(|name| forbidden.contains(name))
                    && file.starts_with(&format!("{folder}/"))
                {
                    problems.push(format!(
                        "{file} names `{name}`, which {folder} must not know"
                    ));
                }
            }
        }
        problems
    }

    fn circles(&self) -> Vec<String> {
        circles::find(&self.imports)
            .into_iter()
            .map(|circle| {
                let steps = circle.iter().zip(circle.iter().cycle().skip(1));
                let imports = steps.map(|(from, to)| {
                    let item = &self.imports[&(*from, *to)];
                    let (from, to) = (&self.tree.files[*from], &self.tree.files[*to]);
                    format!("{from} imports `{item}` of {to}")
                });
                format!("a circle: {}", imports.collect::<Vec<_>>().join(", "))
            })
            .collect()
    }
}
