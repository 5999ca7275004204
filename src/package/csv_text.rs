//! CSV as it is written: UTF-8, commas, CR LF, quotes where a cell needs them.

/// Appends a record.
pub fn record<'a>(out: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    let mut n = 0;
    let start = out.len();
    for cell in cells {
        if n > 0 {
            out.push(',');
        }
        n += 1;
        let plain = !cell.contains(['"', ',', '\n', '\r']) && cell.trim().len() == cell.len();
        if plain {
            out.push_str(cell);
        } else {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        }
    }
    // A record of one empty cell would be a blank line, which readers skip.
    if n == 1 && out.len() == start {
        out.push_str("\"\"");
    }
    out.push_str("\r\n");
}

/// `wanted`, with a number behind it if it is among `taken`.
pub fn free_name(wanted: &str, taken: &[String]) -> String {
    let mut name = wanted.to_owned();
    let mut copy = 1;
    while taken.iter().any(|t| *t == name) {
        copy += 1;
        name = format!("{wanted} ({copy})");
    }
    name
}
