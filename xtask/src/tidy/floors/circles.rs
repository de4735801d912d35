//! Files that need each other, be it through others.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::imports::Imports;

/// A shortest circle through each group of files of which each needs all the others.
pub(super) fn find(imports: &Imports) -> Vec<Vec<usize>> {
    let mut next: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (from, to) in imports.keys() {
        next.entry(*from).or_default().push(*to);
    }
    let reach: BTreeMap<usize, BTreeSet<usize>> = next
        .keys()
        .map(|start| (*start, reachable(&next, *start)))
        .collect();
    let needs = |from: &usize, to: &usize| reach.get(from).is_some_and(|all| all.contains(to));
    let mut seen = BTreeSet::new();
    let mut circles = Vec::new();
    for start in next.keys().filter(|file| needs(file, file)) {
        if seen.contains(start) {
            continue;
        }
        let group: Vec<usize> = reach[start]
            .iter()
            .filter(|file| needs(file, start))
            .copied()
            .collect();
        circles.extend(
            group
                .iter()
                .filter_map(|file| shortest(&next, *file))
                .min_by_key(Vec::len),
        );
        seen.extend(group);
    }
    circles
}

fn reachable(next: &BTreeMap<usize, Vec<usize>>, start: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![start];
    while let Some(file) = waiting.pop() {
        for other in next.get(&file).into_iter().flatten() {
            if found.insert(*other) {
                waiting.push(*other);
            }
        }
    }
    found
}

/// The shortest way from a file back to it.
fn shortest(next: &BTreeMap<usize, Vec<usize>>, start: usize) -> Option<Vec<usize>> {
    let mut waiting = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = waiting.pop_front() {
        for other in next.get(way.last()?).into_iter().flatten() {
            if *other == start {
                return Some(way);
            }
            if seen.insert(*other) {
                let mut further = way.clone();
                further.push(*other);
                waiting.push_back(further);
            }
        }
    }
    None
}
