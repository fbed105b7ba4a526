//! The one binary, `gongjian`.

fn main() -> std::process::ExitCode {
    gongjian_api::cli::run()
}
