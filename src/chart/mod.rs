//! Charts as values: scales, ticks, marks and tables. Drawing them is the page's work.
