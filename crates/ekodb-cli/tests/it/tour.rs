//! The tour of the README, line by line.

use crate::{examples::shell, support::World};

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_of_the_readme_works_line_by_line() {
    let readme = include_str!("../../README.md");
    let (_, tour) = readme.split_once("## A tour").expect("there is a tour");
    let lines: Vec<&str> = tour
        .lines()
        .skip_while(|line| *line != "```sh")
        .skip(1)
        .take_while(|line| *line != "```")
        .collect();
    assert!(lines.len() > 10, "{lines:?}");

    let world = World::new().await;
    world.write(
        "people.csv",
        "id,name,age,status\nbob,Bob,9,open\ncyd,Cyd,101,old\n",
    );
    let mut shown = String::new();
    for line in lines {
        let run = crate::support::run(shell(&world, line));
        assert_eq!(run.code, Some(0), "{line}: {run:?}");
        // What differs from run to run: ids, keys and times.
        let varies = ["status", "keys"].iter().any(|word| {
            line.contains(&format!("ekodb {word} ")) || line == format!("ekodb {word}")
        });
        let output = if varies { "..." } else { run.stdout.trim_end() };
        shown.push_str(&format!("$ {line}\n{output}\n"));
    }
    insta::assert_snapshot!(shown);
}
