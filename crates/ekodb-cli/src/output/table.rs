//! Tables for people.

use std::io::{self, Write};

use super::{Object, escape::text};
use anstyle::Style;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets::NOTHING};

/// Prints results as rows, with a header.
pub(super) fn print(columns: &[String], items: &[Object]) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let mut table = table();
    table.set_header(columns.iter().map(|name| name.to_uppercase()));
    for item in items {
        table.add_row(columns.iter().map(|name| text(item.get(name))));
    }
    for (index, name) in columns.iter().enumerate() {
        let mut values = items.iter().filter_map(|item| item.get(name)).peekable();
        let numbers = values.peek().is_some() && values.all(|value| value.is_number());
        if let Some(column) = table.column_mut(index)
            && numbers
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    write(&mut table, true)
}

/// Prints the members of one result, a row each.
pub(super) fn print_members(item: &Object) -> io::Result<()> {
    let mut table = table();
    let (id, others): (Vec<_>, Vec<_>) = item.iter().partition(|(name, _)| *name == "id");
    for (name, value) in id.into_iter().chain(others) {
        table.add_row([name.clone(), text(Some(value))]);
    }
    write(&mut table, false)
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    if let Some((_, width)) = console::Term::stdout().size_checked() {
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width);
    }
    table
}

fn write(table: &mut Table, header: bool) -> io::Result<()> {
    let last = table.column_count().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index == last { 0 } else { 2 }));
    }
    let mut out = anstream::stdout().lock();
    let bold = Style::new().bold();
    for (index, line) in table.lines().enumerate() {
        let line = line.trim_end();
        if header && index == 0 {
            writeln!(out, "{bold}{line}{bold:#}")?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    out.flush()
}
