//! Hearth in a terminal: `hearth --help`.

fn main() -> std::process::ExitCode {
    hearth::shell::main()
}
